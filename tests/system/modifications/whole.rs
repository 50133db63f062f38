//! From the shopper's wish to the last invoice, with a marketplace that plays its part.

use super::*;
use crate::harness::{Stock, eventually};
use crate::outward::{dossier, invoice};

async fn selling() -> System {
    let setup = modifiable(Setup::new()).marketplace();
    let system = setup.sku("mug", 1500, 4).start().await;
    let market = system.market();
    for sku in ["2000037", "mug"] {
        market
            .put(&format!("bindings/mkt1/{sku}"), Value::Null)
            .await;
    }
    system
}

async fn modify(market: &Market, order: &str, change: Value) -> Value {
    let body = json!({
        "account": "mkt1", "order": order, "change": change, "waitMs": 20_000,
    });
    market.post("modify", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_modified_here_at_the_marketplace_and_for_the_erp() {
    let system = selling().await;
    let market = system.market();
    let theirs = bought(&market, "2000037", 2).await;
    let id = format!("mkt1-{theirs}");
    let change = json!({
        "reason": "One less, and a mug",
        "remove": {"items": [{"id": "2000037", "quantity": 1}]},
        "add": {"items": [{"id": "mug", "quantity": 3, "price": 1400}]},
        "manualDiscountValue": 90,
    });
    let preview = json!({"account": "mkt1", "order": theirs, "change": change});
    let preview = market.post("preview-modification", preview).await;
    assert_eq!(preview["totalChangeValue"], -7390 + 4200 - 90);
    assert_eq!(preview["requestId"], Value::Null);

    let modified = modify(&market, &theirs, change).await;
    assert_eq!(
        modified["modifications"][0]["state"], "applied",
        "{modified}"
    );
    let total = 2 * 7390 + 200 - 7390 + 4200 - 90;
    assert_eq!(modified["total"], total);
    let event = system.erp.sees("order.modified", &id).await;
    let told = &event["data"]["modification"];
    assert_eq!(told["reason"], "One less, and a mug");
    assert_eq!(
        told["totals"],
        json!({"items": 7390 + 4200, "shipping": 200, "other": -90, "total": total})
    );
    assert_eq!(told["lines"][0]["quantity"], 1);
    assert_eq!(told["lines"][1]["sku"], "mug");
    assert_eq!(event["data"]["reservations"][1]["itemIndex"], 1);
    assert_eq!(event["data"]["reservations"][1]["quantity"], 3);
    let stock = |on_hand, reserved| Stock {
        on_hand,
        reserved,
        available: on_hand - reserved,
    };
    assert_eq!(system.stock("2000037").await, stock(99, 1));
    assert_eq!(system.stock("mug").await, stock(4, 3));

    // What was agreed before is not invoiced any more; what is agreed now completes the order.
    let old = [("2000037", 2, 7390)];
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 2 * 7390 + 200, &old))
        .await;
    assert_eq!(system.erp.dead_letter("invoices").await.status, "409");
    let new = [("2000037", 1, 7390), ("mug", 3, 1400)];
    system
        .erp
        .send("invoices", invoice(&id, "NFe-2", total, &new))
        .await;
    system.erp.sees("order.invoiced", &id).await;
    let order = format!("orders/mkt1/{theirs}");
    market
        .get(&format!("{order}?until=invoiced&within=20s"))
        .await;
    assert_eq!(system.stock("2000037").await, stock(98, 0));
    // Its count is newer than the invoice, and knows of it.
    assert_eq!(system.stock("mug").await, stock(4, 0));
    assert_eq!(market.get("violations").await, json!([]));
    // Nothing is on its way any more.
    let dossier = dossier(&system, &id).await;
    assert_eq!(dossier.agreements.len(), 1);
    assert!(
        dossier
            .agreements
            .values()
            .all(|turns| turns.unsettled().next().is_none())
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_modified_again_and_again() {
    let system = selling().await;
    let market = system.market();
    let theirs = bought(&market, "2000037", 5).await;
    let total = 5 * 7390 + 200;
    for round in 1..=3 {
        let change = json!({
            "reason": "One less",
            "replace": [{
                "from": {"items": [{"id": "2000037", "quantity": 6 - round}]},
                "to": {"items": [{"id": "2000037", "quantity": 5 - round}]},
            }],
        });
        let modified = modify(&market, &theirs, change).await;
        assert_eq!(modified["total"], total - round * 7390, "{modified}");
        assert_eq!(system.stock("2000037").await.reserved, 5 - round);
    }
    assert_eq!(market.get("violations").await, json!([]));
    system.stop().await;
}

/// What is on the shelf no longer can't be put on an order, and the marketplace may take its wish back.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_when_it_is_confirmed_stays_open_until_it_is_taken_back() {
    let system = silent(modifiable(Setup::new()))
        .sku("mug", 1500, 2)
        .start()
        .await;
    let id = paid(&system, "1-01").await;
    assert_eq!(
        ask(&system, &id, "c-1", more("mug", 2, 1500)).await.status,
        202
    );
    let other = place(&system, order("2-01", &[("mug", 1, 1500)])).await;
    // A turn to tell the marketplace was taken: it may confirm.
    let turn = json!({"orderId": id, "changeRequestId": "c-1", "agreementType": "Acknowledgment"});
    tell(&system, &turn).await;
    let refused = eventually("the confirmation to be looked at", async || {
        let reply = agree(&system, &id, "c-1", "Confirmation").await;
        (reply.code() != "ES018").then_some(reply)
    })
    .await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "ES014"));
    assert_eq!(system.stock("mug").await.reserved, 1);
    assert_eq!(take_back(&system, &id, "c-1").await.status, 200);
    let late = agree(&system, &id, "c-1", "Confirmation").await;
    assert_eq!((late.status, late.code().as_str()), (409, "ES018"));
    // The other order is as it was.
    assert_eq!(system.status(&other).await, "placed");
    system.stop().await;
}

/// Hands the function a message that nobody else reads.
async fn tell(system: &System, message: &Value) {
    let event = json!({"Records": [{
        "messageId": "1", "receiptHandle": "1", "body": message.to_string(),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795248010000"},
        "messageAttributes": {}, "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:agreements",
        "awsRegion": "us-east-1",
    }]});
    system.invoke("send-agreement", event).await;
}
