//! What a step expects, and what was seen instead.

use std::fmt::{Debug, Display};

/// An expectation that was not met.
#[derive(Debug)]
pub(super) struct Unmet {
    /// What should have been.
    pub(super) expected: String,
    /// What was there instead.
    pub(super) seen: String,
}

/// What an expectation gives if it was met.
pub(super) type Held<T = ()> = Result<T, Unmet>;

impl Unmet {
    pub(super) fn new(expected: impl Display, seen: impl Display) -> Self {
        Self {
            expected: expected.to_string(),
            seen: seen.to_string(),
        }
    }

    /// Something that should have worked and failed, with what the error says.
    pub(super) fn failed(what: impl Display, error: impl Display) -> Self {
        Self::new(format_args!("{what} to work"), error)
    }
}

/// `what` has to be `expected`.
pub(super) fn same<T: PartialEq + Debug>(what: impl Display, seen: T, expected: T) -> Held {
    if seen == expected {
        return Ok(());
    }
    let expected = format_args!("{what}: {expected:?}").to_string();
    Err(Unmet::new(expected, format_args!("{seen:?}")))
}

/// It has to hold that `expected`; otherwise `seen` is shown.
pub(super) fn holds(expected: impl Display, condition: bool, seen: impl Debug) -> Held {
    if condition {
        return Ok(());
    }
    Err(Unmet::new(expected, format_args!("{seen:?}")))
}
