//! How a batch of stream records gets delivered: what to try next, what to give up, how far it is.
//!
//! Records stay in their order. A batch that fails is tried again from the first record that
//! failed; if the template says so it is cut in two first, which closes in on the record at fault
//! and does not count as an attempt.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use crate::sources::backoff;

/// What the template says about failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) struct Rules {
    /// Whether a failed batch is cut in two.
    pub(in crate::sources) bisect: bool,
    /// Attempts after the first; `None`: until the records are too old.
    pub(in crate::sources) maximum_retries: Option<u32>,
}

/// How an attempt at a part of the batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// All before this index of the part are done.
    FailedFrom(usize),
}

/// What to do after an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Go on with the next part at once.
    Continue,
    /// Try again after a while.
    Wait(Duration),
    /// Report these records as given up after so many attempts, then go on.
    GiveUp(Range<usize>, u32),
}

/// A batch on its way. Indices are those of its records.
#[derive(Debug)]
pub(super) struct Delivery {
    rules: Rules,
    parts: VecDeque<Part>,
}

#[derive(Debug)]
struct Part {
    range: Range<usize>,
    /// Failed attempts so far.
    failures: u32,
}

impl Delivery {
    /// `parts`: in order, each of them small enough for one event.
    pub(super) fn new(rules: Rules, parts: Vec<Range<usize>>) -> Self {
        let part = |range| Part { range, failures: 0 };
        Self {
            rules,
            parts: parts.into_iter().map(part).collect(),
        }
    }

    /// The records to try now; `None`: all are dealt with.
    pub(super) fn part(&self) -> Option<Range<usize>> {
        Some(self.parts.front()?.range.clone())
    }

    /// Takes the first records of the present part out, which are too old. Returns the attempts
    /// made at them.
    pub(super) fn expire(&mut self, count: usize) -> u32 {
        let Some(part) = self.parts.front_mut() else {
            return 0;
        };
        let attempts = part.failures;
        part.range.start += count;
        if part.range.is_empty() {
            self.parts.pop_front();
        }
        attempts
    }

    /// Notes how the attempt at the present part ended.
    pub(super) fn settle(&mut self, outcome: Outcome) -> Next {
        let Some(mut part) = self.parts.pop_front() else {
            return Next::Continue;
        };
        let first = match outcome {
            Outcome::Done => return Next::Continue,
            Outcome::FailedFrom(first) => first.min(part.range.len()),
        };
        if first > 0 {
            // It came further than before: the record now in front has failed but once.
            part.range.start += first;
            part.failures = 0;
        }
        if part.range.is_empty() {
            return Next::Continue;
        }
        if first == 0 && self.rules.bisect && part.range.len() > 1 {
            self.cut_in_two(part);
            return Next::Continue;
        }
        part.failures += 1;
        let limit = self.rules.maximum_retries;
        if limit.is_some_and(|limit| part.failures > limit) {
            return Next::GiveUp(part.range, part.failures);
        }
        let wait = backoff::after(part.failures);
        self.parts.push_front(part);
        Next::Wait(wait)
    }

    fn cut_in_two(&mut self, part: Part) {
        let Range { start, end } = part.range;
        let middle = start + (end - start) / 2;
        for range in [middle..end, start..middle] {
            let failures = part.failures;
            self.parts.push_front(Part { range, failures });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::single_range_in_vec_init,
        reason = "a batch of one part is meant"
    )]

    use super::*;

    fn delivery(bisect: bool, maximum_retries: Option<u32>, length: usize) -> Delivery {
        let rules = Rules {
            bisect,
            maximum_retries,
        };
        Delivery::new(rules, vec![0..length])
    }

    /// Plays a delivery to its end against a function that fails on one record of the batch.
    fn play(mut delivery: Delivery, poison: usize) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
        let (mut tried, mut given_up) = (Vec::new(), Vec::new());
        while let Some(part) = delivery.part() {
            tried.push(part.clone());
            let outcome = match part.contains(&poison) {
                true => Outcome::FailedFrom(0),
                false => Outcome::Done,
            };
            if let Next::GiveUp(range, _) = delivery.settle(outcome) {
                given_up.push(range);
            }
        }
        (tried, given_up)
    }

    #[test]
    fn cutting_in_two_finds_the_record_at_fault() {
        let (tried, given_up) = play(delivery(true, Some(2), 8), 5);
        assert_eq!(
            tried,
            [0..8, 0..4, 4..8, 4..6, 4..5, 5..6, 5..6, 5..6, 6..8]
        );
        assert_eq!(given_up, [5..6]);
    }

    #[test]
    fn without_cutting_the_whole_batch_is_given_up() {
        let (tried, given_up) = play(delivery(false, Some(1), 3), 1);
        assert_eq!(tried, [0..3, 0..3]);
        assert_eq!(given_up, [0..3]);
    }

    #[test]
    fn a_partial_failure_is_tried_again_from_the_record_that_failed() {
        let mut delivery = delivery(false, Some(1), 5);
        let first = backoff::after(1);
        assert_eq!(delivery.settle(Outcome::FailedFrom(2)), Next::Wait(first));
        assert_eq!(delivery.part(), Some(2..5));
        assert_eq!(delivery.settle(Outcome::FailedFrom(1)), Next::Wait(first));
        assert_eq!(delivery.part(), Some(3..5));
        let given_up = Next::GiveUp(3..5, 2);
        assert_eq!(delivery.settle(Outcome::FailedFrom(0)), given_up);
        assert_eq!(delivery.part(), None);
    }

    #[test]
    fn without_a_limit_nothing_is_given_up() {
        let mut delivery = delivery(true, None, 1);
        for _ in 0..100 {
            let next = delivery.settle(Outcome::FailedFrom(0));
            assert!(matches!(next, Next::Wait(_)), "{next:?}");
        }
        assert_eq!(delivery.settle(Outcome::Done), Next::Continue);
        assert_eq!(delivery.part(), None);
    }

    #[test]
    fn records_that_are_too_old_are_taken_out() {
        let mut delivery = delivery(true, None, 3);
        assert_eq!(delivery.expire(1), 0);
        assert_eq!(delivery.part(), Some(1..3));
        delivery.expire(2);
        assert_eq!(delivery.part(), None);
    }
}
