use feirante_models::OrderId;
use feirante_seller::lifecycle;
use feirante_seller::order::StockMovements;
use feirante_store::orders::{NewOrder, Placed, Reservation};

use super::transition;
use crate::database::{TestDatabase, budget};
use crate::samples::{at, count, order, sku, warehouse};

#[tokio::test]
async fn a_placed_order_holds_its_units() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 10).await;
    db.stock_up("2", 5).await;
    let order = order(
        "1-01",
        &[("1", "main", 3), ("2", "main", 5), ("1", "main", 1)],
    );
    db.placed(&order).await;
    assert_eq!(db.order(&order.order_id).await.unwrap(), order);
    assert_eq!(db.units("1").await, (10, 4, 6));
    assert_eq!(db.units("2").await, (5, 5, 0));
}

#[tokio::test]
async fn a_repeated_placement_finds_the_order_as_it_stands_and_reserves_nothing() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 3).await;
    let first = order("1-01", &[("1", "main", 3)]);
    db.placed(&first).await;
    let authorized = transition(lifecycle::authorize(&first, at(1)).unwrap());
    db.orders
        .change(&authorized, &db.offers, budget())
        .await
        .unwrap();
    // The stock is gone as well; that the order exists says more.
    let Placed::Exist(existing) = db.place(&[&first]).await else {
        panic!("the order exists");
    };
    assert_eq!(
        existing.into_values().collect::<Vec<_>>(),
        [authorized.order]
    );
    assert_eq!(db.units("1").await, (3, 3, 0));
}

#[tokio::test]
async fn units_are_reserved_only_while_those_to_be_left_are_left() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 5).await;
    let far = count("1", "far", 2);
    let counted = db.offers.count_stock(&far, at(0), budget());
    counted.await.unwrap();
    let units = |main, far| -> StockMovements {
        let places = [("main", main), ("far", far)];
        let places = places.map(|(place, units)| (warehouse(place), units));
        [(
            sku("1"),
            places.into_iter().filter(|(_, units)| *units > 0).collect(),
        )]
        .into()
    };
    let place = async |id: &str, keep: StockMovements| {
        let order = order(id, &[("1", "main", 2)]);
        let new = NewOrder {
            order: &order,
            received: "{}",
            expires_at: at(5000),
        };
        let units = units(2, 0);
        let reserve = Reservation {
            units: &units,
            keep: &keep,
            past: &[],
        };
        let new = [new];
        let placed = db.orders.place(&new, &db.offers, reserve, budget());
        matches!(placed.await.unwrap(), Placed::Written)
    };
    assert!(!place("1-01", units(4, 0)).await);
    assert!(!place("1-01", units(0, 3)).await);
    assert!(place("1-01", units(3, 2)).await);
    assert_eq!(db.units("1").await, (5, 2, 3));
    assert!(!place("1-02", units(2, 0)).await);
    assert!(place("1-02", units(1, 2)).await);
    assert_eq!(db.units("1").await, (5, 4, 1));
}

#[tokio::test]
async fn what_is_short_is_named() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 3).await;
    db.stock_up("2", 3).await;
    let order = order(
        "1-01",
        &[
            ("1", "main", 3),
            ("2", "main", 2),
            ("2", "main", 2),
            ("never heard of", "main", 1),
            ("1", "far", 1),
        ],
    );
    let Placed::OutOfStock(short) = db.place(&[&order]).await else {
        panic!("there is not enough");
    };
    // As they stand now, so that another place can be tried.
    let found: Vec<_> = short.iter().map(|offer| offer.sku.clone()).collect();
    assert_eq!(found, ["1", "2", "never heard of"].map(sku));
    assert_eq!(db.order(&order.order_id).await, None);
    assert_eq!(db.received(&order.order_id).await, None);
    assert_eq!(
        (db.units("1").await, db.units("2").await),
        ((3, 0, 3), (3, 0, 3))
    );
}

#[tokio::test]
async fn all_orders_of_a_call_are_placed_or_none() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 3).await;
    let (one, two) = (
        order("1-01", &[("1", "main", 2)]),
        order("1-02", &[("1", "main", 2)]),
    );
    assert!(matches!(
        db.place(&[&one, &two]).await,
        Placed::OutOfStock(_)
    ));
    assert_eq!(
        (db.order(&one.order_id).await, db.order(&two.order_id).await),
        (None, None)
    );
    assert_eq!(db.units("1").await, (3, 0, 3));

    db.placed(&two).await;
    let small = order("1-01", &[("1", "main", 1)]);
    let Placed::Exist(existing) = db.place(&[&small, &two]).await else {
        panic!("the second order exists");
    };
    assert!(existing.into_keys().eq([two.order_id.clone()]));
    assert_eq!(db.order(&small.order_id).await, None);
    assert_eq!(db.units("1").await, (3, 2, 1));

    db.stock_up("2", 9).await;
    let others = [
        order("1-03", &[("2", "main", 4)]),
        order("1-04", &[("2", "main", 5)]),
    ];
    assert!(matches!(
        db.place(&[&others[0], &others[1]]).await,
        Placed::Written
    ));
    assert_eq!(db.units("2").await, (9, 9, 0));
}

#[tokio::test]
async fn a_negative_stock_serves_nobody() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 5).await;
    db.placed(&order("1-01", &[("1", "main", 5)])).await;
    // A count finds fewer than are reserved.
    let fewer = crate::samples::count("1", "main", 2);
    db.offers
        .count_stock(&fewer, at(1), budget())
        .await
        .unwrap();
    assert_eq!(db.units("1").await, (2, 5, -3));
    assert!(matches!(
        db.place(&[&order("1-02", &[("1", "main", 1)])]).await,
        Placed::OutOfStock(_)
    ));
}

#[tokio::test]
async fn of_many_that_want_the_last_unit_one_gets_it() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 1).await;
    let orders: Vec<_> = (0..8)
        .map(|number| order(&number.to_string(), &[("1", "main", 1)]))
        .collect();
    let calls = orders.iter().map(async |order| db.place(&[order]).await);
    let answers = futures::future::join_all(calls).await;
    let written = answers
        .iter()
        .filter(|answer| matches!(answer, Placed::Written))
        .count();
    assert_eq!(written, 1, "{answers:?}");
    assert_eq!(db.units("1").await, (1, 1, 0));
}

impl TestDatabase {
    async fn received(&self, id: &OrderId) -> Option<String> {
        self.orders.received(id, at(0), budget()).await.unwrap()
    }
}
