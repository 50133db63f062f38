//! The schedule: takes up the listings that are due, the longest due first, and looks after the accounts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use feirante_lambda::batch::queue::QueueFunction;
use feirante_lambda::metrics::{Metric, Metrics};
use feirante_lambda::panics::caught;
use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::listing::{State, Trigger};
use feirante_store::StoreError;
use futures::StreamExt;
use futures::future::join_all;
use jiff::SignedDuration;
use serde::Serialize;
use tokio::time::Instant as Clock;

use crate::work::End;
use crate::{NotifyMarketplace, Tick, budget};

/// How long a run takes up listings. What it leaves, the next one finds due still.
const TIME: Duration = Duration::from_secs(25);

/// How long a run looks for them before it begins.
const LISTING_TIME: Duration = Duration::from_secs(15);

/// Listings of one account that are worked on at the same time. Accounts share nothing: one that is
/// slow delays no other.
const AT_ONCE: usize = 4;

/// Longer waits than for the next slot of the account, or for the pace of a SKU's calls, are left to
/// the next run.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(3);

/// What a run did.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Listings taken up, about which nothing is to be done now.
    pub done: u32,
    /// Listings that wait, for their marketplace most likely.
    pub waiting: u32,
    /// Listings somebody has to look at.
    pub refused: u32,
    /// Listings whose work failed here, and marketplaces that could not be looked after; the next run
    /// tries them again.
    pub failed: u32,
    /// Marketplaces that refuse our key, as far as that is known.
    pub paused: u32,
}

/// The SKUs that are due, by account.
type Due = BTreeMap<AccountName, Vec<SkuId>>;

/// A run of the schedule for one account.
struct Run<'a> {
    function: &'a NotifyMarketplace,
    tick: &'a Tick,
    account: &'a AccountName,
    ends: Clock,
    so_far: Mutex<SoFar>,
}

#[derive(Default)]
struct SoFar {
    summary: Summary,
    /// That the account may not be called any more in this run.
    held: bool,
}

impl NotifyMarketplace {
    /// Takes up what is due. A listing that fails does not keep the others, nor does a marketplace
    /// that can't be called.
    pub async fn take_up_due(&self, tick: &Tick) -> Summary {
        let ends = Clock::now() + TIME;
        let (accounts, (due, error)) =
            tokio::join!(self.look_after_accounts(tick.time), self.due(tick.time));
        let runs = due.iter().map(|(account, skus)| {
            let run = Run {
                function: self,
                tick,
                account,
                ends,
                so_far: Mutex::default(),
            };
            run.all(skus)
        });
        let mut summary = join_all(runs).await.into_iter().sum::<Summary>();
        summary.failed += accounts.failed;
        summary.paused = accounts.paused.unwrap_or_default();
        if let Some(error) = error {
            tracing::error!(function = Self::NAME, %error, "not all that is due can be listed");
            summary.failed += 1;
        }
        let mut metrics = Metrics::of(Self::NAME);
        metrics.add(Metric::TakenUp, i64::from(summary.done));
        metrics.add(Metric::Failures, i64::from(summary.failed));
        // What is not known is not told as nothing.
        if let Some(paused) = accounts.paused {
            metrics.add(Metric::PausedAccounts, i64::from(paused));
        }
        metrics.write();
        summary
    }

    /// What is due by `by`, and what kept the rest from being listed.
    async fn due(&self, by: Instant) -> (Due, Option<StoreError>) {
        let listed_until = Clock::now() + LISTING_TIME;
        let mut due = Due::new();
        for state in State::WITH_DUE {
            let mut page = None;
            loop {
                match self.listings.due(state, by, page, budget()).await {
                    Ok((found, next)) => {
                        for (sku, account) in found {
                            due.entry(account).or_default().push(sku);
                        }
                        page = next;
                    }
                    Err(error) => return (due, Some(error)),
                }
                if page.is_none() || Clock::now() >= listed_until {
                    break;
                }
            }
        }
        (due, None)
    }
}

impl Run<'_> {
    async fn all(self, skus: &[SkuId]) -> Summary {
        futures::stream::iter(skus)
            .for_each_concurrent(AT_ONCE, |sku| self.one(sku))
            .await;
        let so_far = self.so_far.into_inner();
        so_far.unwrap_or_else(PoisonError::into_inner).summary
    }

    async fn one(&self, sku: &SkuId) {
        // Boxed: a call's future is large, and several run at once.
        let why = match caught(Box::pin(self.take_up(sku))).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(panicked) => panicked.to_string(),
        };
        let (function, account) = (NotifyMarketplace::NAME, self.account.as_str());
        let sku = sku.as_str();
        tracing::error!(function, sku, account, why, "not taken up");
        self.note(|so_far| so_far.summary.failed += 1);
    }

    /// Works on a listing as long as there is something to do and time for it.
    async fn take_up(&self, sku: &SkuId) -> Result<(), StoreError> {
        while Clock::now() < self.ends && !self.note(|so_far| so_far.held) {
            // Without the account in the seller file, or without keys, there is nobody to tell.
            let Ok(Some(marketplace)) = self.function.marketplace(self.account).await else {
                return Ok(());
            };
            let due = Trigger::Due(self.tick.time);
            match self.function.work(&marketplace, sku, due).await? {
                End::Rests => {
                    self.note(|so_far| so_far.summary.done += 1);
                    return Ok(());
                }
                End::Refused(_) => {
                    self.note(|so_far| so_far.summary.refused += 1);
                    return Ok(());
                }
                End::Waits { until, held, .. } => {
                    let now = Instant::now();
                    if until > now.plus(LONGEST_WAIT) {
                        self.note(|so_far| {
                            so_far.summary.waiting += 1;
                            so_far.held |= held;
                        });
                        return Ok(());
                    }
                    let milliseconds = until.millis().saturating_sub(now.millis());
                    let wait = u64::try_from(milliseconds).unwrap_or_default();
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                }
            }
        }
        Ok(())
    }

    fn note<T>(&self, note: impl FnOnce(&mut SoFar) -> T) -> T {
        note(&mut self.so_far.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::iter::Sum for Summary {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            done: sum.done + one.done,
            waiting: sum.waiting + one.waiting,
            refused: sum.refused + one.refused,
            failed: sum.failed + one.failed,
            paused: sum.paused + one.paused,
        })
    }
}
