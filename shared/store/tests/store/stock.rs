//! What holds of stock whatever happens: available = on hand − reserved, a reservation never takes
//! what is not there, and nothing is released twice.

use feirante_seller::lifecycle::{self, Outcome};
use feirante_seller::order::{Order, State};
use feirante_seller::settings::CancellationPolicy;
use feirante_store::orders::{Changed, Placed};
use proptest::prelude::*;

use crate::database::{TestDatabase, budget};
use crate::samples::{adjustment, at, count, order};

#[derive(Debug, Clone)]
enum Event {
    Count { age: i64, units: i64 },
    Adjust { id: u8, delta: i64 },
    Place { id: u8, units: i64 },
    Authorize { id: u8 },
    Cancel { id: u8 },
    Expire { id: u8 },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let id = || 0..4_u8;
    let event = prop_oneof![
        2 => (0..3_i64, 0..12_i64).prop_map(|(age, units)| Event::Count { age, units }),
        2 => (id(), -4..5_i64).prop_map(|(id, delta)| Event::Adjust { id, delta }),
        4 => (id(), 1..6_i64).prop_map(|(id, units)| Event::Place { id, units }),
        2 => id().prop_map(|id| Event::Authorize { id }),
        2 => id().prop_map(|id| Event::Cancel { id }),
        2 => id().prop_map(|id| Event::Expire { id }),
    ];
    prop::collection::vec(event, 1..30)
}

/// The stock of one SKU as it should be, and what happens to it in the database.
struct Shop<'a> {
    db: &'a TestDatabase,
    sku: String,
    on_hand: Option<i64>,
    counted_at: i64,
    adjusted: Vec<u8>,
    orders: Vec<Order>,
}

impl Shop<'_> {
    fn reserved(&self) -> i64 {
        let holding = self
            .orders
            .iter()
            .filter(|order| matches!(order.state, State::Placed { .. } | State::Authorized { .. }));
        holding
            .flat_map(|order| &order.lines)
            .map(|line| line.quantity.get())
            .sum()
    }

    fn available(&self) -> i64 {
        self.on_hand.unwrap_or(0) - self.reserved()
    }

    fn named(&self, id: u8) -> Option<Order> {
        let name = format!("{}-{id}", self.sku);
        self.orders
            .iter()
            .find(|order| order.marketplace_order_id.as_str() == name)
            .cloned()
    }

    async fn happens(&mut self, event: Event, now: i64) -> Result<(), TestCaseError> {
        match event {
            Event::Count { age, units } => {
                let counted_at = now - age;
                let count = count(&self.sku, "main", units);
                self.db
                    .offers
                    .count_stock(&count, at(counted_at), budget())
                    .await
                    .unwrap();
                if counted_at > self.counted_at {
                    (self.on_hand, self.counted_at) = (Some(units), counted_at);
                }
            }
            Event::Adjust { id, delta } => {
                let adjustment = adjustment(&id.to_string(), &self.sku, "main", delta);
                self.db
                    .offers
                    .adjust_stock(&adjustment, at(now), budget())
                    .await
                    .unwrap();
                if !self.adjusted.contains(&id) {
                    self.adjusted.push(id);
                    self.on_hand = Some(self.on_hand.unwrap_or(0) + delta);
                }
            }
            Event::Place { id, units } => {
                let new = order(&format!("{}-{id}", self.sku), &[(&self.sku, "main", units)]);
                let exists = self.named(id);
                match self.db.place(&[&new]).await {
                    Placed::Exist(orders) => {
                        prop_assert_eq!(orders.into_values().next(), exists);
                    }
                    Placed::Written => {
                        prop_assert_eq!(exists, None);
                        prop_assert!(units <= self.available(), "oversold");
                        self.orders.push(new);
                    }
                    Placed::OutOfStock(_) => prop_assert!(units > self.available(), "refused"),
                    Placed::WindowsFull(full) => prop_assert!(false, "it names none: {full:?}"),
                }
            }
            Event::Authorize { id } => {
                let order = self.named(id);
                if let Some(Ok(outcome)) = order.map(|order| lifecycle::authorize(&order, at(now)))
                {
                    self.change(outcome).await?;
                }
            }
            Event::Cancel { id } => {
                let policy = CancellationPolicy::Confirm;
                if let Some(order) = self.named(id) {
                    let details = Default::default();
                    let outcome = lifecycle::request_cancellation(&order, policy, details, at(now));
                    self.change(outcome).await?;
                }
            }
            Event::Expire { id } => {
                if let Some(order) = self.named(id) {
                    self.change(lifecycle::expire(&order, at(5000))).await?;
                }
            }
        }
        Ok(())
    }

    /// Writes a change twice, as if the first answer had been lost.
    async fn change<A>(&mut self, outcome: Outcome<A>) -> Result<(), TestCaseError> {
        let Outcome::Change(transition, _) = outcome else {
            return Ok(());
        };
        let written = self
            .db
            .orders
            .change(&transition, &self.db.offers, budget())
            .await
            .unwrap();
        if let Changed::OutOfStock(_) = written {
            prop_assert!(
                transition.order.lines[0].quantity.get() > self.available(),
                "refused"
            );
            return Ok(());
        }
        prop_assert!(matches!(written, Changed::Written), "{:?}", written);
        let again = self
            .db
            .orders
            .change(&transition, &self.db.offers, budget())
            .await
            .unwrap();
        let Changed::Overtaken(now) = again else {
            return Err(TestCaseError::fail(format!("written twice: {again:?}")));
        };
        prop_assert_eq!(&*now, &transition.order);
        let id = &transition.order.order_id;
        let before = self.available();
        for order in self.orders.iter_mut().filter(|order| order.order_id == *id) {
            order.clone_from(&transition.order);
        }
        let taken = before - self.available();
        prop_assert!(taken <= 0 || self.available() >= 0, "oversold");
        Ok(())
    }
}

#[test]
fn stock_adds_up_whatever_happens() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(TestDatabase::start());
    let case = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(48), |(events in events())| {
        case.set(case.get() + 1);
        let mut shop = Shop {
            db: &db,
            sku: format!("sku{}", case.get()),
            on_hand: None,
            counted_at: i64::MIN,
            adjusted: Vec::new(),
            orders: Vec::new(),
        };
        runtime.block_on(async {
            for (event, now) in events.into_iter().zip(1..) {
                shop.happens(event, now).await?;
                if shop.on_hand.is_some() {
                    let units = db.units(&shop.sku).await;
                    let expected =
                        (shop.on_hand.unwrap_or(0), shop.reserved(), shop.available());
                    prop_assert_eq!(units, expected);
                }
            }
            Ok(())
        })?;
    });
}
