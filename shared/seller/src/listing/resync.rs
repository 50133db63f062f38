//! Telling a marketplace of every SKU again: once a day, when somebody asks for it, and when the
//! seller file changed in a way it sees.
//!
//! A run goes through the offers page by page. Each page is a message that names the run and the
//! page; [`Resync`] says which page is next, and is written on condition that nobody else wrote it.
//! So a message that comes twice does not make two runs of one, and a run whose message was lost is
//! taken up by the schedule.

use std::collections::BTreeSet;

use feirante_models::{AccountName, Instant, SkuId};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Edition, Kind, Notification};

/// How long after a seller file was first seen a marketplace is told what it changed: until then an
/// instance may answer by the one before.
pub const IN_FORCE_AFTER: SignedDuration = SignedDuration::from_secs(75);

/// A run whose next page is so late has lost its message.
const CUT_OFF_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Of what the marketplace takes, changes keep so much for themselves: one part of five.
const SHARE: (i64, i64) = (4, 5);

/// Why a marketplace is told everything again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// It is new: what it was never told it is told.
    NewMarketplace,
    /// The seller file changed what it sees.
    SellerFile,
    /// It is time.
    Schedule,
    /// Somebody asked for it.
    Asked,
}

impl Cause {
    /// In words, for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewMarketplace => "new marketplace",
            Self::SellerFile => "seller file",
            Self::Schedule => "schedule",
            Self::Asked => "asked for",
        }
    }

    /// What is told. By schedule only what can differ unseen: a catalog asks for no prices.
    const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Schedule => &[Kind::Price, Kind::Inventory],
            _ => &[Kind::Catalog, Kind::Price, Kind::Inventory],
        }
    }
}

/// Where a run goes on: the last item of the offers it has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The SKU.
    pub sku: SkuId,
    /// Which of its items.
    pub part: String,
}

/// A message: to go on with a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The marketplace.
    pub account: AccountName,
    /// When the run began: its name.
    pub run: Instant,
    /// Which page, the first being 0.
    pub number: u32,
}

/// One time through all SKUs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// When it began.
    pub started_at: Instant,
    /// Why.
    pub cause: Cause,
    /// The page that is next.
    pub page: u32,
    /// When that is due.
    pub next_at: Instant,
    /// What it begins after; `None`: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
    /// SKUs announced so far.
    pub announced: u64,
    /// When the last page was done; `None`: it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Instant>,
}

/// How a marketplace stands with being told everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resync {
    /// The marketplace.
    pub account: AccountName,
    /// Raised by each write; 0: never written.
    pub version: u64,
    /// The edition of the seller file that the last run told of, or tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<Edition>,
    /// Another one that is in force, and since when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<(Edition, Instant)>,
    /// The last run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
}

impl Resync {
    /// Of a marketplace that was never told everything.
    #[must_use]
    pub const fn new(account: AccountName) -> Self {
        Self {
            account,
            version: 0,
            edition: None,
            newer: None,
            run: None,
        }
    }

