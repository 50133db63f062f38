//! What the database does not take, or does not give, for good.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{C8, C9, invoiced};
use crate::harness::System;
use crate::outward::{QUICK, Scripted, facing_orders, progress, shipment};

/// Sets an attribute of an order's item; whether the database took it.
async fn set(system: &System, order: &str, item: &str, attribute: &str, value: &str) -> bool {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let key = [("pk", format!("ORDER#{order}")), ("sk", item.to_owned())];
    let key: HashMap<_, _> = key
        .into_iter()
        .map(|(name, value)| (name.to_owned(), text(&value)))
        .collect();
    let update = system
        .dynamodb()
        .update_item()
        .table_name(&system.ready().tables["orders"])
        .set_key(Some(key))
        .update_expression("SET #attribute = :value")
        .expression_attribute_names("#attribute", attribute)
        .expression_attribute_values(":value", text(value));
    update.send().await.is_ok()
}

/// Leaves no room in an order for another entry of its timeline.
async fn fill(system: &System, order: &str) {
    for letters in (0..409_600).rev().step_by(100) {
        let endpoint = "x".repeat(letters);
        if set(system, order, "STATE", "servicesEndpoint", &endpoint).await {
            return;
        }
    }
    panic!("an order without room for a letter");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_is_not_told_again_though_its_order_can_t_be_written() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    let number = shipment(&id, "NFe-1", "SR1");
    system.erp.send("tracking", number).await;
    market.hears(C8, 1).await;
    system.erp.settled("tracking").await;
    fill(&system, &id).await;
    for events in [&["Posted"][..], &["Posted", "Delivered"]] {
        let news = progress(&id, "NFe-1", events, false);
        system.erp.send("tracking", news).await;
        let letter = system.erp.dead_letter("tracking").await;
        assert_eq!(letter.status, "400", "{}", letter.detail);
    }
    let told: Vec<_> = market
        .heard(C9)
        .iter()
        .map(|told| told.json()["events"].as_array().unwrap().len())
        .collect();
    assert_eq!(told, [1, 1]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_erp_is_told_of_tracking_whose_package_can_t_be_read() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    assert!(set(&system, &id, "INVOICE#NFe-1", "progress", "nonsense").await);
    let number = shipment(&id, "NFe-1", "SR1");
    system.erp.send("tracking", number).await;
    let letter = system.erp.dead_letter("tracking").await;
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "500")
    );
    let event = system.erp.sees("delivery.failed", &id).await;
    assert_eq!(event["data"]["failure"]["kind"], "tracking");
    assert_eq!(event["data"]["failure"]["invoiceNumber"], "NFe-1");
    assert_eq!(event["data"]["failure"]["detail"], *letter.detail);
    assert_eq!(market.heard(C8).len(), 0);
    system.stop().await;
}
