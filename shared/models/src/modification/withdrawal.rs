//! A modification taken back (R7).

use super::shortened;
use crate::object::Object;
use crate::problem::Problem;
use crate::read::{self, Top};

/// What the marketplace says of a modification it takes back; nothing of it is required.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why, at most 200 characters of it.
    pub reason: Option<String>,
}

impl Withdrawal {
    /// Reads a request; an empty body is one that says nothing.
    ///
    /// # Errors
    /// ES001 for what is no JSON.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        if read::without_mark(body).trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let body = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        // It is kept, not acted on: one of another type is no reason to refuse.
        let reason = body.optional_id("reason").ok().flatten();
        Ok(Self {
            reason: reason.as_deref().map(shortened),
        })
    }
}
