//! How long it takes at most to tell a marketplace something: everything that is done for a message
//! ends after a time of its own, and these are the sums.
//!
//! The functions' time-outs in `template.yaml` are above [`MESSAGE`], and none is above [`TURN`].

use std::time::Duration;

use feirante_lambda::clients::QUEUE_TIME;
use feirante_lambda::settings_cache::REFRESH_TIME;
use feirante_marketplace::Timeouts;

/// For reading the database before anything is sent.
pub const READ_TIME: Duration = Duration::from_secs(3);

/// For writing what came of a request, or that it begins.
pub const RECORD_TIME: Duration = Duration::from_secs(3);

/// How long a turn lasts: as long as a function that has one may run. After that it is dead.
pub const TURN: Duration = Duration::from_secs(60);

/// One attempt at a request: what it needs, the request itself in both its ways, and what is noted.
pub const ATTEMPT: Duration = sum(&[
    PARAMETER_TIME,
    ADMISSION_TIME,
    NOTE_TIME,
    Timeouts::STANDARD.total,
    AFTERWARDS,
]);

/// One step of a message about an order: read, decided, begun, told, recorded. Beside the record what
/// waited with the order is let go.
pub const STEP: Duration = sum(&[
    READ_TIME,
    REFRESH_TIME,
    LOOK_TIME,
    RECORD_TIME,
    RECORD_TIME,
    ATTEMPT,
    RECORD_TIME,
    RECORD_TIME,
]);

/// A message of one step, with what becomes of the message itself.
pub const MESSAGE: Duration = sum(&[STEP, QUEUE_TIME]);

/// For reading the seller file where something is missing in it.
pub(crate) const LOOK_TIME: Duration = Duration::from_secs(2);

/// For reading credentials.
pub(crate) const PARAMETER_TIME: Duration = Duration::from_secs(3);

/// For letting a request through. Without the table's answer none goes.
pub(crate) const ADMISSION_TIME: Duration = Duration::from_secs(2);

/// For what does not matter that much.
pub(crate) const NOTE_TIME: Duration = Duration::from_secs(1);

/// For what all others have to know before they go: that the marketplace wants to be left alone.
pub(crate) const LIMIT_TIME: Duration = Duration::from_secs(3);

/// For what an answer brings about, whichever takes longest.
const AFTERWARDS: Duration = longest(&[
    // It was taken: the lane is alive, and one of two ways is learned.
    sum(&[NOTE_TIME, NOTE_TIME]),
    // The marketplace wants to be left alone.
    LIMIT_TIME,
    // The key was refused: is there another? Then the lane is paused.
    sum(&[LOOK_TIME, PARAMETER_TIME, NOTE_TIME]),
]);

const fn sum(times: &[Duration]) -> Duration {
    match times {
        [] => Duration::ZERO,
        [first, rest @ ..] => first.saturating_add(sum(rest)),
    }
}

const fn longest(times: &[Duration]) -> Duration {
    match times {
        [] => Duration::ZERO,
        [first, rest @ ..] => {
            let rest = longest(rest);
            if first.as_nanos() > rest.as_nanos() {
                *first
            } else {
                rest
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_a_turn_is_done_before_it_is_taken_for_dead() {
        assert!(MESSAGE < TURN, "{MESSAGE:?}");
    }

    #[test]
    fn every_part_counts() {
        let seconds = Duration::from_secs;
        assert_eq!(sum(&[seconds(1), seconds(2), seconds(4)]), seconds(7));
        assert_eq!(longest(&[seconds(1), seconds(4), seconds(2)]), seconds(4));
        assert_eq!((sum(&[]), longest(&[])), (Duration::ZERO, Duration::ZERO));
        assert!(ATTEMPT >= Timeouts::default().total + AFTERWARDS);
    }
}
