use proptest::prelude::*;

use super::*;

fn hash(message: &Value) -> String {
    read(message).content_hash()
}

/// It is kept with orders: another one for the same invoice would refuse its repeat.
#[test]
fn the_hash_of_the_sample_never_changes() {
    insta::assert_snapshot!(hash(&sample()), @"e56ebb1aeeccdfb002adb47e9bdc850fe8b2758b17926f5682a3154e1c9310c9");
}

#[test]
fn spelling_and_order_do_not_matter() {
    let reversed = r#"{"restock":false,"items":[{"price":7390.0,"quantity":1,"id":2000037}],
        "invoiceValue":7.59e3,"issuanceDate":"2026-11-20 21:00:00-03:00","invoiceNumber":"NFe-00001",
        "type":"Output","unknown":1,"marketplaceOrderId":"959311095-01","marketplace":"mkt1"}"#;
    let invoice = InvoiceMessage::read(reversed.as_bytes()).unwrap();
    assert_eq!(invoice.content_hash(), hash(&sample()));
}

#[test]
fn a_package_and_restocking_are_no_part_of_it() {
    let later = json!({"courier": "Correios", "trackingNumber": "SR1", "restock": true,
        "trackingUrl": "https://t.example/SR1", "dispatchedDate": "2026-11-22"});
    assert_eq!(hash(&with(&later)), hash(&sample()));
}

#[test]
fn everything_else_matters() {
    let line = |field: &str, value: Value| {
        let mut line = sample()["items"][0].clone();
        line[field] = value;
        json!({"items": [line]})
    };
    for other in [
        json!({"orderId": "mkt1-2-01"}),
        json!({"type": "Input"}),
        json!({"invoiceNumber": "NFe-00002"}),
        json!({"issuanceDate": "2026-11-21T00:00:01Z"}),
        json!({"issuanceDate": null}),
        json!({"invoiceValue": 7591}),
        json!({"invoiceKey": "1"}),
        json!({"invoiceUrl": "1"}),
        json!({"embeddedInvoice": "1"}),
        line("id", json!("2000038")),
        line("quantity", json!(2)),
        line("price", json!(7391)),
        line("description", json!("blue")),
    ] {
        assert_ne!(hash(&with(&other)), hash(&sample()), "{other}");
    }
}

prop_compose! {
    fn line()(
        sku in 0..4,
        quantity in 1..1_000_i64,
        price in 0..1_000_000_i64,
        description in prop::option::of("[a-c]{1,2}"),
    ) -> Value {
        json!({
            "id": format!("sku {sku}"), "quantity": quantity, "price": price,
            "description": description,
        })
    }
}

fn shuffled() -> impl Strategy<Value = (Vec<Value>, Vec<Value>)> {
    prop::collection::vec(line(), 1..10)
        .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))
}

proptest! {
    #[test]
    fn the_order_of_lines_does_not_matter((lines, shuffled) in shuffled()) {
        prop_assert_eq!(
            hash(&with(&json!({"items": lines}))),
            hash(&with(&json!({"items": shuffled})))
        );
    }
}
