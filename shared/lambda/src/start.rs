//! Starting a function: logs, configuration, clients, in that order, once.

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
    match make(environment, Clients::from_environment().await).await {
        Ok(function) => Ok(function),
        Err(error) => {
            tracing::error!(%error, "the function can't start");
            Err(error.into())
        }
    }
}
