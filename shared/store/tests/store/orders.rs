//! Orders: placed, authorized, changed, read.

mod authorize;
mod beside;
mod change;
mod days;
mod due;
mod exchange;
mod kinds;
mod lost;
mod owed;
mod place;
mod races;
mod read;
mod refusals;
mod ship;
mod waiting;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::OrderId;
use feirante_seller::ledger::Invoice;
use feirante_seller::lifecycle::{self, Outcome, Transition};
use feirante_seller::offer::Stock;
use feirante_seller::order::{Order, reserved_units};
use feirante_store::orders::{Changed, NewOrder, Placed, Reservation};

use crate::database::{ORDERS, TestDatabase, budget};
use crate::samples::{at, count, sent, warehouse};

type Item = std::collections::HashMap<String, AttributeValue>;

impl TestDatabase {
    /// Counts `units` of a SKU at `main`.
    pub(crate) async fn stock_up(&self, code: &str, units: i64) {
        self.offers
            .count_stock(&count(code, "main", units), at(0), budget())
            .await
            .unwrap();
    }

    /// The stock of a SKU at `main`.
    pub(crate) async fn stock(&self, code: &str) -> Stock {
        self.offer(code).await.unwrap().stock[&warehouse("main")]
    }

    /// On hand, reserved, available.
    pub(crate) async fn units(&self, code: &str) -> (i64, i64, i64) {
        let stock = self.stock(code).await;
        (stock.on_hand, stock.reserved, stock.available)
    }

    pub(crate) async fn place(&self, orders: &[&Order]) -> Placed {
        let new: Vec<_> = orders
            .iter()
            .map(|order| NewOrder {
                order,
                received: "{}",
                expires_at: at(5000),
            })
            .collect();
        let reserve = reserved_units(orders.iter().copied());
        self.orders
            .place(&new, &self.offers, Reservation::of(&reserve), budget())
            .await
            .unwrap()
    }

    pub(crate) async fn placed(&self, order: &Order) {
        let placed = self.place(&[order]).await;
        assert!(matches!(placed, Placed::Written), "{placed:?}");
    }

    pub(crate) async fn order(&self, id: &OrderId) -> Option<Order> {
        self.orders.get(id, budget()).await.unwrap()
    }

    /// Writes a change that nothing is in the way of.
    pub(crate) async fn changed<A: std::fmt::Debug>(&self, outcome: Outcome<A>) -> Order {
        let transition = transition(outcome);
        let changed = self
            .orders
            .change(&transition, &self.offers, budget())
            .await
            .unwrap();
        assert!(matches!(changed, Changed::Written), "{changed:?}");
        transition.order
    }

    /// The order once it is placed and paid.
    pub(crate) async fn paid(&self, order: &Order) -> Order {
        self.placed(order).await;
        self.changed(lifecycle::authorize(order, at(1)).unwrap())
            .await
    }

    /// The order once the marketplace has `invoice`.
    pub(crate) async fn invoiced(&self, order: &Order, invoice: &Invoice) -> Order {
        let accepted = lifecycle::accept_invoice(order, invoice, at(2)).unwrap();
        let order = self.changed(accepted).await;
        let number = &invoice.number;
        self.changed(lifecycle::invoice_sent(
            &order,
            number,
            false,
            sent(),
            at(3),
        ))
        .await
    }

    /// An order's STATE, attribute by attribute.
    pub(crate) async fn state(&self, id: &OrderId) -> Item {
        let call = self.client.get_item().table_name(ORDERS);
        let key = |value: &str| AttributeValue::S(value.to_owned());
        let call = call
            .key("pk", key(&format!("ORDER#{id}")))
            .key("sk", key("STATE"));
        call.send().await.unwrap().item.unwrap()
    }
}

/// The transition of an event that makes one.
pub(crate) fn transition<A: std::fmt::Debug>(outcome: Outcome<A>) -> Transition {
    match outcome {
        Outcome::Change(transition, _) => *transition,
        Outcome::Unchanged(answer) => panic!("nothing changes: {answer:?}"),
    }
}
