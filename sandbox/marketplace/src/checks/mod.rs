//! What a marketplace may demand of a seller's answers (protocol §5.4).
//!
//! Pure functions from what was asked and what came back to the list of what is wrong with it.
//! They are stricter than a marketplace, which takes nearly anything it can read: an answer can be
//! taken and still have violations.

mod answer;
mod cancellation;
mod dates;
mod echo;
mod findings;
mod fulfillment;
mod modification;
mod placement;
mod reply;
mod rule;
mod simulation;

#[cfg(test)]
mod tests;

pub(crate) use cancellation::{Decision, cancellation, cancellation_repeat, decision};
pub(crate) use fulfillment::{authorization, authorization_repeat};
pub(crate) use modification::modification;
pub(crate) use placement::{placement, placement_repeat};
pub(crate) use reply::Reply;
pub(crate) use rule::Rule;
pub(crate) use simulation::simulation;

use std::fmt;

use serde::Serialize;

/// Something a seller's answer should not have, or should have and has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Violation {
    /// What was broken.
    pub(crate) rule: Rule,
    /// Where in the answer's body, as a JSON pointer; empty for the whole answer.
    pub(crate) pointer: String,
    /// What stood there, shortened, or what was missing.
    pub(crate) seen: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "the answer"
        } else {
            &self.pointer
        };
        write!(f, "{}: {place}: {}", self.rule, self.seen)
    }
}
