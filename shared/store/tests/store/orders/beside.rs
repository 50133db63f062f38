//! What is written beside a change is written with it or not at all.

use feirante_models::erp::InvoiceType;
use feirante_models::events::FailedDelivery;
use feirante_seller::lifecycle::{self, Finality, StartedCancellation};
use feirante_seller::order::{Order, Undelivered};
use feirante_seller::turns::{Holder, Turns};
use feirante_store::StoreError;
use feirante_store::orders::{Beside, Decided, Known, Part};
use futures::future::join_all;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, count, invoice, invoice_number, order, sent};

impl TestDatabase {
    fn beside(&self, id: &feirante_models::OrderId) -> Beside {
        let turns = Turns::default().taken(at(99), Holder::new("t"));
        let part = Part::Cancellation;
        self.orders
            .beside(id, part, &turns, Known::Nothing)
            .unwrap()
    }

    async fn is_beside(&self, id: &feirante_models::OrderId) -> bool {
        let found = self.orders.get_with_cancellation(id, budget()).await;
        let (_, turns) = found.unwrap().unwrap();
        turns != Turns::default()
    }
}

#[tokio::test]
async fn both_are_written() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 5).await;
    let order = db.paid(&order("1-01", &[("1", "main", 2)])).await;
    let id = order.order_id.clone();
    let sale = invoice("N-1", InvoiceType::Output, 7590, &[("1", 2)], 5);
    let order = db
        .changed(lifecycle::accept_invoice(&order, &sale, at(2)).unwrap())
        .await;
    assert!(!db.is_beside(&id).await);
    let (beside, offers) = (db.beside(&id), &db.offers);
    let decided = db
        .orders
        .conclude_with_stock(order, offers, &beside, budget(), |order| {
            let number = &invoice_number("N-1");
            Ok::<_, StoreError>(lifecycle::invoice_sent(order, number, true, sent(), at(3)))
        })
        .await;
    assert!(matches!(decided.unwrap(), Decided::Settled(())));
    assert!(db.is_beside(&id).await);
    assert_eq!(db.order(&id).await.unwrap().status(), "shipped");
    assert_eq!(db.units("1").await, (3, 0, 3));
}

#[tokio::test]
async fn where_nothing_changes_what_begins_is_not_written_and_what_ended_is() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let (id, beside) = (order.order_id.clone(), db.beside(&order.order_id));
    let unchanged = |order: &feirante_seller::order::Order| {
        let number = &invoice_number("N-1");
        Ok::<_, StoreError>(lifecycle::invoice_sent(order, number, true, sent(), at(3)))
    };
    let (orders, offers) = (&db.orders, &db.offers);
    let begun = orders.begin(order.clone(), &beside, budget(), unchanged);
    begun.await.unwrap();
    assert!(!db.is_beside(&id).await, "the turn may be somebody else's");
    let concluded = orders.conclude(order.clone(), &beside, budget(), unchanged);
    concluded.await.unwrap();
    assert!(db.is_beside(&id).await, "the marketplace was told");
    assert_eq!(db.order(&id).await, Some(order.clone()));

    let other = crate::samples::order("1-02", &[]);
    db.placed(&other).await;
    let (id, beside) = (other.order_id.clone(), db.beside(&other.order_id));
    let settled = orders.conclude_with_stock(other, offers, &beside, budget(), unchanged);
    assert!(matches!(settled.await.unwrap(), Decided::Settled(())));
    assert!(db.is_beside(&id).await);
}

#[tokio::test]
async fn who_is_overtaken_writes_neither() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 5).await;
    let stale = order("1-01", &[("1", "main", 2)]);
    db.placed(&stale).await;
    let now = db.changed(lifecycle::expire(&stale, at(1000))).await;
    let beside = db.beside(&stale.order_id);
    let mut seen = Vec::new();
    let decided = db
        .orders
        .begin(stale, &beside, budget(), |order| {
            seen.push(order.status());
            Ok::<_, StoreError>(lifecycle::start_cancellation(order, "damaged", at(1001)).unwrap())
        })
        .await;
    assert_eq!(decided.unwrap(), StartedCancellation::Done);
    assert_eq!(seen, ["placed", "expired"], "it decides again");
    assert!(!db.is_beside(&now.order_id).await);
    assert_eq!(db.order(&now.order_id).await, Some(now));
    assert_eq!(db.units("1").await, (5, 0, 5));
}

#[tokio::test]
async fn where_units_are_gone_nothing_is_written() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 2).await;
    let order = order("1-01", &[("1", "main", 2)]);
    db.placed(&order).await;
    let order = db.changed(lifecycle::expire(&order, at(1000))).await;
    let one_left = count("1", "main", 1);
    db.offers
        .count_stock(&one_left, at(1001), budget())
        .await
        .unwrap();
    let beside = db.beside(&order.order_id);
    let decided = db
        .orders
        .conclude_with_stock(order.clone(), &db.offers, &beside, budget(), |order| {
            Ok::<_, StoreError>(lifecycle::authorize(order, at(1002)).unwrap())
        })
        .await;
    assert!(matches!(decided.unwrap(), Decided::OutOfStock(_)));
    assert!(!db.is_beside(&order.order_id).await);
    assert_eq!(db.order(&order.order_id).await.unwrap(), order);
}

#[tokio::test]
async fn of_many_who_write_at_once_each_is_written() {
    const WRITERS: u64 = 16;
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let beside = db.beside(&order.order_id);
    let writers = (0..WRITERS).map(|writer| {
        let (orders, order, beside) = (&db.orders, order.clone(), &beside);
        let note = move |order: &Order| {
            let undelivered = Undelivered {
                kind: FailedDelivery::Tracking,
                invoice_number: None,
                agreement: None,
                status: 400,
                reason: "refused".to_owned(),
                detail: format!("writer {writer}"),
            };
            let finality = Finality::NotAsked;
            let noted = lifecycle::undelivered(order, undelivered, finality, at(3));
            Ok::<_, StoreError>(noted)
        };
        async move { orders.conclude(order, beside, budget(), note).await }
    });
    for written in join_all(writers).await {
        written.unwrap();
    }
    let noted = db.order(&order.order_id).await.unwrap();
    assert_eq!(noted.version, order.version + WRITERS);
    assert_eq!(
        noted.timeline.len(),
        order.timeline.len() + WRITERS as usize
    );
}

#[tokio::test]
async fn stock_does_not_move_unseen() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 5).await;
    let order = order("1-01", &[("1", "main", 2)]);
    db.placed(&order).await;
    let beside = db.beside(&order.order_id);
    let expires = |order: &feirante_seller::order::Order| {
        Ok::<_, StoreError>(lifecycle::expire(order, at(1000)))
    };
    let orders = &db.orders;
    for moved in [
        orders
            .begin(order.clone(), &beside, budget(), expires)
            .await,
        orders
            .conclude(order.clone(), &beside, budget(), expires)
            .await,
    ] {
        let error = moved.unwrap_err();
        assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    }
    assert!(!db.is_beside(&order.order_id).await);
    assert_eq!(db.order(&order.order_id).await.unwrap(), order);
    assert_eq!(db.units("1").await, (5, 2, 3));
}
