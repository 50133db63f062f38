//! What a modification changes of an order's costs.

use serde::{Deserialize, Serialize};

use crate::Cents;

/// By how much a modification changes what an order costs, in cents; below zero it costs less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Σ price × quantity of its lines.
    pub items: Cents,
    /// Σ shipping of its lines.
    pub shipping: Cents,
    /// What the marketplace puts on top of its total, less what it takes off.
    pub manual: Cents,
}

/// A part of it, as the published answers have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Total {
    id: &'static str,
    name: &'static str,
    value: Cents,
}

impl Difference {
    /// All of it, unless that does not fit.
    #[must_use]
    pub fn total(&self) -> Option<Cents> {
        Cents::checked_sum([self.items, self.shipping, self.manual])
    }

    /// Its parts.
    pub(super) fn totals(&self) -> [Total; 3] {
        [
            ("Items", "Items Total", self.items),
            ("Shipping", "Shipping Total", self.shipping),
            ("ManualValues", "Manual Values Total", self.manual),
        ]
        .map(|(id, name, value)| Total { id, name, value })
    }
}
