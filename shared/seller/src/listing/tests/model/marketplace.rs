//! The marketplace's side.

use super::*;
use crate::delivery::{Attempts, LastAttempt};

/// How a marketplace answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// As it should.
    Well,
    /// With errors that pass.
    Down,
    /// Not at all: it may not be called just now.
    Busy,
    /// With refusals.
    Wrong,
}

/// When something of each kind changed.
pub(super) type Changes = [Vec<Instant>; 3];

#[derive(Debug)]
pub(super) struct Marketplace {
    pub(super) mood: Mood,
    /// Calls that reached it.
    pub(super) calls: Vec<(Request, Instant)>,
    /// A call that came too soon after one of its kind.
    pub(super) too_soon: Option<(Request, Instant)>,
    /// The last of each kind's changes that it has seen.
    pub(super) seen: [Option<Instant>; 3],
    known: bool,
    suggested: Option<Suggested>,
}

/// What became of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suggested {
    Pending,
    Denied,
}

impl Marketplace {
    pub(super) fn new() -> Self {
        Self {
            mood: Mood::Well,
            calls: Vec::new(),
            too_soon: None,
            seen: Default::default(),
            known: false,
            suggested: None,
        }
    }

    /// An operator decides about the suggestion.
    pub(super) fn decide(&mut self, approve: bool) {
        match self.suggested {
            Some(Suggested::Pending) if approve => {
                self.known = true;
                self.suggested = None;
            }
            Some(Suggested::Pending) => self.suggested = Some(Suggested::Denied),
            _ => {}
        }
    }

    /// An operator deletes the suggestion.
    pub(super) fn forget(&mut self) {
        self.suggested = None;
    }

    /// A call comes, unless it is held back.
    pub(super) fn called(
        &mut self,
        request: Request,
        attempts: &Attempts,
        changed: &Changes,
        now: Instant,
    ) -> Reply {
        let waits = |seconds, attempts| Reply::Waits {
            until: now.plus(SignedDuration::from_secs(seconds)),
            attempts,
        };
        if self.mood == Mood::Busy {
            let slot = now.plus(SignedDuration::from_secs(1));
            return waits(1, attempts.held(slot, true));
        }
        let before = self.calls.iter().rev().find(|(other, _)| *other == request);
        if before.is_some_and(|(_, at)| now < at.plus(PACE)) {
            self.too_soon = Some((request, now));
        }
        self.calls.push((request, now));
        match self.mood {
            Mood::Down => {
                let failed = Attempts {
                    count: attempts.count + 1,
                    next_at: Some(now.plus(SignedDuration::from_secs(5))),
                    last: Some(LastAttempt {
                        at: now,
                        status: None,
                        detail: "down".to_owned(),
                    }),
                    ..attempts.clone()
                };
                waits(5, failed)
            }
            Mood::Wrong => Reply::Refused {
                status: 400,
                detail: "wrong".to_owned(),
            },
            Mood::Well | Mood::Busy => self.answer(request, changed, now),
        }
    }

    fn answer(&mut self, request: Request, changed: &Changes, now: Instant) -> Reply {
        // What it reads in return may be a second old.
        let readable = now.plus(-READABLE_AFTER);
        match request {
            Request::Announcement if !self.known => return Reply::UnknownSku,
            Request::Announcement => self.see(Kind::Catalog, changed, readable),
            Request::Price => self.see(Kind::Price, changed, readable),
            Request::Inventory => self.see(Kind::Inventory, changed, readable),
            Request::Suggestion if self.known => return Reply::Delivered { status: 304 },
            Request::Suggestion => {
                self.see(Kind::Catalog, changed, now);
                self.suggested = Some(Suggested::Pending);
            }
            Request::Withdrawal if self.known => {
                return Reply::Refused {
                    status: 400,
                    detail: "approved".to_owned(),
                };
            }
            Request::Withdrawal if self.suggested.is_none() => {
                return Reply::Suggestion(Verdict::Gone);
            }
            Request::Withdrawal => self.suggested = None,
            Request::Poll => {
                return Reply::Suggestion(match self.suggested {
                    _ if self.known => Verdict::Accepted,
                    Some(Suggested::Pending) => Verdict::Pending,
                    Some(Suggested::Denied) => Verdict::Denied("no".to_owned()),
                    None => Verdict::Gone,
                });
            }
        }
        Reply::Delivered { status: 202 }
    }

    fn see(&mut self, kind: Kind, changed: &Changes, until: Instant) {
        let changes = changed[kind as usize].iter().rev();
        let last = changes.copied().find(|change| *change <= until);
        let seen = &mut self.seen[kind as usize];
        *seen = (*seen).max(last);
    }
}
