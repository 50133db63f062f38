//! How the ERP names an order, in every message about one.

use crate::object::Object;
use crate::problem::Problem;
use crate::read::{self, Top};
use crate::{AccountName, MarketplaceOrderId, OrderId};

/// How the ERP names an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderReference {
    /// By our id.
    Ours(OrderId),
    /// By the marketplace and its id.
    Theirs(AccountName, MarketplaceOrderId),
}

impl OrderReference {
    /// Reads it from a message's top level, where every queue has it.
    pub(super) fn read(message: &Object<'_>) -> Result<Self, Problem> {
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

    /// The order that `message` is about, where that much of it can be read: so that of a message
    /// that can't be followed the ERP is still told which order it was about.
    #[must_use]
    pub fn named_in(message: &[u8]) -> Option<Self> {
        let text = read::json_text(message, Top::Object).ok()?;
        Self::read(&Object::read(text, String::new()).ok()?).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn id(message: &str) -> Option<OrderId> {
        OrderReference::named_in(message.as_bytes()).map(|order| order.order_id())
    }

    #[test]
    fn an_order_is_named_in_either_way() {
        let ours = id(r#"{"orderId":"mkt1-1-01"}"#);
        assert!(ours.is_some());
        let theirs = r#"{"orderId":null,"marketplace":"mkt1","marketplaceOrderId":"1-01"}"#;
        assert_eq!(id(theirs), ours);
    }

    #[test]
    fn the_order_of_a_message_that_is_wrong_elsewhere_is_known() {
        assert!(id(r#"{"orderId":"mkt1-1-01","items":"none"}"#).is_some());
        for message in ["", "{", "[]", "{}", r#"{"orderId":"a/b"}"#] {
            assert_eq!(id(message), None, "{message}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_name_is_said() {
        for (message, place) in [
            ("{}", "/orderId: is missing"),
            (r#"{"orderId":" "}"#, "/orderId: is empty"),
            (r#"{"orderId":"a b"}"#, "/orderId: an orderId has"),
            (
                r#"{"marketplaceOrderId":"1-01"}"#,
                "/marketplace: is missing",
            ),
            (
                r#"{"marketplaceOrderId":"1-01","marketplace":"Mkt 1"}"#,
                "/marketplace: an account name has",
            ),
            (
                r#"{"marketplaceOrderId":{},"marketplace":"mkt1"}"#,
                "/marketplaceOrderId: is not a text",
            ),
        ] {
            let message = Object::read(message, String::new()).unwrap();
            let why = OrderReference::read(&message).unwrap_err().message;
            assert!(why.starts_with(place), "{why}");
        }
    }
}
