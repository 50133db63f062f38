//! Turns whose answers get lost: the write is done, and whoever made it does not hear of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::AttributeValue;
use feirante_seller::delivery::Attempts;
use feirante_seller::order::Order;
use feirante_seller::turns::{Holder, Turns};
use feirante_store::Orders;
use feirante_store::orders::Part;

use crate::database::{ORDERS, TestDatabase, budget};
use crate::samples::{at, order};

/// Loses the answers to the next so many calls.
#[derive(Debug, Clone, Default)]
struct Loses(Arc<AtomicUsize>);

impl Intercept for Loses {
    fn name(&self) -> &'static str {
        "loses answers"
    }

    fn read_after_transmit(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let left = |left: usize| left.checked_sub(1);
        match self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
        {
            Ok(_) => Err("the connection broke".into()),
            Err(_) => Ok(()),
        }
    }
}

/// An order, and a table that loses answers when it is told to.
struct Lossy {
    db: TestDatabase,
    orders: Orders,
    loses: Loses,
    order: Order,
}

impl Lossy {
    async fn start() -> Self {
        let db = TestDatabase::start().await;
        let order = order("1-01", &[]);
        db.placed(&order).await;
        let loses = Loses::default();
        let config = db.client.config().to_builder().interceptor(loses.clone());
        let orders = Orders::new(Client::from_conf(config.build()), ORDERS);
        Self {
            db,
            orders,
            loses,
            order,
        }
    }

    /// Changes the turns while the answers to so many calls get lost.
    async fn change(&self, lost: usize, was: &Turns, is: &Turns) -> bool {
        self.loses.0.store(lost, Ordering::SeqCst);
        let (id, part) = (&self.order.order_id, Part::Cancellation);
        let changed = self.orders.change_turns(id, part, was, is, budget()).await;
        assert_eq!(self.loses.0.load(Ordering::SeqCst), 0, "none was lost");
        changed.unwrap()
    }

    async fn stored(&self) -> Turns {
        let id = &self.order.order_id;
        let found = self.orders.get_with_cancellation(id, budget()).await;
        found.unwrap().unwrap().1
    }
}

fn me() -> Holder {
    Holder::new("me")
}

#[tokio::test]
async fn who_takes_a_turn_has_it_though_the_answer_is_lost() {
    let lossy = Lossy::start().await;
    let none = Turns::default();
    let taken = none.taken(at(60), me());
    assert!(lossy.change(3, &none, &taken).await);
    assert_eq!(lossy.stored().await, taken);
    // The next one too, and what is written at its end.
    let later = taken.put_off("a", Attempts::default().held(at(9), true));
    assert!(lossy.change(1, &taken, &later).await);
    let again = later.taken(at(120), me());
    assert!(lossy.change(1, &later, &again).await);
    let settled = again.settled("a");
    assert!(lossy.change(1, &again, &settled).await);
    assert_eq!(lossy.stored().await, settled);
}

#[tokio::test]
async fn who_would_have_written_the_same_has_no_turn() {
    let lossy = Lossy::start().await;
    let none = Turns::default();
    let (mine, others) = (
        none.taken(at(60), me()),
        none.taken(at(60), Holder::new("another")),
    );
    assert!(lossy.change(0, &none, &others).await);
    assert!(!lossy.change(1, &none, &mine).await);
    assert_eq!(lossy.stored().await, others);
    // The same for who lets go of a request without a turn.
    let put_off = others.put_off("a", Attempts::default());
    assert!(lossy.change(0, &others, &put_off).await);
    let forgotten = |holder| put_off.forgotten("a", Holder::new(holder));
    assert!(lossy.change(1, &put_off, &forgotten("another")).await);
    assert!(!lossy.change(1, &put_off, &forgotten("me")).await);
}

#[tokio::test]
async fn turns_of_an_older_version_are_nobodys_own() {
    let lossy = Lossy::start().await;
    let none = Turns::default();
    let taken = none.taken(at(60), me());
    // As it was written before turns had holders.
    let mut old = serde_json::to_value(&taken).unwrap();
    old.as_object_mut().unwrap().remove("holder");
    let old: Turns = serde_json::from_value(old).unwrap();
    let stored: AttributeValue = serde_dynamo::to_attribute_value(&old).unwrap();
    let key = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
    let id = &lossy.order.order_id;
    let item = [
        key("pk", &format!("ORDER#{id}")),
        key("sk", "CANCELLATION"),
        ("cancellationTurns".to_owned(), stored),
    ];
    let put = lossy.db.client.put_item().table_name(ORDERS);
    put.set_item(Some(item.into())).send().await.unwrap();
    assert_eq!(lossy.stored().await, old);
    assert!(!lossy.change(1, &none, &taken).await);
    // It goes on from there.
    let next = old.taken(at(120), me());
    assert!(lossy.change(1, &old, &next).await);
}
