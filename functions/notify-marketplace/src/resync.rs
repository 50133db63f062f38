//! Telling a marketplace of every SKU again, a page at a time.

use std::collections::BTreeMap;

use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::QueueFunction;
use feirante_lambda::notifications::NotSent;
use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::delivery::Lane;
use feirante_seller::listing::resync::Page;
use feirante_seller::listing::{Edition, Listing, Product, READABLE_AFTER, Resync, Task};
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::StoreError;
use feirante_store::accounts::LaneOf;
use futures::future::{join, join_all};
use jiff::SignedDuration;

use crate::{NotifyMarketplace, accounts, budget};

/// Why a run was not begun or taken up; the next tick tries again.
#[derive(Debug, thiserror::Error)]
enum NotBegun {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    NotSent(#[from] NotSent),
    #[error("the seller file can't be told apart from others: {0}")]
    Edition(#[from] serde_json::Error),
}

impl NotifyMarketplace {
    /// Begins the runs that are due at `time`, takes up those that were cut off, and remembers which
    /// marketplaces can't be told of anything, of those that were told before (`known`). Says how many
    /// could not be looked after.
    pub(crate) async fn resync_due(
        &self,
        settings: &Settings,
        known: Vec<AccountName>,
        time: Instant,
    ) -> u32 {
        let callable: BTreeMap<_, _> = accounts::callable(settings)
            .map(|marketplace| (&marketplace.account, marketplace))
            .collect();
        let out_of_touch = known
            .iter()
            .filter(|account| !callable.contains_key(account));
        let begun = callable.values().map(|marketplace| async {
            let begun = self.begin(settings, marketplace, time).await;
            looked_after(&marketplace.account, begun)
        });
        let lost = out_of_touch.map(|account| async {
            let lost = self.out_of_touch(account, time).await;
            looked_after(account, lost.map_err(NotBegun::from))
        });
        let (begun, lost) = join(join_all(begun), join_all(lost)).await;
        let failed = begun.into_iter().chain(lost).filter(|well| !well);
        u32::try_from(failed.count()).unwrap_or(u32::MAX)
    }

    async fn out_of_touch(&self, account: &AccountName, time: Instant) -> Result<(), StoreError> {
        let resync = self.accounts.resync(account, budget()).await?;
        if let Some(lost) = resync.out_of_touch(time, Instant::now()) {
            self.accounts.put_resync(&lost, budget()).await?;
        }
        Ok(())
    }

    async fn begin(
        &self,
        settings: &Settings,
        marketplace: &Marketplace,
        time: Instant,
    ) -> Result<(), NotBegun> {
        let edition = Edition::of(settings, marketplace)?;
        let resync = self.accounts.resync(&marketplace.account, budget());
        let (every, now) = (settings.delivery.resync_every, Instant::now());
        let Some((next, page)) = resync.await?.ticked(&edition, every, time, now) else {
            return Ok(());
        };
        let written = self.accounts.put_resync(&next, budget()).await?;
        let (Some(written), Some(page)) = (written, page) else {
            return Ok(());
        };
        log(&written, "a resync goes on");
        let task = (Task::GoOn(page), SignedDuration::ZERO);
        Ok(self.notifications.send(&[task]).await?)
    }

    /// Announces the SKUs of a page, and sends for the next one when the calls about these are made.
    pub(crate) async fn go_on(&self, page: &Page) -> Result<(), Failure> {
        let found = self.marketplace(&page.account).await?;
        let (Some(marketplace), Some(settings)) = (found, self.dispatcher.settings()) else {
            return Ok(());
        };
        let account = &marketplace.account;
        let resync = self.accounts.resync(account, budget()).await?;
        let Some(run) = resync.at(page) else {
            return Ok(());
        };
        let now = Instant::now();
        let lane = LaneOf {
            account,
            lane: Lane::Catalog,
            settings: settings.delivery.lane(Lane::Catalog),
        };
        if let Some(hold) = self.accounts.held(lane, now, budget()).await? {
            // Nothing is piled up meanwhile, and the schedule does not take it for lost.
            let later = resync.due(hold.until);
            self.accounts.put_resync(&later, budget()).await?;
            let (until, why) = (hold.until, hold.why);
            return Err(Failure::Wait { until, why });
        }
        let (products, next) = self.offers.page(run.cursor.as_ref(), budget()).await?;
        let skus = self.announced(&settings, &marketplace, products).await?;
        let (count, pace) = (skus.len() as u64, lane.settings.per_second);
        let messages = (0..).zip(skus).map(|(before, sku)| {
            let delay = run.time_of(before, pace).max(READABLE_AFTER);
            (Task::Tell(run.notification(sku, account.clone())), delay)
        });
        let messages: Vec<_> = messages.collect();
        self.notifications.send(&messages).await.map_err(later)?;
        let turned = resync.turned(count, next, pace, now);
        // Who was overtaken has announced what the other one did.
        let Some(turned) = self.accounts.put_resync(&turned, budget()).await? else {
            return Ok(());
        };
        let Some(page) = turned.page() else {
            log(&turned, "a resync is done");
            return Ok(());
        };
        let next_at = turned.run.as_ref().map_or(now, |run| run.next_at);
        let delay = SignedDuration::from_millis(next_at.millis() - now.millis());
        let sent = self.notifications.send(&[(Task::GoOn(page), delay)]).await;
        if let Err(error) = sent {
            // This page is done: the schedule takes up the next.
            tracing::warn!(function = Self::NAME, %error, "a resync stops for a while");
        }
        Ok(())
    }

    /// Those the marketplace has to know: what is sold there, or will be, and what it may show though
    /// it is not sold any more.
    async fn announced(
        &self,
        settings: &Settings,
        marketplace: &Marketplace,
        products: Vec<Product>,
    ) -> Result<Vec<SkuId>, StoreError> {
        let now = Instant::now();
        let promotions = &settings.promotions;
        let (sold, unsold): (Vec<_>, Vec<_>) = products.into_iter().partition(|product| {
            product.is_sold(marketplace, now)
                || product.next_change(promotions, marketplace, now).is_some()
        });
        let skus = |products: Vec<Product>| products.into_iter().map(|product| product.offer.sku);
        let unsold: Vec<_> = skus(unsold).collect();
        let listings = self.listings.at(&marketplace.account, &unsold, budget());
        let shown = listings.await?.into_iter().filter(Listing::may_be_there);
        Ok(skus(sold).chain(shown.map(|listing| listing.sku)).collect())
    }
}

fn looked_after(account: &AccountName, looked_after: Result<(), NotBegun>) -> bool {
    let (function, account) = (NotifyMarketplace::NAME, account.as_str());
    looked_after
        .inspect_err(|error| tracing::error!(function, account, %error, "no resync"))
        .is_ok()
}

fn later(error: NotSent) -> Failure {
    Failure::Later(error.to_string())
}

fn log(resync: &Resync, what: &str) {
    if let Some(run) = &resync.run {
        tracing::info!(
            function = NotifyMarketplace::NAME,
            account = resync.account.as_str(),
            cause = run.cause.name(),
            page = run.page,
            announced = run.announced,
            what
        );
    }
}
