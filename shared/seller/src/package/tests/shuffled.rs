//! Messages in any order and more than once: in the end the marketplace has each event once, and
//! knows where the package is.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// Messages of one package and when they were sent: each has a tracking number, progress or both,
/// and some come twice.
fn messages() -> impl Strategy<Value = Vec<(TrackingMessage, Instant)>> {
    let shipments = prop::option::weighted(0.3, prop::sample::select(vec!["SR1", "SR2"]));
    let events = prop::collection::vec((0..6_i64).prop_map(|day| event("seen", day)), 0..4);
    let progress = (any::<bool>(), events).prop_map(|(arrived, events)| progress(arrived, &events));
    let message = (shipments, prop::option::weighted(0.7, progress))
        .prop_filter("says something", |(one, other)| {
            one.is_some() || other.is_some()
        })
        .prop_map(|(number, progress)| message(number.map(shipment), progress));
    let sent = (message, (0..6_i64).prop_map(at));
    prop::collection::vec(sent, 1..8).prop_flat_map(|messages| {
        let again = messages.iter().step_by(2);
        let all: Vec<_> = messages.iter().chain(again).cloned().collect();
        Just(all).prop_shuffle()
    })
}

/// What a marketplace does with what it is told: it appends events (protocol §3.8).
#[derive(Default)]
struct Marketplace {
    numbers: Vec<Shipment>,
    events: Vec<TrackingEvent>,
    is_delivered: bool,
}

proptest! {
    #[test]
    fn each_event_is_told_once_and_nothing_is_forgotten(
        messages in messages(),
        invoiced_after in 0..8_usize,
    ) {
        let (early, late) = messages.split_at(invoiced_after.min(messages.len()));
        let not_yet = order("authorized");
        for (message, sent_at) in early {
            let step = next_step(&not_yet, &Package::default(), message, *sent_at);
            prop_assert_eq!(step, Ok(Step::KeepWaiting));
        }
        let order = with(&order("invoiced"), InvoiceType::Output, Stage::Sent);
        let mut queue: VecDeque<_> = late.iter().chain(early).collect();
        let mut told = Marketplace::default();
        let mut package = Package::default();
        let mut waiting = Vec::new();
        while let Some(sent) = queue.pop_front() {
            let (message, sent_at) = sent;
            match next_step(&order, &package, message, *sent_at).unwrap() {
                Step::Ship(shipment) => {
                    package.shipments = package.shipments.with(&shipment, *sent_at);
                    told.numbers.push(shipment);
                    queue.extend(waiting.drain(..));
                    queue.push_front(sent);
                }
                Step::Report(news) => {
                    prop_assert!(!told.numbers.is_empty(), "the tracking number is first");
                    prop_assert!(news.is_delivered || !told.is_delivered, "it went back");
                    package.progress_told = package.progress_told.with(&news);
                    told.is_delivered = news.is_delivered;
                    told.events.extend(news.events);
                    queue.push_front(sent);
                }
                Step::KeepWaiting => waiting.push(sent),
                Step::Done => {}
            }
        }

        let mut once = told.events.clone();
        once.sort_by_key(|event| event.date);
        once.dedup();
        prop_assert_eq!(once.len(), told.events.len(), "an event was told twice");
        let numbered = messages.iter().any(|(message, _)| message.shipment.is_some());
        if !numbered {
            prop_assert!(told.numbers.is_empty() && told.events.is_empty());
            return Ok(());
        }
        prop_assert!(waiting.is_empty());
        let progress = || messages.iter().filter_map(|(message, _)| message.progress.as_ref());
        let mut sent: Vec<_> = progress().flat_map(|progress| progress.events.clone()).collect();
        sent.sort_by_key(|event| event.date);
        sent.dedup();
        prop_assert_eq!(once, sent);
        prop_assert_eq!(told.is_delivered, progress().any(|progress| progress.is_delivered));
        let mut numbers: Vec<_> = told.numbers.iter().map(Shipment::hash).collect();
        numbers.sort();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), told.numbers.len(), "a number was told twice");
    }
}
