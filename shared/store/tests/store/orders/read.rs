use feirante_models::OrderId;
use feirante_store::orders::{NewOrder, Placed, Reservation, from_stream_image};

use super::kinds::every_kind;
use crate::database::{TestDatabase, budget};
use crate::samples::{at, order, sku};

#[tokio::test]
async fn every_order_is_read_as_it_was_written() {
    let db = TestDatabase::start().await;
    let orders = every_kind();
    for order in &orders {
        let new = NewOrder {
            order,
            received: "{}",
            expires_at: at(0),
        };
        let placed = db
            .orders
            .place(
                &[new],
                &db.offers,
                Reservation::of(&Default::default()),
                budget(),
            )
            .await;
        assert!(matches!(placed.unwrap(), Placed::Written));
        assert_eq!(db.order(&order.order_id).await.as_ref(), Some(order));

        // The stream shows the same item.
        let image = serde_dynamo::Item::from(db.state(&order.order_id).await);
        assert_eq!(from_stream_image(image).unwrap().as_ref(), Some(order));
    }
    let ids: Vec<_> = orders.iter().map(|order| order.order_id.clone()).collect();
    let unknown = OrderId::parse("unknown").unwrap();
    let asked: Vec<_> = ids.iter().cloned().chain([unknown]).collect();
    let found = db.orders.get_all(&asked, budget()).await.unwrap();
    assert_eq!(found.len(), orders.len());
    assert!(orders.iter().all(|order| found[&order.order_id] == *order));
}

#[tokio::test]
async fn other_items_of_an_order_are_not_orders() {
    let item = |part: &str| {
        let text = |text: &str| serde_dynamo::AttributeValue::S(text.to_owned());
        serde_dynamo::Item::from(std::collections::HashMap::from([
            ("pk".to_owned(), text("ORDER#1")),
            ("sk".to_owned(), text(part)),
        ]))
    };
    for part in ["BODY", "BODY#PAYMENT", "INVOICE#1"] {
        assert!(from_stream_image(item(part)).unwrap().is_none(), "{part}");
    }
    assert!(from_stream_image(item("STATE")).is_err());
}

#[tokio::test]
async fn a_placement_reads_its_orders_and_offers_in_one_go() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 5).await;
    let old = order("1-01", &[("1", "main", 2)]);
    db.placed(&old).await;
    let ids = [old.order_id.clone(), OrderId::parse("mkt1-1-02").unwrap()];
    // A SKU may stand on several lines, and be unknown.
    let skus = ["1", "nope", "1"].map(sku);
    let (orders, offers, _) = db
        .orders
        .get_with_offers(&ids, &db.offers, &skus, &Default::default(), budget())
        .await
        .unwrap();
    assert_eq!(orders.into_values().collect::<Vec<_>>(), [old]);
    assert_eq!(offers.keys().collect::<Vec<_>>(), [&sku("1")]);
    assert_eq!(
        offers[&sku("1")].stock.values().next().unwrap().available,
        3
    );
}

#[tokio::test]
async fn a_placement_is_kept_to_the_letter_until_it_expires() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    let received = format!(
        r#"{{"z":1.50, "a":"ção","note":"{}"}}"#,
        "x".repeat(100_000)
    );
    let new = NewOrder {
        order: &order,
        received: &received,
        expires_at: at(100),
    };
    db.orders
        .place(
            &[new],
            &db.offers,
            Reservation::of(&Default::default()),
            budget(),
        )
        .await
        .unwrap();
    let read = async |seconds| {
        db.orders
            .received(&order.order_id, at(seconds), budget())
            .await
    };
    assert_eq!(read(99).await.unwrap(), Some(received));
    assert_eq!(read(100).await.unwrap(), None);
    let unknown = OrderId::parse("unknown").unwrap();
    assert_eq!(
        db.orders.received(&unknown, at(0), budget()).await.unwrap(),
        None
    );
}
