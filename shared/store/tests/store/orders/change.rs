use feirante_seller::lifecycle::{self, StockEffect};
use feirante_seller::settings::CancellationPolicy;
use feirante_store::StoreError;
use feirante_store::orders::Changed;

use super::transition;
use crate::database::{TestDatabase, budget};
use crate::samples::{at, count, order, sku};

#[tokio::test]
async fn of_two_changes_of_one_version_the_second_is_overtaken() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 2).await;
    let order = order("1-01", &[("1", "main", 2)]);
    db.placed(&order).await;
    let authorized = transition(lifecycle::authorize(&order, at(1)).unwrap());
    let expired = transition(lifecycle::expire(&order, at(1000)));
    assert_eq!(expired.stock, StockEffect::Release);
    let changed = db
        .orders
        .change(&authorized, &db.offers, budget())
        .await
        .unwrap();
    assert!(matches!(changed, Changed::Written), "{changed:?}");
    let Changed::Overtaken(now) = db
        .orders
        .change(&expired, &db.offers, budget())
        .await
        .unwrap()
    else {
        panic!("the other change came first");
    };
    assert_eq!(*now, authorized.order);
    assert_eq!(db.order(&order.order_id).await.unwrap(), authorized.order);
    // What was not written has released nothing.
    assert_eq!(db.units("1").await, (2, 2, 0));
}

#[tokio::test]
async fn units_are_released_once_and_taken_again_once() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 2).await;
    db.stock_up("2", 9).await;
    let order = order(
        "1-01",
        &[("1", "main", 2), ("2", "main", 4), ("2", "main", 1)],
    );
    db.placed(&order).await;
    let expired = transition(lifecycle::expire(&order, at(1000)));
    db.orders
        .change(&expired, &db.offers, budget())
        .await
        .unwrap();
    assert_eq!(
        (db.units("1").await, db.units("2").await),
        ((2, 0, 2), (9, 0, 9))
    );
    let again = db
        .orders
        .change(&expired, &db.offers, budget())
        .await
        .unwrap();
    assert!(matches!(again, Changed::Overtaken(_)), "{again:?}");
    assert_eq!(
        (db.units("1").await, db.units("2").await),
        ((2, 0, 2), (9, 0, 9))
    );

    let late = transition(lifecycle::authorize(&expired.order, at(1001)).unwrap());
    db.orders.change(&late, &db.offers, budget()).await.unwrap();
    assert_eq!(
        (db.units("1").await, db.units("2").await),
        ((2, 2, 0), (9, 5, 4))
    );
    assert_eq!(db.order(&order.order_id).await.unwrap(), late.order);
}

#[tokio::test]
async fn a_late_payment_of_units_that_are_gone_changes_nothing() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 2).await;
    db.stock_up("2", 2).await;
    let order = order("1-01", &[("1", "main", 2), ("2", "main", 2)]);
    db.placed(&order).await;
    let expired = transition(lifecycle::expire(&order, at(1000)));
    db.orders
        .change(&expired, &db.offers, budget())
        .await
        .unwrap();
    db.offers
        .count_stock(&count("2", "main", 1), at(1001), budget())
        .await
        .unwrap();
    let late = transition(lifecycle::authorize(&expired.order, at(1002)).unwrap());
    let Changed::OutOfStock(short) = db.orders.change(&late, &db.offers, budget()).await.unwrap()
    else {
        panic!("one unit is gone");
    };
    let short: Vec<_> = short.offers.into_iter().map(|offer| offer.sku).collect();
    assert_eq!(short, [sku("2")]);
    assert_eq!(db.order(&order.order_id).await.unwrap(), expired.order);
    assert_eq!(
        (db.units("1").await, db.units("2").await),
        ((2, 0, 2), (1, 0, 1))
    );
}

#[tokio::test]
async fn a_change_that_keeps_the_stock_keeps_it() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 2).await;
    let order = order("1-01", &[("1", "main", 2)]);
    db.placed(&order).await;
    let authorized = transition(lifecycle::authorize(&order, at(1)).unwrap());
    db.orders
        .change(&authorized, &db.offers, budget())
        .await
        .unwrap();
    let requested = transition(lifecycle::request_cancellation(
        &authorized.order,
        CancellationPolicy::Evaluate,
        Default::default(),
        at(2),
    ));
    db.orders
        .change(&requested, &db.offers, budget())
        .await
        .unwrap();
    assert_eq!(db.units("1").await, (2, 2, 0));
    let confirmed = transition(lifecycle::confirm_cancellation(&requested.order, at(3)).unwrap());
    db.orders
        .change(&confirmed, &db.offers, budget())
        .await
        .unwrap();
    assert_eq!(db.units("1").await, (2, 0, 2));
    assert_eq!(db.order(&order.order_id).await.unwrap().version, 4);
}

#[tokio::test]
async fn an_order_that_is_gone_is_an_error() {
    let db = TestDatabase::start().await;
    let authorized = transition(lifecycle::authorize(&order("1-01", &[]), at(1)).unwrap());
    let error = db
        .orders
        .change(&authorized, &db.offers, budget())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("mkt1-1-01"), "{error}");
}
