//! When what is owed to a marketplace is sent, sent again, held back or given up.
//!
//! Two things stand between a message and its request. Its [`Attempts`] say when its next one is
//! due (protocol §2.5). The [`Gate`] of its lane says whether the marketplace may be called at all
//! just then; what it holds back has not been attempted.

mod attempts;
mod gate;

use serde::{Deserialize, Serialize};

pub use crate::settings::{Breaker, DeliverySettings, LaneSettings};
pub use attempts::{Attempts, Failed, LastAttempt, Next};
pub use gate::{Admission, Cause, Gate, Hold, Pass};

/// A kind of traffic to a marketplace's account. The two are paced apart: a catalog that changes
/// whole must not hold up an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lane {
    /// Invoices, tracking, cancellations and agreements (C7 to C11 of protocol §1.2).
    Orders,
    /// Change notifications and suggestions (C1 to C6).
    Catalog,
}

impl Lane {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Orders, Self::Catalog];

    /// Its name, in tables and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Catalog => "catalog",
        }
    }
}

#[cfg(test)]
mod tests;
