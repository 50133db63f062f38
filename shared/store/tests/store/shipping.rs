//! What holds of stock while orders are invoiced, shipped and returned, and counted in whatever order
//! counts come: at each place and after each step, available = on hand − reserved, on hand is what the
//! newest count found less what left since, and every unit moves once.

use std::collections::BTreeMap;

use feirante_models::erp::InvoiceType;
use feirante_models::{Cents, Instant, WarehouseId};
use feirante_seller::lifecycle::{self, Movement, Outcome, StockEffect, Transition};
use feirante_seller::offer::Departures;
use feirante_seller::order::{Order, StockMovements, reserved_units};
use feirante_seller::settings::CancellationPolicy;
use feirante_store::orders::{Changed, Placed};
use proptest::prelude::*;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, count, invoice, order, sent, sku, warehouse};

const PLACES: [&str; 2] = ["main", "far"];

#[derive(Debug, Clone)]
enum Event {
    Count {
        place: usize,
        age: i64,
        units: i64,
    },
    Place {
        id: u8,
        main: i64,
        far: i64,
    },
    Authorize {
        id: u8,
    },
    Cancel {
        id: u8,
    },
    Expire {
        id: u8,
    },
    Invoice {
        id: u8,
        kind: InvoiceType,
        age: i64,
        all: bool,
    },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let id = || 0..3_u8;
    let age = || 0..8_i64;
    let kind = prop_oneof![
        3 => Just(InvoiceType::Output),
        2 => Just(InvoiceType::Input),
    ];
    let event = prop_oneof![
        3 => (0..2_usize, age(), 0..12_i64)
            .prop_map(|(place, age, units)| Event::Count { place, age, units }),
        2 => (id(), 1..4_i64, 0..3_i64)
            .prop_map(|(id, main, far)| Event::Place { id, main, far }),
        3 => id().prop_map(|id| Event::Authorize { id }),
        1 => id().prop_map(|id| Event::Cancel { id }),
        1 => id().prop_map(|id| Event::Expire { id }),
        6 => (id(), kind, age(), any::<bool>())
            .prop_map(|(id, kind, age, all)| Event::Invoice { id, kind, age, all }),
    ];
    prop::collection::vec(event, 5..40)
}

/// The stock of one SKU at a place, as it should be: nothing here asks in which order things came.
#[derive(Debug, Clone)]
struct Shelf {
    counted: i64,
    counted_at: i64,
    /// All that ever left, when; what came back is below zero.
    left: Vec<(Instant, i64)>,
    reserved: i64,
}

impl Shelf {
    /// What the newest count found, less what left since.
    fn on_hand(&self) -> i64 {
        let left = self
            .left
            .iter()
            .filter(|(when, _)| *when >= at(self.counted_at));
        self.counted - left.map(|(_, units)| units).sum::<i64>()
    }
}

struct Shop<'a> {
    db: &'a TestDatabase,
    sku: String,
    shelves: BTreeMap<WarehouseId, Shelf>,
    orders: BTreeMap<u8, Order>,
}

