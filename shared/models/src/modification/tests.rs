use serde_json::{Value, json};

use super::*;
use crate::outward::AgreementType;
use crate::{Cents, ChangeRequestId, Instant};

fn read(body: &Value) -> Result<ModificationRequest, String> {
    ModificationRequest::read(body.to_string().as_bytes()).map_err(|problem| problem.to_string())
}

/// The published example that does everything at once, with the name a marketplace gives it.
fn everything() -> Value {
    json!({
        "requestId": "e8532a32-7f7e-434a-88ec-29609f0ede46",
        "reason": "The client wants something else.",
        "manualDiscountValue": 100,
        "add": {"items": [
            {"id": "8", "quantity": 1, "measurementUnit": "un", "unitMultiplier": 1},
        ]},
        "remove": {"items": [
            {"id": 31, "quantity": 1.0, "measurementUnit": "un", "unitMultiplier": 1},
        ]},
        "replace": [{
            "from": {"items": [{"id": "1", "quantity": 1}]},
            "to": {
                "items": [{"id": "2", "quantity": 3, "price": 990, "measurementUnit": "kg"}],
                "shippingData": {"logisticsInfo": [{
                    "itemIndex": 0, "selectedSla": "Normal",
                    "selectedDeliveryChannel": "delivery", "addressId": "1233", "price": 1000,
                }]},
            },
        }],
    })
}

#[test]
fn the_published_request_is_read() {
    let request = read(&everything()).unwrap();
    assert_eq!(
        request.id.as_ref().map(ChangeRequestId::as_str),
        Some("e8532a32-7f7e-434a-88ec-29609f0ede46")
    );
    let written = serde_json::to_value(&request.alterations).unwrap();
    assert_eq!(
        written,
        json!({
            "remove": [{"sku": "31", "quantity": 1}],
            "replace": [{
                "from": [{"sku": "1", "quantity": 1}],
                "to": [{
                    "sku": "2", "quantity": 3, "price": 990,
                    "delivery": {"method": "Normal", "price": 1000},
                }],
            }],
            "add": [{"sku": "8", "quantity": 1, "delivery": {}}],
            "discount": 100,
            "increment": 0,
        })
    );
    let again: Alterations = serde_json::from_value(written).unwrap();
    assert_eq!(again, request.alterations);
    let added: Vec<&str> = again.added_skus().map(crate::SkuId::as_str).collect();
    assert_eq!(added, ["8", "2"]);
}

#[test]
fn operations_are_read_in_every_form_that_is_published() {
    let item = json!({"id": "1", "quantity": 2, "price": null});
    let wanted = read(&json!({"reason": "x", "remove": {"items": [item]}})).unwrap();
    for form in [json!([{"items": [item]}]), json!([item])] {
        let request = read(&json!({"reason": "x", "remove": form, "add": null})).unwrap();
        assert_eq!(request.alterations, wanted.alterations, "{form}");
        assert_eq!(request.content_hash, wanted.content_hash);
    }
}

#[test]
fn the_same_content_has_the_same_hash_whatever_else_is_said() {
    let hash = |body: &Value| read(body).unwrap().content_hash;
    let one = everything();
    let mut same = one.clone();
    same["reason"] = json!("another");
    same["date"] = json!("2026-11-21");
    assert_eq!(hash(&same), hash(&one));
    for (pointer, value) in [
        ("/manualDiscountValue", json!(99)),
        ("/add/items/0/quantity", json!(2)),
        ("/replace/0/to/items/0/price", json!(991)),
        (
            "/replace/0/to/shippingData/logisticsInfo/0/price",
            json!(1001),
        ),
    ] {
        let mut other = one.clone();
        *other.pointer_mut(pointer).unwrap() = value;
        assert_ne!(hash(&other), hash(&one), "{pointer}");
    }
}

#[test]
fn manual_values_of_items_count_with_those_of_the_order() {
    let item =
        json!({"id": "1", "quantity": 1, "manualDiscountValue": 30, "manualIncrementValue": 5});
    let request = read(&json!({
        "reason": "x", "manualDiscountValue": 100, "add": {"items": [item]},
    }));
    let alterations = request.unwrap().alterations;
    assert_eq!(alterations.discount, Cents::new(130));
    assert_eq!(alterations.increment, Cents::new(5));
}

#[test]
fn what_is_wrong_is_named_by_its_place() {
    let change = |pointer: &str, value: Value| {
        let mut body = everything();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        body
    };
    let item = json!({"id": "1", "quantity": 1});
    let many: Vec<Value> = vec![item; MOST_ITEMS];
    for (body, why) in [
        (json!([]), "ES001"),
        (change("/reason", json!(null)), "ES002: /reason: is missing"),
        (change("/requestId", json!("a b")), "ES002: /requestId: "),
        (change("/requestId", json!("..")), "ES002: /requestId: "),
        (
            change("/add/items", json!(1)),
            "ES002: /add/items: is not a list",
        ),
        (change("/add", json!(1)), "ES002: /add: is not an object"),
        (
            change("/manualDiscountValue", json!(-1)),
            "ES002: /manualDiscountValue: is negative",
        ),
        (
            change("/manualDiscountValue", json!(1.5)),
            "ES002: /manualDiscountValue: ",
        ),
        (
            change("/replace/0/from", json!(null)),
            "ES002: /replace/0/from: has no item",
        ),
        (
            change("/replace/0/to", json!({"items": []})),
            "ES002: /replace/0/to: has no item",
        ),
        (json!({"reason": "x"}), "ES002: the body: changes nothing"),
        (
            json!({"reason": "x", "manualDiscountValue": 5, "manualIncrementValue": 5}),
            "ES002: the body: changes nothing",
        ),
        (
            json!({"reason": "x", "remove": {"items": [{"id": "1", "quantity": 0}]}}),
            "ES004: /remove/items/0/quantity",
        ),
        (
            json!({"reason": "x", "remove": {"items": many}, "add": {"items": [{"id": "1", "quantity": 1}]}}),
            "ES005: the modification has 81 items",
        ),
    ] {
        let said = read(&body).unwrap_err();
        assert!(said.starts_with(why), "{why}: {said}");
    }
}

