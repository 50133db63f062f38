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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_has_the_four_keys_of_the_protocol() {
        let confirmation = Confirmation {
            date: Instant::parse("2026-11-21 10:00:00").unwrap(),
            marketplace_order_id: MarketplaceOrderId::parse("1-01").unwrap(),
            order_id: OrderId::parse("mkt1-1-01").unwrap(),
            receipt: "r".to_owned(),
        };
        let written = serde_json::to_string(&confirmation).unwrap();
        assert_eq!(
            written,
            r#"{"date":"2026-11-21T10:00:00.000Z","marketplaceOrderId":"1-01","orderId":"mkt1-1-01","receipt":"r"}"#
        );
        assert_eq!(
            serde_json::from_str::<Confirmation>(&written).unwrap(),
            confirmation
        );
    }
}
