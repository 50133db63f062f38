//! What follows from a change or from the time, as a listing stands.

use feirante_models::Instant;

use super::state::{Listing, Problem, State};
use super::track::{Call, Request};
use super::{Kind, Notification};

/// So many times the decision about a suggestion is asked for by who suggested; then by schedule.
const POLLED_AT_ONCE: u32 = 2;

/// Why a listing is looked at.
#[derive(Debug, Clone, Copy)]
pub enum Trigger<'a> {
    /// Something about the SKU changed.
    Changed(&'a Notification),
    /// The schedule takes up what is due by then.
    Due(Instant),
}

/// The SKU as the marketplace would see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    /// Whether it is sold there.
    pub sold: bool,
    /// What keeps it from being suggested; empty: nothing.
    pub missing: Vec<String>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing: the marketplace knows, or it will be told all there is when it knows the SKU.
    Rest,
    /// To come again.
    Wait {
        /// When.
        until: Instant,
        /// What for.
        why: &'static str,
    },
    /// To make a call, once the listing that claims it is written.
    Call {
        /// The call.
        call: Call,
        /// What to write first.
        claimed: Box<Listing>,
    },
    /// To write this, and to look again.
    Write(Box<Listing>),
    /// To write this, and to say that the SKU can't be suggested.
    Incomplete {
        /// What to write.
        listing: Box<Listing>,
        /// What is missing or wrong.
        missing: Vec<String>,
    },
}

/// What a listing needs.
enum Need {
    Nothing,
    /// To be looked at again.
    Later(Instant),
    /// These calls, the more urgent first; never none.
    Calls(Vec<Request>),
    /// The same after its state has changed.
    Another(State, Vec<Request>),
    /// Another state, without a call.
    Become(State),
    /// To say what keeps it from being suggested.
    Mending,
}

impl Listing {
    /// Whether what follows depends on the goods. Who knows a SKU is told of it in any case: what is
    /// not sold any more has to disappear there.
    #[must_use]
    pub const fn depends_on_goods(&self) -> bool {
        !matches!(self.state, State::Accepted { .. } | State::Bound)
    }

    /// What to do at `now`. Of a change, nothing follows before it can be read everywhere.
    #[must_use]
    pub fn next(&self, trigger: Trigger<'_>, goods: &Goods, now: Instant) -> Step {
        match trigger {
            Trigger::Changed(change) if change.readable_at() > now => {
                return Step::Wait {
                    until: change.readable_at(),
                    why: "the change can't be read everywhere yet",
                };
            }
            Trigger::Due(by) if !self.is_due(by) => return Step::Rest,
            _ => {}
        }
        match self.need(trigger, goods, now) {
            Need::Nothing => Step::Rest,
            Need::Later(until) => Step::Wait {
                until,
                why: "the marketplace has not decided about the suggestion",
            },
            Need::Calls(requests) => self.call(self.clone(), &requests, now),
            Need::Another(state, requests) => self.call(self.became(state, now), &requests, now),
            Need::Become(state) => Step::Write(Box::new(self.became(state, now))),
            Need::Mending => self.incomplete(&goods.missing, now),
        }
    }

    /// What is on its way from one state to the next goes on: its time is only for when it stopped.
    fn is_due(&self, by: Instant) -> bool {
        let passes = matches!(self.state, State::Absent { .. } | State::Accepted { .. });
        passes || self.state.due().is_some_and(|due| due <= by)
    }

