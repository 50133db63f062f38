//! What every AWS client is made of: what Lambda tells a function through its environment.
//!
//! Not the SDK's own search through profiles, web identities and metadata servers. A function finds its
//! role's credentials in its variables and nowhere else; the search made each binary a tenth larger and
//! looked for files at every start.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// Where a function runs, as Lambda names it.
const REGION: &str = "AWS_REGION";

/// What clients are made of, by the process's variables.
#[must_use]
pub fn config() -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(std::env::var(REGION).ok().map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(
            EnvironmentVariableCredentialsProvider::new(),
        ))
        .http_client(https())
        .service_config(Endpoints)
        .build()
}

/// The HTTP client of every AWS client.
#[must_use]
pub fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// Where a service is, when that is not AWS: `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL`.
#[derive(Debug)]
struct Endpoints;

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        endpoint(&key, |name| std::env::var(name).ok())
    }
}

fn endpoint(
    key: &ServiceConfigKey<'_>,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let service = key.service_id().to_ascii_uppercase().replace(' ', "_");
    variable(&format!("{}_{service}", key.env()))
        .or_else(|| variable(key.env()))
        .filter(|url| !url.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `variables` say of where `service` is.
    fn place(service: &str, variables: &[(&str, &str)]) -> Option<String> {
        let key = ServiceConfigKey::builder()
            .service_id(service)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()
            .unwrap();
        endpoint(&key, |wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, url)| (*url).to_owned())
        })
    }

    #[test]
    fn a_service_is_where_its_own_variable_says_before_that_of_all() {
        let both = [
            ("AWS_ENDPOINT_URL", "http://all"),
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://one"),
        ];
        assert_eq!(place("DynamoDB", &both).as_deref(), Some("http://one"));
        assert_eq!(place("SQS", &both).as_deref(), Some("http://all"));
        assert_eq!(place("SQS", &both[1..]), None);
        assert_eq!(place("SSM", &[("AWS_ENDPOINT_URL", " ")]), None);
        let spaced = [("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://two")];
        assert_eq!(
            place("DynamoDB Streams", &spaced).as_deref(),
            Some("http://two")
        );
    }
}
