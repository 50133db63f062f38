//! Modifications of orders that the marketplace asks for (R6 to R8, protocol §3.12): the requests
//! read, and what they are answered with.

mod agreement;
mod alterations;
mod difference;
mod request;
mod withdrawal;

pub use agreement::{Agreement, AgreementMessage, AgreementName, agreed_to};
pub use alterations::{Addition, Alterations, Delivery, MOST_ITEMS, Removal, Replacement};
pub use difference::Difference;
pub use request::ModificationRequest;
pub use withdrawal::Withdrawal;

/// A reason in as many characters as are kept of a modification's: an order has room for many.
const LONGEST_REASON: usize = 200;

fn shortened(reason: &str) -> String {
    reason.chars().take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests;
