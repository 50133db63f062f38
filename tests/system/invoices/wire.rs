//! The request itself, to the letter.

use serde_json::json;

use super::{PROMISED, SHIPPED, c7};
use crate::harness::bodies::{naming, o1};
use crate::outward::{
    QUICK, Say, Scripted, authorize, facing_orders, invoice, place, sell, shipment, with,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_one_request_for_the_marketplaces_order_in_whole_cents() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    // INV-01. The order names where its calls go, query and all.
    let mut order = o1("959311095-01");
    order["marketplaceServicesEndpoint"] = json!(format!("{}/named/oms?an=mkt1&sc=1", market.url));
    let id = place(&system, order).await;
    authorize(&system, &id).await;
    assert_eq!(system.stock("2000037").await, PROMISED);
    let message = invoice(&id, "NFe-00001", 7590, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", &message).await;
    let event = system.erp.sees("order.invoiced", &id).await;

    let heard = market.heard("");
    assert_eq!(heard.len(), 1, "{heard:#?}");
    let request = &heard[0];
    assert_eq!(
        request.call,
        "POST /named/oms/pvt/orders/959311095-01/invoice?an=mkt1&sc=1"
    );
    for (header, value) in [
        ("x-vtex-api-appkey", "vtexappkey-mkt1"),
        ("x-vtex-api-apptoken", "outbound-token"),
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ] {
        assert_eq!(request.header(header), value, "{header}");
    }
    assert_eq!(
        request.body,
        concat!(
            r#"{"type":"Output","invoiceNumber":"NFe-00001","invoiceValue":7590,"#,
            r#""issuanceDate":"2026-11-21T00:00:01.000Z","#,
            r#""courier":"","trackingNumber":"","trackingUrl":"","#,
            r#""items":[{"id":"2000037","quantity":1,"price":7390}]}"#
        )
    );
    assert_eq!(
        event["data"]["invoice"],
        json!({
            "invoiceNumber": "NFe-00001", "type": "Output", "value": 7590,
            "receipt": "receipt-1", "residual": 0,
        })
    );
    assert_eq!(system.status(&id).await, "invoiced");
    assert_eq!(system.stock("2000037").await, SHIPPED);
    // The marketplace may repeat what it said before.
    let named = naming("959311095-01");
    assert_eq!(system.marketplace.authorize(&id, &named).await.status, 200);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_the_erp_knows_of_an_invoice_goes_with_it() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let mut message = invoice(&id, "NFe-1", 7590, &[("2000037", 1, 7390)]);
    message["items"][0]["description"] = json!("Camisa");
    let message = with(
        message,
        json!({
            "invoiceKey": "3".repeat(44), "invoiceUrl": "https://nfe.example/1.pdf",
            "embeddedInvoice": "<nfe>R$ 75,90 \u{2603}</nfe>", "courier": "Correios",
            "trackingNumber": "SR1", "trackingUrl": "https://t.example/SR1",
            "dispatchedDate": "2026-11-22", "fieldOfTheErp": {"x": [1]},
        }),
    );
    system.erp.send("invoices", &message).await;
    let request = &market.hears(&c7("1-01"), 1).await[0];
    let mut expected = message.clone();
    let fields = expected.as_object_mut().unwrap();
    fields.retain(|name, _| !["orderId", "fieldOfTheErp"].contains(&name.as_str()));
    fields["issuanceDate"] = json!("2026-11-21T00:00:01.000Z");
    assert_eq!(request.json(), expected);
    // It has its tracking number with it: that is not told again.
    system.erp.sees("order.invoiced", &id).await;
    system
        .erp
        .send("tracking", shipment(&id, "NFe-1", "SR1"))
        .await;
    system.erp.settled("tracking").await;
    assert_eq!(market.heard("").len(), 1);
    assert_eq!(system.status(&id).await, "shipped");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_sent_again_with_its_tracking_number_sends_only_that() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let message = invoice(&id, "NFe-1", 7590, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", &message).await;
    system.erp.sees("order.invoiced", &id).await;
    let tracked = with(
        message,
        json!({
            "courier": "Correios", "trackingNumber": "SR1", "trackingUrl": "https://t.example/SR1",
            "dispatchedDate": "2026-11-22",
        }),
    );
    for _ in 0..2 {
        system.erp.send("invoices", &tracked).await;
    }
    market.hears("/invoice/NFe-1", 1).await;
    system.erp.settled("invoices").await;
    system.erp.settled("tracking").await;
    let calls: Vec<String> = market.heard("").into_iter().map(|one| one.call).collect();
    assert_eq!(
        calls,
        [
            "POST /api/oms/pvt/orders/1-01/invoice",
            "POST /api/oms/pvt/orders/1-01/invoice/NFe-1",
        ]
    );
    system.stop().await;
}

/// What it answers is not always what the documents say.
#[tokio::test(flavor = "multi_thread")]
async fn a_success_without_a_receipt_is_one() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let plain = || vec![("content-type", "text/plain".to_owned())];
    let answers = [
        ("1-01", Say::Status(204)),
        (
            "1-02",
            Say::Full(200, plain(), r#"{"receipt":null}"#.to_owned()),
        ),
        (
            "1-03",
            Say::Full(200, plain(), "\u{feff}{\"orderId\":7}".to_owned()),
        ),
        ("1-04", Say::Full(201, plain(), "[]".to_owned())),
    ];
    let mut orders = Vec::new();
    for (theirs, answer) in answers {
        market.says(&c7(theirs), [answer]);
        orders.push(sell(&system, theirs).await);
    }
    for order in &orders {
        let message = invoice(order, "NFe-1", 7590, &[("2000037", 1, 7390)]);
        system.erp.send("invoices", message).await;
    }
    for order in &orders {
        let event = system.erp.sees("order.invoiced", order).await;
        assert_eq!(event["data"]["invoice"].get("receipt"), None, "{event}");
    }
    assert_eq!(market.heard("").len(), orders.len());
    system.stop().await;
}
