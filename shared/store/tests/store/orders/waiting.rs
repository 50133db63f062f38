//! Messages that wait with their order.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::InvoiceNumber;
use feirante_seller::lifecycle;
use feirante_seller::order::Order;
use feirante_seller::package::{Package, Waiting};
use feirante_seller::turns::{Holder, Turns};
use feirante_store::orders::Part;
use tokio::task::JoinSet;

use crate::database::{ORDERS, TestDatabase, budget};
use crate::samples::{at, invoice_number, order};

fn waiting(text: &str, seconds: i64) -> Waiting {
    Waiting {
        message: text.to_owned(),
        sent_at: Some(at(seconds)),
    }
}

impl TestDatabase {
    async fn read(&self, order: &Order, number: &InvoiceNumber) -> Package {
        let id = &order.order_id;
        let found = self.orders.get_with_package(id, number, budget()).await;
        found
            .unwrap()
            .map(|(_, package)| package)
            .unwrap_or_default()
    }

    /// Keeps a message as of `order`, by a package that is read for it.
    async fn keep(&self, order: &Order, number: &InvoiceNumber, hash: &str, text: &str) -> bool {
        let package = self.read(order, number).await;
        self.keep_by((order, &package), number, hash, text).await
    }

    async fn keep_by(
        &self,
        read: (&Order, &Package),
        number: &InvoiceNumber,
        hash: &str,
        text: &str,
    ) -> bool {
        let message = waiting(text, 7);
        self.orders
            .keep_waiting(read, number, hash, &message, budget())
            .await
            .unwrap()
    }

    /// A message of N-1 as its text alone.
    async fn keep_as_an_older_version(&self, order: &Order, hash: &str, message: &str) {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        self.client
            .update_item()
            .table_name(ORDERS)
            .key("pk", text(&format!("ORDER#{}", order.order_id)))
            .key("sk", text("INVOICE#N-1"))
            .update_expression("SET #waiting = :message")
            .expression_attribute_names("#waiting", format!("waiting:{hash}"))
            .expression_attribute_values(":message", text(message))
            .send()
            .await
            .unwrap();
    }

    async fn waiting(&self, order: &Order) -> Vec<String> {
        let waiting = self.orders.waiting(&order.order_id, budget());
        let waiting = waiting.await.unwrap().in_order().into_iter();
        let mut waiting: Vec<_> = waiting.map(|waiting| waiting.message).collect();
        waiting.sort();
        waiting
    }
}

#[tokio::test]
async fn a_message_waits_once_however_often_it_comes() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let [one, other] = ["N-1", "N-2"].map(invoice_number);
    assert!(db.waiting(&order).await.is_empty());
    for (hash, message) in [("a", "{\"ç\":1}"), ("b", "{}"), ("a", "{\"ç\":1}")] {
        assert!(db.keep(&order, &one, hash, message).await);
    }
    assert!(db.keep(&order, &other, "a", "{\"a\":2}").await);
    assert_eq!(db.waiting(&order).await, ["{\"a\":2}", "{\"ç\":1}", "{}"]);
    // It changes nothing of the order: waiting is no event.
    assert_eq!(db.order(&order.order_id).await.unwrap(), order);
}

#[tokio::test]
async fn a_message_does_not_wait_for_what_has_happened_meanwhile() {
    let db = TestDatabase::start().await;
    let read = order("1-01", &[]);
    db.placed(&read).await;
    let number = invoice_number("N-1");
    let now = db
        .changed(lifecycle::authorize(&read, at(1)).unwrap())
        .await;
    assert!(!db.keep(&read, &number, "a", "{}").await);
    assert!(db.waiting(&read).await.is_empty());
    assert!(db.keep(&now, &number, "a", "{}").await);
    // Nor with an order there is none of.
    let gone = order("1-02", &[]);
    assert!(!db.keep(&gone, &number, "a", "{}").await);
}

#[tokio::test]
async fn what_is_dealt_with_waits_no_longer() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let number = invoice_number("N-1");
    for hash in ["a", "b"] {
        assert!(db.keep(&order, &number, hash, hash).await);
    }
    for _ in 0..2 {
        let stopped = db.orders.stop_waiting(&order, &number, "a", budget());
        stopped.await.unwrap();
        assert_eq!(db.waiting(&order).await, ["b"]);
    }
}

#[tokio::test]
async fn messages_wait_beside_turns() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let number = invoice_number("N-1");
    let free = Turns::default();
    let taken = free.taken(at(1), Holder::new("t"));
    let (id, part) = (&order.order_id, Part::Invoice(&number));
    let turns = db.orders.change_turns(id, part, &free, &taken, budget());
    assert!(turns.await.unwrap());
    assert!(db.keep(&order, &number, "a", "{}").await);
    let found = db.orders.get_with_package(id, &number, budget()).await;
    let (_, package) = found.unwrap().unwrap();
    assert_eq!(package.invoice, taken);
    assert_eq!(package.waiting, [("a".to_owned(), waiting("{}", 7))].into());
}

/// How much room there is was decided by what was read: of many who read the same one is kept.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_messages_that_come_at_once_each_has_read_the_ones_before() {
    let db = Arc::new(TestDatabase::start().await);
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let number = invoice_number("N-1");
    for round in 0..2 {
        let package = db.read(&order, &number).await;
        let mut keepers = JoinSet::new();
        for keeper in 0..10 {
            let (db, order, number) = (db.clone(), order.clone(), number.clone());
            let (package, hash) = (package.clone(), format!("{round}-{keeper}"));
            keepers.spawn(async move {
                let kept = db.keep_by((&order, &package), &number, &hash, "{}");
                kept.await
            });
        }
        let kept = keepers.join_all().await;
        assert_eq!(kept.into_iter().filter(|kept| *kept).count(), 1);
    }
    assert_eq!(db.waiting(&order).await.len(), 2);
}

#[tokio::test]
async fn what_an_older_version_kept_is_found_and_let_go() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let number = invoice_number("N-1");
    assert!(db.keep(&order, &number, "new", "new").await);
    db.keep_as_an_older_version(&order, "old", "{}").await;
    let package = db.read(&order, &number).await;
    let old = Waiting {
        message: "{}".to_owned(),
        sent_at: None,
    };
    assert_eq!(package.waiting["old"], old);
    let room = db.orders.waiting(&order.order_id, budget()).await.unwrap();
    assert_eq!(room.in_order(), [old, waiting("new", 7)]);
    let stopped = db.orders.stop_waiting(&order, &number, "old", budget());
    stopped.await.unwrap();
    assert_eq!(db.waiting(&order).await, ["new"]);
}
