//! What comes too early waits with its order, and goes when it may.

use std::time::{Duration, Instant};

use super::{C8, C9, ITEM, invoiced};
use crate::harness::bodies::o1;
use crate::outward::{
    QUICK, Say, Scripted, authorize, facing_orders, invoice, place, progress, sell, shipment,
};

/// Tracking that came ahead of its invoice leaves this long after the invoice's success.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn tracking_that_comes_before_its_invoice_is_sent_right_after_it() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    // In the wrong order, and twice: where the package is, its number, the invoice.
    for _ in 0..2 {
        system
            .erp
            .send("tracking", progress(&id, "NFe-1", &["Posted"], false))
            .await;
        system
            .erp
            .send("tracking", shipment(&id, "NFe-1", "SR1"))
            .await;
    }
    system.erp.settled("tracking").await;
    assert_eq!(market.heard("").len(), 0);
    // An invoice that has not arrived yet is none.
    market.says("/invoice", [Say::Status(503), Say::Status(503)]);
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 7590, &ITEM))
        .await;
    let sent = market.hears("/invoice", 3).await[2].at;
    let number = market.hears(C8, 1).await[0].at;
    let place = market.hears(C9, 1).await[0].at;
    eprintln!("C8 {:?} and C9 {:?} after C7", number - sent, place - sent);
    assert!(sent < number && number < place);
    assert!(place - sent < SOON);
    system.erp.settled("tracking").await;
    assert_eq!(market.heard("").len(), 5);
    assert_eq!(system.status(&id).await, "shipped");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_package_is_waits_for_its_tracking_number() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    system
        .erp
        .send("tracking", progress(&id, "NFe-1", &["Delivered"], true))
        .await;
    system.erp.settled("tracking").await;
    assert_eq!(market.heard(C9).len(), 0);
    let sent = Instant::now();
    system
        .erp
        .send("tracking", shipment(&id, "NFe-1", "SR1"))
        .await;
    let told = &market.hears(C9, 1).await[0];
    assert!(told.at - sent < SOON);
    assert!(market.heard(C8)[0].at < told.at);
    system.erp.sees("order.delivered", &id).await;
    system.stop().await;
}

/// Whatever the ERP does first: the number may even come before the payment.
#[tokio::test(flavor = "multi_thread")]
async fn tracking_waits_through_the_payment_and_a_refused_invoice() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = place(&system, o1("1-01")).await;
    system
        .erp
        .send("tracking", shipment(&id, "NFe-2", "SR1"))
        .await;
    system.erp.settled("tracking").await;
    authorize(&system, &id).await;
    market.says("/invoice", [Say::Status(400)]);
    system
        .erp
        .send("invoices", invoice(&id, "NFe-2", 7590, &ITEM))
        .await;
    system.erp.dead_letter("invoices").await;
    assert_eq!(market.heard("/NFe-2").len(), 0);
    system
        .erp
        .send("invoices", invoice(&id, "NFe-2", 7590, &ITEM))
        .await;
    market.hears("/NFe-2", 1).await;
    system.erp.settled("tracking").await;
    assert_eq!(system.status(&id).await, "shipped");
    system.stop().await;
}
