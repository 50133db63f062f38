//! What R4 and R5 answer.

use serde::{Deserialize, Serialize};

use crate::{Instant, MarketplaceOrderId, OrderId};

/// The receipt of an authorization or a confirmed cancellation (protocol §3.3, §3.4). A repeated
/// call is answered with the same one, to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    /// When it happened.
    pub date: Instant,
    /// The order in the marketplace's words.
    pub marketplace_order_id: MarketplaceOrderId,
    /// The order in ours.
    pub order_id: OrderId,
    /// Proof of it, never empty.
    pub receipt: String,
}
