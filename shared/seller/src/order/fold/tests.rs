use feirante_models::erp::InvoiceType;
use feirante_models::{Cents, Instant, InvoiceNumber};
use proptest::prelude::*;

use super::*;
use crate::order::Sent;

fn at(seconds: i64) -> Instant {
    Instant::from_millis(1_795_219_200_000 + seconds * 1000).unwrap()
}

fn number() -> InvoiceNumber {
    InvoiceNumber::parse("N-1").unwrap()
}

fn sent() -> Sent {
    Sent {
        attempts: 1,
        receipt: None,
    }
}

fn accepted() -> Change {
    Change::InvoiceAccepted {
        invoice_number: number(),
        kind: InvoiceType::Output,
        value: Cents::new(1),
    }
}

fn progress(events: usize) -> Change {
    Change::ProgressSent {
        invoice_number: number(),
        events,
        is_delivered: false,
        order_delivered: false,
        sent: sent(),
    }
}

fn happened(timeline: &[Entry]) -> impl Iterator<Item = &Change> {
    timeline.iter().map(|entry| &entry.change)
}

/// A timeline to which these were added, a second apart.
fn timeline(changes: impl IntoIterator<Item = Change>) -> Vec<Entry> {
    let mut timeline = Vec::new();
    for (change, second) in changes.into_iter().zip(0..) {
        let entry = Entry {
            at: at(second),
            change,
        };
        append(&mut timeline, entry);
    }
    timeline
}

#[test]
fn a_short_timeline_is_what_happened() {
    let changes = || {
        let many = (0..MOST_ENTRIES - 2).map(progress);
        [Change::Authorized, accepted()].into_iter().chain(many)
    };
    let timeline = timeline(changes());
    assert!(happened(&timeline).eq(&changes().collect::<Vec<_>>()));
}

#[test]
fn what_happens_most_often_is_put_together_with_its_number_and_its_times() {
    let rare = [Change::Authorized, accepted(), accepted()];
    let timeline = timeline(rare.clone().into_iter().chain((0..1000).map(progress)));
    assert_eq!(timeline.len(), MOST_ENTRIES);
    let (first, newest) = (&timeline[..4], &timeline[5..]);
    assert!(happened(&first[..3]).eq(&rare));
    assert_eq!(first[3].change, progress(0), "the first of its kind stays");
    // The rest are the newest as they were.
    let kept = MOST_ENTRIES - 5;
    let folded = Entry {
        at: at(4),
        change: Change::Folded {
            count: 999 - kept as u64,
            until: at(3 + 999 - kept as i64),
            last: Box::new(progress(999 - kept)),
        },
    };
    assert_eq!(timeline[4], folded);
    let told: Vec<_> = (1000 - kept..1000).map(progress).collect();
    assert!(happened(newest).eq(&told));
}

#[test]
fn few_long_entries_are_put_together_too() {
    let long = |character: &str| Change::CancellationStarted {
        reason: character.repeat(MOST_BYTES_OF_TIMELINE / 4),
    };
    let timeline = timeline([
        long("a"),
        long("b"),
        long("c"),
        long("d"),
        Change::Authorized,
    ]);
    let folded = Change::Folded {
        count: 2,
        until: at(2),
        last: Box::new(long("c")),
    };
    assert!(happened(&timeline).eq(&[long("a"), folded, long("d"), Change::Authorized]));
}

#[test]
fn a_timeline_of_before_is_put_together_with_its_next_entry() {
    let mut timeline: Vec<Entry> = (0..3000)
        .map(|second| Entry {
            at: at(second),
            change: progress(1),
        })
        .collect();
    let newest = Entry {
        at: at(3000),
        change: accepted(),
    };
    append(&mut timeline, newest.clone());
    assert_eq!(timeline.last(), Some(&newest));
    assert!(timeline.len() <= MOST_ENTRIES);
    assert_eq!(timeline.iter().map(Entry::changes).sum::<u64>(), 3001);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn every_change_is_counted_and_the_newest_is_as_it_was(
        kinds in prop::collection::vec((0..4_u8, 1..250_usize), 1..6),
    ) {
        let changes = kinds.into_iter().flat_map(|(kind, times)| {
            let change = match kind {
                0 => Change::Authorized,
                1 => accepted(),
                2 => Change::CancellationStarted { reason: "\u{1f4e6}".repeat(500) },
                _ => progress(times),
            };
            std::iter::repeat_n(change, times)
        });
        let changes: Vec<_> = changes.collect();
        let timeline = timeline(changes.clone());
        prop_assert_eq!(timeline.iter().map(Entry::changes).sum::<u64>(), changes.len() as u64);
        prop_assert_eq!(timeline.last().map(|entry| &entry.change), changes.last());
        prop_assert!(timeline.is_sorted_by_key(|entry| entry.at));
        prop_assert!(timeline.len() <= MOST_ENTRIES);
        prop_assert!(timeline.iter().map(bytes).sum::<usize>() <= MOST_BYTES_OF_TIMELINE);
        // Of everything that happened one entry says so.
        for change in &changes {
            let says = |entry: &Entry| discriminant(&entry.change) == discriminant(change);
            prop_assert!(timeline.iter().any(says));
        }
    }
}
