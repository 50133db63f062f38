//! Invoices and cancellations of the same order.

use futures::future::{join, join_all};
use serde_json::{Value, json};

use super::letter;
use crate::harness::bodies::naming;
use crate::harness::{Market, Setup, System};
use crate::outward::{QUICK, Say, Scripted, cancel, facing_orders, invoice, sell};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

/// A shopper buys one unit at the sandbox's marketplace and pays; its id of the order.
async fn buy(market: &Market) -> String {
    let purchase = json!({
        "account": "mkt1", "items": [{"sku": "2000037", "quantity": 1}],
        "address": {"country": "BRA", "postalCode": "22251-030"},
    });
    let bought = market.post("buy", purchase).await;
    let order = bought["orders"][0]["id"].as_str().unwrap().to_owned();
    market
        .post("pay", json!({"account": "mkt1", "order": order}))
        .await;
    reached(market, &order, "authorized").await;
    order
}

async fn reached(market: &Market, order: &str, what: &str) -> Value {
    market
        .get(&format!("orders/mkt1/{order}?until={what}&within=20s"))
        .await
}

async fn with_a_marketplace() -> System {
    let delivery = format!("{QUICK}\n[[warehouses]]");
    Setup::new()
        .seller("[[warehouses]]", &delivery)
        .marketplace()
        .start()
        .await
}

/// An external seller has no other way to say no.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_refuses_an_open_request_to_cancel() {
    let system = with_a_marketplace().await;
    let market = system.market();
    let order = buy(&market).await;
    let id = format!("mkt1-{order}");
    market
        .post("cancel", json!({"account": "mkt1", "order": order}))
        .await;
    reached(&market, &order, "waiting-for-seller-decision").await;
    system.erp.sees("order.cancellationRequested", &id).await;
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 7590, &ITEM))
        .await;
    let theirs = reached(&market, &order, "invoiced").await;
    assert_eq!(theirs["status"], "invoiced");
    assert_eq!(theirs["cancellation"]["outcome"], "refused");
    system.erp.sees("order.invoiced", &id).await;
    assert_eq!(system.status(&id).await, "invoiced");
    // It may ask once more: still no.
    let asked = system.marketplace.cancel(&id, &naming(&order)).await;
    assert_eq!((asked.status, asked.body.len()), (200, 0));
    // A yes comes too late.
    let yes = json!({"orderId": id, "action": "confirm"});
    system.erp.send("cancellations", yes).await;
    let (_, status, _) = letter(&system.erp, "cancellations").await;
    assert_eq!(status, "409");
    assert_eq!(market.get("violations").await, json!([]));
    system.stop().await;
}

/// The complaint of orders that are canceled on one side and invoiced on the other: whichever comes
/// first, both sides agree.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_and_a_cancellation_at_the_same_time_leave_both_sides_agreed() {
    let system = with_a_marketplace().await;
    let market = system.market();
    let mut orders = Vec::new();
    for _ in 0..20 {
        orders.push(buy(&market).await);
    }
    let races = orders.iter().enumerate().map(|(index, order)| {
        let id = format!("mkt1-{order}");
        let invoice = invoice(&id, "NFe-1", 7590, &ITEM);
        let cancel = cancel(&id, "Damaged in the warehouse");
        let (system, swapped) = (&system, index % 2 == 0);
        async move {
            let invoiced = async { system.erp.send("invoices", &invoice).await };
            let canceled = async { system.erp.send("cancellations", &cancel).await };
            if swapped {
                join(canceled, invoiced).await;
            } else {
                join(invoiced, canceled).await;
            }
        }
    });
    join_all(races).await;
    system.erp.settled("invoices").await;
    system.erp.settled("cancellations").await;
    let mut canceled = 0;
    for order in &orders {
        let id = format!("mkt1-{order}");
        let ours = system.status(&id).await;
        let theirs = market.get(&format!("orders/mkt1/{order}")).await;
        assert_eq!(theirs["status"], *ours, "{theirs:#}");
        let invoices = theirs["invoices"].as_array().unwrap().len();
        match ours.as_str() {
            "invoiced" => assert_eq!(invoices, 1),
            "canceled" => {
                assert_eq!(invoices, 0);
                canceled += 1;
            }
            other => panic!("{id} is {other}"),
        }
    }
    eprintln!("{canceled} of {} were canceled", orders.len());
    // The other message of each order is in the dead letters, or had nothing left to do.
    let stock = system.stock("2000037").await;
    let left = 99 - i64::try_from(orders.len()).unwrap() + canceled;
    assert_eq!(
        (stock.on_hand, stock.reserved, stock.available),
        (left, 0, left)
    );
    for _ in 0..orders.len() {
        let letters = [
            system.erp.dead_letter_now("invoices").await,
            system.erp.dead_letter_now("cancellations").await,
        ];
        for letter in letters.into_iter().flatten() {
            assert_eq!(
                (letter.reason.as_str(), letter.status.as_str()),
                ("refused", "409")
            );
        }
    }
    assert_eq!(market.get("violations").await, json!([]));
    system.stop().await;
}

/// What is accepted holds back the other until the marketplace has answered.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_under_way_holds_back_a_cancellation_and_the_other_way_round() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let (first, second) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    let third = sell(&system, "1-03").await;
    let erp = &system.erp;
    for end in ["/1-01/invoice", "/1-02/cancel", "/1-03/invoice"] {
        market.says(end, [Say::Status(503), Say::Status(503)]);
    }
    // Of the third the marketplace has asked itself.
    let asked = system.marketplace.cancel(&third, &naming("1-03")).await;
    assert_eq!((asked.status, asked.body.len()), (200, 0));

    let whole = |order: &str| invoice(order, "NFe-1", 7590, &ITEM);
    erp.send("invoices", whole(&first)).await;
    erp.send("cancellations", cancel(&second, "Damaged")).await;
    erp.send("invoices", whole(&third)).await;
    for end in ["/1-01/invoice", "/1-02/cancel", "/1-03/invoice"] {
        market.hears(end, 1).await;
    }
    let yes = json!({"orderId": third, "action": "confirm"});
    erp.send("cancellations", cancel(&first, "Damaged")).await;
    erp.send("invoices", whole(&second)).await;
    erp.send("cancellations", yes).await;
    let asked = system.marketplace.cancel(&third, &naming("1-03")).await;
    assert_eq!((asked.status, asked.body.len()), (200, 0));

    erp.sees("order.invoiced", &first).await;
    erp.sees("order.canceled", &second).await;
    erp.sees("order.invoiced", &third).await;
    let too_late = "the order is canceled: nothing can be invoiced any more";
    let refused = |detail: &str| ("refused".to_owned(), "409".to_owned(), detail.to_owned());
    assert_eq!(letter(erp, "invoices").await, refused(too_late));
    let too_late =
        "the order is invoiced: it can be canceled after returns of its whole value only";
    for _ in [&first, &third] {
        assert_eq!(letter(erp, "cancellations").await, refused(too_late));
    }
    for end in ["/1-01/cancel", "/1-02/invoice", "/1-03/cancel"] {
        assert_eq!(market.heard(end).len(), 0, "{end}");
    }
    assert_eq!(system.status(&third).await, "invoiced");
    system.stop().await;
}