impl Shop<'_> {
    async fn happens(&mut self, event: Event, now: i64) -> Result<(), TestCaseError> {
        match event {
            Event::Count { place, age, units } => {
                let counted = count(&self.sku, PLACES[place], units);
                let written = self
                    .db
                    .offers
                    .count_stock(&counted, at(now - age), budget());
                written.await.unwrap();
                let shelf = self.shelves.get_mut(&warehouse(PLACES[place])).unwrap();
                if now - age > shelf.counted_at {
                    (shelf.counted, shelf.counted_at) = (units, now - age);
                }
            }
            Event::Place { id, main, far } => {
                let lines = [(PLACES[0], main), (PLACES[1], far)];
                let lines: Vec<_> = lines
                    .into_iter()
                    .filter(|(_, units)| *units > 0)
                    .map(|(place, units)| (self.sku.as_str(), place, units))
                    .collect();
                let new = order(&format!("{}-{id}", self.sku), &lines);
                if !self.orders.contains_key(&id)
                    && let Placed::Written = self.db.place(&[&new]).await
                {
                    self.moved(&reserved_units([&new]), |shelf, units| {
                        shelf.reserved += units
                    });
                    self.orders.insert(id, new);
                }
            }
            Event::Authorize { id } => {
                let order = self.orders.get(&id);
                if let Some(Ok(outcome)) = order.map(|order| lifecycle::authorize(order, at(now))) {
                    self.change(id, outcome).await?;
                }
            }
            Event::Cancel { id } => {
                if let Some(order) = self.orders.get(&id) {
                    let (policy, details) = (CancellationPolicy::Confirm, Default::default());
                    let outcome = lifecycle::request_cancellation(order, policy, details, at(now));
                    self.change(id, outcome).await?;
                }
            }
            Event::Expire { id } => {
                if let Some(order) = self.orders.get(&id) {
                    self.change(id, lifecycle::expire(order, at(5000))).await?;
                }
            }
            Event::Invoice { id, kind, age, all } => {
                self.invoice(id, kind, now, age, all).await?;
            }
        }
        Ok(())
    }

    async fn invoice(
        &mut self,
        id: u8,
        kind: InvoiceType,
        now: i64,
        age: i64,
        all: bool,
    ) -> Result<(), TestCaseError> {
        let Some(order) = self.orders.get(&id) else {
            return Ok(());
        };
        let left = order.invoices.residual(kind, order.total);
        let value = if all {
            left
        } else {
            left.min(Cents::new(2000))
        };
        let number = format!("N-{now}");
        let units = [(self.sku.as_str(), 1)];
        let invoice = invoice(&number, kind, value.get().max(1), &units, now - age);
        if let Ok(outcome) = lifecycle::accept_invoice(order, &invoice, at(now)) {
            self.change(id, outcome).await?;
            let order = &self.orders[&id];
            let sent = lifecycle::invoice_sent(order, &invoice.number, false, sent(), at(now));
            self.change(id, sent).await?;
        }
        Ok(())
    }

    /// Writes a change twice, as if the first answer had been lost.
    async fn change<A>(&mut self, id: u8, outcome: Outcome<A>) -> Result<(), TestCaseError> {
        let Outcome::Change(transition, _) = outcome else {
            return Ok(());
        };
        let write = || {
            self.db
                .orders
                .change(&transition, &self.db.offers, budget())
        };
        let written = write().await.unwrap();
        if matches!(written, Changed::OutOfStock(_)) {
            prop_assert_eq!(&transition.stock, &StockEffect::Reserve);
            return Ok(());
        }
        prop_assert!(matches!(written, Changed::Written), "{:?}", written);
        let again = write().await.unwrap();
        prop_assert!(
            matches!(again, Changed::Overtaken(_)),
            "written twice: {:?}",
            again
        );
        let Transition { order, stock } = *transition;
        let all = reserved_units([&order]);
        match stock {
            StockEffect::Keep => {}
            StockEffect::Release => self.moved(&all, |shelf, units| shelf.reserved -= units),
            StockEffect::Reserve => self.moved(&all, |shelf, units| shelf.reserved += units),
            StockEffect::Ship(Movement { units, at: left }) => {
                self.moved(&units, |shelf, units| {
                    shelf.reserved -= units;
                    shelf.left.push((left, units));
                })
            }
            StockEffect::Restock(Movement { units, at: back }) => {
                self.moved(&units, |shelf, units| shelf.left.push((back, -units)));
            }
            StockEffect::Exchange(exchange) => {
                self.moved(&exchange.units, |shelf, units| shelf.reserved += units);
            }
        }
        self.orders.insert(id, order);
        Ok(())
    }

    fn moved(&mut self, movements: &StockMovements, moves: impl Fn(&mut Shelf, i64)) {
        for (place, units) in movements.values().flatten() {
            moves(self.shelves.get_mut(place).unwrap(), *units);
        }
    }

    async fn adds_up(&self) -> Result<(), TestCaseError> {
        let offer = self.db.offer(&self.sku).await.unwrap();
        prop_assert_eq!(&offer.sku, &sku(&self.sku));
        for (place, expected) in &self.shelves {
            let stock = offer.stock[place];
            prop_assert_eq!(
                (stock.on_hand, stock.reserved, stock.available),
                (
                    expected.on_hand(),
                    expected.reserved,
                    expected.on_hand() - expected.reserved
                ),
                "at {}",
                place
            );
            prop_assert!(stock.reserved >= 0, "{} reserved", stock.reserved);
            // More would be remembered roughly.
            prop_assert!(expected.left.len() <= Departures::MOST);
        }
        Ok(())
    }
}

#[test]
fn stock_adds_up_at_each_place_while_orders_come_and_go() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(TestDatabase::start());
    let case = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(40), |(events in events())| {
        case.set(case.get() + 1);
        let sku = format!("sku{}", case.get());
        runtime.block_on(async {
            let mut shelves = BTreeMap::new();
            for place in PLACES {
                let counted = count(&sku, place, 8);
                db.offers.count_stock(&counted, at(0), budget()).await.unwrap();
                let shelf = Shelf { counted: 8, counted_at: 0, left: Vec::new(), reserved: 0 };
                shelves.insert(warehouse(place), shelf);
            }
            let mut shop = Shop { db: &db, sku, shelves, orders: BTreeMap::new() };
            for (event, now) in events.into_iter().zip(1..) {
                shop.happens(event, now).await?;
                shop.adds_up().await?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    });
}
