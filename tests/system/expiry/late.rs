//! What should have happened by now, as the schedule counts it for the alarms.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::tick;
use crate::harness::System;
use crate::harness::bodies::o1;
use crate::outward::{QUICK, Scripted, facing_orders, invoice, place, sell};

/// What a run finds so many hours from now.
async fn found(system: &System, hours: i64) -> Value {
    let time = Timestamp::now() + SignedDuration::from_hours(hours);
    system.invoke("expire-reservations", tick(time)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_late_after_two_days_until_its_last_invoice() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    place(&system, o1("unpaid")).await;
    let late = async |hours| {
        let found = found(&system, hours).await;
        assert_eq!(found["failed"], 0, "{found}");
        assert_eq!(found["overdueReservations"], 0, "{found}");
        found["lateInvoices"].clone()
    };
    assert_eq!(late(47).await, 0);
    assert_eq!(late(49).await, 1);

    let some = invoice(&id, "NFe-1", 5000, &[("2000037", 1, 5000)]);
    system.erp.send("invoices", some).await;
    system.erp.settled("invoices").await;
    assert_eq!(system.status(&id).await, "partially_invoiced");
    assert_eq!((late(47).await, late(49).await), (json!(0), json!(1)));
    let rest = invoice(&id, "NFe-2", 2590, &[("2000037", 1, 2390)]);
    system.erp.send("invoices", rest).await;
    system.erp.sees("order.invoiced", &id).await;
    assert_eq!(late(49).await, 0);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_that_can_t_be_released_is_overdue_and_keeps_no_other() {
    let system = System::start().await;
    place(&system, o1("due")).await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let due_at = Timestamp::now() + SignedDuration::from_mins(24 * 60 - 1);
    let broken = HashMap::from([
        ("pk".to_owned(), text("ORDER#broken")),
        ("sk".to_owned(), text("STATE")),
        ("duePartition".to_owned(), text("reservation#0")),
        (
            "dueAt".to_owned(),
            AttributeValue::N(due_at.as_millisecond().to_string()),
        ),
    ]);
    let put = system.dynamodb().put_item();
    let put = put.table_name(&system.ready().tables["orders"]);
    put.set_item(Some(broken)).send().await.unwrap();

    let counts = |expired, failed, overdue| {
        json!({
            "expired": expired, "failed": failed,
            "overdueReservations": overdue, "lateInvoices": 0,
        })
    };
    assert_eq!(found(&system, 23).await, counts(0, 0, 0));
    // Due by now, but that may be for a moment only.
    assert_eq!(found(&system, 24).await, counts(0, 1, 0));
    assert_eq!(found(&system, 25).await, counts(0, 1, 1));
    assert_eq!(found(&system, 9 * 24).await, counts(1, 1, 1));
    system.stop().await;
}
