//! Answers that wait until something is so.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn an_order_can_be_waited_for() {
    let market = Market::open().await;
    let path = format!("orders/mkt1/{ORDER}?until=invoiced&within=30s");
    let waiting = market.control(Method::GET, &path, None);
    let invoicing = async {
        market.invoice(&output("1", 5_000)).await.assert_receipt();
        market.invoice(&output("2", 2_590)).await.assert_receipt();
    };
    let (waited, ()) = tokio::join!(waiting, invoicing);
    assert_eq!(waited.status, 200);
    let order: Order = serde_json::from_str(&waited.text).unwrap();
    assert_eq!(order.status, Status::Invoiced);
    assert_eq!(order.invoices, market.order().invoices);
}

#[tokio::test]
async fn a_wait_in_vain_is_408_with_what_there_is() {
    let market = Market::open().await;
    let path = format!("orders/mkt1/{ORDER}?until=canceled&within=1ms");
    let waited = market.control(Method::GET, &path, None).await;
    assert_eq!(waited.status, 408);
    assert_eq!(waited.json()["status"], "payment-approved");
    let nothing = "orders/mkt1/9999-01?until=canceled&within=1ms";
    assert_eq!(market.control(Method::GET, nothing, None).await.status, 404);
    let wrong = format!("orders/mkt1/{ORDER}?until=canceled&within=soon");
    assert_eq!(market.control(Method::GET, &wrong, None).await.status, 400);
}

#[tokio::test]
async fn an_order_that_is_not_there_yet_can_be_waited_for() {
    let market = Market::open().await;
    let path = "orders/mkt1/2000-01?until=payment-pending&within=30s";
    let waiting = market.control(Method::GET, path, None);
    let placing = async {
        let mut order = paid_order(&market.world);
        order.id = "2000-01".to_owned();
        market.world.books.write_order(order);
    };
    let (waited, ()) = tokio::join!(waiting, placing);
    assert_eq!(waited.json()["id"], "2000-01");
}

#[tokio::test]
async fn an_offer_can_be_waited_for_by_price_and_stock() {
    let market = Market::open().await;
    let path = format!("offers/mkt1/{BOUND}?until_price=7390&until_stock=0&within=30s");
    let waiting = market.control(Method::GET, &path, None);
    let simulating = async {
        for (price, stock) in [(7_490, 5), (7_390, 5), (7_390, 0)] {
            market.world.books.update_offer("mkt1", BOUND, |offer| {
                offer.price = Some(price);
                offer.stock = Some(stock);
            });
        }
    };
    let (waited, ()) = tokio::join!(waiting, simulating);
    assert_eq!(waited.status, 200);
    assert_eq!(waited.json()["stock"], 0);
    let all = market
        .control(Method::GET, "offers/mkt1", None)
        .await
        .json();
    assert_eq!(all[0]["price"], 7_390);
}

#[tokio::test]
async fn a_suggestion_can_be_waited_for() {
    let market = Market::open().await;
    let path = "suggestions/mkt1/new-1?until_status=approved&within=30s";
    let waiting = market.control(Method::GET, path, None);
    let approving = async {
        let now = Timestamp::now();
        market
            .world
            .books
            .change_suggestion("mkt1", "new-1", |kept| {
                *kept = Some(crate::Suggestion {
                    account: "mkt1".to_owned(),
                    sku: "new-1".to_owned(),
                    status: crate::SuggestionStatus::Pending,
                    versions: vec![crate::SuggestionVersion {
                        version: 1,
                        content: json!({}),
                        at: now,
                        matches: Vec::new(),
                    }],
                });
            });
        let approve = "suggestions/mkt1/new-1/approve";
        assert_eq!(
            market.control(Method::POST, approve, None).await.status,
            200
        );
    };
    let (waited, ()) = tokio::join!(waiting, approving);
    assert_eq!(waited.json()["status"], "Approved");
    let wrong = "suggestions/mkt1/new-1?until_status=accepted";
    assert_eq!(market.control(Method::GET, wrong, None).await.status, 400);
}

#[tokio::test]
async fn calls_can_be_waited_for_by_number() {
    let market = Market::open().await;
    let path = "calls?name=invoice&until_count=2&within=30s";
    let waiting = market.control(Method::GET, path, None);
    let invoicing = async {
        market.invoice(&output("1", 1)).await.assert_receipt();
        market.invoice(&output("2", 1)).await.assert_receipt();
    };
    let (waited, ()) = tokio::join!(waiting, invoicing);
    assert_eq!(waited.status, 200);
    assert_eq!(waited.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn stopping_ends_those_who_wait() {
    let market = Market::open().await;
    let url = format!(
        "{}/control/orders/mkt1/{ORDER}?until=canceled&within=60s",
        market.running.url()
    );
    let waiting = tokio::spawn(market.client.get(url).send());
    market.invoice(&output("1", 1)).await.assert_receipt();
    let stopping = tokio::time::timeout(Duration::from_secs(20), market.running.stop());
    assert!(stopping.await.is_ok());
    assert!(waiting.await.unwrap().is_err());
}
