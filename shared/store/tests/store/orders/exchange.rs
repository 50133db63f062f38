//! Modifications: units that an order takes and gives back in one write.

use std::collections::BTreeMap;

use feirante_models::Cents;
use feirante_seller::lifecycle::{Exchange, StockEffect, Transition};
use feirante_seller::order::{Change, Entry, Order, StockMovements};
use feirante_seller::shipping::{LimitedSlot, SlotId};
use feirante_store::orders::Changed;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, change_request_id, count, order, sku, warehouse};

fn units(of: &[(&str, &str, i64)]) -> StockMovements {
    let mut units = StockMovements::new();
    for (code, place, number) in of {
        let places: &mut BTreeMap<_, _> = units.entry(sku(code)).or_default();
        places.insert(warehouse(place), *number);
    }
    units
}

/// The order one version later, over something else.
fn modified(order: &Order, exchange: Exchange) -> Transition {
    let mut order = order.clone();
    order.version += 1;
    order.total = Cents::new(1);
    order.timeline.push(Entry {
        at: at(9),
        change: Change::ModificationApplied {
            change_request_id: change_request_id("c-1"),
            total: order.total,
        },
    });
    let stock = StockEffect::Exchange(exchange);
    Transition { order, stock }
}

impl TestDatabase {
    async fn exchanged(&self, transition: &Transition) -> Changed {
        let changed = self.orders.change(transition, &self.offers, budget());
        changed.await.unwrap()
    }
}

/// One unit of `1` and two of `2`, paid.
async fn sold(db: &TestDatabase) -> Order {
    for code in ["1", "2", "3"] {
        db.stock_up(code, 5).await;
    }
    let lines = [("1", "main", 1), ("2", "main", 2)];
    db.paid(&order("1-01", &lines)).await
}

#[tokio::test]
async fn units_are_taken_and_given_back_together_and_once() {
    let db = TestDatabase::start().await;
    let order = sold(&db).await;
    let far = count("2", "far", 7);
    db.offers.count_stock(&far, at(0), budget()).await.unwrap();
    let exchange = Exchange {
        units: units(&[
            ("1", "main", -1),
            ("2", "main", -2),
            ("2", "far", 3),
            ("3", "main", 4),
        ]),
        ..Exchange::default()
    };
    let transition = modified(&order, exchange);
    let changed = db.exchanged(&transition).await;
    assert!(matches!(changed, Changed::Written), "{changed:?}");
    // A write whose answer was lost is not made again.
    let again = db.exchanged(&transition).await;
    assert!(matches!(again, Changed::Overtaken(_)), "{again:?}");
    assert_eq!(db.units("1").await, (5, 0, 5));
    assert_eq!(db.units("2").await, (5, 0, 5));
    assert_eq!(db.units("3").await, (5, 4, 1));
    let far = db.offer("2").await.unwrap().stock[&warehouse("far")];
    assert_eq!((far.on_hand, far.reserved, far.available), (7, 3, 4));
    assert_eq!(db.order(&order.order_id).await.unwrap(), transition.order);
}

#[tokio::test]
async fn what_is_not_there_moves_nothing_and_is_told() {
    let db = TestDatabase::start().await;
    let order = sold(&db).await;
    let kept = |kept| Exchange {
        units: units(&[("1", "main", -1), ("3", "main", 4)]),
        keep: units(&[("3", "main", kept)]),
        slots: Vec::new(),
    };
    let refused = db.exchanged(&modified(&order, kept(2))).await;
    let Changed::OutOfStock(shortage) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(shortage.offers.len(), 1);
    assert_eq!(shortage.offers[0].sku, sku("3"));
    assert_eq!(shortage.offers[0].stock[&warehouse("main")].available, 5);
    assert_eq!(db.units("1").await, (5, 1, 4));
    assert_eq!(db.order(&order.order_id).await.unwrap(), order);
    // With one unit less to be left there is enough.
    let taken = db.exchanged(&modified(&order, kept(1))).await;
    assert!(matches!(taken, Changed::Written), "{taken:?}");
    assert_eq!(db.units("3").await, (5, 4, 1));
}

#[tokio::test]
async fn a_sku_that_is_gone_takes_nothing_back() {
    let db = TestDatabase::start().await;
    let order = sold(&db).await;
    let exchange = Exchange {
        units: units(&[("unknown", "main", -1)]),
        ..Exchange::default()
    };
    let refused = db.exchanged(&modified(&order, exchange)).await;
    assert!(matches!(refused, Changed::OutOfStock(_)), "{refused:?}");
}

#[tokio::test]
async fn a_window_in_which_nothing_comes_any_more_is_given_back() {
    const METHOD: &str = "Agendada";
    let db = TestDatabase::start().await;
    db.stock_up("1", 5).await;
    let morning = "2026-11-23T11:00:00Z/2026-11-23T16:00:00Z";
    let slot = LimitedSlot {
        id: SlotId::named(METHOD, morning).unwrap(),
        capacity: 2,
    };
    let scheduled = Order {
        slots: vec![slot.clone()],
        ..order("1-01", &[("1", "main", 2)])
    };
    let order = db.paid(&scheduled).await;
    let taken = async || {
        let skus = [sku("1")];
        let read = db.offers.read_with_windows(&skus, &[METHOD], budget());
        read.await.unwrap().1.unwrap().taken(&slot.id)
    };
    assert_eq!(taken().await, 1);
    let exchange = Exchange {
        units: units(&[("1", "main", -1)]),
        slots: order.slots.clone(),
        ..Exchange::default()
    };
    let mut transition = modified(&order, exchange);
    transition.order.slots.clear();
    let changed = db.exchanged(&transition).await;
    assert!(matches!(changed, Changed::Written), "{changed:?}");
    assert_eq!(taken().await, 0);
    assert_eq!(db.units("1").await, (5, 1, 4));
}
