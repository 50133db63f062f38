use proptest::prelude::*;

use super::*;

fn at(minute: i64) -> Instant {
    Instant::from_millis(1_795_219_200_000 + minute * 60_000).unwrap()
}

fn departure((minute, units): (i64, i64)) -> Departure {
    Departure {
        at: at(minute),
        units,
    }
}

/// As they are kept when they come one by one.
fn kept(departures: &[(i64, i64)]) -> Departures {
    departures
        .iter()
        .copied()
        .map(departure)
        .fold(Departures::default(), |kept, next| kept.and(next))
}

/// As they were.
fn all(departures: &[(i64, i64)]) -> Departures {
    departures.iter().copied().map(departure).collect()
}

#[test]
fn a_count_knows_what_left_before_it_and_nothing_else() {
    let departures = kept(&[(10, 1), (30, 4), (20, 2), (25, -8)]);
    for (minute, units) in [
        (9, -1),
        (10, -1),
        (11, -2),
        (20, -2),
        (21, -4),
        (26, 4),
        (31, 0),
    ] {
        let unknown = departures.unknown_at(at(minute));
        assert_eq!(unknown.units(), units, "counted at {minute}");
        assert!(unknown.iter().all(|departure| departure.at >= at(minute)));
    }
}

/// A night's count finds all of the day after it and nothing of the day before it, however many
/// left on both.
#[test]
fn a_quiet_night_is_still_seen_between_two_busy_days() {
    let day = |first: i64| (first..first + 600).step_by(5).map(|minute| (minute, 1));
    let departures: Vec<_> = day(0).chain(day(1440)).collect();
    let night = at(1000);
    assert_eq!(kept(&departures).unknown_at(night).units(), 120);
}

/// Not all of a busy day is put together: a count made in the course of it is wrong by a part.
#[test]
fn a_busy_day_keeps_its_hours() {
    let departures: Vec<_> = (0..480).map(|minute| (minute, 1)).collect();
    for minute in 0..480 {
        let unknown = kept(&departures).unknown_at(at(minute)).units();
        let wrong = unknown - (480 - minute);
        assert!((0..=120).contains(&wrong), "{wrong} too many at {minute}");
    }
}

proptest! {
    #[test]
    fn as_long_as_there_is_room_nothing_is_lost(
        departures in prop::collection::vec((0..100_i64, -3..9_i64), 0..=Departures::MOST),
        counted_at in 0..101_i64,
    ) {
        prop_assert_eq!(kept(&departures), all(&departures));
        let unknown: i64 = departures
            .iter()
            .filter(|(minute, _)| *minute >= counted_at)
            .map(|(_, units)| units)
            .sum();
        prop_assert_eq!(kept(&departures).unknown_at(at(counted_at)).units(), unknown);
    }

    #[test]
    fn however_many_leave_no_count_finds_more_than_there_is(
        departures in prop::collection::vec((0..100_i64, -3..9_i64), 0..150),
        counted_at in 0..101_i64,
    ) {
        let kept = kept(&departures);
        prop_assert!(kept.iter().len() <= Departures::MOST);
        let (kept, all) = (kept.unknown_at(at(counted_at)), all(&departures).unknown_at(at(counted_at)));
        prop_assert!(kept.units() >= all.units(), "{} of {}", kept.units(), all.units());
    }

    #[test]
    fn however_many_leave_none_is_counted_twice(
        departures in prop::collection::vec((0..100_i64, 1..9_i64), 0..150),
        counted_at in 0..101_i64,
    ) {
        let kept = kept(&departures);
        prop_assert_eq!(kept.units(), all(&departures).units());
        if departures.iter().all(|(minute, _)| *minute < counted_at) {
            prop_assert!(kept.unknown_at(at(counted_at)).is_empty());
        }
    }
}
