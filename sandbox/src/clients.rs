//! The AWS clients by which the sandbox itself talks to the database and the queues, embedded or
//! not: the same way the functions do.

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use crate::addresses::{Addresses, REGION};

/// One client per service.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) streams: aws_sdk_dynamodbstreams::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
}

/// The settings all of them share, whose types differ by nothing but their crate.
macro_rules! client {
    ($sdk:ident, $endpoint:expr) => {{
        let config = $sdk::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new(
                "sandbox", "sandbox", None, None, "sandbox",
            ))
            .endpoint_url($endpoint)
            .http_client(http_client($endpoint))
            .build();
        $sdk::Client::from_conf(config)
    }};
}

impl Clients {
    pub(crate) fn new(addresses: &Addresses) -> Self {
        Self {
            dynamodb: client!(aws_sdk_dynamodb, &addresses.dynamodb),
            streams: client!(aws_sdk_dynamodbstreams, &addresses.dynamodb),
            sqs: client!(aws_sdk_sqs, &addresses.sqs),
        }
    }
}

/// A client of the database of a sandbox at `endpoint`.
pub fn dynamodb_client(endpoint: &str) -> aws_sdk_dynamodb::Client {
    client!(aws_sdk_dynamodb, endpoint)
}

/// A client of the queues of a sandbox at `endpoint`.
pub fn sqs_client(endpoint: &str) -> aws_sdk_sqs::Client {
    client!(aws_sdk_sqs, endpoint)
}

/// Certificates are loaded only where they are needed: a machine without any can run the sandbox.
fn http_client(endpoint: &str) -> SharedHttpClient {
    let trust = match endpoint.starts_with("https:") {
        true => TrustStore::default(),
        false => TrustStore::empty(),
    };
    let builder = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
    match TlsContext::builder().with_trust_store(trust).build() {
        Ok(context) => builder.tls_context(context).build_https(),
        Err(_) => builder.build_https(),
    }
}
