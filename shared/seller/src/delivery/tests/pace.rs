use proptest::prelude::*;

use super::*;

/// One lane, its gate, and when requests went.
struct Lane {
    settings: LaneSettings,
    gate: Gate,
    went: Vec<Instant>,
    slots: Vec<Instant>,
}

impl Lane {
    fn new(per_second: u32, burst: u32) -> Self {
        Self {
            settings: lane(per_second, burst),
            gate: Gate::default(),
            went: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// Somebody asks at `now`; who gets a slot uses it on time.
    fn ask(&mut self, now: Instant) -> Admission {
        let (admission, gate) = self.gate.admit(&self.settings, now);
        self.gate = gate.unwrap_or(self.gate.clone());
        match admission {
            Admission::Now(_) => self.went.push(now),
            Admission::At(slot) => {
                let (resumed, _) = self.gate.resume(&self.settings, slot);
                assert!(matches!(resumed, Admission::Now(_)), "{resumed:?}");
                self.went.push(slot);
                self.slots.push(slot);
            }
            Admission::Held { .. } => {}
        }
        admission
    }
}

#[test]
fn a_burst_goes_at_once_and_the_rest_one_by_one() {
    let mut lane = Lane::new(5, 3);
    let asked: Vec<_> = (0..5).map(|_| lane.ask(at(0))).collect();
    assert!(
        asked[..3]
            .iter()
            .all(|admission| matches!(admission, Admission::Now(_)))
    );
    assert_eq!(asked[3..], [Admission::At(at(200)), Admission::At(at(400))]);
    // A second without requests fills the bucket again.
    let quiet: Vec<_> = (0..4).map(|_| lane.ask(at(1_400))).collect();
    assert_eq!(quiet[3], Admission::At(at(1_600)));
}

#[test]
fn slots_are_given_for_a_quarter_of_an_hour_and_not_beyond() {
    let mut lane = Lane::new(1, 1);
    let held = (0..2_000)
        .map(|_| lane.ask(at(0)))
        .filter(|admission| matches!(admission, Admission::Held { .. }));
    assert_eq!(held.count(), 2_000 - 901);
    assert_eq!(lane.slots.last(), Some(&at(900_000)));
    // Those too many come back in the second half of it, not all at once, and find slots again.
    let Admission::Held { until, spread, .. } = lane.ask(at(0)) else {
        panic!("let through");
    };
    assert_eq!((until, until.plus(spread)), (at(450_000), at(900_000)));
    assert_eq!(lane.ask(until), Admission::At(at(901_000)));
}

#[test]
fn a_pace_that_is_no_whole_number_of_milliseconds_is_kept_on_the_slow_side() {
    for (per_second, interval) in [
        (1, 1_000),
        (3, 334),
        (5, 200),
        (7, 143),
        (1_000, 1),
        (0, 1_000),
    ] {
        let mut lane = Lane::new(per_second, 1);
        lane.ask(at(0));
        assert_eq!(lane.ask(at(0)), Admission::At(at(interval)), "{per_second}");
    }
}

proptest! {
    /// However many instances ask, with clocks that differ, in whatever order.
    #[test]
    fn no_window_sees_more_than_the_burst_and_the_rate(
        per_second in 1..=20_u32,
        burst in 1..=10_u32,
        times in prop::collection::vec(0..60_000_i64, 1..150),
    ) {
        let mut lane = Lane::new(per_second, burst);
        for time in times {
            lane.ask(at(time));
        }
        let mut went: Vec<_> = lane.went.iter().map(|time| i128::from(time.millis())).collect();
        went.sort_unstable();
        for (first, start) in went.iter().enumerate() {
            for (index, end) in went.iter().enumerate().skip(first) {
                let allowed = i128::from(burst) + (end - start) * i128::from(per_second) / 1_000;
                let seen = i128::try_from(index - first + 1).unwrap();
                prop_assert!(seen <= allowed, "{seen} within {} ms", end - start);
            }
        }
    }

    #[test]
    fn slots_come_one_after_the_other_at_the_rate(
        per_second in 1..=20_u32,
        burst in 1..=10_u32,
        times in prop::collection::vec(0..10_000_i64, 1..150),
    ) {
        let mut lane = Lane::new(per_second, burst);
        for time in times {
            lane.ask(at(time));
        }
        for pair in lane.slots.windows(2) {
            let apart = pair[1].millis() - pair[0].millis();
            prop_assert!(apart * i64::from(per_second) >= 1_000, "{pair:?}");
        }
    }

    /// Asking is never refused where the rate would allow it: nothing is lost on the way.
    #[test]
    fn who_asks_no_faster_than_the_rate_goes_at_once(per_second in 1..=20_u32, burst in 1..=10_u32, slack in 0..50_i64) {
        let mut lane = Lane::new(per_second, burst);
        let mut now = at(0);
        for _ in 0..100 {
            let admission = lane.ask(now);
            prop_assert!(matches!(admission, Admission::Now(_)), "{admission:?}");
            now = now.plus(ms(1_000 / i64::from(per_second) + 1 + slack));
        }
    }

    /// What is held back by the bucket changes nothing: it can be asked as often as one likes.
    #[test]
    fn being_held_costs_the_others_nothing(asks in 1..50_usize) {
        let mut lane = Lane::new(1, 1);
        for _ in 0..901 {
            lane.ask(at(0));
        }
        let full = lane.gate.clone();
        for _ in 0..asks {
            lane.ask(at(0));
        }
        prop_assert_eq!(lane.gate, full);
    }
}
