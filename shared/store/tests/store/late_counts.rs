//! Counts of the ERP's that come after units have left of which they do not know.

mod calls;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::erp::InvoiceType;
use feirante_seller::lifecycle::{self, Transition};
use feirante_seller::offer::Departures;
use feirante_seller::order::Order;
use feirante_store::StoreError;
use feirante_store::offers::Update;
use feirante_store::orders::Changed;
use futures::future::join;

use crate::database::{OFFERS, TestDatabase, budget};
use crate::orders::transition;
use crate::samples::{at, count, invoice, order, sent};

const TOTAL: i64 = 7590;

impl TestDatabase {
    /// A paid order of one unit of SKU `1` at `main`.
    async fn paid_for_one(&self, number: i64) -> Order {
        self.paid(&order(&format!("{number}-01"), &[("1", "main", 1)]))
            .await
    }

    /// So many orders of one unit, of which the marketplace has just taken the invoices, 10 seconds
    /// apart.
    async fn about_to_leave(&self, orders: i64) -> Vec<Transition> {
        let mut shipments = Vec::new();
        for number in 1..=orders {
            let order = self.paid_for_one(number).await;
            let units = [("1", 1)];
            let sale = invoice("N-1", InvoiceType::Output, TOTAL, &units, number * 10);
            let accepted = lifecycle::accept_invoice(&order, &sale, at(2)).unwrap();
            let order = self.changed(accepted).await;
            let shipped = lifecycle::invoice_sent(&order, &sale.number, false, sent(), at(3));
            shipments.push(transition(shipped));
        }
        shipments
    }

    async fn leave(&self, shipments: &[Transition]) {
        for shipment in shipments {
            let shipped = self.orders.change(shipment, &self.offers, budget()).await;
            assert!(matches!(shipped.unwrap(), Changed::Written));
        }
    }

    /// Counts SKU `1` at `main`, as often as it takes: where units leave all the time, the queue
    /// brings a count again.
    async fn counted_at_last(&self, units: i64, seconds: i64) {
        let count = count("1", "main", units);
        loop {
            match self.offers.count_stock(&count, at(seconds), budget()).await {
                Err(StoreError::Unavailable { .. }) => {}
                counted => {
                    assert_eq!(counted.unwrap(), Update::Applied);
                    return;
                }
            }
        }
    }

    /// How many departures SKU `1` remembers at a place; `None`: there is no such attribute.
    async fn remembered(&self, place: &str) -> Option<usize> {
        let key = |value: &str| AttributeValue::S(value.to_owned());
        let call = self.client.get_item().table_name(OFFERS);
        let call = call.key("sku", key("1")).key("part", key("OFFER"));
        let offer = call.send().await.unwrap().item.unwrap();
        let left = offer.get(&format!("left:{place}"))?;
        Some(left.as_l().unwrap().len())
    }
}

#[tokio::test]
async fn a_count_takes_off_what_left_after_it_and_only_that() {
    let db = TestDatabase::start().await;
    db.counted("main", 9, 0).await;
    let mut order = db.paid(&order("1-01", &[("1", "main", 3)])).await;
    for (number, value, left_at) in [("N-1", 2000, 10), ("N-2", 2000, 20), ("N-3", 3590, 30)] {
        let package = invoice(number, InvoiceType::Output, value, &[("1", 1)], left_at);
        order = db.invoiced(&order, &package).await;
    }
    assert_eq!(db.units_at("main").await, (6, 0, 6));
    assert_eq!(db.remembered("main").await, Some(3));
    let sold = db.offer("1").await.unwrap();
    assert!(
        sold.departures.is_empty(),
        "none of a simulation's business"
    );

    // What leaves in the very moment of a count is not in it, before or after it came.
    for (units, counted_at, remembered) in [(9, 5, Some(3)), (8, 20, Some(2)), (7, 25, Some(1))] {
        db.counted("main", units, counted_at).await;
        assert_eq!(db.units_at("main").await, (6, 0, 6), "{counted_at}");
        assert_eq!(db.remembered("main").await, remembered, "{counted_at}");
    }
    // Neither an older one nor one that comes again has anything to say.
    for (units, counted_at) in [(9, 5), (50, 24), (7, 25), (50, 25)] {
        let count = count("1", "main", units);
        let outdated = db
            .offers
            .count_stock(&count, at(counted_at), budget())
            .await;
        assert_eq!(outdated.unwrap(), Update::Outdated);
        assert_eq!(db.units_at("main").await, (6, 0, 6), "{counted_at}");
    }
    db.counted("main", 6, 31).await;
    assert_eq!(db.units_at("main").await, (6, 0, 6));
    assert_eq!(db.remembered("main").await, None, "nothing is left behind");
}

