//! Delivery windows that only so many orders can have.

use std::slice::from_ref;

use feirante_seller::lifecycle;
use feirante_seller::order::{Order, reserved_units};
use feirante_seller::settings::CancellationPolicy;
use feirante_seller::shipping::{LimitedSlot, Occupancy, SlotId};
use feirante_store::orders::{Changed, NewOrder, Placed, Reservation};

use crate::database::{TestDatabase, budget};
use crate::orders::transition;
use crate::samples::{at, order, sku};

const METHOD: &str = "Agendada@casa";

/// The window of the morning so many days after 2026-11-23.
fn morning(day: u8) -> SlotId {
    let day = 23 + day;
    let hours = format!("2026-11-{day}T11:00:00Z/2026-11-{day}T16:00:00Z");
    SlotId::named(METHOD, &hours).unwrap()
}

/// An order of one unit of `1` with a place in each of some windows, which have room for two.
fn with_windows(id: &str, windows: &[&SlotId]) -> Order {
    let slots = windows.iter().map(|id| (*id).clone());
    Order {
        slots: slots.map(|id| LimitedSlot { id, capacity: 2 }).collect(),
        ..order(id, &[("1", "main", 1)])
    }
}

impl TestDatabase {
    /// The orders that have each of the windows.
    async fn occupancy(&self) -> Occupancy {
        let skus = [sku("1")];
        let read = self.offers.read_with_windows(&skus, &[METHOD], budget());
        let (offers, occupancy) = read.await.unwrap();
        assert!(offers.len() <= 1);
        occupancy.unwrap()
    }

    async fn have(&self, window: &SlotId) -> u32 {
        self.occupancy().await.taken(window)
    }
}

#[tokio::test]
async fn a_window_is_taken_once_by_each_order_until_it_is_full() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 10).await;
    let [monday, tuesday] = [0, 1].map(morning);
    let first = with_windows("1-01", &[&monday, &tuesday]);
    db.placed(&first).await;
    assert!(matches!(db.place(&[&first]).await, Placed::Exist(_)));
    assert_eq!((db.have(&monday).await, db.have(&tuesday).await), (1, 1));
    db.placed(&with_windows("1-02", &[&monday])).await;
    let third = with_windows("1-03", &[&tuesday, &monday]);
    let Placed::WindowsFull(full) = db.place(&[&third]).await else {
        panic!("two have it");
    };
    assert_eq!(full, from_ref(&monday));
    assert_eq!((db.have(&monday).await, db.have(&tuesday).await), (2, 1));
    assert_eq!(db.units("1").await, (10, 2, 8));
    // Orders of one call share a window's room.
    let wednesday = morning(2);
    let ids = ["2-01", "2-02", "2-03"];
    let three = ids.map(|id| with_windows(id, &[&wednesday]));
    let placed = db.place(&[&three[0], &three[1], &three[2]]).await;
    assert!(matches!(placed, Placed::WindowsFull(_)), "{placed:?}");
    let placed = db.place(&[&three[0], &three[1]]).await;
    assert!(matches!(placed, Placed::Written), "{placed:?}");
    assert_eq!(db.have(&wednesday).await, 2);
}

#[tokio::test]
async fn what_gives_units_back_gives_the_window_back() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 10).await;
    let monday = morning(0);
    let orders = ["1-01", "1-02"].map(|id| with_windows(id, &[&monday]));
    for order in &orders {
        db.placed(order).await;
    }
    let details = Default::default();
    let policy = CancellationPolicy::Confirm;
    db.changed(lifecycle::request_cancellation(
        &orders[0],
        policy,
        details,
        at(1),
    ))
    .await;
    let expired = db.changed(lifecycle::expire(&orders[1], at(1000))).await;
    assert_eq!(db.have(&monday).await, 0);
    assert_eq!(db.units("1").await, (10, 0, 10));
    // Canceled later it has nothing to give back.
    db.placed(&with_windows("1-03", &[&monday])).await;
    let details = Default::default();
    db.changed(lifecycle::request_cancellation(
        &expired,
        policy,
        details,
        at(1001),
    ))
    .await;
    assert_eq!(db.have(&monday).await, 1);
}

#[tokio::test]
async fn a_late_payment_is_told_that_its_window_is_full() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 10).await;
    let monday = morning(0);
    let late = with_windows("1-01", &[&monday]);
    db.placed(&late).await;
    let late = db.changed(lifecycle::expire(&late, at(1000))).await;
    let full = ["1-02", "1-03"].map(|id| with_windows(id, &[&monday]));
    db.placed(&full[0]).await;
    db.placed(&full[1]).await;
    let paid = transition(lifecycle::authorize(&late, at(1001)).unwrap());
    let changed = db.orders.change(&paid, &db.offers, budget()).await.unwrap();
    let Changed::OutOfStock(short) = changed else {
        panic!("two have it");
    };
    assert_eq!((short.offers.len(), short.full), (0, vec![monday.clone()]));
    // With room again it takes it.
    let canceled = lifecycle::expire(&full[0], at(1000));
    db.changed(canceled).await;
    let changed = db.orders.change(&paid, &db.offers, budget()).await.unwrap();
    assert!(matches!(changed, Changed::Written));
    assert_eq!(db.have(&monday).await, 2);
}

#[tokio::test]
async fn past_windows_are_forgotten_with_the_next_order() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 10).await;
    let [monday, tuesday, friday] = [0, 1, 4].map(morning);
    let early = with_windows("1-01", &[&monday, &tuesday]);
    db.placed(&early).await;
    let (ids, skus, methods) = ([early.order_id.clone()], [sku("1")], [METHOD].into());
    let read = db
        .orders
        .get_with_offers(&ids, &db.offers, &skus, &methods, budget());
    let (orders, offers, occupancy) = read.await.unwrap();
    assert_eq!((orders.len(), offers.len()), (1, 1));
    let now = feirante_models::Instant::parse("2026-11-23T16:00:00Z").unwrap();
    let past = occupancy.past(now);
    assert_eq!(past, from_ref(&monday));
    let new = with_windows("1-02", &[&friday]);
    let units = reserved_units([&new]);
    let reserve = Reservation {
        past: &past,
        ..Reservation::of(&units)
    };
    let written = NewOrder {
        order: &new,
        received: "{}",
        expires_at: at(5000),
    };
    let written = [written];
    let placed = db.orders.place(&written, &db.offers, reserve, budget());
    assert!(matches!(placed.await.unwrap(), Placed::Written));
    let now = db.occupancy().await;
    let expected = [(tuesday, 1), (friday, 1)];
    assert_eq!(now, expected.into_iter().collect::<Occupancy>());
    // What comes back to a forgotten window leaves nothing.
    db.changed(lifecycle::expire(&early, at(1000))).await;
    assert_eq!(db.have(&monday).await, 0);
}

#[tokio::test]
async fn windows_are_read_only_where_a_call_has_room() {
    let db = TestDatabase::start().await;
    let skus: Vec<_> = (0..200).map(|index| sku(&format!("sku-{index}"))).collect();
    for (count, room) in [
        (0, false),
        (1, true),
        (99, true),
        (100, false),
        (101, true),
        (200, false),
    ] {
        let read = db
            .offers
            .read_with_windows(&skus[..count], &[METHOD], budget());
        let (_, windows) = read.await.unwrap();
        assert_eq!(windows.is_some(), room, "{count}");
    }
}
