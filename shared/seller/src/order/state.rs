//! Where an order stands.

use feirante_models::Instant;
use serde::{Deserialize, Serialize};

use super::Receipt;

/// Where an order stands (protocol §4.2). A cancellation the marketplace asks for is part of the
/// state it was asked in. From the first invoice on, where an order stands follows from its ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "status",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum State {
    /// Its stock is reserved, its payment is not approved.
    Placed {
        /// When the reservation ends.
        reserved_until: Instant,
    },
    /// Its payment is approved: the reservation is firm. Nothing of it is invoiced.
    Authorized {
        /// What the authorization was answered with.
        authorization: Receipt,
        /// The marketplace's open request to cancel it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cancellation: Option<RequestedCancellation>,
    },
    /// The marketplace has invoices for less than its total. It can't be canceled any more.
    PartiallyInvoiced {
        /// What the authorization was answered with.
        authorization: Receipt,
    },
    /// The marketplace has invoices for its total.
    Invoiced {
        /// What the authorization was answered with.
        authorization: Receipt,
    },
    /// Invoiced, and each package has a tracking number.
    Shipped {
        /// What the authorization was answered with.
        authorization: Receipt,
    },
    /// Each package has reached the buyer.
    Delivered {
        /// What the authorization was answered with.
        authorization: Receipt,
    },
    /// The marketplace has return invoices for its total.
    Returned {
        /// What the authorization was answered with.
        authorization: Receipt,
    },
    /// Canceled for good; its stock is free, if it had not left.
    Canceled {
        /// What the cancellation was answered with.
        receipt: Receipt,
    },
    /// Never paid, stock released.
    Expired {
        /// When.
        expired_at: Instant,
        /// Whether a payment came too late, when its units were gone: then the marketplace has to
        /// be told that the order is canceled.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        payment_refused: bool,
    },
}

/// A cancellation the marketplace asks for and the seller has not agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestedCancellation {
    /// When it was asked for first.
    pub requested_at: Instant,
    /// Whether the seller said no. It tells the marketplace by invoicing.
    pub refused: bool,
}

impl State {
    /// What the authorization was answered with, if there was one and it still stands.
    #[must_use]
    pub const fn authorization(&self) -> Option<&Receipt> {
        match self {
            Self::Authorized { authorization, .. }
            | Self::PartiallyInvoiced { authorization }
            | Self::Invoiced { authorization }
            | Self::Shipped { authorization }
            | Self::Delivered { authorization }
            | Self::Returned { authorization } => Some(authorization),
            Self::Placed { .. } | Self::Canceled { .. } | Self::Expired { .. } => None,
        }
    }
}
