use proptest::prelude::*;

use super::*;

const PAUSE: i64 = 30_000;

/// A wide lane: only its breaker holds.
fn settings() -> LaneSettings {
    lane(1_000, 1_000)
}

/// A gate, and what became of it.
#[derive(Default)]
struct Breaking {
    gate: Gate,
}

impl Breaking {
    fn ask(&mut self, now: i64) -> Admission {
        let (admission, gate) = self.gate.admit(&settings(), at(now));
        self.gate = gate.unwrap_or(self.gate.clone());
        admission
    }

    fn pass(&mut self, now: i64) -> Pass {
        match self.ask(now) {
            Admission::Now(pass) => pass,
            admission => panic!("{admission:?}"),
        }
    }

    fn failed(&mut self, pass: Pass, now: i64) {
        let gate = self.gate.failed(&settings(), pass, "503: down", at(now));
        self.gate = gate.unwrap_or(self.gate.clone());
    }

    fn succeeded(&mut self, pass: Pass) {
        self.gate = self.gate.succeeded(pass).unwrap_or(self.gate.clone());
    }

    /// Fails until the breaker opens, at `now`.
    fn open(now: i64) -> Self {
        let mut breaking = Self::default();
        for _ in 0..5 {
            let pass = breaking.pass(now);
            breaking.failed(pass, now);
        }
        breaking
    }

    fn held_until(&mut self, now: i64) -> Instant {
        match self.ask(now) {
            Admission::Held { until, .. } => until,
            admission => panic!("{admission:?}"),
        }
    }
}

#[test]
fn five_failures_in_a_row_hold_everything_back() {
    let mut breaking = Breaking::open(0);
    let Admission::Held { until, spread, why } = breaking.ask(0) else {
        panic!("open");
    };
    assert_eq!((until, spread), (at(PAUSE), ms(PAUSE / 4)));
    assert_eq!(why, "failed 5 times in a row, at last: 503: down");
    assert_eq!(breaking.held_until(PAUSE - 1), at(PAUSE));
}

#[test]
fn a_success_in_between_begins_the_row_anew() {
    let mut breaking = Breaking::default();
    for _ in 0..3 {
        for _ in 0..4 {
            let pass = breaking.pass(0);
            breaking.failed(pass, 0);
        }
        let pass = breaking.pass(0);
        breaking.succeeded(pass);
    }
    assert_eq!((breaking.gate.failures, breaking.gate.hold), (0, None));
}

#[test]
fn after_the_pause_one_goes_first_and_its_success_opens_the_lane() {
    let mut breaking = Breaking::open(0);
    let probe = breaking.pass(PAUSE);
    // The others ask again in a moment.
    assert_eq!(breaking.held_until(PAUSE), at(PAUSE + 5_000));
    assert_eq!(breaking.held_until(PAUSE + 58_000), at(PAUSE + 60_000));
    breaking.succeeded(probe);
    assert_eq!(
        (breaking.gate.hold.clone(), breaking.gate.failures),
        (None, 0)
    );
    let _: Pass = breaking.pass(PAUSE + 1);
    let _: Pass = breaking.pass(PAUSE + 1);
}

#[test]
fn each_probe_that_fails_doubles_the_pause_up_to_the_longest() {
    let mut breaking = Breaking::open(0);
    let mut now = PAUSE;
    for pause in [60_000, 120_000, 240_000, 300_000, 300_000] {
        let probe = breaking.pass(now);
        breaking.failed(probe, now + 2_000);
        assert_eq!(breaking.held_until(now + 2_000), at(now + 2_000 + pause));
        now += 2_000 + pause;
    }
    let probe = breaking.pass(now);
    breaking.succeeded(probe);
    // Next time it begins with the shortest again.
    for _ in 0..5 {
        let pass = breaking.pass(now);
        breaking.failed(pass, now);
    }
    assert_eq!(breaking.held_until(now), at(now + PAUSE));
}

#[test]
fn a_probe_that_is_never_heard_of_again_is_followed_by_another() {
    let mut breaking = Breaking::open(0);
    let lost = breaking.pass(PAUSE);
    let second = breaking.pass(PAUSE + 60_000);
    // What the lost one says at last is old news, if it is bad news.
    breaking.failed(lost, PAUSE + 61_000);
    assert_eq!(breaking.held_until(PAUSE + 61_000), at(PAUSE + 66_000));
    breaking.failed(second, PAUSE + 62_000);
    assert_eq!(breaking.held_until(PAUSE + 62_000), at(PAUSE + 122_000));
}

#[test]
fn what_was_sent_before_the_breaker_opened_changes_nothing() {
    let mut breaking = Breaking::default();
    let early: Vec<_> = (0..7).map(|_| breaking.pass(0)).collect();
    for pass in &early[..5] {
        breaking.failed(*pass, 1_000);
    }
    let open = breaking.gate.clone();
    breaking.failed(early[5], 2_000);
    breaking.succeeded(early[6]);
    assert_eq!(breaking.gate, open);
}

#[test]
fn a_limited_rate_holds_the_lane_and_counts_as_no_failure() {
    let mut breaking = Breaking::default();
    let pass = breaking.pass(0);
    breaking.failed(pass, 0);
    breaking.gate = breaking.gate.limited(at(7_000)).unwrap();
    assert_eq!(breaking.gate.failures, 1);
    assert_eq!(breaking.held_until(6_999), at(7_000));
    // A later answer that asks for less changes nothing.
    assert_eq!(breaking.gate.limited(at(6_000)), None);
    assert_eq!(breaking.held_until(0), at(7_000));
    // It ends by itself, for all at once.
    let _: Pass = breaking.pass(7_000);
    let _: Pass = breaking.pass(7_000);
    assert_eq!(breaking.gate.hold, None);
}

