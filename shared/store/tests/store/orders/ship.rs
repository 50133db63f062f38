//! Units that leave with an invoice and come back with a return, and counts of the ERP's that know
//! of it or do not.

use feirante_models::erp::InvoiceType;
use feirante_seller::offer::Stock;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, count, invoice, order, warehouse};

const TOTAL: i64 = 7590;

impl TestDatabase {
    /// Counts SKU `1` at a place.
    pub(crate) async fn counted(&self, place: &str, units: i64, seconds: i64) {
        let count = count("1", place, units);
        let counted = self.offers.count_stock(&count, at(seconds), budget());
        counted.await.unwrap();
    }

    /// On hand, reserved, available of SKU `1` at a place.
    pub(crate) async fn units_at(&self, place: &str) -> (i64, i64, i64) {
        let Stock {
            on_hand,
            reserved,
            available,
            ..
        } = self.offer("1").await.unwrap().stock[&warehouse(place)];
        (on_hand, reserved, available)
    }
}

#[tokio::test]
async fn what_a_count_does_not_know_leaves_the_house() {
    for counted_at in [0, 10] {
        let db = TestDatabase::start().await;
        db.counted("main", 9, counted_at).await;
        let order = db.paid(&order("1-01", &[("1", "main", 2)])).await;
        assert_eq!(db.units_at("main").await, (9, 2, 7));
        let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 2)], 10);
        db.invoiced(&order, &sale).await;
        assert_eq!(
            db.units_at("main").await,
            (7, 0, 7),
            "counted at {counted_at}"
        );
    }
}

#[tokio::test]
async fn what_a_count_knows_is_not_taken_twice() {
    let db = TestDatabase::start().await;
    db.counted("main", 9, 0).await;
    let order = db.paid(&order("1-01", &[("1", "main", 2)])).await;
    // Counted after the goods had left, written before the marketplace took the invoice.
    db.counted("main", 7, 11).await;
    assert_eq!(db.units_at("main").await, (7, 2, 5));
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 2)], 10);
    db.invoiced(&order, &sale).await;
    assert_eq!(db.units_at("main").await, (7, 0, 7));
}

#[tokio::test]
async fn each_place_goes_by_its_own_count() {
    let db = TestDatabase::start().await;
    for place in ["main", "far", "north"] {
        db.counted(place, 5, 0).await;
    }
    let lines = [("1", "main", 1), ("1", "far", 2), ("1", "north", 3)];
    let order = db.paid(&order("1-01", &lines)).await;
    db.counted("far", 3, 20).await;
    db.counted("north", 4, 5).await;
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 6)], 10);
    db.invoiced(&order, &sale).await;
    assert_eq!(db.units_at("main").await, (4, 0, 4));
    assert_eq!(db.units_at("far").await, (3, 0, 3), "its count knew");
    assert_eq!(db.units_at("north").await, (1, 0, 1), "its count did not");
}

#[tokio::test]
async fn packages_leave_one_by_one_and_the_last_takes_the_rest() {
    let db = TestDatabase::start().await;
    db.counted("main", 5, 0).await;
    db.counted("far", 5, 0).await;
    let lines = [("1", "main", 2), ("1", "far", 2)];
    let order = db.paid(&order("1-01", &lines)).await;
    let first = invoice("N-1", InvoiceType::Output, 5000, &[("1", 1)], 10);
    let order = db.invoiced(&order, &first).await;
    assert_eq!(db.units_at("main").await, (4, 1, 3));
    assert_eq!(db.units_at("far").await, (5, 2, 3));
    db.counted("main", 4, 11).await;
    let rest = invoice("N-2", InvoiceType::Output, 2590, &[("1", 1)], 12);
    db.invoiced(&order, &rest).await;
    assert_eq!(db.units_at("main").await, (3, 0, 3));
    assert_eq!(db.units_at("far").await, (3, 0, 3));
}

#[tokio::test]
async fn returns_come_back_unless_a_count_has_them() {
    let db = TestDatabase::start().await;
    db.counted("main", 5, 0).await;
    db.counted("far", 5, 0).await;
    let lines = [("1", "main", 1), ("1", "far", 2)];
    let order = db.paid(&order("1-01", &lines)).await;
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 3)], 10);
    let order = db.invoiced(&order, &sale).await;
    assert_eq!(db.units_at("main").await, (4, 0, 4));
    assert_eq!(db.units_at("far").await, (3, 0, 3));
    db.counted("far", 5, 30).await;
    let back = invoice("N-2", InvoiceType::Input, TOTAL, &[("1", 3)], 20);
    db.invoiced(&order, &back).await;
    assert_eq!(db.units_at("main").await, (5, 0, 5));
    assert_eq!(db.units_at("far").await, (5, 0, 5), "counted again already");
}

#[tokio::test]
async fn what_is_not_restocked_stays_away() {
    let db = TestDatabase::start().await;
    db.counted("main", 5, 0).await;
    let order = db.paid(&order("1-01", &[("1", "main", 1)])).await;
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 1)], 10);
    let order = db.invoiced(&order, &sale).await;
    let mut back = invoice("N-2", InvoiceType::Input, TOTAL, &[("1", 1)], 20);
    back.restock = false;
    db.invoiced(&order, &back).await;
    assert_eq!(db.units_at("main").await, (4, 0, 4));
}

#[tokio::test]
async fn a_count_of_nothing_left_does_not_stop_what_leaves() {
    let db = TestDatabase::start().await;
    db.counted("main", 2, 0).await;
    let order = db.paid(&order("1-01", &[("1", "main", 2)])).await;
    // Somebody else sold them: less is there than is promised.
    db.counted("main", 0, 5).await;
    assert_eq!(db.units_at("main").await, (0, 2, -2));
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 2)], 10);
    db.invoiced(&order, &sale).await;
    assert_eq!(db.units_at("main").await, (-2, 0, -2));
    db.counted("main", 0, 15).await;
    assert_eq!(db.units_at("main").await, (0, 0, 0));
}

/// The count of the morning knows nothing of the goods that left at noon, however late it comes.
#[tokio::test]
async fn a_count_from_before_an_invoice_does_not_bring_its_units_back() {
    let db = TestDatabase::start().await;
    db.counted("main", 9, 0).await;
    let order = db.paid(&order("1-01", &[("1", "main", 2)])).await;
    let sale = invoice("N-1", InvoiceType::Output, TOTAL, &[("1", 2)], 10);
    db.invoiced(&order, &sale).await;
    db.counted("main", 9, 5).await;
    assert_eq!(db.units_at("main").await, (7, 0, 7));
}