    /// The run that has not come to its end.
    #[must_use]
    pub fn under_way(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| run.finished_at.is_none())
    }

    /// The message that goes on with the run under way.
    #[must_use]
    pub fn page(&self) -> Option<Page> {
        self.under_way().map(|run| Page {
            account: self.account.clone(),
            run: run.started_at,
            number: run.page,
        })
    }

    /// What the schedule makes of it at `time`: a run begins, or one that was cut off is taken up.
    /// Once that is written, the page is to be sent for, if there is one. `None`: nothing is to be
    /// done.
    ///
    /// `every`: how often a run begins though nothing changed; `None`: never.
    #[must_use]
    pub fn ticked(
        &self,
        edition: &Edition,
        every: Option<SignedDuration>,
        time: Instant,
        now: Instant,
    ) -> Option<(Self, Option<Page>)> {
        let goes_on = |resync: Self| {
            let page = resync.page();
            Some((resync, page))
        };
        let Some(told) = &self.edition else {
            return goes_on(self.begun(Cause::NewMarketplace, edition, now));
        };
        if told != edition {
            match &self.newer {
                Some((newer, since)) if newer == edition => {
                    if since.plus(IN_FORCE_AFTER) <= time {
                        return goes_on(self.begun(Cause::SellerFile, edition, now));
                    }
                }
                _ => return Some((self.saw(edition, time.min(now)), None)),
            }
        } else if self.newer.is_some() {
            // Taken back before it was told: should it come again, it has to settle again.
            let newer = None;
            return Some((
                Self {
                    newer,
                    ..self.clone()
                },
                None,
            ));
        }
        let run = self.run.as_ref()?;
        match run.finished_at {
            None if run.next_at.plus(CUT_OFF_AFTER) <= time => goes_on(self.due(now)),
            Some(_) if every.is_some_and(|every| run.started_at.plus(every) <= time) => {
                goes_on(self.begun(Cause::Schedule, edition, now))
            }
            _ => None,
        }
    }

    /// What the schedule makes of it at `time` where the seller file has no credentials for the
    /// marketplace any more, or does not name it: of what changes from now on it hears nothing, so it
    /// is told everything when it can be again. Like any seller file this one has to stay for a while:
    /// an instance may look at the one before. `None`: that is known, or it was never told anything.
    #[must_use]
    pub fn out_of_touch(&self, time: Instant, now: Instant) -> Option<Self> {
        let nothing = Edition::nothing();
        if *self.edition.as_ref()? == nothing {
            // What was seen meanwhile has to stay anew when it comes again.
            return self.newer.is_some().then(|| Self {
                newer: None,
                ..self.clone()
            });
        }
        match &self.newer {
            Some((newer, since)) if *newer == nothing => {
                (since.plus(IN_FORCE_AFTER) <= time).then(|| Self {
                    edition: Some(nothing),
                    newer: None,
                    run: self.run.clone().filter(|run| run.finished_at.is_some()),
                    ..self.clone()
                })
            }
            _ => Some(self.saw(&nothing, time.min(now))),
        }
    }

    /// A run begins because somebody asks for it; `None`: one is under way.
    #[must_use]
    pub fn asked(&self, edition: &Edition, now: Instant) -> Option<Self> {
        let idle = self.under_way().is_none();
        idle.then(|| self.begun(Cause::Asked, edition, now))
    }

    /// What `page` tells, if it is the one that is next; `None`: it was done, or another run began.
    #[must_use]
    pub fn at(&self, page: &Page) -> Option<&Run> {
        self.under_way()
            .filter(|run| run.started_at == page.run && run.page == page.number)
    }

    /// The run under way after its page announced `announced` SKUs, `next` being where it goes on.
    /// Its next page comes when the calls of this one are made, at `per_second` calls.
    #[must_use]
    pub fn turned(
        &self,
        announced: u64,
        next: Option<Cursor>,
        per_second: u32,
        now: Instant,
    ) -> Self {
        self.with_run(|run| {
            run.page = run.page.saturating_add(1);
            run.next_at = run
                .next_at
                .max(now)
                .plus(run.time_of(announced, per_second));
            run.announced = run.announced.saturating_add(announced);
            run.finished_at = next.is_none().then_some(now);
            run.cursor = next;
        })
    }

    /// The run under way, its next page being due at `until`.
    #[must_use]
    pub fn due(&self, until: Instant) -> Self {
        self.with_run(|run| run.next_at = until)
    }

    fn with_run(&self, change: impl FnOnce(&mut Run)) -> Self {
        let mut resync = self.clone();
        if let Some(run) = &mut resync.run {
            change(run);
        }
        resync
    }

    fn begun(&self, cause: Cause, edition: &Edition, now: Instant) -> Self {
        Self {
            edition: Some(edition.clone()),
            newer: None,
            run: Some(Run {
                started_at: now,
                cause,
                page: 0,
                next_at: now,
                cursor: None,
                announced: 0,
                finished_at: None,
            }),
            ..self.clone()
        }
    }

    fn saw(&self, edition: &Edition, since: Instant) -> Self {
        Self {
            newer: Some((edition.clone(), since)),
            ..self.clone()
        }
    }
}

impl Run {
    /// What its page tells of a SKU. Both of a page that is done twice say the same, so that the calls
    /// of one cover those of the other.
    #[must_use]
    pub fn notification(&self, sku: SkuId, account: AccountName) -> Notification {
        let ever = Instant::from_millis(0).unwrap_or(self.started_at);
        Notification {
            sku,
            account,
            kinds: BTreeSet::from_iter(self.cause.kinds().iter().copied()),
            changed_at: match self.cause {
                Cause::NewMarketplace => ever,
                _ => self.next_at,
            },
            resync: true,
        }
    }

    /// How long the calls about so many SKUs take, so that there is room for those of changes.
    #[must_use]
    pub fn time_of(&self, skus: u64, per_second: u32) -> SignedDuration {
        let count = |of: usize| i64::try_from(of).unwrap_or(i64::MAX);
        let calls = i64::try_from(skus)
            .unwrap_or(i64::MAX)
            .saturating_mul(count(self.cause.kinds().len()));
        let (some, of) = SHARE;
        let milliseconds = calls.saturating_mul(1000 * of) / (some * i64::from(per_second.max(1)));
        SignedDuration::from_millis(milliseconds)
    }
}
