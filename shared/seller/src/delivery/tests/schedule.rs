use super::*;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

fn unavailable() -> Failed {
    Failed::plain(Some(503), "down".to_owned())
}

fn not_found() -> Failed {
    Failed {
        not_found: true,
        ..Failed::plain(Some(404), "no such order".to_owned())
    }
}

fn limited(retry_after: i64) -> Failed {
    Failed {
        retry_after: Some(ms(retry_after)),
        ..Failed::plain(Some(429), "slower".to_owned())
    }
}

/// After a failure at `now`, without luck: every wait is as long as it can be.
fn after(attempts: &Attempts, failure: Failed, now: i64) -> Next {
    attempts.failed(&DeliverySettings::default(), failure, at(now), 1.0)
}

fn again(next: Next) -> Attempts {
    match next {
        Next::Again(attempts) => attempts,
        Next::Exhausted(attempts) => panic!("given up: {attempts:?}"),
    }
}

/// When the attempts are made at a marketplace that fails each at once, and how they end.
fn times(failure: &Failed, jitter: f64) -> (Vec<i64>, Attempts) {
    let (mut attempts, mut times) = (Attempts::default(), Vec::new());
    loop {
        let now = attempts.next_at.unwrap_or(at(0));
        times.push(now.millis() - at(0).millis());
        match attempts.failed(&DeliverySettings::default(), failure.clone(), now, jitter) {
            Next::Again(next) => attempts = next,
            Next::Exhausted(last) => return (times, last),
        }
    }
}

#[test]
fn the_waits_grow_and_the_last_one_repeats_until_a_day_is_over() {
    let (times, last) = times(&unavailable(), 1.0);
    let first = [0, 5 * SECOND, 65 * SECOND, 365 * SECOND, 1265 * SECOND];
    assert_eq!(times[..5], first);
    assert!(
        times[5..28]
            .windows(2)
            .all(|pair| pair[1] - pair[0] == HOUR)
    );
    // The last one is made when the day is over, not when the hour is.
    assert_eq!(times[times.len() - 1], 24 * HOUR);
    assert_eq!(times.len(), 29);
    assert_eq!((last.count, last.next_at), (29, None));
}

#[test]
fn jitter_takes_up_to_half_of_a_wait() {
    for (jitter, wait) in [
        (0.0, 2_500),
        (0.5, 3_750),
        (1.0, 5_000),
        (7.0, 5_000),
        (-1.0, 2_500),
    ] {
        let next =
            Attempts::default().failed(&DeliverySettings::default(), unavailable(), at(0), jitter);
        assert_eq!(again(next).next_at, Some(at(wait)), "{jitter}");
    }
    let no_number =
        Attempts::default().failed(&DeliverySettings::default(), unavailable(), at(0), f64::NAN);
    assert_eq!(again(no_number).next_at, Some(at(5_000)));
}

#[test]
fn the_marketplace_may_ask_for_more_time_but_not_for_less_or_for_ever() {
    for (asked, wait) in [
        (0, 5_000),
        (4_000, 5_000),
        (90_000, 90_000),
        (48 * HOUR, HOUR),
    ] {
        let next = again(after(&Attempts::default(), limited(asked), 0));
        assert_eq!(next.next_at, Some(at(wait)), "{asked}");
    }
    // It has its time even where ours is over.
    let old = Attempts {
        first_at: Some(at(0)),
        ..Attempts::default()
    };
    let late = 24 * HOUR - 1;
    assert_eq!(
        again(after(&old, unavailable(), late)).next_at,
        Some(at(late + 1))
    );
    assert_eq!(
        again(after(&old, limited(HOUR), late)).next_at,
        Some(at(late + HOUR))
    );
    assert!(matches!(
        after(&old, limited(HOUR), late + 1),
        Next::Exhausted(_)
    ));
}

#[test]
fn an_order_that_stays_unknown_is_believed_after_an_hour() {
    let (times, last) = times(&not_found(), 1.0);
    assert_eq!(times, [0, 5_000, 65_000, 365_000, 1_265_000, HOUR]);
    assert_eq!(last.last.unwrap().status, Some(404));
}

#[test]
fn the_hour_begins_when_the_order_is_first_not_found() {
    // The marketplace was down for two hours before.
    let first = again(after(&Attempts::default(), unavailable(), 0));
    let missing = again(after(&first, not_found(), 2 * HOUR));
    assert_eq!(missing.missing_since, Some(at(2 * HOUR)));
    let down = again(after(&missing, unavailable(), 2 * HOUR + 30 * MINUTE));
    assert!(matches!(
        after(&down, not_found(), 3 * HOUR - 1),
        Next::Again(_)
    ));
    assert!(matches!(
        after(&down, not_found(), 3 * HOUR),
        Next::Exhausted(_)
    ));
    // What is not the order's absence is tried for longer.
    assert!(matches!(
        after(&down, unavailable(), 3 * HOUR),
        Next::Again(_)
    ));
}

#[test]
fn being_held_is_no_attempt() {
    let failed = again(after(&Attempts::default(), unavailable(), 0));
    let held = failed.held(at(9_000), true);
    assert_eq!((held.count, held.first_at), (1, Some(at(0))));
    assert_eq!(held.last, failed.last);
    assert_eq!(held.due_later(at(8_999)), Some(at(9_000)));
    assert_eq!(held.due_later(at(9_000)), None);
}

#[test]
fn a_slot_is_good_from_its_time_on_and_not_for_ever() {
    let held = Attempts::default().held(at(9_000), true);
    let good = |now| held.holds_slot(at(now));
    assert_eq!(
        [8_999, 9_000, 39_000, 39_001].map(good),
        [false, true, true, false]
    );
    assert!(
        !Attempts::default()
            .held(at(9_000), false)
            .holds_slot(at(9_000))
    );
    // An attempt uses it up.
    assert!(!again(after(&held, unavailable(), 9_000)).admitted);
    assert!(!held.settled(at(9_000), Some(200), "").admitted);
}

#[test]
fn a_settled_matter_has_no_next_time() {
    let failed = again(after(&Attempts::default(), unavailable(), 0));
    let settled = failed.settled(at(5_000), Some(200), "");
    assert_eq!((settled.count, settled.next_at), (2, None));
    assert_eq!(settled.first_at, Some(at(0)));
    assert_eq!(settled.last.unwrap().status, Some(200));
}

#[test]
fn what_is_stored_is_read_back() {
    let failed = again(after(&Attempts::default(), not_found(), 0)).held(at(7_000), true);
    let stored = serde_json::to_value(&failed).unwrap();
    assert_eq!(
        stored,
        serde_json::json!({
            "count": 1, "firstAt": "2026-11-21T00:00:00.000Z", "missingSince": "2026-11-21T00:00:00.000Z",
            "nextAt": "2026-11-21T00:00:07.000Z", "admitted": true,
            "last": {"at": "2026-11-21T00:00:00.000Z", "status": 404, "detail": "no such order"},
        })
    );
    assert_eq!(serde_json::from_value::<Attempts>(stored).unwrap(), failed);
    let nothing: Attempts = serde_json::from_str("{}").unwrap();
    assert_eq!(nothing, Attempts::default());
}
