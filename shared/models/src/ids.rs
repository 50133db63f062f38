//! Ids as types, each with one checked way in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hash;

/// Why a text is not an id of some kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {problem}")]
pub struct InvalidId {
    what: &'static str,
    problem: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks `text`.
            ///
            /// # Errors
            /// Says what an id of this kind must look like.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(&text).map_err(|problem| InvalidId { what: $what, problem })?;
                Ok(Self(text))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// The seller's own code of a SKU, which the protocol calls `id` of an item.
    SkuId, "a SKU code", |text| match text.chars().count() {
        1..=100 if !text.chars().any(char::is_control) => Ok(()),
        _ => Err("has 1 to 100 characters, none of them a control character"),
    }
);

id!(
    /// The account name of a marketplace at VTEX (`an`).
    AccountName, "an account name", |text| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if (1..=60).contains(&text.len()) && text.chars().all(plain) {
            Ok(())
        } else {
            Err("has 1 to 60 characters of a-z, 0-9, - and _")
        }
    }
);

id!(
    /// A place the seller keeps stock at. It is part of attribute names, hence plain.
    WarehouseId, "a warehouse id", |text| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=40).contains(&text.len()) && text.chars().all(plain) {
            Ok(())
        } else {
            Err("has 1 to 40 characters of A-Z, a-z, 0-9, - and _")
        }
    }
);

id!(
    /// The marketplace's id of an order, like `1138342255777-01`; with the account it is the
    /// idempotency key of a placement (protocol §3.2).
    MarketplaceOrderId, "a marketplaceOrderId", |text| match text.chars().count() {
        1..=100 if !text.chars().any(char::is_control) => Ok(()),
        _ => Err("has 1 to 100 characters, none of them a control character"),
    }
);

id!(
    /// The seller's id of an order: what a placement answers as `orderId`, at most 50 characters
    /// that need no escaping in a URL.
    OrderId, "an orderId", |text| {
        if (1..=OrderId::MAX_LENGTH).contains(&text.len()) && text.chars().all(url_safe) {
            Ok(())
        } else {
            Err("has 1 to 50 characters of A-Z, a-z, 0-9, -, _, . and ~")
        }
    }
);

id!(
    /// The number of an invoice, unique in its order (protocol §3.6). Whatever else the marketplace
    /// takes in an invoice, it can't repair later.
    InvoiceNumber, "an invoice number", |text| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if (1..=44).contains(&text.len()) && text.chars().all(plain) {
            Ok(())
        } else {
            Err("has 1 to 44 characters of A-Z, a-z, 0-9 and -: \
                 spaces, # and / break the marketplace")
        }
    }
);

id!(
    /// The marketplace's name of a modification of an order: `changeRequestId`, also `requestId`
    /// (protocol §3.12). It is a part of URLs.
    ChangeRequestId, "a changeRequestId", |text| {
        let a_place = matches!(text, "." | "..");
        if (1..=100).contains(&text.len()) && text.chars().all(url_safe) && !a_place {
            Ok(())
        } else {
            Err("has 1 to 100 characters of A-Z, a-z, 0-9, -, _, . and ~")
        }
    }
);

impl ChangeRequestId {
    /// The name of a modification that came without one: the same for the same `content`.
    #[must_use]
    pub fn of(content: &str) -> Self {
        Self(hash::hex(content.as_bytes(), 16))
    }
}

impl OrderId {
    const MAX_LENGTH: usize = 50;

    /// The one id of a marketplace's order: `{account}-{marketplaceOrderId}`, or a hash of both
    /// when that is too long or needs escaping. A repeated placement can't mint a second one.
    #[must_use]
    pub fn of(account: &AccountName, order: &MarketplaceOrderId) -> Self {
        let readable = format!("{account}-{order}");
        if readable.len() <= Self::MAX_LENGTH && readable.chars().all(url_safe) {
            return Self(readable);
        }
        Self(hash::hex(format!("{account}\0{order}").as_bytes(), 20))
    }
}

fn url_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order_id(account: &str, order: &str) -> OrderId {
        OrderId::of(
            &AccountName::parse(account).unwrap(),
            &MarketplaceOrderId::parse(order).unwrap(),
        )
    }

    #[test]
    fn an_order_id_is_readable_while_it_can_be() {
        assert_eq!(
            order_id("mkt1", "959311095-01").as_str(),
            "mkt1-959311095-01"
        );
    }

    #[test]
    fn a_long_or_unsafe_order_id_is_hashed_and_stays_the_same() {
        for order in [
            "x".repeat(60),
            "a/b".to_owned(),
            "a b".to_owned(),
            "ação".to_owned(),
        ] {
            let id = order_id("mkt1", &order);
            assert_eq!(id, order_id("mkt1", &order));
            assert_ne!(id, order_id("mkt2", &order));
            assert!(OrderId::parse(id.as_str()).is_ok(), "{id}");
        }
    }

    #[test]
    fn an_invoice_number_has_nothing_that_breaks_the_marketplace() {
        for number in ["1", "NFe-00001", &"9".repeat(44)] {
            assert_eq!(InvoiceNumber::parse(number).unwrap().as_str(), number);
        }
        for number in [
            "",
            "NFe 1",
            "NFe#1",
            "1/2",
            "NFe_1",
            "1.0",
            "ção",
            &"9".repeat(45),
        ] {
            let why = InvoiceNumber::parse(number).unwrap_err().to_string();
            assert!(
                why.contains("spaces, # and / break the marketplace"),
                "{why}"
            );
        }
    }

    #[test]
    fn sku_codes_are_anything_but_control_characters() {
        assert!(SkuId::parse("ção #1/2").is_ok());
        assert!(SkuId::parse("").is_err());
        assert!(SkuId::parse("a\u{0}").is_err());
        assert!(SkuId::parse("x".repeat(101)).is_err());
    }
}
