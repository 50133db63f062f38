//! Whose turn it is to tell the marketplace, and what it has been told.

use std::sync::Arc;

use feirante_models::erp::{Progress, Shipment, TrackingEvent};
use feirante_seller::delivery::{Attempts, LastAttempt};
use feirante_seller::lifecycle;
use feirante_seller::order::Order;
use feirante_seller::package::Package;
use feirante_seller::turns::{Holder, Turns};
use feirante_store::StoreError;
use feirante_store::orders::{Known, Part};
use tokio::task::JoinSet;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, change_request_id, invoice_number, order};

impl TestDatabase {
    async fn change_turns(&self, order: &Order, part: Part<'_>, was: &Turns, is: &Turns) -> bool {
        self.orders
            .change_turns(&order.order_id, part, was, is, budget())
            .await
            .unwrap()
    }

    async fn package(&self, order: &Order, number: &str) -> Package {
        let number = invoice_number(number);
        let found = self
            .orders
            .get_with_package(&order.order_id, &number, budget())
            .await;
        let (found, package) = found.unwrap().unwrap();
        assert_eq!(found.order_id, order.order_id);
        package
    }

    /// Writes `known` together with some change of the order.
    async fn told(&self, order: &Order, part: Part<'_>, turns: &Turns, known: Known<'_>) -> Order {
        let beside = self.orders.beside(&order.order_id, part, turns, known);
        let decided = self
            .orders
            .conclude(order.clone(), &beside.unwrap(), budget(), |order| {
                let why = "damaged";
                let outcome = lifecycle::start_cancellation(order, why, at(2)).unwrap();
                Ok::<_, StoreError>(outcome)
            })
            .await;
        decided.unwrap();
        self.order(&order.order_id).await.unwrap()
    }
}

fn me() -> Holder {
    Holder::new("me")
}

/// Attempts with everything that can be known of them.
fn attempts() -> Attempts {
    Attempts {
        count: 3,
        first_at: Some(at(1)),
        missing_since: Some(at(2)),
        next_at: Some(at(60)),
        admitted: true,
        last: Some(LastAttempt {
            at: at(3),
            status: Some(503),
            detail: "não".to_owned(),
        }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_who_take_a_turn_one_has_it() {
    let db = Arc::new(TestDatabase::start().await);
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let number = invoice_number("N-1");
    let mut was = Turns::default();
    // The first turn, one that ran out, and one after attempts.
    for round in 0..3 {
        let mut takers = JoinSet::new();
        for taker in 0..20 {
            let (db, order, number, was) = (db.clone(), order.clone(), number.clone(), was.clone());
            takers.spawn(async move {
                let taken = was.taken(at(100 * round), Holder::new(taker.to_string()));
                let mine = db.change_turns(&order, Part::Invoice(&number), &was, &taken);
                mine.await.then_some(taken)
            });
        }
        let mut taken = takers.join_all().await.into_iter().flatten();
        was = taken.next().expect("one has it");
        assert_eq!(taken.next(), None, "two have it");
        assert_eq!(db.package(&order, "N-1").await.invoice, was);
        if round == 1 {
            let later = was
                .put_off("a", attempts())
                .put_off("b", Attempts::default());
            assert!(
                db.change_turns(&order, Part::Invoice(&number), &was, &later)
                    .await
            );
            was = later;
        }
    }
}

#[tokio::test]
async fn turns_of_different_things_are_apart() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let (one, other) = (invoice_number("N-1"), invoice_number("N-2"));
    let change = change_request_id("c-1");
    let parts = [
        Part::Invoice(&one),
        Part::Shipment(&one),
        Part::Progress(&one),
        Part::Invoice(&other),
        Part::Cancellation,
        Part::Agreement(&change),
    ];
    for (seconds, part) in (1..).zip(parts) {
        let taken = Turns::default().taken(at(seconds), me());
        assert!(
            db.change_turns(&order, part, &Turns::default(), &taken)
                .await
        );
        let others = Turns::default().taken(at(seconds), Holder::new("another"));
        assert!(
            !db.change_turns(&order, part, &Turns::default(), &others)
                .await
        );
    }
    let taken = |seconds| Turns::default().taken(at(seconds), me());
    let package = db.package(&order, "N-1").await;
    assert_eq!(
        [package.invoice, package.shipment, package.progress],
        [taken(1), taken(2), taken(3)]
    );
    assert_eq!(db.package(&order, "N-2").await.invoice, taken(4));
    let cancellation = db
        .orders
        .get_with_cancellation(&order.order_id, budget())
        .await;
    assert_eq!(cancellation.unwrap(), Some((order.clone(), taken(5))));
    let agreement = db
        .orders
        .get_with_agreement(&order.order_id, &change, budget())
        .await;
    assert_eq!(agreement.unwrap(), Some((order.clone(), taken(6))));
    // Who looks at the order sees all of them.
    let dossier = db.orders.dossier(&order.order_id, budget()).await;
    let dossier = dossier.unwrap().unwrap();
    assert_eq!(dossier.agreements, [(change, taken(6))].into());
    assert_eq!(dossier.cancellation, taken(5));
}

#[tokio::test]
async fn a_turn_that_is_settled_can_be_taken_again() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let part = Part::Cancellation;
    let taken = Turns::default().taken(at(1), me());
    assert!(
        db.change_turns(&order, part, &Turns::default(), &taken)
            .await
    );
    let settled = taken.settled("a");
    assert!(db.change_turns(&order, part, &taken, &settled).await);
    assert!(db.change_turns(&order, part, &settled, &taken).await);
}

#[tokio::test]
async fn what_nobody_has_begun_is_all_new() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    let (id, number) = (&order.order_id, invoice_number("N-1"));
    let package = db.orders.get_with_package(id, &number, budget()).await;
    assert_eq!(package.unwrap(), None);
    let turns = db.orders.get_with_cancellation(id, budget()).await;
    assert_eq!(turns.unwrap(), None);

    db.placed(&order).await;
    assert_eq!(db.package(&order, "N-1").await, Package::default());
    let turns = db.orders.get_with_cancellation(id, budget()).await;
    assert_eq!(turns.unwrap(), Some((order.clone(), Turns::default())));
}

