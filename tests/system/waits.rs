//! How long the template lets functions run and messages wait, held against how long they may.

use std::collections::BTreeSet;
use std::time::Duration;

use authorize_fulfillment::AuthorizeFulfillment;
use cancel_order::CancelOrder;
use feirante_delivery::times;
use feirante_lambda::batch::queue::{MOST_RECEIVES, OLDEST};
use feirante_lambda::http::HttpFunction;
use feirante_sandbox::template::{Source, Stack, TEMPLATE, read};
use feirante_seller::settings::DeliverySettings;
use jiff::SignedDuration;
use modify_order::ModifyOrder;
use place_order::PlaceOrder;
use simulate_fulfillment::SimulateFulfillment;

use crate::budgets::MARKETPLACE_WAITS;

/// The functions that tell a marketplace something about an order, and take a turn to do so.
const SENDERS: [&str; 4] = [
    "send-invoice",
    "send-tracking",
    "resolve-cancellation",
    "send-agreement",
];

/// The queues whose messages wait for a marketplace.
const OUTWARD: [&str; 5] = [
    "erp-invoices",
    "erp-tracking",
    "erp-cancellations",
    "agreements",
    "notifications",
];

fn stack() -> Stack {
    read(TEMPLATE).unwrap_or_else(|error| panic!("template.yaml: {error}"))
}

fn signed(time: Duration) -> SignedDuration {
    time.try_into().unwrap()
}

/// How often a request is attempted that fails each time.
fn attempts(delivery: &DeliverySettings) -> usize {
    let last = *delivery.retry.last().unwrap();
    let waits = delivery.retry.iter().copied();
    let begun = waits.chain(std::iter::repeat(last)).scan(
        SignedDuration::ZERO,
        |since_the_first: &mut SignedDuration, wait| {
            *since_the_first += wait;
            Some(*since_the_first)
        },
    );
    1 + begun.take_while(|at| *at < delivery.give_up_after).count()
}

#[test]
fn a_function_that_sends_runs_for_as_long_as_a_message_may_take_and_a_turn_for_as_long_as_it() {
    let stack = stack();
    for name in SENDERS {
        let timeout = stack.functions[name].timeout;
        assert!(timeout > times::MESSAGE, "{name}: {:?}", times::MESSAGE);
        assert!(times::TURN >= timeout, "{name}");
    }
}

#[test]
fn the_schedule_has_time_to_release_something_before_it_counts_what_is_late() {
    let timeout = stack().functions["expire-reservations"].timeout;
    assert!(timeout > 2 * expire_reservations::LEAST, "{timeout:?}");
}

/// One that is cut off would be answered by API Gateway, in its own words.
#[test]
fn a_call_is_answered_before_its_function_is_ended_and_a_simulation_before_its_caller_leaves() {
    let stack = stack();
    let routes = [
        SimulateFulfillment::ROUTES,
        PlaceOrder::ROUTES,
        AuthorizeFulfillment::ROUTES,
        CancelOrder::ROUTES,
        ModifyOrder::ROUTES,
    ];
    let routes = routes.concat();
    let answering: BTreeSet<&str> = routes.iter().map(|route| route.function).collect();
    let routed = stack.routes.iter().map(|route| route.function.as_str());
    assert_eq!(answering, routed.collect());
    for route in routes {
        let timeout = stack.functions[route.function].timeout;
        // What is left is for all but the database: what is read and written of the call itself.
        let work = Duration::from_millis(500);
        assert!(timeout >= route.time + work, "{}", route.function);
    }
    let timeout = stack.functions["simulate-fulfillment"].timeout;
    assert!(timeout < MARKETPLACE_WAITS);
}

/// The ERP may forget its message: it stays while its delivery is tried, however often it waits.
#[test]
fn a_message_to_a_marketplace_outlives_its_waits() {
    let (stack, delivery) = (stack(), DeliverySettings::default());
    let often = |every: SignedDuration| {
        let times = delivery.give_up_after.as_secs() / every.as_secs();
        usize::try_from(times).unwrap()
    };
    let pause = [&delivery.orders, &delivery.catalog].map(|lane| lane.breaker.longest_pause);
    for name in OUTWARD {
        let queue = stack.queue_named(name).unwrap();
        // All at once: every attempt fails, the account is paused whenever it may be, and our own
        // database is down for as long.
        let receives = attempts(&delivery)
            + often(pause.into_iter().min().unwrap())
            + often(signed(queue.visibility));
        let most = usize::try_from(MOST_RECEIVES).unwrap();
        assert!(receives < most, "{name}: {receives}");
        // What waits in vain is given up by the function, with its reason, before the queue does.
        let redrive = queue.redrive.as_ref().unwrap();
        assert!(redrive.maximum_receives > MOST_RECEIVES, "{name}");
        assert!(OLDEST > delivery.give_up_after);
        assert!(signed(queue.retention) > OLDEST, "{name}");
    }
}

#[test]
fn every_queue_that_feeds_a_sender_is_one_of_those() {
    let stack = stack();
    for name in SENDERS.into_iter().chain(["notify-marketplace"]) {
        for source in &stack.functions[name].sources {
            if let Source::Queue { queue, .. } = source {
                let queue = stack.queue(queue).unwrap();
                assert!(OUTWARD.contains(&queue.name.as_str()), "{name}");
            }
        }
    }
}

#[test]
fn attempts_are_counted_by_the_schedule() {
    let hours = SignedDuration::from_hours;
    let delivery = DeliverySettings {
        retry: vec![hours(1), hours(2)],
        give_up_after: hours(8),
        ..DeliverySettings::default()
    };
    // At once, then after 1, 3, 5 and 7 hours.
    assert_eq!(attempts(&delivery), 5);
}
