//! The names of the protocol's calls, as the journal, the faults and the statistics use them.

use serde::{Deserialize, Serialize};

/// A call of the protocol, in either direction (protocol §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallName {
    /// C1 and C2: catalog data changed, or: is this SKU known?
    Announce,
    /// C3: a price changed.
    Price,
    /// C4: stock changed.
    Inventory,
    /// C5 and C6: a suggestion is written, read, listed or deleted.
    Suggestion,
    /// C7: an invoice, of a sale or of a return.
    Invoice,
    /// C8: the tracking number of an invoice's package.
    Shipment,
    /// C9: what happened to a package on its way.
    Progress,
    /// C10: the seller cancels.
    Cancellation,
    /// C11: a step of an order's modification.
    Agreement,
    /// R1 and R2: the marketplace asks what a cart costs and how it ships.
    Simulate,
    /// R3: the marketplace places an order.
    Place,
    /// R4: the marketplace says that an order is paid.
    Authorize,
    /// R5: the marketplace asks to cancel an order.
    Cancel,
    /// R6 to R8: the marketplace changes an order.
    Modify,
    /// A request for a path that no marketplace has.
    Unknown,
}

/// One of two kinds of the seller's calls, which are limited apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Lane {
    /// C1 to C6.
    Catalog,
    /// C7 to C11.
    Orders,
}

impl CallName {
    /// The name as it is written in the control API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Announce => "announce",
            Self::Price => "price",
            Self::Inventory => "inventory",
            Self::Suggestion => "suggestion",
            Self::Invoice => "invoice",
            Self::Shipment => "shipment",
            Self::Progress => "progress",
            Self::Cancellation => "cancellation",
            Self::Agreement => "agreement",
            Self::Simulate => "simulate",
            Self::Place => "place",
            Self::Authorize => "authorize",
            Self::Cancel => "cancel",
            Self::Modify => "modify",
            Self::Unknown => "unknown",
        }
    }

    /// The lane of a call of the seller's; none for the marketplace's own.
    pub(crate) fn lane(self) -> Option<Lane> {
        match self {
            Self::Announce | Self::Price | Self::Inventory | Self::Suggestion => {
                Some(Lane::Catalog)
            }
            Self::Invoice
            | Self::Shipment
            | Self::Progress
            | Self::Cancellation
            | Self::Agreement => Some(Lane::Orders),
            Self::Simulate
            | Self::Place
            | Self::Authorize
            | Self::Cancel
            | Self::Modify
            | Self::Unknown => None,
        }
    }
}

impl std::fmt::Display for CallName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
