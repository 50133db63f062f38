//! AWS clients: made once, with time-outs the SDK does not set by itself; and the tables and queues
//! a function names in its environment.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use feirante_store::{Accounts, Listings, Offers, Orders, SettingsTable};

use crate::dead_letters::DeadLetters;
use crate::environment::{
    ACCOUNTS_TABLE, DEAD_LETTERS_URL, Environment, EnvironmentError, LISTINGS_TABLE, OFFERS_TABLE,
    ORDERS_TABLE, QUEUE_URL, SETTINGS_TABLE,
};
use crate::sdk;
use crate::settings_cache::SettingsCache;
use crate::source_queue::SourceQueue;

/// The clients of a function. What it is given here, its role in the template must allow.
#[derive(Debug, Clone)]
pub struct Clients {
    config: SdkConfig,
    dynamodb: aws_sdk_dynamodb::Client,
    sqs: aws_sdk_sqs::Client,
}

impl Clients {
    /// By what AWS tells a function through its environment.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::of(sdk::config())
    }

    /// With `config`, such as a test's own.
    #[must_use]
    pub fn of(config: SdkConfig) -> Self {
        Self {
            dynamodb: dynamodb(&config),
            sqs: sqs(&config),
            config,
        }
    }

    /// What a client is made of that one function alone needs.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The database.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        self.dynamodb.clone()
    }

    /// The queues.
    #[must_use]
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        self.sqs.clone()
    }

    /// The table of [`OFFERS_TABLE`].
    ///
    /// # Errors
    /// Names the variable if it is missing.
    pub fn offers(&self, environment: &Environment<'_>) -> Result<Offers, EnvironmentError> {
        Ok(Offers::new(
            self.dynamodb(),
            environment.text(OFFERS_TABLE)?,
        ))
    }

    /// The table of [`ORDERS_TABLE`].
    ///
    /// # Errors
    /// Names the variable if it is missing.
    pub fn orders(&self, environment: &Environment<'_>) -> Result<Orders, EnvironmentError> {
        Ok(Orders::new(
            self.dynamodb(),
            environment.text(ORDERS_TABLE)?,
        ))
    }

    /// The table of [`LISTINGS_TABLE`].
    ///
    /// # Errors
    /// Names the variable if it is missing.
    pub fn listings(&self, environment: &Environment<'_>) -> Result<Listings, EnvironmentError> {
        Ok(Listings::new(
            self.dynamodb(),
            environment.text(LISTINGS_TABLE)?,
        ))
    }

    /// The table of [`ACCOUNTS_TABLE`].
    ///
    /// # Errors
    /// Names the variable if it is missing.
    pub fn accounts(&self, environment: &Environment<'_>) -> Result<Accounts, EnvironmentError> {
        Ok(Accounts::new(
            self.dynamodb(),
            environment.text(ACCOUNTS_TABLE)?,
        ))
    }

    /// The seller file in the table of [`SETTINGS_TABLE`], read once: this connects to the database
    /// too, so that the first call finds a connection.
    ///
    /// # Errors
    /// Names the variable if it is missing.
    pub async fn settings(
        &self,
        environment: &Environment<'_>,
    ) -> Result<SettingsCache, EnvironmentError> {
        let table = SettingsTable::new(self.dynamodb(), environment.text(SETTINGS_TABLE)?);
        Ok(SettingsCache::start(table).await)
    }

    /// The queue of [`QUEUE_URL`], where the function's messages come from.
    ///
    /// # Errors
    /// Names the variable if it is missing.
    pub fn source_queue(
        &self,
        environment: &Environment<'_>,
    ) -> Result<SourceQueue, EnvironmentError> {
        Ok(SourceQueue::new(self.sqs(), environment.text(QUEUE_URL)?))
    }

    /// The queue of [`DEAD_LETTERS_URL`].
    ///
    /// # Errors
    /// Names the variable if it is missing.
    pub fn dead_letters(
        &self,
        environment: &Environment<'_>,
    ) -> Result<DeadLetters, EnvironmentError> {
        Ok(DeadLetters::new(
            self.sqs(),
            environment.text(DEAD_LETTERS_URL)?,
        ))
    }
}

/// The database answers within milliseconds or something is wrong: an attempt is given up early, so
/// that a second fits into the caller's time. Repeats are the store's, which knows how long its
/// caller waits.
fn dynamodb(config: &SdkConfig) -> aws_sdk_dynamodb::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_millis(500))
        .operation_attempt_timeout(Duration::from_millis(700))
        .build();
    let config = aws_sdk_dynamodb::config::Builder::from(config)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::disabled())
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

/// How long a call of a queue takes at most, with its repeats.
pub const QUEUE_TIME: Duration = Duration::from_secs(6);

/// Nobody waits for a queue: its client may try again by itself.
fn sqs(config: &SdkConfig) -> aws_sdk_sqs::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(QUEUE_TIME)
        .build();
    let config = aws_sdk_sqs::config::Builder::from(config)
        .timeout_config(timeouts)
        .build();
    aws_sdk_sqs::Client::from_conf(config)
}
