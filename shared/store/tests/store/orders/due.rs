//! What is due about orders: reservations that end, invoices that do not come.

use std::collections::{HashSet, VecDeque};

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::OrderId;
use feirante_models::erp::InvoiceType;
use feirante_seller::lifecycle;
use feirante_seller::order::{Order, Review, State};
use feirante_seller::settings::CancellationPolicy;
use feirante_store::orders::{Authorized, Beside, Due, DuePage, NewOrder, Placed, Reservation};

use super::kinds::every_kind;
use crate::database::{ORDERS, TestDatabase, budget};
use crate::samples::{at, invoice, order};

impl TestDatabase {
    /// The reservations that are due at `at(seconds)`, in pages of `most`; and how many pages it took.
    async fn due(&self, seconds: i64, most: i32) -> (Vec<OrderId>, usize) {
        let mut pages: VecDeque<_> = DuePage::first().collect();
        let (mut due, mut read) = (Vec::new(), 0);
        while let Some(page) = pages.pop_front() {
            let found = self.orders.due(at(seconds), page, most, budget()).await;
            let (found, next) = found.unwrap();
            assert!(found.len() <= usize::try_from(most).unwrap());
            due.extend(found);
            pages.extend(next);
            read += 1;
        }
        (due, read)
    }

    async fn how_many(&self, due: Due, seconds: i64) -> u32 {
        let counted = self.orders.count_due(due, at(seconds), budget()).await;
        counted.unwrap()
    }

    /// Writes an order as it is, whatever stock it would need.
    async fn written(&self, order: &Order) {
        let new = [NewOrder {
            order,
            received: "{}",
            expires_at: at(0),
        }];
        let no_units = Default::default();
        let nothing = Reservation::of(&no_units);
        let placed = self.orders.place(&new, &self.offers, nothing, budget());
        let placed = placed.await;
        assert!(matches!(placed, Ok(Placed::Written)), "{placed:?}");
    }

    /// Authorizes a placed order the short way, at `at(seconds)`.
    async fn authorized(&self, order: &Order, seconds: i64) {
        let (id, account) = (&order.order_id, &order.account);
        let receipt = lifecycle::authorization_receipt(id, at(seconds));
        let theirs = &order.marketplace_order_id;
        let nothing = Beside::nothing();
        let done = self
            .orders
            .authorize_placed(id, account, theirs, &receipt, &nothing, budget());
        assert!(matches!(done.await, Ok(Authorized::Written)));
    }
}

/// Ten orders, of which one after the other is due; the last one waits for a person.
fn ten() -> Vec<Order> {
    let mut orders: Vec<_> = (0..10)
        .map(|number| order(&number.to_string(), &[]))
        .collect();
    for (order, seconds) in orders.iter_mut().zip(10..) {
        order.state = State::Placed {
            reserved_until: at(seconds),
        };
    }
    orders[9].review = Review::Pending;
    orders
}

fn ids(orders: &[Order]) -> HashSet<OrderId> {
    orders.iter().map(|order| order.order_id.clone()).collect()
}

#[tokio::test]
async fn reservations_are_found_while_they_are_due_however_many_pages_they_fill() {
    let db = TestDatabase::start().await;
    let orders = ten();
    for order in &orders {
        db.placed(order).await;
    }
    for most in [1, 2, 100] {
        let due = async |seconds| -> HashSet<_> {
            let (due, _) = db.due(seconds, most).await;
            let found = due.len();
            let due: HashSet<_> = due.into_iter().collect();
            assert_eq!(due.len(), found, "one came twice");
            due
        };
        assert_eq!(due(9).await, ids(&[]));
        assert_eq!(due(12).await, ids(&orders[..3]));
        assert_eq!(due(1000).await, ids(&orders[..9]));
    }
    assert_eq!(db.how_many(Due::Reservation, 12).await, 3);
    assert_eq!(db.how_many(Due::Reservation, 1000).await, 9);
    // A part whose orders fill a page to the last is asked once more, and no more than that.
    let (_, pages) = db.due(1000, 1).await;
    assert!((9..=9 + 4).contains(&pages), "{pages}");

    db.authorized(&orders[0], 1).await;
    db.changed(lifecycle::expire(&orders[1], at(11))).await;
    let (due, _) = db.due(1000, 100).await;
    let due: HashSet<_> = due.into_iter().collect();
    assert_eq!(due, ids(&orders[2..9]));
    assert_eq!(db.how_many(Due::Reservation, 1000).await, 7);
}

