//! Starting a function: logs, configuration, clients, in that order, once.

use std::io;
use std::time::{Duration, Instant};

use lambda_runtime::Error;
use tokio::runtime::LocalOptions;

use crate::{Clients, Environment, logs, panics};

/// Runs a function, in a process that does nothing else.
///
/// As a task: what a runtime is started with makes it ask the system for events once more each time it is
/// woken, and a task does not.
///
/// # Errors
/// Why the function ended; that it panicked, without the words, which may hold anything.
pub fn process(function: impl Future<Output = Result<(), Error>> + 'static) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())?;
    let function = runtime.spawn_local(function);
    // By way of an error that does not quote a panic, as a task's own does.
    runtime.block_on(function).map_err(io::Error::from)?
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_with_its_error() {
        assert!(process(async { Ok(()) }).is_ok());
        let error = process(async { Err("no table".into()) }).unwrap_err();
        assert_eq!(error.to_string(), "no table");
    }

    #[test]
    fn a_panic_is_an_error_that_does_not_quote_it() {
        let error = process(async { panic!("a secret") }).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
