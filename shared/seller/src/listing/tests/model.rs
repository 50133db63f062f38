//! Whatever happens in whatever order, the marketplace knows the last of everything in the end, and
//! never gets two calls of a kind within two seconds.

mod marketplace;
mod world;

use proptest::prelude::*;

use super::*;
use marketplace::Mood;
use world::World;

/// Something that happens.
#[derive(Debug, Clone)]
enum Event {
    /// The ERP changes something.
    Change(Kind),
    /// The SKU begins or ceases to be sold.
    Sell(bool),
    /// What a suggestion needs becomes whole or not.
    Complete(bool),
    /// The marketplace is told again.
    Resync,
    /// The seller file maps the names of the SKU, or does not any more.
    Map(bool),
    /// The seller file has other names for it.
    Rename(u8),
    /// Milliseconds go by.
    Pass(i64),
    /// Somebody takes up a message, one of those that can be seen.
    Receive(usize),
    /// The schedule runs.
    Tick,
    /// Somebody who works takes the next step.
    Step(usize),
    /// Somebody who works is cut off.
    Cut(usize),
    /// The marketplace answers otherwise from now on.
    Turn(Mood),
    /// An operator decides about the suggestion.
    Decide(bool),
    /// An operator deletes the suggestion.
    Forget,
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![
        Just(Kind::Catalog),
        Just(Kind::Price),
        Just(Kind::Inventory)
    ];
    let mood = prop_oneof![
        Just(Mood::Well),
        Just(Mood::Down),
        Just(Mood::Busy),
        Just(Mood::Wrong)
    ];
    prop_oneof![
        4 => kind.prop_map(Event::Change),
        1 => any::<bool>().prop_map(Event::Sell),
        1 => any::<bool>().prop_map(Event::Complete),
        1 => Just(Event::Resync),
        1 => any::<bool>().prop_map(Event::Map),
        1 => any::<u8>().prop_map(Event::Rename),
        6 => (0_i64..3000).prop_map(Event::Pass),
        1 => (0_i64..100_000_000).prop_map(Event::Pass),
        5 => any::<usize>().prop_map(Event::Receive),
        1 => Just(Event::Tick),
        12 => any::<usize>().prop_map(Event::Step),
        1 => any::<usize>().prop_map(Event::Cut),
        2 => mood.prop_map(Event::Turn),
        1 => any::<bool>().prop_map(Event::Decide),
        1 => Just(Event::Forget),
    ]
}

fn happen(world: &mut World, event: Event) {
    match event {
        Event::Change(kind) => world.change(kind),
        Event::Sell(sold) => world.sell(sold),
        Event::Complete(complete) => world.complete(complete),
        Event::Resync => world.resync(),
        Event::Map(mapped) => world.map(mapped),
        Event::Rename(names) => world.rename(names),
        Event::Pass(milliseconds) => world.pass(milliseconds),
        Event::Receive(which) => world.receive(which),
        Event::Tick => world.tick(),
        Event::Step(which) => world.step(which),
        Event::Cut(which) => world.cut(which),
        Event::Turn(mood) => world.marketplace.mood = mood,
        Event::Decide(approve) => world.marketplace.decide(approve),
        Event::Forget => world.marketplace.forget(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_marketplace_knows_the_last_of_everything_in_the_end(
        events in prop::collection::vec(event(), 0..120),
    ) {
        let mut world = World::new();
        for event in events {
            happen(&mut world, event);
        }
        world.marketplace.mood = Mood::Well;
        world.sell(true);
        world.complete(true);
        world.map(true);
        world.settle();
        // What was denied twice is not offered again before its data change.
        if let Some(State::Denied { due: None, .. }) = world.state() {
            world.change(Kind::Catalog);
            world.settle();
        }
        prop_assert_eq!(world.state(), Some(&State::Bound));
        for kind in [Kind::Catalog, Kind::Price, Kind::Inventory] {
            prop_assert!(world.knows_last(kind), "{kind:?}: {world:#?}");
        }
        prop_assert_eq!(world.marketplace.too_soon, None);
    }

    #[test]
    fn a_burst_costs_few_calls_and_the_last_value_wins(
        pauses in prop::collection::vec(0_i64..20, 1..120),
        kind in prop_oneof![Just(Kind::Price), Just(Kind::Inventory)],
    ) {
        let mut world = World::new();
        world.sell(true);
        world.settle();
        world.marketplace.calls.clear();
        for pause in pauses {
            world.pass(pause);
            world.change(kind);
        }
        let last = world.now;
        world.settle();
        prop_assert!(world.marketplace.calls.len() <= 3, "{:?}", world.marketplace.calls);
        prop_assert!(world.knows_last(kind));
        let told_at = world.marketplace.calls.last().map(|(_, at)| at.millis() - last.millis());
        prop_assert!(told_at.is_some_and(|after| after <= 5000), "{told_at:?}");
    }
}
