use super::super::{placement as check, placement_repeat as check_repeat};
use super::*;

fn request() -> Value {
    json!([{
        "marketplaceOrderId": "959311095-01",
        "marketplacePaymentValue": 7590,
        "items": [{"id": "2000037", "quantity": 1, "Seller": "1", "price": 7390,
                   "commission": 1.0, "bundleItems": [{"id": 12, "quantity": 2}]}],
        "clientProfileData": {"email": "a@ct.vtex.com.br", "documentType": null},
        "x-unknown": {"a/b": [1, 2]},
        "paymentData": null,
    }])
}

/// With the liberties a seller has: nulls left out, `seller`, ids as texts, numbers respelled.
fn answer() -> Value {
    json!([{
        "marketplaceOrderId": "959311095-01",
        "marketplacePaymentValue": 7590,
        "items": [{"id": "2000037", "quantity": 1, "seller": "1", "price": 7390.0,
                   "commission": 1, "bundleItems": [{"id": "12", "quantity": 2}]}],
        "clientProfileData": {"email": "a@ct.vtex.com.br"},
        "x-unknown": {"a/b": [1, 2]},
        "orderId": "mkt1-959311095-01",
        "followUpEmail": "seller@example.com",
    }])
}

pub(super) fn table() -> Vec<Bad> {
    use Rule::*;
    vec![
        set("", answer()[0].clone(), PlacementShape, ""),
        set("", json!("ok"), PlacementShape, ""),
        set("", json!([]), PlacementCount, ""),
        set("", json!([answer()[0], answer()[0]]), PlacementCount, ""),
        set("/0", json!("mkt1-959311095-01"), FieldType, "/0"),
        set(
            "/0/marketplaceOrderId",
            json!("959311095"),
            Echo,
            "/0/marketplaceOrderId",
        ),
        set("/0/items/0/price", json!(7391), Echo, "/0/items/0/price"),
        set("/0/items", json!([]), Echo, "/0/items"),
        set("/0/items/0/seller", json!("2"), Echo, "/0/items/0/seller"),
        set("/0/x-unknown/a~1b/1", json!(3), Echo, "/0/x-unknown/a~1b/1"),
        set("/0/orderId", json!(""), OrderId, "/0/orderId"),
        set("/0/orderId", json!("a b"), OrderId, "/0/orderId"),
        set("/0/orderId", json!("a/b"), OrderId, "/0/orderId"),
        set("/0/orderId", json!(".."), OrderId, "/0/orderId"),
        set("/0/orderId", json!("x".repeat(51)), OrderId, "/0/orderId"),
        set("/0/orderId", json!(7890), FieldType, "/0/orderId"),
        set(
            "/0/followUpEmail",
            json!("seller"),
            FollowUpEmail,
            "/0/followUpEmail",
        ),
        set(
            "/0/followUpEmail",
            json!(""),
            FollowUpEmail,
            "/0/followUpEmail",
        ),
        set(
            "/0/followUpEmail",
            json!(null),
            FieldType,
            "/0/followUpEmail",
        ),
        Bad {
            at: "/0/x-unknown",
            becomes: None,
            rule: Echo,
            pointer: "/0",
        },
        without("/0/orderId"),
        without("/0/followUpEmail"),
    ]
}

#[test]
fn a_whole_answer_breaks_nothing_in_either_shape() {
    assert_eq!(check(&request(), &reply(&answer())), []);
    assert_eq!(check(&request()[0], &reply(&answer()[0])), []);
}

#[test]
fn each_flaw_is_named_with_its_place() {
    for bad in table() {
        bad.expect(&check(&request(), &reply(&bad.apply(&answer()))));
    }
}

#[test]
fn an_array_for_an_object_is_the_wrong_shape() {
    let found = check(&request()[0], &reply(&answer()));
    assert_eq!(rules(&found), [Rule::PlacementShape]);
}

pub(super) fn repeated() -> Vec<(Value, Rule)> {
    let mut orders = answer();
    orders.as_array_mut().unwrap().push(answer()[0].clone());
    vec![(orders, Rule::OrderIdRepeated)]
}

#[test]
fn two_orders_have_two_ids() {
    let request = json!([request()[0], request()[0]]);
    for (orders, rule) in repeated() {
        assert_eq!(rules(&check(&request, &reply(&orders))), [rule]);
    }
}

#[test]
fn a_refusal_needs_the_envelope_and_nothing_else() {
    assert_eq!(check(&request(), &refusal(409)), []);
    assert_eq!(check(&request(), &raw(503, "text/html", "<h1>")), []);
    let bare = check(&request(), &raw(409, "text/html", "<h1>"));
    assert_eq!(rules(&bare), [Rule::ErrorEnvelope]);
    let created = check(&request(), &raw(201, "application/json", "[]"));
    assert_eq!(rules(&created), [Rule::AnswerStatus]);
}

#[test]
fn a_repeat_has_the_first_answers_order_id() {
    let mut other = answer();
    other[0]["orderId"] = json!("another");
    let first = reply(&answer());
    assert_eq!(check_repeat(&request(), &first, &reply(&answer())), []);
    assert_eq!(check_repeat(&request(), &first, &raw(503, "", "")), []);
    assert_eq!(check_repeat(&request(), &refusal(409), &first), []);
    let refused = check_repeat(&request(), &first, &refusal(409));
    assert_eq!(rules(&refused), [Rule::RepeatRefused]);
    let changed = check_repeat(&request(), &first, &reply(&other));
    assert_eq!(rules(&changed), [Rule::OrderIdChanged]);
    assert_eq!(changed[0].pointer, "/0/orderId");
}
