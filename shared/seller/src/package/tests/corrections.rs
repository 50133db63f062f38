//! Tracking numbers that replace each other: the newest stays, in whatever order they come.

use proptest::prelude::*;

use super::*;

fn sold() -> Order {
    with(&order("invoiced"), InvoiceType::Output, Stage::Sent)
}

fn current(shipments: &Shipments) -> Option<&Shipment> {
    shipments.current.as_ref().map(|current| &current.shipment)
}

/// What becomes of `package` when a message of `seconds` brings a tracking number; `None`: nothing
/// is told.
fn after(package: &Package, tracking_number: &str, seconds: i64) -> Option<Package> {
    let new = message(Some(shipment(tracking_number)), None);
    match next_step(&sold(), package, &new, at(seconds)).unwrap() {
        Step::Ship(told) => Some(Package {
            shipments: package.shipments.with(&told, at(seconds)),
            ..package.clone()
        }),
        Step::Done => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_correction_stays_when_what_it_corrects_comes_after_it() {
    let corrected = after(&Package::default(), "SR2", 20).unwrap();
    assert_eq!(after(&corrected, "SR1", 10), None);
    let again = after(&corrected, "SR3", 30).unwrap();
    assert_eq!(current(&again.shipments), Some(&shipment("SR3")));
}

/// An ERP sends again what it is not sure to have sent, which is a message of a later time.
#[test]
fn a_tracking_number_that_was_replaced_does_not_come_back() {
    let corrected = after(&shipped(), "SR2", 20).unwrap();
    for seconds in [0, 20, 30] {
        assert_eq!(after(&corrected, "SR1", seconds), None);
    }
    assert_eq!(current(&corrected.shipments), Some(&shipment("SR2")));
}

#[test]
fn what_is_replaced_has_its_progress_told_all_the_same() {
    let corrected = after(&Package::default(), "SR2", 20).unwrap();
    let left = progress(false, &[event("left", 1)]);
    let old = message(Some(shipment("SR1")), Some(left.clone()));
    let step = next_step(&sold(), &corrected, &old, at(10));
    assert_eq!(step, Ok(Step::Report(left)));
}

#[test]
fn of_two_that_were_sent_at_once_the_same_stays_whichever_comes_first() {
    let ends = [["SR1", "SR2"], ["SR2", "SR1"]].map(|numbers| {
        let mut package = Package::default();
        for number in numbers {
            package = after(&package, number, 10).unwrap_or(package);
        }
        current(&package.shipments).cloned().unwrap()
    });
    assert_eq!(ends[0], ends[1]);
}

/// It is not known when it was sent: what was not told before counts as newer, as it did then.
#[test]
fn what_an_older_version_told_is_replaced_by_anything_new() {
    let mut package = shipped();
    package.shipments.current.as_mut().unwrap().sent_at = None;
    assert_eq!(after(&package, "SR1", 5), None);
    let corrected = after(&package, "SR2", -1000).unwrap();
    assert_eq!(current(&corrected.shipments), Some(&shipment("SR2")));
    assert_eq!(after(&corrected, "SR3", -2000), None);
}

#[test]
fn a_package_has_only_so_many_tracking_numbers() {
    let mut package = Package::default();
    for index in 0..500 {
        package = after(&package, &format!("SR{index}"), index).unwrap();
    }
    let new = message(Some(shipment("SR")), None);
    let refused = next_step(&sold(), &package, &new, at(1000));
    assert_eq!(
        refused,
        Err(RefusedTracking::TooManyShipments(number("N-1")))
    );
    // What it was told before and what is old are still nothing to be refused.
    assert_eq!(after(&package, "SR7", 1000), None);
    assert_eq!(after(&package, "new", 1), None);
}

/// Messages with distinct tracking numbers and the times they were sent at, some of which are the
/// same; then the order they come in, where some come twice and some before the invoice.
fn arrivals() -> impl Strategy<Value = (Vec<(String, i64)>, usize)> {
    prop::collection::vec(0..6_i64, 1..8).prop_flat_map(|times| {
        let named = |(index, time)| (format!("SR{index}"), time);
        let sent: Vec<(String, i64)> = times.into_iter().enumerate().map(named).collect();
        let again = prop::sample::subsequence(sent.clone(), 0..=sent.len());
        let all = again.prop_map(move |again| [sent.clone(), again].concat());
        let early = 0..=8_usize;
        (all.prop_shuffle(), early)
    })
}

proptest! {
    #[test]
    fn the_marketplace_ends_with_the_newest_and_is_never_told_an_older_one_after_it(
        (arrivals, early) in arrivals(),
    ) {
        let (early, late) = arrivals.split_at(early.min(arrivals.len()));
        let mut room = Package::default();
        for (tracking_number, seconds) in early {
            let new = message(Some(shipment(tracking_number)), None);
            let step = next_step(&order("authorized"), &room, &new, at(*seconds));
            prop_assert_eq!(step, Ok(Step::KeepWaiting));
            let waiting = Waiting {
                message: tracking_number.clone(),
                sent_at: Some(at(*seconds)),
            };
            room.waiting.insert(tracking_number.clone(), waiting);
        }
        // Put back, they are on a queue among the others, which keeps no order.
        let back = WaitingRoom::of([(number("N-1"), room)].into()).in_order();
        prop_assert!(back.is_sorted_by_key(|waiting| waiting.sent_at));
        let back = back.into_iter().map(|waiting| (waiting.message, waiting.sent_at.unwrap()));
        let late = late.iter().map(|(number, seconds)| (number.clone(), at(*seconds)));

        let (mut package, mut told) = (Package::default(), Vec::new());
        for (tracking_number, sent_at) in late.chain(back) {
            let new = message(Some(shipment(&tracking_number)), None);
            match next_step(&sold(), &package, &new, sent_at).unwrap() {
                Step::Ship(shipment) => {
                    package.shipments = package.shipments.with(&shipment, sent_at);
                    told.push((sent_at, shipment));
                }
                step => prop_assert_eq!(step, Step::Done),
            }
        }
        prop_assert!(told.is_sorted_by_key(|(sent_at, _)| sent_at), "told an older one: {:?}", told);
        let newest = arrivals.iter().map(|(number, seconds)| (*seconds, shipment(number).hash()));
        let (seconds, hash) = newest.max().unwrap();
        let (last_at, last) = told.last().unwrap();
        prop_assert_eq!((*last_at, last.hash()), (at(seconds), hash));
        prop_assert_eq!(current(&package.shipments), Some(last));
    }
}
