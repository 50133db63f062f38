//! When two placements are the same, and what comes back of one (protocol §2.3, §3.2).

use serde_json::{Value, json};

use super::{answered, stock};
use crate::harness::bodies::{naming, o1, order};
use crate::harness::{System, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn unknown_fields_come_back_to_the_letter_and_ids_as_text() {
    let system = System::start().await;
    // Numbers for ids, `Seller`, amounts with a fraction of zero, seven-digit times, nulls, and
    // everything else as nobody would write it twice.
    let sent = r#"{"custom":{"b":12345678901234567890,"a":[1.0,-0,1e2],"b":"twice","é":"\u00e9\/"},
"marketplaceOrderId":1138342255777,"marketplacePaymentValue":7590.0,
"items":[{"zeta":1.50,"id":2000037,"quantity":1.0,"Seller":1,"price":7390.0,"commission":1.0,
"bundleItems":[{"type":"Gift","id":9007199254740993,"name":"x","price":0}],"itemAttachment":{"name":null,"content":{}},
"priceTags":[{"name":"d","rawValue":12.50,"value":-1200}],"measurementUnit":null,"unitMultiplier":0}],
"clientProfileData":{"email":"a@ct.vtex.com.br","documentType":null},
"shippingData":{"address":{"postalCode":"22251-030","geoCoordinates":["-43.18",-22.940]},
"logisticsInfo":[{"itemIndex":0,"selectedSla":"Normal","lockTTL":"8d","shippingEstimate":"5bd","price":200,
"deliveryWindow":{"startDateUtc":"2021-06-09T15:22:56.7612218-02:00","endDateUtc":"2021-06-09T16:22:56.7612218-02:00","listPrice":0}}]},
"openTextField":null,"paymentData":null}"#;
    let expected = sent
        .replace("1138342255777,", r#""1138342255777","#)
        .replace("7590.0", "7590")
        .replace(r#""id":2000037"#, r#""id":"2000037""#)
        .replace(r#""quantity":1.0"#, r#""quantity":1"#)
        .replace(r#""Seller":1"#, r#""seller":"1""#)
        .replace("7390.0", "7390");
    let expected = expected.trim_end_matches('}').to_owned();
    let expected =
        expected + r#"},"orderId":"mkt1-1138342255777","followUpEmail":"pedidos@feira.example"}"#;
    let expected = expected.replacen(r#"null},"orderId""#, r#"null,"orderId""#, 1);
    let reply = system.marketplace.post_text("/pvt/orders", sent).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    // Line breaks of the body are between fields, and those are written anew.
    let text = String::from_utf8(reply.body).unwrap();
    assert_eq!(text.replace('\n', ""), expected.replace('\n', ""));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_is_the_same_however_it_is_spelled() {
    let system = System::start().await;
    let sent = order("1-01", &[("2000037", 2, 7390), ("34562", 1, 890)]);
    let placed = system.marketplace.place(&json!([sent])).await;
    assert_eq!(placed.status, 200);

    /// The same value with the keys of every object turned round.
    fn reversed(value: &Value) -> String {
        match value {
            Value::Object(fields) => {
                let fields = fields.iter().rev();
                let fields: Vec<_> = fields
                    .map(|(name, value)| format!("{} : {}", json!(name), reversed(value)))
                    .collect();
                format!("{{ {} }}", fields.join(" ,\n"))
            }
            Value::Array(list) => {
                format!(
                    "[{}]",
                    list.iter().map(reversed).collect::<Vec<_>>().join(", ")
                )
            }
            other => other.to_string(),
        }
    }
    for (from, to) in [
        ("7390", "7390.0"),
        ("7390", "739e1"),
        ("\"Rua A\"", "\"Rua\\u0020A\""),
        (
            "\"paymentData\"",
            "\"openTextField\" : null, \"paymentData\"",
        ),
    ] {
        let text = reversed(&sent).replace(from, to);
        assert_ne!(text, reversed(&sent), "{from}");
        let again = system
            .marketplace
            .post_text("/pvt/orders", format!("[{text}]"))
            .await;
        assert_eq!(again.status, 200, "{text}: {again:?}");
        assert_eq!(again.json()[0]["orderId"], "mkt1-1-01");
    }
    assert_eq!(system.stock("2000037").await, stock(99, 2));

    // Anything else is another order under the same name, the order of the lines included.
    let changes: [fn(&mut Value); 5] = [
        |order| order["items"][0]["quantity"] = json!(1),
        |order| order["items"][0]["price"] = json!(7389),
        |order| order["clientProfileData"]["email"] = json!("b@ct.vtex.com.br"),
        |order| order["unknown"] = json!(false),
        |order| order["items"].as_array_mut().unwrap().reverse(),
    ];
    for change in changes {
        let mut other = sent.clone();
        change(&mut other);
        let reply = system.marketplace.place(&json!([other])).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (409, "ES012"),
            "{other}"
        );
    }
    // A new order beside a refused one is not placed either.
    let mut other = sent.clone();
    other["marketplacePaymentValue"] = json!(1);
    let reply = system.marketplace.place(&json!([o1("2-01"), other])).await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "ES012"));
    assert_eq!(system.orders().await.len(), 1);
    assert_eq!(system.stock("2000037").await, stock(99, 2));

    // Canceled is for good, whatever the content.
    let canceled = system
        .marketplace
        .cancel("mkt1-1-01", &naming("1-01"))
        .await;
    assert_eq!(canceled.status, 200);
    let reply = system.marketplace.place(&json!([sent])).await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "ES013"));
    let reply = system
        .marketplace
        .place(&order("1-01", &[("34562", 1, 890)]))
        .await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "ES013"));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_of_equal_keys_holds_and_nesting_has_an_end() {
    let system = System::start().await;
    let twice = o1("2-01").to_string().replacen(
        '{',
        r#"{"marketplaceOrderId":"1-01","items":7,"x":1,"x":2,"#,
        1,
    );
    let reply = system.marketplace.post_text("/pvt/orders", twice).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let mut expected = answered(o1("2-01"));
    expected["x"] = json!(2);
    assert_eq!(reply.json(), expected);

    let nested = |levels: usize| {
        let field = format!(r#"{{"x":{}{},"#, "[".repeat(levels), "]".repeat(levels));
        format!("[{}]", o1("3-01").to_string().replacen('{', &field, 1))
    };
    let reply = system
        .marketplace
        .post_text("/pvt/orders", nested(127))
        .await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "ES001"));
    let reply = system
        .marketplace
        .post_text("/pvt/orders", nested(126))
        .await;
    assert_eq!(reply.status, 200);
    // It is told to the ERP all the same.
    eventually("the event", async || {
        system.erp.receive().await;
        let texts = system.erp.seen_texts();
        texts
            .iter()
            .any(|text| text.contains("mkt1-3-01"))
            .then_some(())
    })
    .await;
    system.stop().await;
}
