//! Why a version is not let in. All of it is for the log, and none of it holds a key.

use std::fmt;
use std::time::Duration;

use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::invoke::InvokeError;
use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::panics::Panicked;
use feirante_models::SkuId;
use feirante_store::{StoreError, told};

use crate::question::Asker;

/// Why a version is not let in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The check lacks a variable.
    #[error(transparent)]
    Variable(#[from] EnvironmentError),
    /// How marketplaces call is not known.
    #[error("the seller file can't be read: {0}")]
    Settings(StoreError),
    /// What is sold is not known.
    #[error("the offers can't be read: {0}")]
    Offers(StoreError),
    /// The hook's own time is over.
    #[error("the check did not end in time")]
    OutOfTime,
    /// A defect of the check.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// The version does not answer as it should: whose call, and what is wrong. Never empty.
    #[error("{}", listed(.0))]
    Answers(Vec<(Asker, Flaw)>),
}

impl Refusal {
    /// Whether the same check may have another result in a moment: what it was made of may have changed
    /// since it was read.
    pub(crate) fn may_be_of_a_change(&self) -> bool {
        match self {
            Self::Answers(flaws) => flaws.iter().all(|(_, flaw)| flaw.may_be_of_a_change()),
            _ => false,
        }
    }
}

fn listed(flaws: &[(Asker, Flaw)]) -> String {
    let flaws = flaws.iter().map(|(asker, flaw)| format!("{asker}: {flaw}"));
    flaws.collect::<Vec<_>>().join("; ")
}

/// What is wrong with an answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    /// Lambda did not run the function.
    #[error("the function was not run: {detail}")]
    NotRun {
        /// What Lambda says.
        detail: String,
        /// Whether it may run it in a moment.
        may_pass: bool,
    },
    /// It took too long.
    #[error("no answer within {} ms", within.as_millis())]
    Late {
        /// What it may take.
        within: Duration,
    },
    /// It ended without an answer.
    #[error("the function failed: {0}")]
    Crashed(String),
    /// It answered what API Gateway can't pass on.
    #[error("the answer is none that API Gateway passes on")]
    NoReply,
    /// It does not know a marketplace that the seller file names, or not its credentials.
    #[error("the marketplace's own key and credentials are refused: {0}")]
    Refused(Status),
    /// It answered with another status than 200.
    #[error("status {0}")]
    Status(Status),
    /// Its body is no answer of a simulation.
    #[error("the body is no simulation's answer: {0}")]
    Body(String),
    /// A row of the answer contradicts the request, or itself.
    #[error("row {row}: {problem}")]
    Row {
        /// Which one, from 0.
        row: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A SKU that is sold is not offered.
    #[error("SKU {0} has a price and is not offered")]
    NotOffered(SkuId),
    /// It sells to callers that no seller file names.
    #[error("a stranger is offered something")]
    OpenToStrangers,
}

impl Flaw {
    /// That Lambda did not run the function.
    pub(crate) fn not_run(error: &SdkError<InvokeError>) -> Self {
        let may_pass = match error {
            SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
            SdkError::ServiceError(service) => {
                let status = service.raw().status().as_u16();
                status == 429 || status >= 500
            }
            _ => false,
        };
        Self::NotRun {
            detail: told(error),
            may_pass,
        }
    }

    /// Whether the same call may be answered in a moment.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::NotRun { may_pass: true, .. })
    }

    /// A key that was changed, or a price that ended, since the check read of it.
    fn may_be_of_a_change(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::NotOffered(_))
    }
}

/// A status, with the code of the error's envelope if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} {code}", self.status),
            None => write!(f, "{}", self.status),
        }
    }
}
