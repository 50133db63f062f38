//! Orders that are not placed (protocol §3.2).

use serde_json::{Value, json};

use super::stock;
use crate::harness::System;
use crate::harness::bodies::{o1, order};

/// Nothing is written and nothing is reserved.
async fn untouched(system: &System, case: &str) {
    assert!(system.orders().await.is_empty(), "{case}");
    assert_eq!(system.stock("2000037").await, stock(99, 0), "{case}");
    assert_eq!(system.stock("34562").await, stock(5, 0), "{case}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_is_refused_with_the_place_of_the_mistake() {
    let system = System::start().await;
    let changed = |pointer: &str, value: Value| {
        let mut orders = json!([o1("1-01")]);
        *orders.pointer_mut(pointer).unwrap() = value;
        orders
    };
    let without = |parent: &str, field: &str| {
        let mut orders = json!([o1("1-01")]);
        let object = orders.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        object.remove(field).unwrap();
        orders
    };
    let mut outdated = json!([o1("1-01")]);
    outdated[0]["shippingData"]["updateStatus"] = json!("outdated");
    let mut too_dear = json!([order("1-01", &[("2000037", 2, 1), ("34562", 9, 1)])]);
    too_dear[0]["items"][0]["price"] = json!(i64::MAX / 2);
    too_dear[0]["items"][1]["price"] = json!(i64::MAX / 9);
    let line = "/0/items/0";
    let logistics = "/0/shippingData/logisticsInfo/0";
    let cases = [
        (
            without("/0", "marketplaceOrderId"),
            "ES002",
            "/0/marketplaceOrderId",
        ), // ORD-08
        (
            changed("/0/marketplaceOrderId", json!(" ")),
            "ES002",
            "/0/marketplaceOrderId",
        ),
        (
            changed("/0/marketplaceOrderId", json!({})),
            "ES002",
            "/0/marketplaceOrderId",
        ),
        (
            changed("/0/marketplaceOrderId", json!("x".repeat(101))),
            "ES002",
            "/0/marketplaceOrderId",
        ),
        (json!([]), "ES002", ""), // ORD-21
        (json!([null]), "ES002", "/0"),
        (json!([o1("1-01"), 5]), "ES002", "/1"),
        (
            json!([o1("1-01"), o1("1-01")]),
            "ES002",
            "/1/marketplaceOrderId",
        ),
        (json!({}), "ES002", "/marketplaceOrderId"),
        (changed("/0/items", json!([])), "ES002", "/0/items"),
        (changed("/0/items", json!(null)), "ES002", "/0/items"),
        (
            without("/0", "clientProfileData"),
            "ES002",
            "/0/clientProfileData",
        ),
        (without("/0", "shippingData"), "ES002", "/0/shippingData"),
        (
            without("/0/shippingData", "address"),
            "ES002",
            "/0/shippingData/address",
        ),
        (without(line, "id"), "ES002", "/0/items/0/id"),
        (without(line, "seller"), "ES002", "/0/items/0/seller"),
        (without(line, "price"), "ES002", "/0/items/0/price"),
        (
            changed(&format!("{line}/price"), json!(2499.5)),
            "ES002",
            "/0/items/0/price",
        ),
        (
            changed(&format!("{line}/price"), json!("2499")),
            "ES002",
            "/0/items/0/price",
        ),
        (
            changed(&format!("{line}/price"), json!(-1)),
            "ES002",
            "/0/items/0/price",
        ),
        (
            changed(&format!("{line}/price"), json!(1e300)),
            "ES002",
            "/0/items/0/price",
        ),
        (
            changed(&format!("{line}/quantity"), json!(0)),
            "ES004",
            "/0/items/0/quantity",
        ),
        (
            changed(&format!("{line}/quantity"), json!(-3)),
            "ES004",
            "/0/items/0/quantity",
        ),
        (
            changed(&format!("{line}/quantity"), json!(1.5)),
            "ES004",
            "/0/items/0/quantity",
        ),
        (
            changed(&format!("{line}/quantity"), json!("1")),
            "ES004",
            "/0/items/0/quantity",
        ),
        (
            changed(&format!("{logistics}/itemIndex"), json!(1)),
            "ES002",
            "/0/shippingData/logisticsInfo/0/itemIndex",
        ),
        (
            changed(&format!("{logistics}/lockTTL"), json!("soon")),
            "ES002",
            "/0/shippingData/logisticsInfo/0/lockTTL",
        ),
        (outdated, "ES002", "/0/shippingData/updateStatus"),
        (too_dear, "ES002", "/0/items"),
    ];
    for (body, code, place) in cases {
        let reply = system
            .marketplace
            .post_text("/pvt/orders", body.to_string())
            .await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, code),
            "{place}: {body}"
        );
        assert!(
            reply.message().contains(place),
            "{place}: {}",
            reply.message()
        );
    }
    for body in ["", "[", "null", "\"x\"", "7", "[{}] x"] {
        let reply = system.marketplace.post_text("/pvt/orders", body).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, "ES001"),
            "{body}"
        );
    }
    untouched(&system, "after all of them").await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_served_whole_leaves_nothing_behind() {
    let system = System::start().await;
    // ORD-10
    let unknown = order("1-01", &[("2000037", 1, 7390), ("nope", 1, 100)]);
    let lines_together = order(
        "1-01",
        &[("34562", 3, 890), ("2000037", 1, 7390), ("34562", 3, 890)],
    );
    for (case, body) in [
        ("an unknown SKU", json!([unknown])),
        (
            "no stock",
            json!([order("1-01", &[("2000037", 1, 7390), ("5837", 1, 1500)])]),
        ),
        (
            "too little stock",
            json!([order("1-01", &[("34562", 6, 890), ("2000037", 1, 7390)])]),
        ),
        (
            "two lines that take too much together",
            json!([lines_together]),
        ),
        (
            "a second order that can't be served",
            json!([o1("1-01"), order("1-02", &[("34562", 6, 890)])]),
        ),
        (
            "orders that take too much together",
            json!([
                order("1-01", &[("34562", 3, 890)]),
                order("1-02", &[("34562", 3, 890)])
            ]),
        ),
        (
            "more than there can be",
            json!([order("1-01", &[("34562", i64::from(u32::MAX), 0)])]),
        ),
    ] {
        let reply = system.marketplace.place(&body).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (409, "ES014"),
            "{case}"
        );
        untouched(&system, case).await;
    }
    // The last units can be had, by lines of one SKU too.
    let last = order("1-01", &[("34562", 3, 890), ("34562", 2, 890)]);
    assert_eq!(system.marketplace.place(&json!([last])).await.status, 200);
    assert_eq!(system.stock("34562").await, stock(5, 5));
    let one_more = order("1-02", &[("34562", 1, 890)]);
    assert_eq!(
        system.marketplace.place(&json!([one_more])).await.code(),
        "ES014"
    );
    // A repeat needs no stock.
    assert_eq!(system.marketplace.place(&json!([last])).await.status, 200);
    system.stop().await;
}
