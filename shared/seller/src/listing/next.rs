//! What follows from a change or from the time, as a listing stands.

use feirante_models::Instant;

use super::goods::Goods;
use super::need::Need;
use super::state::{Listing, Problem, State};
use super::track::{Call, Request};
use super::{Kind, Notification};
use crate::mapping::Names;

/// Why a listing is looked at.
#[derive(Debug, Clone, Copy)]
pub enum Trigger<'a> {
    /// Something about the SKU changed.
    Changed(&'a Notification),
    /// The schedule takes up what is due by then.
    Due(Instant),
}

impl Trigger<'_> {
    /// When to look at the listing, if it is too early: of a change, nothing follows before it can be
    /// read everywhere.
    #[must_use]
    pub fn too_early(self, now: Instant) -> Option<(Instant, &'static str)> {
        match self {
            Self::Changed(change) if change.readable_at() > now => Some((
                change.readable_at(),
                "the change can't be read everywhere yet",
            )),
            Self::Changed(_) | Self::Due(_) => None,
        }
    }
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

impl Listing {
    /// Whether what follows depends on the goods. Who knows a SKU is told of it in any case: what is
    /// not sold any more has to disappear there.
    #[must_use]
    pub const fn depends_on_goods(&self) -> bool {
        !matches!(self.state, State::Accepted { .. } | State::Bound)
    }

    /// What to do at `now`.
    #[must_use]
    pub fn next(&self, trigger: Trigger<'_>, goods: &Goods, now: Instant) -> Step {
        if let Some((until, why)) = trigger.too_early(now) {
            return Step::Wait { until, why };
        }
        if let Trigger::Due(by) = trigger
            && !self.is_due(by)
        {
            return Step::Rest;
        }
        match self.need(trigger, goods, now) {
            Need::Nothing if self.changes_at == goods.changes_at => Step::Rest,
            Need::Nothing => Step::Write(Box::new(self.timed(goods))),
            Need::Later(until, why) => Step::Wait { until, why },
            Need::Calls(requests) => self.call(self.told_next(goods, now), &requests, goods, now),
            Need::Another(state, requests) => {
                self.call(self.became(state, now), &requests, goods, now)
            }
            Need::Become(state) => Step::Write(Box::new(self.became(state, now).timed(goods))),
            Need::Mending => self.incomplete(&goods.missing, now),
            Need::Outdated => Step::Write(Box::new(Self {
                names: Some(Names::OUTDATED),
                ..self.clone()
            })),
        }
    }

    /// Whether the schedule has something to do by then. What is on its way from one state to the next
    /// goes on: its time is only for when it stopped.
    #[must_use]
    pub fn is_due(&self, by: Instant) -> bool {
        let passes = matches!(self.state, State::Absent { .. } | State::Accepted { .. });
        passes || self.due().is_some_and(|due| due <= by)
    }

    /// The listing that a call claims: should it be cut off, it is due at the next change all the same.
    /// One that has passed stays noted until it is told.
    fn told_next(&self, goods: &Goods, now: Instant) -> Self {
        match self.lapsed(now) {
            Some(_) => self.clone(),
            None => self.timed(goods),
        }
    }

    /// The listing with the next moment its price changes by time alone.
    fn timed(&self, goods: &Goods) -> Self {
        Self {
            changes_at: goods.changes_at,
            ..self.clone()
        }
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
            State::Accepted { .. } | State::Bound => self.untold(change, now),
            State::Suggested { due, polls, .. } => {
                self.pending(trigger, goods, (*due, *polls), now)
            }
            _ if !goods.sold => match trigger {
                Trigger::Changed(_) => Need::Nothing,
                Trigger::Due(_) => Need::Become(State::Unknown { due: None }),
            },
            State::Unknown { .. } => announce(),
            State::Absent { .. } => Need::suggestion(goods),
            State::Denied { .. } => match change {
                None => announce(),
                // The denial was of something else.
                Some(_) if self.is_new_data(change) || self.is_renamed(change, goods) => {
                    Need::Another(State::Unknown { due: None }, vec![Request::Announcement])
                }
                Some(_) => Need::Nothing,
            },
            State::Error {
                problem: Problem::Incomplete { .. },
            } => match change {
                Some(change) if change.resync && !goods.missing.is_empty() => Need::Nothing,
                Some(change) if change.kinds.contains(&Kind::Catalog) => announce(),
                _ => Need::Nothing,
            },
            State::Error {
                problem: Problem::Unmapped { names },
            } => match &goods.unmapped {
                _ if change.is_none() => Need::Nothing,
                unmapped if unmapped.is_empty() => announce(),
                unmapped if unmapped != names => Need::names(unmapped),
                // The marketplace may have come to know it by other ways.
                _ if change.is_some_and(|change| self.is_later_catalog(change)) => announce(),
                _ => Need::Nothing,
            },
        }
    }

    /// When its price changed by time alone, if that was before `now` and is not known to be told.
    fn lapsed(&self, now: Instant) -> Option<Instant> {
        self.changes_at.filter(|moment| *moment <= now)
    }

    /// What a marketplace that knows the SKU has not been told.
    fn untold(&self, change: Option<&Notification>, now: Instant) -> Need {
        let changed = |kind| {
            change
                .filter(|change| change.kinds.contains(&kind))
                .map(Notification::readable_at)
        };
        let accepted = matches!(self.state, State::Accepted { .. }).then_some(self.since);
        let anew = accepted.max(self.lapsed(now));
        let requests: Vec<_> = [
            (Request::Announcement, changed(Kind::Catalog)),
            (Request::Price, changed(Kind::Price).max(anew)),
            (Request::Inventory, changed(Kind::Inventory).max(anew)),
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
    pub(super) fn is_new_data(&self, change: Option<&Notification>) -> bool {
        change.is_some_and(|change| {
            change.kinds.contains(&Kind::Catalog)
                && !change.resync
                && !self.tracks.suggestion.covers(change.readable_at())
        })
    }

    /// Whether it tells of catalog data that could be read only after the listing came to its state.
    fn is_later_catalog(&self, change: &Notification) -> bool {
        change.kinds.contains(&Kind::Catalog) && change.readable_at() > self.since
    }

    /// Whether the seller file has other names for it than it was suggested under last, and it could
    /// be suggested under those.
    pub(super) fn is_renamed(&self, change: Option<&Notification>, goods: &Goods) -> bool {
        change.is_some_and(|change| change.resync || change.kinds.contains(&Kind::Catalog))
            && goods.can_be_suggested()
            && self.names.or(goods.own_names) != goods.names
    }

    /// New data may mend a refusal. And a message from before it comes again because somebody sent
    /// it again.
    fn mends_refusal(&self, change: &Notification) -> bool {
        change.kinds.contains(&Kind::Catalog) || change.changed_at < self.since
    }

    /// The first of `requests` that may go now, or else a wait for the first that may.
    fn call(&self, mut claimed: Self, requests: &[Request], goods: &Goods, now: Instant) -> Step {
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
                names: goods.names,
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