#[test]
fn a_probe_that_is_limited_leaves_the_next_one_to_show_the_way() {
    let mut breaking = Breaking::open(0);
    let _: Pass = breaking.pass(PAUSE);
    breaking.gate = breaking.gate.limited(at(PAUSE + 9_000)).unwrap();
    assert_eq!(breaking.held_until(PAUSE + 1), at(PAUSE + 9_000));
    let _: Pass = breaking.pass(PAUSE + 9_000);
    assert_eq!(breaking.held_until(PAUSE + 9_000), at(PAUSE + 14_000));
}

#[test]
fn a_probe_does_not_cut_short_what_was_asked_for_meanwhile() {
    let mut breaking = Breaking::open(0);
    let probe = breaking.pass(PAUSE);
    // Something sent before the breaker opened is answered only now.
    breaking.gate = breaking.gate.limited(at(PAUSE + 90_000)).unwrap();
    breaking.succeeded(probe);
    assert_eq!(breaking.held_until(PAUSE + 1), at(PAUSE + 90_000));
}

#[test]
fn a_refused_key_pauses_the_lane_with_its_reason() {
    let mut breaking = Breaking::default();
    let reason = "mkt1 needs View Seller";
    breaking.gate = breaking.gate.paused(&settings(), reason, at(0)).unwrap();
    let Admission::Held { until, why, .. } = breaking.ask(1) else {
        panic!("open");
    };
    assert_eq!((until, why.as_str()), (at(900_000), reason));
    assert!(breaking.gate.is_refused());
    let probe = breaking.pass(900_000);
    assert_eq!(breaking.held_until(900_000), at(905_000));
    // That the pause is over shows nothing yet.
    assert!(breaking.gate.is_refused());
    breaking.succeeded(probe);
    assert_eq!(breaking.gate.hold, None);
    assert!(!breaking.gate.is_refused() && !Breaking::open(0).gate.is_refused());
}

#[test]
fn a_slot_does_not_open_a_closed_lane_but_may_be_its_probe() {
    let breaking = Breaking::open(0);
    let (held, unchanged) = breaking.gate.resume(&settings(), at(PAUSE - 1));
    assert!(matches!(held, Admission::Held { .. }));
    assert_eq!(unchanged, None);
    let (first, gate) = breaking.gate.resume(&settings(), at(PAUSE));
    assert!(matches!(first, Admission::Now(_)));
    let (second, _) = gate.unwrap().resume(&settings(), at(PAUSE));
    assert!(matches!(second, Admission::Held { .. }), "{second:?}");
}

#[test]
fn what_is_stored_is_read_back() {
    let mut breaking = Breaking::open(0);
    let _: Pass = breaking.pass(PAUSE);
    let stored = serde_json::to_string(&breaking.gate).unwrap();
    assert_eq!(
        serde_json::from_str::<Gate>(&stored).unwrap(),
        breaking.gate
    );
    assert_eq!(serde_json::from_str::<Gate>("{}").unwrap(), Gate::default());
}

/// What may happen at a lane, after so many milliseconds.
#[derive(Debug, Clone)]
enum Event {
    Ask,
    Resume,
    Answered(usize),
    Failed(usize),
    Limited(i64),
    Refused,
}

fn events() -> impl Strategy<Value = Vec<(i64, Event)>> {
    let event = prop_oneof![
        4 => Just(Event::Ask),
        1 => Just(Event::Resume),
        2 => (0..100_usize).prop_map(Event::Answered),
        6 => (0..100_usize).prop_map(Event::Failed),
        1 => (0..90_000_i64).prop_map(Event::Limited),
        1 => Just(Event::Refused),
    ];
    prop::collection::vec((0..20_000_i64, event), 1..200)
}

proptest! {
    #[test]
    fn nothing_goes_while_the_lane_is_held_and_never_two_probes_at_once(events in events()) {
        let mut gate = Gate::default();
        let mut under_way: Vec<Pass> = Vec::new();
        let mut now = at(0);
        for (wait, event) in events {
            now = now.plus(ms(wait));
            let hold = gate.hold.clone();
            let after = match event {
                Event::Ask | Event::Resume => {
                    let (admission, after) = match event {
                        Event::Ask => gate.admit(&settings(), now),
                        _ => gate.resume(&settings(), now),
                    };
                    let passed = matches!(admission, Admission::Now(_));
                    if let Some(hold) = &hold {
                        let closed = now < hold.until || hold.probing.is_some_and(|lost_at| now < lost_at);
                        prop_assert_eq!(closed, !passed, "{:?} {:?}", hold, admission);
                    }
                    if let Admission::Now(pass) = admission {
                        under_way.push(pass);
                    }
                    if !passed {
                        prop_assert_eq!(&after, &None);
                    }
                    after
                }
                Event::Answered(index) if !under_way.is_empty() => {
                    let pass = under_way.remove(index % under_way.len());
                    gate.succeeded(pass)
                }
                Event::Failed(index) if !under_way.is_empty() => {
                    let pass = under_way.remove(index % under_way.len());
                    gate.failed(&settings(), pass, "down", now)
                }
                Event::Limited(pause) => gate.limited(now.plus(ms(pause))),
                Event::Refused => gate.paused(&settings(), "no", now),
                Event::Answered(_) | Event::Failed(_) => None,
            };
            if let Some(after) = after {
                prop_assert_ne!(&after, &gate, "a write that changes nothing");
                gate = after;
            }
            // Unless a probe showed it to be over, no hold ends early.
            if let (Some(before), Some(hold)) = (&hold, &gate.hold) {
                prop_assert!(hold.until >= before.until || now >= before.until);
            }
            prop_assert!(gate.failures < settings().breaker.failures || gate.hold.is_some());
        }
    }
}
