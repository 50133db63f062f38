//! Invoices on their way to the marketplace (protocol §3.6).

mod accepted;
mod beside_cancellations;
mod free;
mod refused;
mod repeated;
mod returns;
mod wire;

use crate::harness::{Erp, Stock};

/// What C7's call of an order has in it.
fn c7(order: &str) -> String {
    format!("/pvt/orders/{order}/invoice")
}

/// The fixture's SKU, all of it in the house and one unit promised.
const PROMISED: Stock = Stock {
    on_hand: 99,
    reserved: 1,
    available: 98,
};

/// The same, with that unit gone.
const SHIPPED: Stock = Stock {
    on_hand: 98,
    reserved: 0,
    available: 98,
};

/// Waits for a dead letter of a queue: its reason, status and detail.
async fn letter(erp: &Erp, queue: &str) -> (String, String, String) {
    let letter = erp.dead_letter(queue).await;
    (letter.reason, letter.status, letter.detail)
}
