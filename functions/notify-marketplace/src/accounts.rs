//! What the schedule looks after in the accounts. Their table is read once for all of it.

use std::collections::BTreeSet;

use feirante_lambda::batch::queue::QueueFunction;
use feirante_models::{AccountName, Instant};
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::StoreError;
use feirante_store::accounts::LaneState;

use crate::{NotifyMarketplace, budget};

/// What a look at the accounts came to.
#[derive(Debug, Default)]
pub(crate) struct LookedAfter {
    /// Those that could not be looked after; the next tick tries again.
    pub(crate) failed: u32,
    /// Those whose marketplace refuses our key; `None`: not known.
    pub(crate) paused: Option<u32>,
}

impl NotifyMarketplace {
    /// Begins and takes up what tells marketplaces of every SKU again, and counts those that refuse our
    /// key. Without a seller file there is no marketplace to look after.
    pub(crate) async fn look_after_accounts(&self, time: Instant) -> LookedAfter {
        let Some(settings) = self.dispatcher.latest_settings().await else {
            return LookedAfter::default();
        };
        let not_listed = |error: StoreError| {
            tracing::error!(function = Self::NAME, %error, "the accounts can't be listed");
            1
        };
        let survey = match self.accounts.survey(budget()).await {
            Ok(survey) => survey,
            Err(error) => {
                return LookedAfter {
                    failed: not_listed(error),
                    paused: None,
                };
            }
        };
        let paused = survey.lanes().map(|lanes| paused(&settings, &lanes));
        let not_begun = match survey.resynced() {
            Ok(known) => self.resync_due(&settings, known, time).await,
            Err(error) => not_listed(error),
        };
        match paused {
            Ok(paused) => LookedAfter {
                failed: not_begun,
                paused: Some(paused),
            },
            Err(error) => LookedAfter {
                failed: not_begun + not_listed(error),
                paused: None,
            },
        }
    }
}

/// The marketplaces that we may call.
pub(crate) fn callable(settings: &Settings) -> impl Iterator<Item = &Marketplace> {
    let all = settings.marketplaces.iter();
    all.filter(|marketplace| marketplace.outbound.is_some())
}

/// How many of the marketplaces that we may call refuse our key. One that is in the seller file no more
/// leaves its lanes behind.
fn paused(settings: &Settings, lanes: &[LaneState]) -> u32 {
    let refuse = lanes.iter().filter(|lane| lane.gate.is_refused());
    let refuse: BTreeSet<&AccountName> = refuse.map(|lane| &lane.account).collect();
    let paused = callable(settings).filter(|marketplace| refuse.contains(&marketplace.account));
    u32::try_from(paused.count()).unwrap_or(u32::MAX)
}
