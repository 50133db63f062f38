//! What the end of a call makes of a listing.

use feirante_models::Instant;
use jiff::SignedDuration;

use super::state::{LastAnswer, Listing, Problem, State};
use super::track::{Call, Request};
use crate::delivery::Attempts;

/// Who learns that the marketplace does or does not know a SKU acts on it at once. Should it be cut
/// off, the schedule does after this.
const TAKEN_UP_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A catalog under load denies good SKUs: what was denied is offered once more after a day. So is
/// what is not among the suggestions any more (protocol §3.10).
const OFFERED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What was refused is tried again, though nothing changed here: most likely it was a setting, on
/// either side. A refused suggestion waits as long as a denied one.
const REFUSED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The waits between questions for a decision, in seconds; the last one repeats. A marketplace that
/// approves by itself does so within moments, one where people do takes days.
const POLLS: [i64; 8] = [5, 30, 120, 300, 600, 1200, 2400, 3600];

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The marketplace took it.
    Delivered {
        /// The answer's status; 304 to a suggestion says that the SKU is known.
        status: u16,
    },
    /// What became of the suggestion.
    Suggestion(Verdict),
    /// It was held back, or failed in a way that may pass.
    Waits {
        /// Not before then.
        until: Instant,
        /// The attempts so far.
        attempts: Attempts,
    },
    /// The marketplace does not know the SKU, in the words documented for it (protocol §3.9).
    UnknownSku,
    /// It was refused for good.
    Refused {
        /// The answer's status.
        status: u16,
        /// What the answer said.
        detail: String,
    },
}

/// What became of a suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody has decided.
    Pending,
    /// The marketplace has the SKU now.
    Accepted,
    /// It does not want it.
    Denied(String),
    /// There is no such suggestion any more.
    Gone,
}

impl Listing {
    /// The listing after `call` ended with `reply`, whatever became of the listing meanwhile.
    #[must_use]
    pub fn settled(&self, call: Call, reply: &Reply, now: Instant) -> Self {
        let mut listing = self.clone();
        listing.track(call, reply, now);
        if let Some(state) = self.after(call, reply, &listing, now) {
            listing.enter(state, now);
        }
        if let Reply::Waits { until, .. } = reply {
            listing.state.postpone(*until);
        }
        listing
    }

    fn track(&mut self, call: Call, reply: &Reply, now: Instant) {
        let made = match reply {
            Reply::Waits { attempts, .. } => {
                attempts.count > self.tracks.of(call.request).attempts.count
            }
            _ => true,
        };
        if made {
            self.last = Some(answer(call.request, reply, now));
        }
        let track = self.tracks.of_mut(call.request);
        let covers = match reply {
            // A suggestion of what is known is not looked at.
            Reply::Delivered { status } => *status != 304,
            Reply::Waits { .. } => false,
            // One that can't be taken back has been decided about: to ask again is of no use.
            _ => call.request == Request::Withdrawal,
        };
        if covers {
            if call.request == Request::Suggestion && !track.covers(call.started_at) {
                self.names = call.names;
            }
            track.covered_until = track.covered_until.max(Some(call.started_at));
        }
        // A call that was given up as cut off, and was not, has nothing to say of the next one.
        if !track.awaits(call.started_at) {
            return;
        }
        track.attempts = match reply {
            Reply::Waits { attempts, .. } => attempts.clone(),
            _ => Attempts::default(),
        };
        if made {
            track.rest(now);
        } else {
            track.release();
        }
    }

    /// The state that follows, if another one does.
    fn after(&self, call: Call, reply: &Reply, tracked: &Self, now: Instant) -> Option<State> {
        let known = matches!(self.state, State::Bound | State::Accepted { .. });
        let accepted = State::Accepted {
            due: now.plus(TAKEN_UP_AFTER),
        };
        match (call.request, reply) {
            (_, Reply::Waits { .. }) => None,
            (Request::Poll, _) => self.polled(call, reply, accepted, now),
            (Request::Withdrawal, _) => self.withdrawn(call, reply, now),
            (Request::Announcement, Reply::Delivered { .. }) => (!known).then_some(accepted),
            (Request::Announcement, Reply::UnknownSku) => self.absent(now),
            (Request::Suggestion, Reply::Delivered { status: 304 }) => (!known).then_some(accepted),
            (Request::Suggestion, Reply::Delivered { .. }) => self.suggested(now),
            // Most likely it was decided a moment ago, and can't be changed any more.
            (Request::Suggestion, Reply::Refused { .. })
                if matches!(self.state, State::Suggested { .. }) =>
            {
                self.suggested(now)
            }
            (Request::Price | Request::Inventory, Reply::Delivered { .. }) => tracked.told(),
            (request, Reply::Refused { status, detail }) => {
                Some(refused(request, *status, detail, now))
            }
            (request, Reply::UnknownSku) => Some(refused(request, 404, "unknown SKU", now)),
            // No other request but a poll is answered so.
            (_, Reply::Suggestion(_)) => None,
        }
    }

