use super::super::{authorization, authorization_repeat};
use super::*;

const OURS: &str = "1138342255777-01";
const THEIRS: &str = "959311095";

pub(super) fn receipt() -> Value {
    json!({"date": "2014-10-06 18:52:00", "marketplaceOrderId": OURS, "orderId": THEIRS,
           "receipt": "e39d05f9-0c54-4469-a626-8bb5cff169f8"})
}

/// What is wrong with a receipt is the same for an authorization and a cancellation.
pub(super) fn table() -> Vec<Bad> {
    use Rule::*;
    vec![
        set("", json!([1]), FieldType, ""),
        set("/orderId", json!(OURS), IdsDiffer, "/orderId"),
        set("/orderId", json!(959_311_095), FieldType, "/orderId"),
        set("/date", json!("06/10/2014"), DateUnreadable, "/date"),
        set("/date", json!(null), FieldType, "/date"),
        set("/receipt", json!(5), FieldType, "/receipt"),
        without("/orderId"),
        without("/marketplaceOrderId"),
        without("/date"),
        without("/receipt"),
        set(
            "/marketplaceOrderId",
            json!(THEIRS),
            IdsDiffer,
            "/marketplaceOrderId",
        ),
    ]
}

fn check(reply: &Reply) -> Vec<Violation> {
    authorization(THEIRS, OURS, reply)
}

#[test]
fn a_whole_receipt_breaks_nothing() {
    let mut body = receipt();
    for date in [
        "2014-10-06 18:52:00",
        "2014-03-01T22:58:28.143",
        "2021-06-09T15:22:56.7612218-02:00",
        "2021-06-09T15:22:56Z",
        "2021-06-09",
    ] {
        body["date"] = json!(date);
        assert_eq!(check(&reply(&body)), [], "{date}");
    }
    body["receipt"] = json!(null);
    assert_eq!(check(&reply(&body)), []);
}

#[test]
fn each_flaw_is_named_with_its_place() {
    for bad in table() {
        bad.expect(&check(&reply(&bad.apply(&receipt()))));
    }
}

#[test]
fn an_authorization_is_never_answered_with_nothing() {
    assert_eq!(
        rules(&check(&raw(200, "application/json", ""))),
        [Rule::AnswerJson]
    );
    assert_eq!(
        rules(&check(&raw(204, "application/json", ""))),
        [Rule::AnswerStatus]
    );
}

#[test]
fn a_refusal_needs_the_envelope() {
    assert_eq!(check(&refusal(404)), []);
    assert_eq!(check(&raw(502, "text/html", "")), []);
    assert_eq!(
        rules(&check(&raw(404, "text/html", ""))),
        [Rule::ErrorEnvelope]
    );
}

#[test]
fn a_repeat_has_the_same_receipt() {
    let first = reply(&receipt());
    let mut later = receipt();
    later["date"] = json!("2014-10-06 18:53:00");
    assert_eq!(
        authorization_repeat(THEIRS, OURS, &first, &reply(&later)),
        []
    );
    later["receipt"] = json!("another");
    let changed = authorization_repeat(THEIRS, OURS, &first, &reply(&later));
    assert_eq!(rules(&changed), [Rule::ReceiptChanged]);
    assert_eq!(
        authorization_repeat(THEIRS, OURS, &first, &refusal(409)),
        []
    );
}
