//! What the marketplace reads when we can't do what it asks.

use std::fmt;

/// Why a call is refused: the codes of the error envelope (protocol §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The body is not JSON, of the wrong top-level type, not UTF-8, or nested too deep.
    NotJson,
    /// A field is missing or of the wrong type.
    Schema,
    /// A postal code came without its country.
    PostalCodeWithoutCountry,
    /// A quantity is not a positive integer.
    Quantity,
    /// More items than one call may carry.
    TooManyItems,
    /// The query's `purchaseContext` is missing or can't be read.
    PurchaseContext,
    /// The call's credentials are missing or wrong.
    Unauthorized,
    /// The path names no marketplace of this seller.
    UnknownMarketplace,
    /// No such order or route.
    NotFound,
    /// The route does not serve this verb.
    Method,
    /// The body names another order than the path.
    OrderMismatch,
    /// The order exists with other content.
    DifferentContent,
    /// The order was canceled and can't be made again.
    Canceled,
    /// There is not enough stock to reserve.
    OutOfStock,
    /// The seller's price divergence rule refuses the order.
    PriceDivergence,
    /// The body is larger than the route takes.
    TooLarge,
    /// The body is of a media type we don't read.
    MediaType,
    /// The order's state does not allow this.
    IllegalTransition,
    /// A modification of an order is refused for a reason that has a code of the marketplace's own.
    Modification(ModificationCode),
    /// A defect on our side.
    Internal,
    /// Something we depend on does not answer; trying again may help.
    Unavailable,
}

/// Why a modification of an order is refused, where the marketplace has published a code for it
/// (protocol §3.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ModificationCode {
    /// The order is canceled.
    Canceled,
    /// The order has no such item.
    NotInOrder,
    /// More units are taken off than the order has.
    MoreThanOrdered,
    /// How an item is to be delivered can't be told.
    DeliveryUnclear,
    /// The order has no such delivery.
    DeliveryUnknown,
    /// Another modification is open.
    AnotherOpen,
    /// Which of several items is meant can't be told.
    ItemUnclear,
    /// There is no such agreement.
    AgreementType,
    /// The order has an invoice.
    Invoiced,
    /// The address can't be changed.
    Address,
    /// It takes off more than the order is over.
    ExceedsTotal,
}

impl ModificationCode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Canceled => "SalesOrderSystem008",
            Self::NotInOrder => "SalesOrderSystem010",
            Self::MoreThanOrdered => "SalesOrderSystem011",
            Self::DeliveryUnclear => "SalesOrderSystem012",
            Self::DeliveryUnknown => "SalesOrderSystem013",
            Self::AnotherOpen => "SalesOrderSystem014",
            Self::ItemUnclear => "SalesOrderSystem026",
            Self::AgreementType => "SalesOrderSystem035",
            Self::Invoiced => "SalesOrderSystem046",
            Self::Address => "SalesOrderSystem047",
            Self::ExceedsTotal => "CHK0034",
        }
    }

    /// What is wrong with a request alone is 400, what the order does not allow is 409.
    const fn status(self) -> u16 {
        match self {
            Self::AgreementType | Self::Address => 400,
            Self::Canceled
            | Self::NotInOrder
            | Self::MoreThanOrdered
            | Self::DeliveryUnclear
            | Self::DeliveryUnknown
            | Self::AnotherOpen
            | Self::ItemUnclear
            | Self::Invoiced
            | Self::ExceedsTotal => 409,
        }
    }
}

impl Code {
    /// The code as the envelope spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "ES001",
            Self::Schema => "ES002",
            Self::PostalCodeWithoutCountry => "ES003",
            Self::Quantity => "ES004",
            Self::TooManyItems => "ES005",
            Self::PurchaseContext => "ES006",
            Self::Unauthorized => "ES007",
            Self::UnknownMarketplace => "ES008",
            Self::NotFound => "ES009",
            Self::Method => "ES010",
            Self::OrderMismatch => "ES011",
            Self::DifferentContent => "ES012",
            Self::Canceled => "ES013",
            Self::OutOfStock => "ES014",
            Self::PriceDivergence => "ES015",
            Self::TooLarge => "ES016",
            Self::MediaType => "ES017",
            Self::IllegalTransition => "ES018",
            Self::Modification(code) => code.as_str(),
            Self::Internal => "ES099",
            Self::Unavailable => "ES503",
        }
    }

    /// The HTTP status the code goes with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::NotJson
            | Self::Schema
            | Self::PostalCodeWithoutCountry
            | Self::Quantity
            | Self::TooManyItems
            | Self::PurchaseContext => 400,
            Self::Modification(code) => code.status(),
            Self::Unauthorized => 401,
            Self::UnknownMarketplace => 403,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::OrderMismatch
            | Self::DifferentContent
            | Self::Canceled
            | Self::OutOfStock
            | Self::PriceDivergence
            | Self::IllegalTransition => 409,
            Self::TooLarge => 413,
            Self::MediaType => 415,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// A refusal the marketplace may read: its text is written for it and holds nothing internal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of refusal.
    pub code: Code,
    /// What is wrong and, for a body, where (JSON pointer).
    pub message: String,
}

impl Problem {
    /// A refusal in the given words.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// A refusal of what stands at `pointer` in the body.
    #[must_use]
    pub fn at(code: Code, pointer: &str, message: impl fmt::Display) -> Self {
        let place = if pointer.is_empty() {
            "the body"
        } else {
            pointer
        };
        Self::new(code, format!("{place}: {message}"))
    }

    /// The error envelope as JSON: all three keys, always (protocol §2.4).
    #[must_use]
    pub fn envelope(&self) -> String {
        // A text as JSON has its quotes and escapes.
        let message = serde_json::Value::from(self.message.as_str());
        let code = self.code.as_str();
        format!(r#"{{"error":{{"code":"{code}","message":{message},"exception":null}}}}"#)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_as_the_protocol_shows_it() {
        let problem = Problem::at(Code::Schema, "/items/0/id", r#"is not "text""#);
        assert_eq!(
            problem.envelope(),
            r#"{"error":{"code":"ES002","message":"/items/0/id: is not \"text\"","exception":null}}"#
        );
    }
}
