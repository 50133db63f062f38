//! Messages that wait with their order.

use feirante_models::InvoiceNumber;
use feirante_seller::lifecycle;
use feirante_seller::order::Order;
use feirante_seller::turns::Turns;
use feirante_store::orders::Part;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, invoice_number, order};

impl TestDatabase {
    async fn keep(&self, order: &Order, number: &InvoiceNumber, hash: &str, text: &str) -> bool {
        self.orders
            .keep_waiting(order, number, hash, text, budget())
            .await
            .unwrap()
    }

    async fn waiting(&self, order: &Order) -> Vec<String> {
        let waiting = self.orders.waiting(&order.order_id, budget());
        let mut waiting = waiting.await.unwrap();
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
    let taken = free.taken(at(1));
    let (id, part) = (&order.order_id, Part::Invoice(&number));
    let turns = db.orders.change_turns(id, part, &free, &taken, budget());
    assert!(turns.await.unwrap());
    assert!(db.keep(&order, &number, "a", "{}").await);
    let found = db.orders.get_with_package(id, &number, budget()).await;
    let (_, package) = found.unwrap().unwrap();
    assert_eq!(package.invoice, taken);
    assert_eq!(package.waiting, [("a".to_owned(), "{}".to_owned())].into());
}
