//! The clients that no other function needs.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_codedeploy::config::Builder;
use aws_sdk_codedeploy::config::retry::RetryConfig;
use aws_sdk_codedeploy::config::timeout::TimeoutConfig;

/// Lambda. Whoever calls a function says how long it may take, and repeats the call: the SDK would
/// count its own repeats as the function's time.
pub(crate) fn lambda(config: &SdkConfig) -> aws_sdk_lambda::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .build();
    let config = aws_sdk_lambda::config::Builder::from(config)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::disabled())
        .build();
    aws_sdk_lambda::Client::from_conf(config)
}

/// CodeDeploy.
pub(crate) fn codedeploy(config: &SdkConfig) -> aws_sdk_codedeploy::Client {
    aws_sdk_codedeploy::Client::from_conf(patient(Builder::from(config)).build())
}

/// How long telling CodeDeploy takes at most: five tries of 3 s, and the waits between them.
pub(crate) const TELL_TIME: Duration = Duration::from_secs(25);

/// What is not told holds up a deployment for an hour: it is worth more tries than usual.
pub(crate) fn patient(builder: Builder) -> Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(TELL_TIME)
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(5)
        .with_max_backoff(Duration::from_secs(3));
    builder.timeout_config(timeouts).retry_config(retries)
}
