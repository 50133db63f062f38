//! Tracking numbers and where packages are (protocol §3.7, §3.8).

mod order;
mod room;
mod sent;
mod unwritten;
mod verbs;
mod wire;

use crate::harness::System;
use crate::outward::{invoice, sell};

/// What C8's call of `NFe-1` ends with.
const C8: &str = "/invoice/NFe-1";

/// What C9's call of `NFe-1` ends with.
const C9: &str = "/invoice/NFe-1/tracking";

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

/// The standard order, sold and invoiced as `NFe-1`.
async fn invoiced(system: &System, theirs: &str) -> String {
    let id = sell(system, theirs).await;
    let message = invoice(&id, "NFe-1", 7590, &ITEM);
    system.erp.send("invoices", message).await;
    system.erp.sees("order.invoiced", &id).await;
    id
}