#[tokio::test]
async fn a_count_takes_off_what_left_its_own_place() {
    let db = TestDatabase::start().await;
    for place in ["main", "far"] {
        db.counted(place, 5, 0).await;
    }
    let lines = [("1", "main", 1), ("1", "far", 2)];
    let order = db.paid(&order("1-01", &lines)).await;
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 3)], 10);
    db.invoiced(&order, &sale).await;
    db.counted("far", 5, 9).await;
    assert_eq!(db.units_at("far").await, (3, 0, 3));
    assert_eq!(db.units_at("main").await, (4, 0, 4));
    db.counted("main", 4, 11).await;
    assert_eq!(db.remembered("main").await, None);
    assert_eq!(db.remembered("far").await, Some(1));
}

#[tokio::test]
async fn what_other_orders_hold_stays_held() {
    let db = TestDatabase::start().await;
    db.counted("main", 9, 0).await;
    let gone = db.paid_for_one(1).await;
    db.paid(&order("2-01", &[("1", "main", 4)])).await;
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 1)], 10);
    db.invoiced(&gone, &sale).await;
    db.counted("main", 9, 5).await;
    assert_eq!(db.units_at("main").await, (8, 4, 4));
}

#[tokio::test]
async fn a_count_from_before_a_return_has_what_came_back() {
    let db = TestDatabase::start().await;
    db.counted("main", 9, 0).await;
    let order = db.paid_for_one(1).await;
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 1)], 10);
    let order = db.invoiced(&order, &sale).await;
    let back = invoice("N-2", InvoiceType::Input, TOTAL, &[("1", 1)], 20);
    db.invoiced(&order, &back).await;
    // Counted before it had left, while it was away, and after it came back.
    for (units, counted_at) in [(9, 5), (8, 15), (9, 25)] {
        db.counted("main", units, counted_at).await;
        assert_eq!(db.units_at("main").await, (9, 0, 9), "{counted_at}");
    }
}

/// An ERP that does not count for long: the offer stays small, and the count that comes at last is
/// wrong by little, and never finds too much.
#[tokio::test]
async fn many_departures_are_remembered_roughly() {
    let db = TestDatabase::start().await;
    db.counted("main", 100, 0).await;
    let mut full = false;
    for number in 1..=60 {
        let order = db.paid_for_one(number).await;
        let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 1)], number * 10);
        db.invoiced(&order, &sale).await;
        let left = 100 - number;
        assert_eq!(db.units_at("main").await, (left, 0, left));
        let remembered = db.remembered("main").await.unwrap();
        assert!(remembered <= Departures::MOST, "{remembered}");
        full |= remembered == Departures::MOST;
    }
    assert!(full, "there was room for all");
    // Of what had been there after 30 of them, 30 have left since.
    db.counted("main", 70, 305).await;
    let (on_hand, _, available) = db.units_at("main").await;
    assert!((30..=40).contains(&on_hand), "{on_hand} of 40");
    assert_eq!(on_hand, available);
    db.counted("main", 40, 601).await;
    assert_eq!(db.units_at("main").await, (40, 0, 40));
}

/// Sometimes the count is first, sometimes what leaves, sometimes it leaves while the count is taken
/// over.
#[tokio::test]
async fn what_leaves_while_counts_come_is_taken_off_once() {
    const SALES: i64 = 18;
    let db = TestDatabase::start().await;
    db.counted("main", 100, 0).await;
    let shipments = db.about_to_leave(SALES).await;
    // Each knows of all that had left when it was made.
    let count = async {
        for left in 0..SALES {
            db.counted_at_last(100 - left, left * 10 + 5).await;
        }
    };
    join(db.leave(&shipments), count).await;
    assert_eq!(db.units_at("main").await, (100 - SALES, 0, 100 - SALES));
    assert_eq!(
        db.remembered("main").await,
        Some(1),
        "the last has left since"
    );
}

#[tokio::test]
async fn what_leaves_while_room_is_made_is_not_forgotten() {
    let db = TestDatabase::start().await;
    db.counted("main", 100, 0).await;
    let shipments = db.about_to_leave(60).await;
    let (some, others) = shipments.split_at(30);
    join(db.leave(some), db.leave(others)).await;
    // From before all of them: however they were put together, they are not in it.
    db.counted("main", 100, 5).await;
    assert_eq!(db.units_at("main").await, (40, 0, 40));
}
