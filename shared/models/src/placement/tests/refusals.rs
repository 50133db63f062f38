//! What is refused, with which code and at which place.

use super::*;

#[test]
fn what_is_no_json_has_no_place() {
    for body in ["", "null", "\"x\"", "[{", "[{}] x", r#"[{"items":[1,]}]"#] {
        assert!(
            refusal(body).starts_with("ES001: the body: "),
            "{body}: {}",
            refusal(body)
        );
    }
}

#[test]
fn a_call_has_an_order() {
    assert_eq!(refusal("[]"), "ES002: the body: has no order");
    assert_eq!(refusal("{}"), "ES002: /marketplaceOrderId: is missing");
    assert_eq!(refusal("[5]"), "ES002: /0: is not an object");
    assert_eq!(refusal("[null]"), "ES002: /0: is not an object");
}

#[test]
fn an_order_of_an_object_has_places_of_an_object() {
    let object = o1(r#""price":7390"#, r#""price":"7390""#);
    let object = object.trim().trim_start_matches('[').trim_end_matches(']');
    assert_eq!(
        refusal(object),
        "ES002: /items/0/price: is not an integer number of cents"
    );
}

#[test]
fn every_mistake_is_named_by_its_place() {
    let id = r#""marketplaceOrderId":"959311095-01","#;
    let address_start = r#""address":{"#;
    let item = r#"{"id":"2000037","quantity":1,"seller":"1","price":7390}"#;
    let logistics = "/0/shippingData/logisticsInfo/0";
    for (part, by, place) in [
        (id, "", "ES002: /0/marketplaceOrderId: is missing"),
        (
            id,
            r#""marketplaceOrderId":null,"#,
            "ES002: /0/marketplaceOrderId: is missing",
        ),
        (
            id,
            r#""marketplaceOrderId":" ","#,
            "ES002: /0/marketplaceOrderId: is empty",
        ),
        (
            id,
            r#""marketplaceOrderId":1.5,"#,
            "ES002: /0/marketplaceOrderId: is not a text",
        ),
        (
            id,
            r#""marketplaceOrderId":"a\u0000","#,
            "ES002: /0/marketplaceOrderId: ",
        ),
        (
            r#""clientProfileData":"#,
            r#""client":"#,
            "ES002: /0/clientProfileData: is missing",
        ),
        (
            r#""shippingData":"#,
            r#""shipping":"#,
            "ES002: /0/shippingData: is missing",
        ),
        (
            address_start,
            r#""place":{"#,
            "ES002: /0/shippingData/address: is missing",
        ),
        (
            address_start,
            r#""updateStatus":"outdated","address":{"#,
            "ES002: /0/shippingData/updateStatus: is outdated",
        ),
        (
            r#""items":["#,
            r#""lines":["#,
            "ES002: /0/items: has no item",
        ),
        (item, "", "ES002: /0/items: has no item"),
        (item, "5", "ES002: /0/items/0: is not an object"),
        (
            r#""items":["#,
            r#""items":5,"lines":["#,
            "ES002: /0/items: is not a list",
        ),
        (r#""id":"2000037","#, "", "ES002: /0/items/0/id: is missing"),
        (
            r#""id":"2000037""#,
            r#""id":"""#,
            "ES002: /0/items/0/id: is empty",
        ),
        (
            r#""id":"2000037""#,
            r#""id":true"#,
            "ES002: /0/items/0/id: is not a text or an integer",
        ),
        (
            r#""seller":"1","#,
            "",
            "ES002: /0/items/0/seller: is missing",
        ),
        (
            r#""seller":"1""#,
            r#""seller":{}"#,
            "ES002: /0/items/0/seller: is not a text or an integer",
        ),
        (
            r#""seller":"1""#,
            r#""Seller":[]"#,
            "ES002: /0/items/0/Seller: is not a text or an integer",
        ),
        (
            r#""quantity":1,"#,
            "",
            "ES002: /0/items/0/quantity: is missing",
        ),
        (
            r#""quantity":1"#,
            r#""quantity":0"#,
            "ES004: /0/items/0/quantity: ",
        ),
        (
            r#""quantity":1"#,
            r#""quantity":-1"#,
            "ES004: /0/items/0/quantity: ",
        ),
        (
            r#""quantity":1"#,
            r#""quantity":1.5"#,
            "ES004: /0/items/0/quantity: ",
        ),
        (
            r#""quantity":1"#,
            r#""quantity":1e30"#,
            "ES004: /0/items/0/quantity: ",
        ),
        (
            r#""quantity":1"#,
            r#""quantity":"1""#,
            "ES004: /0/items/0/quantity: ",
        ),
        (
            r#""price":7390"#,
            r#""cost":7390"#,
            "ES002: /0/items/0/price: is missing",
        ),
        (
            r#""price":7390"#,
            r#""price":"7390""#,
            "ES002: /0/items/0/price: is not an integer",
        ),
        (
            r#""price":7390"#,
            r#""price":2499.5"#,
            "ES002: /0/items/0/price: is not an integer",
        ),
        (
            r#""price":7390"#,
            r#""price":1e30"#,
            "ES002: /0/items/0/price: is not an integer",
        ),
        (
            r#""price":7390"#,
            r#""price":-1"#,
            "ES002: /0/items/0/price: is negative",
        ),
        (
            r#""marketplacePaymentValue":7590"#,
            r#""marketplacePaymentValue":"7590""#,
            "ES002: /0/marketplacePaymentValue: ",
        ),
        (
            r#""itemIndex":0"#,
            r#""itemIndex":1"#,
            &format!("ES002: {logistics}/itemIndex: is not a position below 1"),
        ),
        (
            r#""itemIndex":0"#,
            r#""itemIndex":-1"#,
            &format!("ES002: {logistics}/itemIndex: "),
        ),
        (
            r#""itemIndex":0"#,
            r#""itemIndex":0.5"#,
            &format!("ES002: {logistics}/itemIndex: "),
        ),
        (
            r#""itemIndex":0,"#,
            "",
            &format!("ES002: {logistics}/itemIndex: is missing"),
        ),
        (
            r#""price":200"#,
            r#""price":200.5"#,
            &format!("ES002: {logistics}/price: is not an integer"),
        ),
        (
            r#""price":200"#,
            r#""price":-1"#,
            &format!("ES002: {logistics}/price: is negative"),
        ),
        (
            r#""lockTTL":"8d""#,
            r#""lockTTL":"soon""#,
            &format!("ES002: {logistics}/lockTTL: "),
        ),
        (
            r#""price":7390"#,
            r#""price":7390,"bundleItems":[{},{"price":1.5}]"#,
            "ES002: /0/items/0/bundleItems/1/price: ",
        ),
        (
            r#""price":7390"#,
            r#""price":7390,"bundleItems":[{"price":1,"quantity":0}]"#,
            "ES004: /0/items/0/bundleItems/0/quantity: ",
        ),
        (
            r#""price":7390"#,
            r#""price":7390,"bundleItems":5"#,
            "ES002: /0/items/0/bundleItems: is not a list",
        ),
    ] {
        let refusal = refusal(&o1(part, by));
        assert!(refusal.starts_with(place), "{part} as {by}: {refusal}");
    }
}

#[test]
fn an_order_stands_in_a_call_once() {
    let one = least(r#"[{"id":"a","quantity":1,"seller":"1","price":1}]"#, "[]");
    let other = one.replace("1-01", "1-02");
    assert_eq!(
        refusal(&format!("[{one},{other},{one}]")),
        "ES002: /2/marketplaceOrderId: stands twice in one call"
    );
    assert_eq!(read(&format!("[{one},{other}]")).orders().len(), 2);
}

#[test]
fn sums_that_nobody_can_count_are_refused() {
    let item = |quantity: i64, price: i64| {
        format!(r#"{{"id":"a","quantity":{quantity},"seller":"1","price":{price}}}"#)
    };
    let shipping = format!(r#"{{"itemIndex":0,"price":{}}}"#, i64::MAX);
    let bundle = |quantity: i64| {
        format!(
            r#""price":1,"bundleItems":[{{"price":{},"quantity":{quantity}}}]"#,
            i64::MAX
        )
    };
    let too_much = "ES002: /items: add up to more than can be counted";
    for (items, logistics, refused) in [
        (item(2, i64::MAX), String::new(), too_much),
        (
            format!("{},{}", item(1, i64::MAX), item(1, 1)),
            String::new(),
            too_much,
        ),
        (item(1, 1), shipping.clone(), too_much),
        (
            item(1, 1).replace(r#""price":1"#, &bundle(1)),
            String::new(),
            too_much,
        ),
        (
            item(1, 1).replace(r#""price":1"#, &bundle(2)),
            String::new(),
            too_much,
        ),
        (
            format!("{},{}", item(1, 0), item(1, 0)),
            format!(r#"{shipping},{}"#, shipping.replace(":0", ":1")),
            too_much,
        ),
        (
            item(1, 0),
            format!("{shipping},{shipping}"),
            "ES002: /shippingData/logisticsInfo/1/price: is too large",
        ),
    ] {
        let body = least(&format!("[{items}]"), &format!("[{logistics}]"));
        assert_eq!(refusal(&body), refused, "{body}");
    }
    let most = order(&least(&format!("[{}]", item(1, i64::MAX)), "[]"));
    assert_eq!(most.total, Cents::new(i64::MAX));
}

#[test]
fn half_of_a_character_is_no_text() {
    for (part, by) in [
        (r#""city":"Rio""#, r#""city":"\ud800""#),
        (r#""city":"Rio""#, r#""\ud800":"Rio""#),
        (r#""id":"2000037""#, r#""id":"\ud800""#),
        (r#""paymentData":null"#, r#""\udc00":null"#),
    ] {
        assert!(refusal(&o1(part, by)).starts_with("ES00"), "{by}");
    }
}
