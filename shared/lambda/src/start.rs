//! Starting a function: logs, configuration, clients, in that order, once.

use std::time::{Duration, Instant};

use lambda_runtime::Error;

use crate::{Clients, Environment, logs, panics};

/// Makes a function ready with `make`; what keeps it from starting is logged and returned, and ends
/// the process.
///
/// # Errors
/// What `make` says, such as the name of a missing variable.
pub async fn ready<F, T, E>(
    make: impl FnOnce(Environment<'static>, Clients) -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let environment = Environment::of_process();
    logs::start(&environment);
    panics::log_places();
    let began = Instant::now();
    let clients = Clients::from_environment();
    let clients_took = began.elapsed();
    match make(environment, clients).await {
        Ok(function) => {
            // Whoever waits for the start of an instance finds here what it was waiting for.
            tracing::info!(
                clientsMicros = micros(clients_took),
                madeMicros = micros(began.elapsed().saturating_sub(clients_took)),
                "ready"
            );
            Ok(function)
        }
        Err(error) => {
            tracing::error!(%error, "the function can't start");
            Err(error.into())
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