    fn absent(&self, now: Instant) -> Option<State> {
        let denied_before = match self.state {
            // Somebody else has suggested it meanwhile, or is about to.
            State::Suggested { .. } | State::Absent { .. } => return None,
            State::Denied { .. } => true,
            _ => false,
        };
        Some(State::Absent {
            due: now.plus(TAKEN_UP_AFTER),
            denied_before,
        })
    }

    fn suggested(&self, now: Instant) -> Option<State> {
        let denied_before = match self.state {
            State::Bound | State::Accepted { .. } => return None,
            State::Absent { denied_before, .. } | State::Suggested { denied_before, .. } => {
                denied_before
            }
            _ => false,
        };
        Some(State::Suggested {
            due: polled_next(0, now),
            polls: 0,
            denied_before,
        })
    }

    /// Nothing is there any more, unless something was suggested meanwhile. What can't be taken back
    /// has most likely been decided about: then the decision is asked for.
    fn withdrawn(&self, call: Call, reply: &Reply, now: Instant) -> Option<State> {
        let suggestion = &self.tracks.suggestion;
        let is_older = suggestion.covers(call.started_at) || suggestion.is_under_way(now);
        match (&self.state, reply) {
            (State::Suggested { .. }, Reply::Refused { .. } | Reply::UnknownSku) => {
                self.suggested(now)
            }
            (State::Suggested { .. }, _) if !is_older => Some(State::Unknown { due: None }),
            _ => None,
        }
    }

    /// What follows from an answer about the suggestion, if it is about the one pending now.
    fn polled(&self, call: Call, reply: &Reply, accepted: State, now: Instant) -> Option<State> {
        let State::Suggested {
            polls,
            denied_before,
            ..
        } = self.state
        else {
            return None;
        };
        let suggestion = &self.tracks.suggestion;
        let is_older = suggestion.covers(call.started_at) || suggestion.is_under_way(now);
        let polls = polls.saturating_add(1);
        let pending = State::Suggested {
            due: polled_next(polls, now),
            polls,
            denied_before,
        };
        Some(match reply {
            Reply::Suggestion(Verdict::Accepted) => accepted,
            Reply::Suggestion(Verdict::Denied(reason)) if !is_older => State::Denied {
                reason: reason.clone(),
                due: (!denied_before).then(|| now.plus(OFFERED_AGAIN_AFTER)),
            },
            Reply::Suggestion(Verdict::Gone) if !is_older => State::Unknown {
                due: Some(now.plus(OFFERED_AGAIN_AFTER)),
            },
            _ => pending,
        })
    }

    /// Bound, once both price and stock were told after the marketplace knew the SKU.
    fn told(&self) -> Option<State> {
        let State::Accepted { .. } = self.state else {
            return None;
        };
        let told = |request| self.tracks.of(request).covers(self.since);
        (told(Request::Price) && told(Request::Inventory)).then_some(State::Bound)
    }
}

fn refused(request: Request, status: u16, detail: &str, now: Instant) -> State {
    let again_after = match request {
        Request::Suggestion => OFFERED_AGAIN_AFTER,
        _ => REFUSED_AGAIN_AFTER,
    };
    State::Error {
        problem: Problem::Refused {
            request,
            status,
            detail: detail.to_owned(),
            due: now.plus(again_after),
        },
    }
}

fn polled_next(polls: u32, now: Instant) -> Instant {
    let index = usize::try_from(polls).unwrap_or(usize::MAX);
    let wait = POLLS.get(index).or(POLLS.last()).copied();
    now.plus(SignedDuration::from_secs(wait.unwrap_or_default()))
}

fn answer(request: Request, reply: &Reply, now: Instant) -> LastAnswer {
    let (status, detail) = match reply {
        Reply::Delivered { status } => (Some(*status), String::new()),
        Reply::Suggestion(Verdict::Pending) => (Some(200), "pending".to_owned()),
        Reply::Suggestion(Verdict::Accepted) => (Some(200), "accepted".to_owned()),
        Reply::Suggestion(Verdict::Denied(reason)) => (Some(200), reason.clone()),
        Reply::Suggestion(Verdict::Gone) => (Some(404), "there is no such suggestion".to_owned()),
        Reply::UnknownSku => (Some(404), "the SKU is not known".to_owned()),
        Reply::Refused { status, detail } => (Some(*status), detail.clone()),
        Reply::Waits { attempts, .. } => match &attempts.last {
            Some(last) => (last.status, last.detail.clone()),
            None => (None, String::new()),
        },
    };
    LastAnswer {
        at: now,
        request,
        status,
        detail,
    }
}
