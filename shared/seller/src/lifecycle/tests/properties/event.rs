//! Everything that can happen, in any order and as often as it likes.

use super::*;

/// How telling the marketplace ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Taken,
    Refused,
    Unanswered,
}

/// What an invoice is over.
#[derive(Debug, Clone, Copy)]
pub(super) enum Share {
    Cent,
    Half,
    Rest,
    OneTooMuch,
    Total,
}

#[derive(Debug, Clone)]
pub(super) enum Event {
    Authorization {
        units_left: bool,
    },
    Cancellation(CancellationPolicy),
    ReservationEnds,
    ErpConfirms,
    ErpRefuses,
    ErpCancels,
    CancellationEnds(End),
    /// A person takes it at its prices.
    Release,
    /// A person does not.
    Rejection,
    /// One of a few names, so that some mean two modifications.
    Modification {
        name: u8,
        removed: Option<(&'static str, i64)>,
        added: Option<(&'static str, i64)>,
        manual: i64,
    },
    Confirmation {
        name: u8,
        told: bool,
    },
    Withdrawal {
        name: u8,
    },
    AgreementTaken {
        name: u8,
        confirmed: bool,
    },
    AgreementFails {
        name: u8,
        confirmed: bool,
        refused: bool,
    },
    /// One of a few numbers, so that some mean two invoices.
    Invoice {
        name: u8,
        kind: InvoiceType,
        share: Share,
        units: Vec<(&'static str, i64)>,
    },
    /// The message of an invoice comes again.
    InvoiceAgain {
        name: u8,
    },
    InvoiceEnds {
        name: u8,
        end: End,
        shipped: bool,
    },
    TrackingNumber {
        name: u8,
    },
    Progress {
        name: u8,
        is_delivered: bool,
    },
}

/// Events, and the hours that pass before each.
pub(super) fn events() -> impl Strategy<Value = Vec<(Event, i64)>> {
    prop::collection::vec((event(), 0..20_i64), 10..80)
}

fn event() -> impl Strategy<Value = Event> {
    let name = || 0..5_u8;
    let end = || {
        prop_oneof![
            6 => Just(End::Taken),
            1 => Just(End::Refused),
            1 => Just(End::Unanswered),
        ]
    };
    let policy = prop_oneof![
        Just(CancellationPolicy::Confirm),
        Just(CancellationPolicy::Evaluate),
    ];
    prop_oneof![
        2 => any::<bool>().prop_map(|units_left| Event::Authorization { units_left }),
        1 => policy.prop_map(Event::Cancellation),
        1 => Just(Event::ReservationEnds),
        1 => Just(Event::ErpConfirms),
        1 => Just(Event::ErpRefuses),
        1 => Just(Event::ErpCancels),
        2 => end().prop_map(Event::CancellationEnds),
        2 => Just(Event::Release),
        1 => Just(Event::Rejection),
        5 => modification(),
        6 => (name(), any::<bool>())
            .prop_map(|(name, told)| Event::Confirmation { name, told }),
        1 => name().prop_map(|name| Event::Withdrawal { name }),
        3 => (name(), any::<bool>())
            .prop_map(|(name, confirmed)| Event::AgreementTaken { name, confirmed }),
        1 => (name(), any::<bool>(), any::<bool>())
            .prop_map(|(name, confirmed, refused)| Event::AgreementFails {
                name,
                confirmed,
                refused,
            }),
        9 => invoice(),
        1 => name().prop_map(|name| Event::InvoiceAgain { name }),
        9 => (name(), end(), any::<bool>())
            .prop_map(|(name, end, shipped)| Event::InvoiceEnds { name, end, shipped }),
        3 => name().prop_map(|name| Event::TrackingNumber { name }),
        3 => (name(), any::<bool>())
            .prop_map(|(name, is_delivered)| Event::Progress { name, is_delivered }),
    ]
}

fn modification() -> impl Strategy<Value = Event> {
    let units = || {
        let sku = prop::sample::select(vec!["a", "b", "c"]);
        prop::option::of((sku, 1..4_i64))
    };
    (0..5_u8, units(), units(), -300..300_i64).prop_map(|(name, removed, added, manual)| {
        Event::Modification {
            name,
            removed,
            added,
            manual,
        }
    })
}

fn invoice() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![
        2 => Just(InvoiceType::Output),
        1 => Just(InvoiceType::Input),
    ];
    let share = prop_oneof![
        2 => Just(Share::Cent),
        2 => Just(Share::Half),
        4 => Just(Share::Rest),
        1 => Just(Share::OneTooMuch),
        1 => Just(Share::Total),
    ];
    let units = prop::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_flat_map(|skus| {
        let counts = prop::collection::vec(1..3_i64, skus.len());
        counts.prop_map(move |counts| skus.iter().copied().zip(counts).collect())
    });
    (0..5_u8, kind, share, units).prop_map(|(name, kind, share, units)| Event::Invoice {
        name,
        kind,
        share,
        units,
    })
}
