//! C7 of sales.

use super::*;
use crate::books::{Cancellation, CancellationOutcome};

#[tokio::test]
async fn an_invoice_of_the_whole_total_makes_the_order_invoiced() {
    let market = Market::open().await;
    let answer = market.invoice(&output("NFe-1", TOTAL)).await;
    let receipt = answer.assert_receipt();
    let order = market.order();
    assert_eq!(order.status, Status::Invoiced);
    assert_eq!(order.accepted[0].receipt, receipt);
    assert!(order.accepted[0].answered);
    assert_eq!(market.only_invoice().number, "NFe-1");
    assert_eq!(market.only_invoice().package.tracking, None);
    assert_eq!(market.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn partial_invoices_add_up_to_the_cent() {
    let market = Market::open().await;
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    assert_eq!(market.order().status, Status::PaymentApproved);
    assert!(market.order().reached("partially-invoiced"));
    market.invoice(&output("2", 2_589)).await.assert_receipt();
    assert_eq!(market.order().status, Status::PaymentApproved);
    market.invoice(&output("3", 1)).await.assert_receipt();
    assert_eq!(market.order().status, Status::Invoiced);
}

#[tokio::test]
async fn more_than_the_total_is_refused() {
    let market = Market::open().await;
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    market
        .invoice(&output("2", 2_591))
        .await
        .assert_envelope(400, "total");
    assert_eq!(market.only_invoice().value, 5_000);
    assert_eq!(market.broken(), ["over-invoiced"]);
    market
        .invoice(&output("2", i64::MAX))
        .await
        .assert_envelope(400, "total");
}

#[tokio::test]
async fn the_same_number_again_gets_a_new_receipt_and_changes_nothing() {
    let market = Market::open().await;
    let first = market.invoice(&output("1", 5_000)).await.assert_receipt();
    let second = market.invoice(&output("1", 5_000)).await.assert_receipt();
    assert_ne!(first, second);
    let invoice = market.only_invoice();
    assert_eq!((invoice.value, invoice.times), (5_000, 2));
    assert_eq!(market.order().repeats["invoice"], 1);
    assert_eq!(market.broken(), Vec::<String>::new());

    market.invoice(&output("1", 2_590)).await.assert_receipt();
    assert_eq!(market.only_invoice().value, 5_000);
    assert_eq!(market.broken(), ["invoice-number-reused"]);
}

#[tokio::test]
async fn a_repeat_of_what_was_never_answered_is_not_counted() {
    let market = Market::open().await;
    market
        .fault(
            "invoice",
            json!([{ "fault": { "kind": "dropAfter" }, "count": 1 }]),
        )
        .await;
    let url = format!(
        "{}/api/oms/pvt/orders/{ORDER}/invoice?an=mkt1",
        market.running.account_url("mkt1")
    );
    let body = output("1", TOTAL);
    assert!(
        market
            .try_call(Method::POST, &url, Some(&body))
            .await
            .is_err()
    );
    assert_eq!(market.order().status, Status::Invoiced);
    market.invoice(&body).await.assert_receipt();
    assert_eq!(market.only_invoice().times, 2);
    assert!(market.order().repeats.is_empty());
    market.invoice(&body).await.assert_receipt();
    assert_eq!(market.order().repeats["invoice"], 1);
}

#[tokio::test]
async fn an_invoice_before_the_authorization_is_refused() {
    let market = Market::open().await;
    market.update_order(|order| order.authorization = None);
    market
        .invoice(&output("1", TOTAL))
        .await
        .assert_envelope(400, "authorized");
    assert_eq!(market.broken(), ["early-invoice"]);
    // The seller may have taken an authorization whose answer was lost.
    let sent_at = Timestamp::now();
    market.update_order(|order| {
        order.authorization = Some(Authorization {
            sent_at,
            confirmed_at: None,
        });
    });
    market.invoice(&output("1", TOTAL)).await.assert_receipt();
}

#[tokio::test]
async fn an_unknown_order_is_404_and_the_sellers_own_id_a_violation() {
    let market = Market::open().await;
    let body = output("1", TOTAL);
    let unknown = "/api/oms/pvt/orders/9999-01/invoice?an=mkt1";
    market
        .post(unknown, &body)
        .await
        .assert_envelope(404, "9999-01");
    assert_eq!(market.broken(), Vec::<String>::new());
    let own = "/api/oms/pvt/orders/mkt1-1000-01/invoice?an=mkt1";
    market
        .post(own, &body)
        .await
        .assert_envelope(404, "mkt1-1000-01");
    assert_eq!(market.broken(), ["sellers-order-id"]);
    // An order that the seller did not take is none.
    market.update_order(|order| order.status = Status::Incomplete);
    market.invoice(&body).await.assert_envelope(404, ORDER);
}

#[tokio::test]
async fn a_field_that_is_missing_or_wrong_is_named() {
    let market = Market::open().await;
    for (name, value) in [
        ("type", Value::Null),
        ("type", json!("output")),
        ("invoiceNumber", Value::Null),
        ("invoiceNumber", json!("")),
        ("items", Value::Null),
        ("items", json!([])),
        ("items", json!([{ "id": BOUND, "quantity": 0, "price": 1 }])),
        ("items", json!([{ "id": BOUND, "quantity": 1 }])),
        ("invoiceValue", Value::Null),
        ("invoiceValue", json!(0)),
        ("invoiceValue", json!(75.9)),
        ("invoiceValue", json!("75,90")),
    ] {
        let mut body = output("1", TOTAL);
        body[name] = value;
        market.invoice(&body).await.assert_envelope(400, name);
    }
    assert_eq!(market.order().invoices, []);
}

#[tokio::test]
async fn an_issuance_date_is_needed_only_where_the_orders_schema_rules() {
    let market = Market::open().await;
    let mut body = output("1", 1);
    body["issuanceDate"] = Value::Null;
    market.invoice(&body).await.assert_receipt();
    market.set(json!({ "verbs": "ord" })).await;
    body["invoiceNumber"] = json!("2");
    market
        .invoice(&body)
        .await
        .assert_envelope(400, "issuanceDate");
}

#[tokio::test]
async fn an_order_over_nothing_is_invoiced_over_nothing_where_the_schema_allows_it() {
    let market = Market::open().await;
    market.update_order(|order| order.total = 0);
    market.set(json!({ "verbs": "ord" })).await;
    let body = output("1", 0);
    market
        .invoice(&body)
        .await
        .assert_envelope(400, "invoiceValue");
    market.set(json!({ "verbs": "esm" })).await;
    market.invoice(&body).await.assert_receipt();
    assert_eq!(market.order().status, Status::Invoiced);
    assert_eq!(market.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn a_value_may_be_a_string_and_an_id_a_number() {
    let market = Market::open().await;
    let mut body = output("1", TOTAL);
    body["invoiceValue"] = json!("7590");
    body["items"][0]["id"] = json!(2_000_037);
    market.invoice(&body).await.assert_receipt();
    let invoice = market.only_invoice();
    assert_eq!(
        (invoice.value, invoice.items[0].id.as_str()),
        (TOTAL, BOUND)
    );
}

#[tokio::test]
async fn a_sku_listed_twice_is_taken_and_noted() {
    let market = Market::open().await;
    let mut body = output("1", TOTAL);
    let line = body["items"][0].clone();
    body["items"].as_array_mut().unwrap().push(line);
    market.invoice(&body).await.assert_receipt();
    assert_eq!(market.broken(), ["repeated-lines"]);
}

#[tokio::test]
async fn an_invoice_refuses_an_open_cancellation() {
    let market = Market::open().await;
    market.update_order(|order| {
        order.cancellation = Some(Cancellation {
            request_id: "r1".to_owned(),
            requested_at: Timestamp::now(),
            reason: "changed my mind".to_owned(),
            requested_by_user: true,
            calls: 1,
            outcome: None,
        });
        order.move_to(Status::WaitingForSellerDecision, "asked", Timestamp::now());
    });
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    let order = market.order();
    assert_eq!(order.status, Status::PaymentApproved);
    assert_eq!(
        order.cancellation.unwrap().outcome,
        Some(CancellationOutcome::Refused)
    );
}

#[tokio::test]
async fn a_canceled_order_takes_no_invoice() {
    let market = Market::open().await;
    market.update_order(|order| order.move_to(Status::Canceled, "canceled", Timestamp::now()));
    market
        .invoice(&output("1", TOTAL))
        .await
        .assert_envelope(400, "canceled");
}

#[tokio::test]
async fn an_odd_number_leaves_the_order_verifying_where_that_issue_is_known() {
    let market = Market::open().await;
    market.set(json!({ "ki953285": true })).await;
    market.invoice(&output("NF#1", 1)).await.assert_receipt();
    market
        .invoice(&output("NF-2", TOTAL - 1))
        .await
        .assert_receipt();
    assert_eq!(market.order().status, Status::Invoice);
}

#[tokio::test]
async fn the_path_of_2017_is_there_only_in_legacy_mode() {
    let market = Market::open().await;
    let path = format!("/api/oms/pub/orders/{ORDER}/invoice?an=mkt1");
    assert_eq!(market.post(&path, &output("1", TOTAL)).await.status, 404);
    market.set(json!({ "legacy": true })).await;
    market
        .post(&path, &output("1", TOTAL))
        .await
        .assert_receipt();

    // Then tracking came with the same invoice once more.
    let mut tracked = output("1", TOTAL);
    tracked["trackingNumber"] = json!("SR1");
    market.post(&path, &tracked).await.assert_receipt();
    let tracking = market.only_invoice().package.tracking.unwrap();
    assert_eq!(tracking.tracking_number, "SR1");
}

#[tokio::test]
async fn an_invoice_may_bring_its_tracking() {
    let market = Market::open().await;
    let mut body = output("1", TOTAL);
    body["trackingNumber"] = json!("SR1");
    body["courier"] = json!("Correios");
    market.invoice(&body).await.assert_receipt();
    let tracking = market.only_invoice().package.tracking.unwrap();
    assert_eq!(tracking.courier.as_deref(), Some("Correios"));
    assert_eq!(tracking.tracking_url, None);
    assert!(market.order().reached("tracked"));
}

#[tokio::test]
async fn of_two_invoices_at_once_only_one_fits() {
    let market = Market::open().await;
    let (first, second) = (output("1", 5_000), output("2", 5_000));
    let (first, second) = tokio::join!(market.invoice(&first), market.invoice(&second));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(market.only_invoice().value, 5_000);
}