#[tokio::test]
async fn an_order_waits_for_its_invoices_from_its_authorization_to_the_last_of_them() {
    let db = TestDatabase::start().await;
    let waiting = async |seconds| db.how_many(Due::Invoices, seconds).await;
    let mut held = order("held", &[]);
    held.review = Review::Pending;
    let orders = [order("short", &[]), order("long", &[]), held];
    for order in &orders {
        db.placed(order).await;
    }
    assert_eq!(waiting(i64::from(u32::MAX)).await, 0);
    // Written blindly, decided about, and held for a person: the buyer has paid each of them.
    db.authorized(&orders[0], 7).await;
    db.changed(lifecycle::authorize(&orders[1], at(8)).unwrap())
        .await;
    db.authorized(&orders[2], 9).await;
    assert_eq!(waiting(6).await, 0);
    assert_eq!(waiting(7).await, 1);
    assert_eq!(waiting(9).await, 3);
    // None of them can expire any more.
    assert_eq!(db.due(i64::from(u32::MAX), 100).await.0, []);

    let paid = db.order(&orders[0].order_id).await.unwrap();
    let some = invoice("NFe-1", InvoiceType::Output, 5000, &[], 7);
    let rest = invoice("NFe-2", InvoiceType::Output, 2590, &[], 7);
    let begun = db.invoiced(&paid, &some).await;
    assert_eq!((waiting(6).await, waiting(7).await), (0, 1));
    db.invoiced(&begun, &rest).await;
    assert_eq!((waiting(7).await, waiting(9).await), (0, 2));

    let (policy, details) = (CancellationPolicy::Confirm, Default::default());
    let paid = db.order(&orders[1].order_id).await.unwrap();
    let canceled = lifecycle::request_cancellation(&paid, policy, details, at(10));
    db.changed(canceled).await;
    assert_eq!(waiting(9).await, 1);
    let held = db.order(&orders[2].order_id).await.unwrap();
    let released = lifecycle::release(&held, "ana", None, at(10)).unwrap();
    db.changed(released).await;
    assert_eq!((waiting(8).await, waiting(9).await), (0, 1));
}

#[tokio::test]
async fn an_order_is_in_the_index_for_what_is_due_about_it_and_for_nothing_else() {
    let db = TestDatabase::start().await;
    for order in every_kind() {
        db.written(&order).await;
        let state = db.state(&order.order_id).await;
        let partition = state.get("duePartition").map(|name| name.as_s().unwrap());
        let kind = partition.map(|name| name.trim_end_matches(|c: char| c.is_ascii_digit()));
        let at = state.get("dueAt").map(|at| at.as_n().unwrap().clone());
        let expected = match (order.due(), order.awaits_invoices_since()) {
            (Some(due), None) => Some(("reservation#", due)),
            (None, Some(since)) => Some(("invoice-", since)),
            (None, None) => None,
            both => panic!("{both:?}"),
        };
        assert_eq!(kind, expected.map(|(kind, _)| kind), "{}", order.order_id);
        assert_eq!(at, expected.map(|(_, at)| at.millis().to_string()));
    }
}

/// An order that was authorized before the index had those that wait for invoices is not in it, and is
/// with its next change.
#[tokio::test]
async fn an_order_of_before_is_read_and_waits_from_its_next_change_on() {
    let db = TestDatabase::start().await;
    let order = order("old", &[]);
    db.placed(&order).await;
    db.authorized(&order, 7).await;
    let mut state = db.state(&order.order_id).await;
    let whole = state.clone();
    assert!(state.remove("dueAt").is_some() && state.remove("duePartition").is_some());
    put(&db, state).await;
    assert_eq!(db.how_many(Due::Invoices, 1000).await, 0);

    let paid = db.order(&order.order_id).await.unwrap();
    let accepted = invoice("NFe-1", InvoiceType::Output, 5000, &[], 7);
    db.changed(lifecycle::accept_invoice(&paid, &accepted, at(9)).unwrap())
        .await;
    let state = db.state(&order.order_id).await;
    for attribute in ["dueAt", "duePartition"] {
        assert_eq!(state[attribute], whole[attribute]);
    }
    assert_eq!(db.how_many(Due::Invoices, 7).await, 1);
}

/// What can't be read is listed all the same, so that somebody hears of it.
#[tokio::test]
async fn an_order_that_can_t_be_read_is_due() {
    let db = TestDatabase::start().await;
    let order = order("broken", &[]);
    db.placed(&order).await;
    let mut state = db.state(&order.order_id).await;
    state.insert("lines".to_owned(), AttributeValue::S("none".to_owned()));
    put(&db, state).await;
    let (due, _) = db.due(1000, 100).await;
    assert_eq!(due, std::slice::from_ref(&order.order_id));
    assert!(db.orders.get(&order.order_id, budget()).await.is_err());
    assert_eq!(db.how_many(Due::Reservation, 1000).await, 1);
}

async fn put(db: &TestDatabase, state: super::Item) {
    let call = db.client.put_item().table_name(ORDERS);
    call.set_item(Some(state)).send().await.unwrap();
}
