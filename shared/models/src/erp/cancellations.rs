//! What the ERP puts on `erp-cancellations`, and how it names an order.

use crate::cancellation::shortened;
use crate::object::Object;
use crate::problem::Problem;
use crate::read::{self, Top};
use crate::{AccountName, MarketplaceOrderId, OrderId};

/// A message of `erp-cancellations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationMessage {
    /// The order.
    pub order: OrderReference,
    /// What the ERP decided.
    pub action: CancellationAction,
}

/// What the ERP decided about a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancellationAction {
    /// The seller itself cancels the order.
    Cancel {
        /// Why, as the marketplace is told.
        reason: String,
    },
    /// The seller agrees to the marketplace's request.
    Confirm,
    /// The seller does not agree; it will invoice the order.
    Refuse {
        /// Why, for the order's timeline.
        reason: Option<String>,
    },
}

/// How the ERP names an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderReference {
    /// By our id.
    Ours(OrderId),
    /// By the marketplace and its id.
    Theirs(AccountName, MarketplaceOrderId),
}

impl OrderReference {
    fn read(message: &Object<'_>) -> Result<Self, Problem> {
        if message.get("orderId").is_some() {
            let id = OrderId::parse(message.id("orderId")?);
            return id
                .map(Self::Ours)
                .map_err(|why| message.refuse("orderId", why));
        }
        if message.get("marketplaceOrderId").is_none() {
            return Err(message.refuse("orderId", "is missing"));
        }
        let account = AccountName::parse(message.id("marketplace")?)
            .map_err(|why| message.refuse("marketplace", why))?;
        let order = MarketplaceOrderId::parse(message.id("marketplaceOrderId")?)
            .map_err(|why| message.refuse("marketplaceOrderId", why))?;
        Ok(Self::Theirs(account, order))
    }

    /// Our id of the order.
    #[must_use]
    pub fn order_id(&self) -> OrderId {
        match self {
            Self::Ours(id) => id.clone(),
            Self::Theirs(account, order) => OrderId::of(account, order),
        }
    }
}

impl CancellationMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// Names what is wrong by its JSON pointer.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let message = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        let action = match message.id("action")?.as_str() {
            "cancel" => CancellationAction::Cancel {
                reason: message.id("reason")?,
            },
            "confirm" => CancellationAction::Confirm,
            "refuse" => CancellationAction::Refuse {
                reason: message.optional_id("reason")?.map(shortened),
            },
            _ => return Err(message.refuse("action", "is none of cancel, confirm, refuse")),
        };
        Ok(Self {
            order: OrderReference::read(&message)?,
            action,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_named_in_either_way() {
        let read = |text: &str| CancellationMessage::read(text.as_bytes());
        let ours = read(r#"{"orderId":"mkt1-1-01","action":"confirm"}"#).unwrap();
        let theirs =
            read(r#"{"marketplace":"mkt1","marketplaceOrderId":"1-01","action":"confirm"}"#)
                .unwrap();
        assert_eq!(ours.order.order_id(), theirs.order.order_id());
        assert!(
            read(r#"{"action":"confirm"}"#)
                .unwrap_err()
                .message
                .contains("/orderId")
        );
        assert!(
            read(r#"{"orderId":"x","action":"cancel"}"#)
                .unwrap_err()
                .message
                .contains("/reason")
        );
    }
}
