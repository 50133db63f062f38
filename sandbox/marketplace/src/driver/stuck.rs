//! The flag of orders that nobody moves on any more (protocol §5.1).

use std::fmt::Display;

use crate::books::Order;

const STUCK: &str = "stuck: ";

/// Flags the order: `why` no further calls are made for it.
pub(super) fn flag(order: &mut Order, why: impl Display) {
    tracing::warn!(account = order.account, order = order.id, %why, "an order is stuck");
    order.flags.insert(format!("{STUCK}{why}"));
}

/// Whether it is stuck.
pub(super) fn is(order: &Order) -> bool {
    order.flags.iter().any(|flag| flag.starts_with(STUCK))
}

/// It shall be tried again.
pub(super) fn forget(order: &mut Order) {
    order.flags.retain(|flag| !flag.starts_with(STUCK));
}