    fn need(&self, trigger: Trigger<'_>, goods: &Goods, now: Instant) -> Need {
        let announce = || Need::Calls(vec![Request::Announcement]);
        let change = match trigger {
            Trigger::Changed(change) => Some(change),
            Trigger::Due(_) => None,
        };
        match &self.state {
            // What the marketplace knew and then refused may have to disappear there.
            State::Error {
                problem: Problem::Refused { .. },
            } => match change {
                Some(change) if !self.mends_refusal(change) => Need::Nothing,
                _ => announce(),
            },
            State::Accepted { .. } | State::Bound => self.untold(change),
            State::Suggested { due, polls, .. } => {
                if goods.sold && self.is_new_data(change) {
                    return suggest(goods);
                }
                match trigger {
                    // The decision would be about the version before.
                    _ if self.tracks.suggestion.is_under_way(now) => Need::Nothing,
                    Trigger::Changed(_) if *polls >= POLLED_AT_ONCE => Need::Nothing,
                    Trigger::Changed(_) if *due > now => Need::Later(*due),
                    _ => Need::Calls(vec![Request::Poll]),
                }
            }
            _ if !goods.sold => match trigger {
                Trigger::Changed(_) => Need::Nothing,
                Trigger::Due(_) => Need::Become(State::Unknown { due: None }),
            },
            State::Unknown { .. } => announce(),
            State::Absent { .. } => suggest(goods),
            State::Denied { .. } => match change {
                None => announce(),
                // The denial was of something else.
                Some(_) if self.is_new_data(change) => {
                    Need::Another(State::Unknown { due: None }, vec![Request::Announcement])
                }
                Some(_) => Need::Nothing,
            },
            State::Error {
                problem: Problem::Incomplete { .. },
            } => match change {
                Some(change) if change.kinds.contains(&Kind::Catalog) => announce(),
                _ => Need::Nothing,
            },
        }
    }

    /// What a marketplace that knows the SKU has not been told.
    fn untold(&self, change: Option<&Notification>) -> Need {
        let changed = |kind| {
            change
                .filter(|change| change.kinds.contains(&kind))
                .map(Notification::readable_at)
        };
        let accepted = matches!(self.state, State::Accepted { .. }).then_some(self.since);
        let requests: Vec<_> = [
            (Request::Announcement, changed(Kind::Catalog)),
            (Request::Price, changed(Kind::Price).max(accepted)),
            (Request::Inventory, changed(Kind::Inventory).max(accepted)),
        ]
        .into_iter()
        .filter(|(request, from)| from.is_some_and(|from| !self.is_told(*request, from)))
        .map(|(request, _)| request)
        .collect();
        match requests.is_empty() {
            false => Need::Calls(requests),
            true if accepted.is_some() => Need::Become(State::Bound),
            true => Need::Nothing,
        }
    }

    /// Whether the marketplace knows of what could be read then. A suggestion says what an
    /// announcement would.
    fn is_told(&self, request: Request, readable_at: Instant) -> bool {
        self.tracks.of(request).covers(readable_at)
            || request == Request::Announcement && self.tracks.suggestion.covers(readable_at)
    }

    /// Whether the SKU's data are others than those suggested last.
    fn is_new_data(&self, change: Option<&Notification>) -> bool {
        change.is_some_and(|change| {
            change.kinds.contains(&Kind::Catalog)
                && !self.tracks.suggestion.covers(change.readable_at())
        })
    }

    /// New data may mend a refusal. And a message from before it comes again because somebody sent
    /// it again.
    fn mends_refusal(&self, change: &Notification) -> bool {
        change.kinds.contains(&Kind::Catalog) || change.changed_at < self.since
    }

    /// The first of `requests` that may go now, or else a wait for the first that may.
    fn call(&self, mut claimed: Self, requests: &[Request], now: Instant) -> Step {
        let busy = |request: &Request| self.tracks.of(*request).busy_until(now);
        let Some(request) = requests.iter().find(|request| busy(request).is_none()) else {
            return Step::Wait {
                until: requests.iter().filter_map(busy).min().unwrap_or(now),
                why: "the same call was made a moment ago, or failed",
            };
        };
        claimed.tracks.of_mut(*request).claim(now);
        Step::Call {
            call: Call {
                request: *request,
                started_at: now,
            },
            claimed: Box::new(claimed),
        }
    }

    fn became(&self, state: State, now: Instant) -> Self {
        let mut listing = self.clone();
        listing.enter(state, now);
        listing
    }

    /// A suggestion that is pending stays so, whatever its next version lacks.
    fn incomplete(&self, missing: &[String], now: Instant) -> Step {
        let missing = missing.to_vec();
        let listing = match self.state {
            State::Suggested { .. } => self.clone(),
            _ => {
                let problem = Problem::Incomplete {
                    missing: missing.clone(),
                };
                self.became(State::Error { problem }, now)
            }
        };
        Step::Incomplete {
            listing: Box::new(listing),
            missing,
        }
    }
}

fn suggest(goods: &Goods) -> Need {
    if goods.missing.is_empty() {
        Need::Calls(vec![Request::Suggestion])
    } else {
        Need::Mending
    }
}
