//! CodeDeploy's hook: what comes from it and what it is told.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::LifecycleEventStatus;
use feirante_store::told;
use serde::{Deserialize, Serialize};

/// What CodeDeploy sends before it gives a new version any traffic.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Hook {
    /// The deployment.
    pub deployment_id: String,
    /// The one call of the hook; the answer names it.
    pub lifecycle_event_hook_execution_id: String,
}

/// What becomes of the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// It gets traffic.
    Succeeded,
    /// The deployment ends, and everything stays with the version before.
    Failed,
}

impl From<Verdict> for LifecycleEventStatus {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Succeeded => Self::Succeeded,
            Verdict::Failed => Self::Failed,
        }
    }
}

/// CodeDeploy does not know the verdict. After an hour it takes the version for refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("CodeDeploy could not be told: {0}")]
pub struct Untold(String);

/// Tells CodeDeploy.
pub(crate) async fn tell(client: &Client, hook: &Hook, verdict: Verdict) -> Result<(), Untold> {
    let call = client
        .put_lifecycle_event_hook_execution_status()
        .deployment_id(&hook.deployment_id)
        .lifecycle_event_hook_execution_id(&hook.lifecycle_event_hook_execution_id)
        .status(verdict.into());
    // Boxed: a client's future is large.
    let Err(error) = Box::pin(call.send()).await else {
        return Ok(());
    };
    match error.as_service_error() {
        // A try whose answer was lost was heard all the same.
        Some(error) if error.is_lifecycle_event_already_completed_exception() => Ok(()),
        _ => Err(Untold(told(&error))),
    }
}
