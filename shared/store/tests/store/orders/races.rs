//! Changes that race: stock moves once, whoever wins.

use std::sync::Arc;

use feirante_models::erp::InvoiceType;
use feirante_seller::lifecycle;
use feirante_seller::settings::CancellationPolicy;
use feirante_store::StoreError;
use feirante_store::orders::{Changed, Decided};
use tokio::task::JoinSet;

use super::transition;
use crate::database::{TestDatabase, budget};
use crate::samples::{at, invoice, invoice_number, order, sent};

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_of_one_version_one_is_written() {
    let db = Arc::new(TestDatabase::start().await);
    db.stock_up("1", 5).await;
    let order = db.paid(&order("1-01", &[("1", "main", 2)])).await;
    let started = lifecycle::start_cancellation(&order, "damaged", at(2)).unwrap();
    let order = db.changed(started).await;
    // The seller's cancellation is taken while the marketplace asks for its own.
    let taken = transition(lifecycle::cancel_sent(&order, sent(), at(3)));
    let policy = CancellationPolicy::Confirm;
    let asked = lifecycle::request_cancellation(&order, policy, Default::default(), at(3));
    let asked = transition(asked);
    let mut racers = JoinSet::new();
    for number in 0..10 {
        let (db, change) = (db.clone(), [&taken, &asked][number % 2].clone());
        racers.spawn(async move {
            let changed = db.orders.change(&change, &db.offers, budget()).await;
            matches!(changed.unwrap(), Changed::Written)
        });
    }
    let written = racers.join_all().await;
    assert_eq!(written.iter().filter(|written| **written).count(), 1);
    assert_eq!(db.units("1").await, (5, 0, 5));
    let now = db.order(&order.order_id).await.unwrap();
    assert_eq!((now.status(), now.version), ("canceled", order.version + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_is_settled_by_many_moves_its_units_once() {
    let db = Arc::new(TestDatabase::start().await);
    db.stock_up("1", 9).await;
    let lines = [("1", "main", 2), ("1", "main", 3)];
    let mut order = db.paid(&order("1-01", &lines)).await;
    for (number, value, units) in [("N-1", 5000, 2), ("N-2", 2590, 3)] {
        let invoice = invoice(number, InvoiceType::Output, value, &[("1", units)], 5);
        let accepted = lifecycle::accept_invoice(&order, &invoice, at(2)).unwrap();
        order = db.changed(accepted).await;
    }
    let mut racers = JoinSet::new();
    for number in ["N-1", "N-2", "N-1", "N-2"] {
        let (db, order) = (db.clone(), order.clone());
        racers.spawn(async move {
            let number = invoice_number(number);
            let decided = db.orders.decide(order, &db.offers, budget(), |order| {
                let outcome = lifecycle::invoice_sent(order, &number, false, sent(), at(6));
                Ok::<_, StoreError>(outcome)
            });
            assert!(matches!(decided.await.unwrap(), Decided::Settled(())));
        });
    }
    racers.join_all().await;
    assert_eq!(db.units("1").await, (4, 0, 4));
    let now = db.order(&order.order_id).await.unwrap();
    assert_eq!((now.status(), now.version), ("invoiced", order.version + 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_and_a_cancellation_never_cross() {
    let db = Arc::new(TestDatabase::start().await);
    db.stock_up("1", 100).await;
    for number in 0..20 {
        let order = order(&format!("1-{number:02}"), &[("1", "main", 1)]);
        let order = db.paid(&order).await;
        let id = order.order_id.clone();
        let invoicing = {
            let (db, order) = (db.clone(), order.clone());
            tokio::spawn(async move {
                let sale = invoice("N-1", InvoiceType::Output, 7590, &[("1", 1)], 5);
                let decided = db.orders.decide(order, &db.offers, budget(), |order| {
                    let outcome = lifecycle::accept_invoice(order, &sale, at(2));
                    Ok::<_, StoreError>(outcome.expect("held back at most"))
                });
                decided.await.unwrap()
            })
        };
        let canceling = {
            let (db, order) = (db.clone(), order.clone());
            tokio::spawn(async move {
                let decided = db.orders.decide(order, &db.offers, budget(), |order| {
                    let outcome = lifecycle::start_cancellation(order, "damaged", at(2));
                    Ok::<_, StoreError>(outcome.expect("held back at most"))
                });
                decided.await.unwrap()
            })
        };
        let (invoicing, canceling) = (invoicing.await.unwrap(), canceling.await.unwrap());
        let now = db.order(&id).await.unwrap();
        let (sold, canceled) = (!now.invoices.is_empty(), now.canceling.is_some());
        assert!(sold != canceled, "{invoicing:?} {canceling:?}: {now:?}");
        assert_eq!(now.version, order.version + 1);
    }
}
