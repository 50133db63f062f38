//! Counting calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Call;

/// How often a call was made, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// How often in all.
    pub count: u64,
    /// How often by the answer's status; `none` where there was no answer.
    pub by_status: BTreeMap<String, u64>,
    /// How often it repeated one that had been answered with success.
    pub repeats: u64,
    /// How often a fault struck it.
    pub struck: u64,
}

impl Statistics {
    pub(super) fn count(&mut self, call: &Call) {
        self.count += 1;
        let status = call
            .status
            .map_or_else(|| "none".to_owned(), |status| status.to_string());
        *self.by_status.entry(status).or_default() += 1;
        self.repeats += u64::from(call.repeat);
        self.struck += u64::from(!call.faults.is_empty());
    }
}
