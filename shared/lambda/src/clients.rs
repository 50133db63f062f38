//! AWS clients: made once, with time-outs the SDK does not set by itself.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

/// What the clients are made from: region, credentials, connections.
#[derive(Debug, Clone)]
pub struct Clients {
    config: SdkConfig,
}

impl Clients {
    /// Reads what AWS tells a function through its environment.
    pub async fn from_environment() -> Self {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .load()
            .await;
        Self { config }
    }

    /// The database. It answers within milliseconds or something is wrong: an attempt is given up
    /// early, so that a second fits into the caller's time. Repeats are the store's, which knows
    /// how long its caller waits.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_millis(500))
            .operation_attempt_timeout(Duration::from_millis(700))
            .build();
        let config = aws_sdk_dynamodb::config::Builder::from(&self.config)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::disabled())
            .build();
        aws_sdk_dynamodb::Client::from_conf(config)
    }

    /// The queues.
    #[must_use]
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_secs(2))
            .operation_timeout(Duration::from_secs(6))
            .build();
        let config = aws_sdk_sqs::config::Builder::from(&self.config)
            .timeout_config(timeouts)
            .build();
        aws_sdk_sqs::Client::from_conf(config)
    }
}
