//! Marketplaces that fail, refuse, hang and limit: what is owed to them arrives once, or the ERP is
//! told that it never will (protocol §2.5).

mod answers;
mod apart;
mod given_up;
mod poison;
mod schedule;

use serde_json::Value;

use crate::outward::invoice;

/// The standard order's invoice `NFe-1`.
fn whole(order: &str) -> Value {
    invoice(order, "NFe-1", 7590, &[("2000037", 1, 7390)])
}
