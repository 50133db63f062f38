use super::*;

fn at(seconds: i64) -> Instant {
    Instant::from_millis(seconds * 1000).unwrap()
}

fn me() -> Holder {
    Holder::new("me")
}

/// After one attempt, with the next one due at `seconds`.
fn due(seconds: i64) -> Attempts {
    Attempts {
        count: 1,
        first_at: Some(at(0)),
        next_at: Some(at(seconds)),
        ..Attempts::default()
    }
}

#[test]
fn a_turn_is_free_until_it_is_taken_and_after_it_ran_out() {
    let turns = Turns::default();
    assert_eq!(turns.later("one", at(0)), None);
    let taken = turns.taken(at(30), me());
    for request in ["one", "other"] {
        // It may be over any moment.
        assert_eq!(taken.later(request, at(1)), Some(at(2)));
        assert_eq!(taken.later(request, at(29)), Some(at(30)));
        // Whoever had it has died.
        assert_eq!(taken.later(request, at(30)), None);
    }
}

#[test]
fn a_request_that_is_put_off_waits_for_its_time_and_no_other_for_it() {
    let turns = Turns::default()
        .taken(at(30), me())
        .put_off("one", due(300));
    assert_eq!(turns.later("one", at(1)), Some(at(300)));
    assert_eq!(turns.later("one", at(300)), None);
    assert_eq!(turns.later("other", at(1)), None);
    assert_eq!(turns.attempts("one"), due(300));
    assert_eq!(turns.attempts("other"), Attempts::default());
    assert_eq!(turns.unsettled().collect::<Vec<_>>(), [&due(300)]);
}

#[test]
fn whoever_waits_waits_for_the_turn_and_for_its_time() {
    let turns = Turns::default()
        .put_off("one", due(300))
        .taken(at(30), me());
    assert_eq!(turns.later("one", at(1)), Some(at(300)));
    let turns = Turns::default().put_off("one", due(10)).taken(at(30), me());
    assert_eq!(turns.later("one", at(1)), Some(at(10)));
    assert_eq!(turns.later("one", at(10)), Some(at(11)));
}

#[test]
fn attempts_last_through_turns_until_the_request_is_settled() {
    let turns = Turns::default()
        .put_off("one", due(10))
        .put_off("other", due(20));
    let turns = turns.taken(at(40), me()).settled("one");
    assert_eq!(turns.attempts("one"), Attempts::default());
    assert_eq!(turns.attempts("other"), due(20));
    assert_eq!(turns.later("one", at(1)), None);
    assert_eq!(turns.settled("other").unsettled().count(), 0);
}

#[test]
fn it_is_known_what_is_put_off_and_whether_somebody_is_at_it() {
    let turns = Turns::default().put_off("one", due(10));
    assert!(turns.has_put_off("one") && !turns.has_put_off("other"));
    assert!(!turns.settled("one").has_put_off("one"));
    let taken = turns.taken(at(30), me());
    assert!(taken.has_put_off("one"));
    assert_eq!(
        [at(29), at(30)].map(|now| taken.are_taken(now)),
        [true, false]
    );
    assert!(!turns.are_taken(at(0)));
}

/// So many requests put off, due one second after another from 300 on.
fn full(requests: usize) -> Turns {
    let due_at = (0..requests).zip(300..);
    due_at.fold(Turns::default(), |turns, (request, seconds)| {
        turns.put_off(&format!("r{request}"), due(seconds))
    })
}

#[test]
fn what_has_no_room_is_not_attempted_until_there_is_some() {
    let turns = full(MOST_UNSETTLED - 1);
    assert_eq!(turns.later("new", at(1)), None);
    let turns = full(MOST_UNSETTLED);
    assert_eq!(turns.later("new", at(1)), Some(at(601)));
    assert_eq!(turns.later("r0", at(300)), None, "it has its room");
    assert!(turns.has_no_room("new", at(1)) && !turns.has_no_room("r0", at(1)));
    assert!(!full(MOST_UNSETTLED - 1).has_no_room("new", at(1)));
    assert_eq!(turns.settled("r3").later("new", at(1)), None);
    // Whoever was to come is an hour late: the message was lost.
    assert_eq!(turns.later("new", at(3899)), Some(at(4499)));
    assert_eq!(turns.later("new", at(3900)), None);
    let turns = turns.put_off("new", due(4000));
    assert!(turns.has_put_off("new") && !turns.has_put_off("r0"));
    assert!(turns.has_put_off("r1"));
}

#[test]
fn turns_of_before_come_down_to_what_is_kept() {
    let attempts: BTreeMap<_, _> = (0..100)
        .map(|request| (request.to_string(), due(300)))
        .collect();
    let turns = Turns {
        attempts,
        ..Turns::default()
    };
    let turns = turns.put_off("0", due(600));
    assert_eq!(turns.unsettled().count(), MOST_UNSETTLED);
    assert_eq!(turns.attempts("0"), due(600));
}

#[test]
fn turns_are_read_as_they_were_written() {
    for turns in [
        Turns::default(),
        Turns::default().taken(at(30), me()),
        Turns::default().put_off("one", due(10)).taken(at(30), me()),
    ] {
        let json = serde_json::to_string(&turns).unwrap();
        assert_eq!(serde_json::from_str::<Turns>(&json).unwrap(), turns);
    }
    let json = serde_json::to_string(&Turns::default()).unwrap();
    assert_eq!(json, r#"{"revision":0}"#);
}

#[test]
fn turns_that_were_written_without_a_holder_are_read() {
    let stored = r#"{"revision":3,"busyUntil":"1970-01-01T00:00:30.000Z"}"#;
    let turns: Turns = serde_json::from_str(stored).unwrap();
    assert!(turns.are_taken(at(29)) && !turns.are_taken(at(30)));
    assert_eq!(turns.taken(at(60), me()).revision(), 4);
    // Whose they are can't be told: they are nobody's own.
    assert!(!turns.are_stored_as(&turns));
}

#[test]
fn a_writer_knows_its_own_write_and_no_other() {
    let before = Turns::default().put_off("one", due(10));
    let other = || Holder::new("other");
    for (mine, others) in [
        (before.taken(at(30), me()), before.taken(at(30), other())),
        (
            before.forgotten("one", me()),
            before.forgotten("one", other()),
        ),
        (
            before.taken(at(30), me()).put_off("one", due(20)),
            before.taken(at(30), other()).put_off("one", due(20)),
        ),
        (
            before.taken(at(30), me()).settled("one"),
            before.taken(at(30), other()).settled("one"),
        ),
    ] {
        assert!(mine.are_stored_as(&mine.clone()));
        assert!(!mine.are_stored_as(&others) && !mine.are_stored_as(&before));
        // It went on from there: what is stored is not what was to be written.
        assert!(!mine.are_stored_as(&mine.taken(at(60), me())));
    }
}
