//! Credentials in the parameter store: read when they are needed, kept for a few minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::timeout::TimeoutConfig;
use feirante_seller::settings::Secret;
use feirante_store::told;
use serde::Deserialize;
use tokio::time::Instant;

use crate::times::PARAMETER_TIME;

/// What was read is read again after so long.
const KEPT_FOR: Duration = Duration::from_secs(5 * 60);
/// No parameter is read more often, whether it can be read or not.
const READ_EVERY: Duration = Duration::from_secs(10);

/// A pair of credentials, as a `SecureString` holds it: `{"appKey":"…","appToken":"…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Keys {
    pub(crate) app_key: String,
    pub(crate) app_token: Secret,
}

impl Keys {
    pub(crate) fn new(app_key: &str, app_token: &Secret) -> Self {
        Self {
            app_key: app_key.to_owned(),
            app_token: app_token.clone(),
        }
    }
}

/// The parameter store. Its client is made when it is first needed: a seller whose keys are in the
/// seller file never does.
#[derive(Debug, Default)]
pub struct Parameters {
    client: OnceLock<Client>,
    held: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Held>>>>,
}

/// What is known of one parameter.
#[derive(Debug, Default)]
struct Held {
    keys: Option<Keys>,
    /// How the last try ended, and when.
    tried: Option<(Instant, Result<(), String>)>,
}

impl Parameters {
    /// The store behind `client`.
    #[must_use]
    pub fn of(client: Client) -> Self {
        Self {
            client: OnceLock::from(client),
            ..Self::default()
        }
    }

    /// The credentials in the parameter `name`. Those read last stand in while the store fails.
    ///
    /// # Errors
    /// Why there are none, for people.
    pub(crate) async fn get(&self, name: &str) -> Result<Keys, String> {
        self.read(name, KEPT_FOR).await.0
    }

    /// The same after they were refused: they may have been replaced. Also whether they are known to
    /// be what is there now.
    pub(crate) async fn renewed(&self, name: &str) -> (Result<Keys, String>, bool) {
        self.read(name, READ_EVERY).await
    }

    async fn read(&self, name: &str, kept_for: Duration) -> (Result<Keys, String>, bool) {
        let held = {
            let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(name.to_owned()).or_default())
        };
        let mut held = held.lock().await;
        if held.is_due(kept_for) {
            let read = Box::pin(self.ask(name)).await;
            let outcome = read.map(|keys| held.keys = Some(keys));
            if let Err(why) = &outcome {
                tracing::warn!(parameter = name, why, "credentials can't be read");
            }
            held.tried = Some((Instant::now(), outcome));
        }
        let outcome = match &held.tried {
            Some((_, outcome)) => outcome.clone(),
            None => Ok(()),
        };
        let certain = outcome.is_ok();
        let unreadable = || {
            let why = outcome.err().unwrap_or_default();
            format!("the credentials in parameter {name} can't be read: {why}")
        };
        (held.keys.clone().ok_or_else(unreadable), certain)
    }

    async fn ask(&self, name: &str) -> Result<Keys, String> {
        let client = self.client.get_or_init(connect);
        let answer = client
            .get_parameter()
            .name(name)
            .with_decryption(true)
            .send()
            .await
            .map_err(|error| match error.as_service_error() {
                Some(error) if error.is_parameter_not_found() => "there is none".to_owned(),
                // Never the error's `Debug`, which holds the answer: that may be the key.
                _ => told(&error),
            })?;
        let value = answer.parameter().and_then(|parameter| parameter.value());
        // Not serde's words: they may quote the value.
        serde_json::from_str(value.unwrap_or_default())
            .map_err(|_| r#"it is not JSON like {"appKey":"…","appToken":"…"}"#.to_owned())
    }
}

impl Held {
    fn is_due(&self, kept_for: Duration) -> bool {
        match &self.tried {
            Some((at, Ok(()))) => at.elapsed() >= kept_for,
            Some((at, Err(_))) => at.elapsed() >= READ_EVERY,
            None => true,
        }
    }
}

fn connect() -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(1))
        .operation_timeout(PARAMETER_TIME)
        .build();
    let config = aws_sdk_ssm::config::Builder::from(&feirante_lambda::sdk::config())
        .timeout_config(timeouts)
        .build();
    Client::from_conf(config)
}

#[cfg(test)]
mod tests;
