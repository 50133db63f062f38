//! Why the driver does not do what it is asked to.

use crate::books::Status;

/// Why the driver did not do what it was asked to: not the seller's failure, which is a result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// There is no such account.
    #[error("there is no account {0}")]
    UnknownAccount(String),
    /// There is no such order.
    #[error("account {account} has no order {order}")]
    UnknownOrder {
        /// The account.
        account: String,
        /// The order it lacks.
        order: String,
    },
    /// There is no such cart, or it is too old.
    #[error("account {account} has no cart {cart}")]
    UnknownCart {
        /// The account.
        account: String,
        /// The cart it lacks.
        cart: String,
    },
    /// The request can't be meant so.
    #[error("{0}")]
    Senseless(&'static str),
    /// The order can't be changed so.
    #[error("the order can't be changed so: {0}")]
    Impossible(String),
    /// There is an order of that id already.
    #[error("account {account} has an order {order} already")]
    OrderExists {
        /// The account.
        account: String,
        /// The order.
        order: String,
    },
    /// The marketplace stops.
    #[error("the marketplace stops")]
    Stopping,
    /// The order is not where this could be done.
    #[error("order {order} is {}, so {what} is impossible", status.as_str())]
    NotNow {
        /// The order.
        order: String,
        /// Where it stands.
        status: Status,
        /// What was asked for.
        what: &'static str,
    },
}

impl Refusal {
    /// The status the control API answers with.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::UnknownAccount(_) | Self::UnknownOrder { .. } | Self::UnknownCart { .. } => 404,
            Self::Senseless(_) | Self::Impossible(_) => 400,
            Self::Stopping => 503,
            Self::OrderExists { .. } | Self::NotNow { .. } => 409,
        }
    }
}
