//! How much waits with an order.

use super::*;

fn waiting(message: &str, seconds: Option<i64>) -> Waiting {
    Waiting {
        message: message.to_owned(),
        sent_at: seconds.map(at),
    }
}

/// A package with messages of this many bytes that wait.
fn with_waiting(sizes: impl IntoIterator<Item = usize>) -> Package {
    let named = sizes.into_iter().enumerate();
    let messages =
        named.map(|(index, size)| (format!("{index:04}"), waiting(&"x".repeat(size), None)));
    Package {
        waiting: messages.collect(),
        ..Package::default()
    }
}

fn room(packages: impl IntoIterator<Item = (&'static str, Package)>) -> WaitingRoom {
    let named = packages.into_iter();
    WaitingRoom::of(
        named
            .map(|(name, package)| (number(name), package))
            .collect(),
    )
}

fn admits(room: &WaitingRoom, hash: &str, size: usize) -> Result<(), RefusedTracking> {
    room.admit(&number("N-1"), hash, &"x".repeat(size))
}

#[test]
fn so_many_messages_wait_for_an_invoice() {
    let almost = room([("N-1", with_waiting(vec![1; MOST_OF_AN_INVOICE - 1]))]);
    assert_eq!(admits(&almost, "new", 1), Ok(()));
    let full = room([("N-1", with_waiting(vec![1; MOST_OF_AN_INVOICE]))]);
    let refused = admits(&full, "new", 1);
    assert_eq!(refused, Err(RefusedTracking::FullInvoice(number("N-1"))));
    // Another invoice has room of its own.
    assert_eq!(full.admit(&number("N-2"), "new", "x"), Ok(()));
}

#[test]
fn so_many_bytes_wait_for_an_invoice() {
    const LARGEST: usize = 64 * 1024;
    let half = room([("N-1", with_waiting([LARGEST, LARGEST]))]);
    let left = MOST_BYTES_OF_AN_INVOICE - 2 * LARGEST;
    assert_eq!(admits(&half, "new", left), Ok(()));
    let refused = admits(&half, "new", left + 1);
    assert_eq!(refused, Err(RefusedTracking::FullInvoice(number("N-1"))));
    let why = refused.unwrap_err().to_string();
    assert!(why.contains("N-1") && why.contains("192 KB"), "{why}");
}

#[test]
fn so_many_messages_wait_with_an_order_for_invoices_that_may_never_come() {
    const NAMES: [&str; 5] = ["A-1", "A-2", "A-3", "A-4", "A-5"];
    let full = with_waiting(vec![1; MOST_OF_AN_INVOICE]);
    let all = room(NAMES.map(|name| (name, full.clone())));
    assert_eq!(NAMES.len() * MOST_OF_AN_INVOICE, MOST_OF_AN_ORDER);
    assert_eq!(admits(&all, "new", 1), Err(RefusedTracking::FullOrder));
    let almost = with_waiting(vec![1; MOST_OF_AN_INVOICE - 1]);
    let all = room(NAMES.map(|name| match name {
        "A-5" => (name, almost.clone()),
        _ => (name, full.clone()),
    }));
    assert_eq!(admits(&all, "new", 1), Ok(()));
}

#[test]
fn so_many_bytes_wait_with_an_order() {
    const NAMES: [&str; 5] = ["A-1", "A-2", "A-3", "A-4", "A-5"];
    let full = with_waiting([MOST_BYTES_OF_AN_INVOICE]);
    let all = room(NAMES.map(|name| (name, full.clone())));
    let left = MOST_BYTES_OF_AN_ORDER - NAMES.len() * MOST_BYTES_OF_AN_INVOICE;
    assert_eq!(admits(&all, "new", left), Ok(()));
    let refused = admits(&all, "new", left + 1);
    assert_eq!(refused, Err(RefusedTracking::FullOrder));
}

#[test]
fn a_message_that_comes_again_waits_since_it_came_first() {
    let package = Package {
        waiting: [
            ("a".to_owned(), waiting("{}", Some(20))),
            ("old".to_owned(), waiting("{}", None)),
        ]
        .into(),
        ..Package::default()
    };
    for (hash, seconds, since) in [
        ("a", 30, 20),
        ("a", 10, 10),
        ("new", 30, 30),
        // Since when is not known; since then at least.
        ("old", 30, 30),
    ] {
        let waits = package.as_it_waits(hash, "{}", at(seconds));
        assert_eq!(waits, waiting("{}", Some(since)), "{hash} {seconds}");
    }
}

#[test]
fn what_waits_already_needs_no_room() {
    let full = room([("N-1", with_waiting(vec![1; MOST_OF_AN_INVOICE]))]);
    assert_eq!(admits(&full, "0000", 1), Ok(()));
}

#[test]
fn what_waits_is_put_back_in_the_order_it_was_sent_in() {
    let package = |messages: &[(&str, Option<i64>)]| Package {
        waiting: messages
            .iter()
            .map(|(hash, seconds)| ((*hash).to_owned(), waiting(hash, *seconds)))
            .collect(),
        ..Package::default()
    };
    let room = room([
        (
            "N-1",
            package(&[("a", Some(30)), ("b", Some(10)), ("d", Some(20))]),
        ),
        ("N-2", package(&[("c", Some(20)), ("e", None)])),
    ]);
    let order: Vec<_> = room.in_order().into_iter().map(|one| one.message).collect();
    assert_eq!(order, ["e", "b", "c", "d", "a"]);
}
