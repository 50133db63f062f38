//! Simulation (protocol §3.1, §6).

use serde_json::json;

use crate::harness::System;
use crate::harness::bodies::{cart, shelf};

#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_is_told_price_and_stock_and_no_delivery() {
    let system = System::start().await;
    let reply = system.marketplace.simulate(&shelf(&[("2000037", 1)])).await;
    assert_eq!(reply.status, 200);
    let answer = reply.json();
    assert_eq!(answer["country"], json!(null));
    assert_eq!(answer["postalCode"], json!(null));
    assert_eq!(answer["items"][0]["price"], 7390);
    assert_eq!(answer["logisticsInfo"][0]["slas"], json!([]));
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 99);
    let reply = system.marketplace.simulate(&cart(&[("2000037", 1)])).await;
    assert_eq!(reply.json()["allowMultipleDeliveries"], true);
    system.stop().await;
}