#[tokio::test]
async fn a_package_is_read_as_it_was_written() {
    let db = TestDatabase::start().await;
    let first = order("1-01", &[]);
    db.placed(&first).await;
    let number = invoice_number("N-1");
    let shipment = |number: &str| Shipment {
        courier: "Correios".to_owned(),
        tracking_number: number.to_owned(),
        tracking_url: "https://t.example/ç".to_owned(),
        dispatched_date: Some("2026-11-22".to_owned()),
    };
    let progress = Progress {
        is_delivered: true,
        delivered_date: Some(at(9)),
        events: vec![TrackingEvent {
            city: "Rio".to_owned(),
            state: "RJ".to_owned(),
            description: "left".to_owned(),
            date: at(8),
        }],
    };
    let package = Package::default();
    let shipments = package
        .shipments
        .with(&shipment("SR1"), at(5))
        .with(&shipment("SR2"), at(6));
    let told = package.progress_told.with(&progress);
    let shipment_turns = Turns::default()
        .taken(at(30), me())
        .put_off("a", attempts());
    let progress_turns = Turns::default().taken(at(40), me());
    let known = Known::Shipments(&shipments);
    let after = db.told(&first, Part::Shipment(&number), &shipment_turns, known);
    assert!(after.await.canceling.is_some());
    let other = order("1-02", &[]);
    db.placed(&other).await;
    // Each attribute by itself: what stood beside it stays.
    let second = db.order(&first.order_id).await.unwrap();
    let id = &second.order_id;
    let beside = db
        .orders
        .beside(
            id,
            Part::Progress(&number),
            &progress_turns,
            Known::Progress(&told),
        )
        .unwrap();
    db.orders
        .conclude(second.clone(), &beside, budget(), |order| {
            let what = lifecycle::refund_settled(order, at(3));
            Ok::<_, StoreError>(what)
        })
        .await
        .unwrap();
    let expected = Package {
        shipment: shipment_turns,
        progress: progress_turns,
        shipments,
        progress_told: told,
        ..Package::default()
    };
    assert_eq!(db.package(&first, "N-1").await, expected);
    assert_eq!(db.package(&other, "N-1").await, Package::default());
}
