//! Tries a new version of simulate-fulfillment before any shop sees it (CodeDeploy's hook before traffic).
//!
//! The version is called as each marketplace calls it, with its own key and credentials, and must answer
//! as that marketplace expects. Whatever else happens, CodeDeploy is told, since it waits an hour for it.

mod check;
mod clients;
mod event;
mod hook;
mod judge;
mod question;
mod refusal;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::time::Duration;

use aws_sdk_codedeploy::Client as CodeDeploy;
use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::panics::caught;
use feirante_lambda::{Clients, Deadline, Environment, Error, start};
use lambda_runtime::{LambdaEvent, service_fn};
use tokio::time::timeout;

use check::Check;
use clients::TELL_TIME;
use hook::tell;
use refusal::Refusal;

pub use hook::{Hook, Untold, Verdict};

const NAME: &str = "check-deployment";

/// The function.
#[derive(Debug)]
pub struct CheckDeployment {
    /// Or the variable it can't be made without: a version nobody can check is refused.
    check: Result<Check, EnvironmentError>,
    codedeploy: CodeDeploy,
}

impl CheckDeployment {
    /// Makes the function ready. A variable that is missing does not stop it, as it stops the others:
    /// CodeDeploy would not hear of it.
    ///
    /// # Errors
    /// Never.
    #[allow(clippy::unused_async, reason = "functions start the same way")]
    pub async fn start(environment: Environment<'_>, clients: Clients) -> Result<Self, Infallible> {
        Ok(Self {
            codedeploy: clients::codedeploy(clients.config()),
            check: Check::new(&environment, &clients),
        })
    }

    /// Checks the version and tells CodeDeploy, before `deadline`.
    ///
    /// # Errors
    /// When CodeDeploy could not be told.
    pub async fn answer(&self, hook: &Hook, deadline: Deadline) -> Result<Verdict, Untold> {
        let time = deadline.left().saturating_sub(TELL_TIME);
        let verdict = match self.check(hook, time).await {
            Ok(()) => {
                tracing::info!(function = NAME, deployment = hook.deployment_id, "let in");
                Verdict::Succeeded
            }
            Err(refusal) => {
                tracing::error!(
                    function = NAME, deployment = hook.deployment_id, %refusal,
                    "the new version is not let in"
                );
                Verdict::Failed
            }
        };
        tell(&self.codedeploy, hook, verdict).await?;
        Ok(verdict)
    }

    /// Checks the version within `time`. What ends the check without a result refuses it too.
    async fn check(&self, hook: &Hook, time: Duration) -> Result<(), Refusal> {
        let check = self.check.as_ref().map_err(Clone::clone)?;
        // Boxed: the clients' futures are deep.
        let check = Box::pin(caught(check.run(&hook.deployment_id)));
        match timeout(time, check).await {
            Ok(outcome) => outcome?,
            Err(_) => Err(Refusal::OutOfTime),
        }
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    let function = start::ready(CheckDeployment::start).await?;
    let function = &function;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Hook>| async move {
        let deadline = Deadline::of(&event.context);
        let told = Box::pin(function.answer(&event.payload, deadline)).await;
        // Lambda counts it as an error, and gives the hook to the function again.
        told.map_err(|untold| {
            tracing::error!(function = NAME, %untold, "CodeDeploy waits in vain");
            Error::from(untold)
        })
    }))
    .await
}