#[test]
fn what_is_not_kept_of_a_buyer_can_not_be_changed() {
    let mut body = everything();
    body["replace"][0]["to"]["items"][0]["clientProfileData"] = json!([{"firstName": "Maria"}]);
    let said = read(&body).unwrap_err();
    let place = "ES002: /replace/0/to/items/0/clientProfileData: ";
    assert!(said.starts_with(place), "{said}");
    let mut body = everything();
    body["replace"][0]["to"]["shippingData"]["selectedAddresses"] = json!([{"street": "Rua B"}]);
    let said = read(&body).unwrap_err();
    let place = "SalesOrderSystem047: /replace/0/to/shippingData/selectedAddresses: ";
    assert!(said.starts_with(place), "{said}");
    let mut body = everything();
    body["clientProfileData"] = json!({});
    body["replace"][0]["to"]["shippingData"]["selectedAddresses"] = json!([]);
    assert!(read(&body).is_ok());
}

#[test]
fn the_answer_is_the_request_with_what_it_changes() {
    let request = read(&everything()).unwrap();
    let difference = Difference {
        items: Cents::new(-500),
        shipping: Cents::new(800),
        manual: Cents::new(-100),
    };
    let date = Instant::parse("2026-11-21T00:00:00Z").unwrap();
    let answer = request.answer(request.id.as_ref(), &difference, date);
    let answer: Value = serde_json::from_slice(&answer.unwrap()).unwrap();
    let mut expected = everything();
    expected["manualIncrementValue"] = json!(0);
    expected["totalChangeValue"] = json!(200);
    expected["totals"] = json!([
        {"id": "Items", "name": "Items Total", "value": -500},
        {"id": "Shipping", "name": "Shipping Total", "value": 800},
        {"id": "ManualValues", "name": "Manual Values Total", "value": -100},
    ]);
    expected["date"] = json!("2026-11-21T00:00:00.000Z");
    assert_eq!(answer, expected);

    // A preview has no name, and what is not there is null.
    let nameless = read(&json!({"reason": "x", "manualIncrementValue": 5})).unwrap();
    let answer = nameless.answer(None, &Difference::default(), date);
    let answer: Value = serde_json::from_slice(&answer.unwrap()).unwrap();
    for name in ["requestId", "add", "remove", "replace"] {
        assert_eq!(answer.get(name), Some(&Value::Null), "{name}");
    }
}

#[test]
fn an_agreement_is_one_of_two_words() {
    for (word, agreement) in [
        ("Acknowledgment", AgreementType::Acknowledgment),
        ("Confirmation", AgreementType::Confirmation),
    ] {
        let body = json!({"agreementType": word}).to_string();
        assert_eq!(agreed_to(body.as_bytes()).unwrap(), agreement);
    }
    for (body, why) in [
        ("", "ES001"),
        ("{}", "ES002: /agreementType: is missing"),
        (r#"{"agreementType":"confirmation"}"#, "SalesOrderSystem035"),
    ] {
        let said = agreed_to(body.as_bytes()).unwrap_err().to_string();
        assert!(said.starts_with(why), "{said}");
    }
}

#[test]
fn a_message_of_an_agreement_is_read_as_it_was_written() {
    let message = AgreementMessage {
        order_id: crate::OrderId::parse("mkt1-1-01").unwrap(),
        change_request_id: ChangeRequestId::parse("c1").unwrap(),
        agreement_type: AgreementType::Confirmation,
    };
    let written = serde_json::to_string(&message).unwrap();
    assert_eq!(
        written,
        r#"{"orderId":"mkt1-1-01","changeRequestId":"c1","agreementType":"Confirmation"}"#
    );
    assert_eq!(AgreementMessage::read(written.as_bytes()).unwrap(), message);
    let wrong = AgreementMessage::read(br#"{"orderId":"a b"}"#).unwrap_err();
    assert!(wrong.to_string().starts_with("ES002: /orderId"), "{wrong}");
}

#[test]
fn a_withdrawal_needs_no_words() {
    for body in ["", "{}", r#"{"reason":{}}"#] {
        let withdrawal = Withdrawal::read(body.as_bytes()).unwrap();
        assert_eq!(withdrawal, Withdrawal::default(), "{body}");
    }
    let long = format!(r#"{{"reason":"{}"}}"#, "ã".repeat(900));
    let reason = Withdrawal::read(long.as_bytes()).unwrap().reason.unwrap();
    assert_eq!(reason.chars().count(), 200);
    assert!(Withdrawal::read(b"[").is_err());
}
