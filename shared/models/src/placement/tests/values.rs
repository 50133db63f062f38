//! What is read.

use super::*;

#[test]
fn the_standard_order_is_read() {
    let order = order(O1);
    assert_eq!(order.marketplace_order_id.as_str(), "959311095-01");
    assert_eq!(order.order_group, None);
    assert_eq!(
        order.services_endpoint.as_deref(),
        Some("http://oms.vtexinternal.com.br/api/oms?an=mkt1")
    );
    assert_eq!(order.payment_value, Some(Cents::new(7590)));
    assert_eq!(
        order.lines,
        [OrderLine {
            sku: SkuId::parse("2000037").unwrap(),
            quantity: Quantity::ONE,
            price: Cents::new(7390),
            shipping_price: Cents::new(200),
            selected_sla: Some("Normal".to_owned()),
            delivery_window: None,
        }]
    );
    assert_eq!(
        (order.items_total, order.total),
        (Cents::new(7390), Cents::new(7590))
    );
    assert_eq!(order.lock, Some(SignedDuration::from_hours(8 * 24)));
    assert_eq!(format!("[{}]", order.received()), O1.trim());
}

#[test]
fn the_published_example_is_read() {
    let order = order(PUBLISHED);
    assert_eq!(order.marketplace_order_id.as_str(), "1138342255777-01");
    // Its bundles have no price.
    assert_eq!(
        (order.items_total, order.total),
        (Cents::new(2499), Cents::new(2499 + 1099))
    );
    assert_eq!(order.payment_value, Some(Cents::new(2499)));
    let window = order.lines[0].delivery_window.unwrap();
    let [start, end] = ["2016-04-20T08:00:00Z", "2016-04-20T12:00:00Z"]
        .map(|text| crate::Instant::parse(text).unwrap());
    assert_eq!((window.start, window.end), (start, end));
    assert_eq!(order.received(), PUBLISHED.trim());
}

#[test]
fn a_delivery_window_that_can_not_be_read_is_none() {
    for window in [
        "7",
        "{}",
        r#"{"startDateUtc":"soon","endDateUtc":"later"}"#,
        r#"{"startDateUtc":"2016-04-20T08:00:00Z","endDateUtc":null}"#,
    ] {
        let body = o1(
            r#""deliveryWindow":null"#,
            &format!(r#""deliveryWindow":{window}"#),
        );
        assert_eq!(order(&body).lines[0].delivery_window, None, "{window}");
    }
}

#[test]
fn a_total_is_items_and_shipping_and_bundles() {
    let order = order(&least(
        r#"[{"id":"a","quantity":3,"seller":"1","price":100,"bundleItems":[{"price":7},{"price":5,"quantity":2}]},
            {"id":"b","quantity":1,"seller":"1","price":20,"bundleItems":null}]"#,
        r#"[{"itemIndex":1,"price":1000},{"itemIndex":0,"price":2000},{"itemIndex":1,"price":4000},{"itemIndex":0}]"#,
    ));
    assert_eq!(order.items_total, Cents::new(320));
    assert_eq!(order.total, Cents::new(320 + 7000 + 17));
    let shipping: Vec<_> = order
        .lines
        .iter()
        .map(|line| line.shipping_price.get())
        .collect();
    assert_eq!(shipping, [2000, 5000]);
}

#[test]
fn a_sku_may_stand_on_two_lines() {
    let item = r#"{"id":"a","quantity":1,"seller":"1","price":1}"#;
    assert_eq!(
        order(&least(&format!("[{item},{item}]"), "[]")).lines.len(),
        2
    );
}

#[test]
fn a_quantity_beyond_all_stock_is_the_most_there_is() {
    let item = r#"{"id":"a","quantity":9000000000,"seller":"1","price":0}"#;
    let order = order(&least(&format!("[{item}]"), "[]"));
    assert_eq!(order.lines[0].quantity.get(), Quantity::MAX);
}

#[test]
fn what_only_people_read_may_be_null_or_missing() {
    let order = order(
        r#"{"marketplaceOrderId":12,"marketplaceServicesEndpoint":null,"marketplacePaymentValue":null,
            "items":[{"id":34,"quantity":1,"Seller":1,"price":0,"measurementUnit":null,"unitMultiplier":0}],
            "clientProfileData":{},"shippingData":{"address":{},"logisticsInfo":null,"updateStatus":null}}"#,
    );
    assert_eq!(order.marketplace_order_id.as_str(), "12");
    assert_eq!(order.lines[0].sku.as_str(), "34");
    assert_eq!((order.payment_value, order.lock), (None, None));
}

#[test]
fn the_longest_lock_counts() {
    let lock = |locks: &str| {
        let lines: Vec<_> = locks
            .split_whitespace()
            .map(|lock| format!(r#"{{"itemIndex":0,"lockTTL":"{lock}"}}"#))
            .collect();
        let item = r#"[{"id":"a","quantity":1,"seller":"1","price":1}]"#;
        order(&least(item, &format!("[{}]", lines.join(",")))).lock
    };
    let hours = |hours| Some(SignedDuration::from_hours(hours));
    assert_eq!(lock(""), None);
    assert_eq!(lock("8d 10d 9d"), hours(240));
    assert_eq!(lock("1h 30m"), hours(1));
    assert_eq!(lock("90m 1h"), Some(SignedDuration::from_mins(90)));
    assert_eq!(lock("5bd"), hours(7 * 24));
    // No number of days is too great to be read.
    let century = lock("99999999d");
    assert!(century > hours(99 * 365 * 24), "{century:?}");
    assert_eq!(lock("999999999999999999d"), century);
    assert_eq!(lock("99999999999999999999d"), century);
}

#[test]
fn a_lock_has_a_number_and_a_unit() {
    for text in ["", "8", "d", "-8d", "8 d", "8D", "1.5d", "8dd", "bd"] {
        assert_eq!(lock_time(text), None, "{text}");
    }
}

#[test]
fn equal_content_has_equal_hashes() {
    let spelled = o1(r#""price":7390"#, r#""unitMultiplier":null,"price":7390.0"#);
    assert_eq!(order(O1).content_hash, order(&spelled).content_hash);
    let other = o1(r#""firstName":"J""#, r#""firstName":"K""#);
    assert_ne!(order(O1).content_hash, order(&other).content_hash);
    assert_eq!(order(O1).content_hash.len(), 64);
}
