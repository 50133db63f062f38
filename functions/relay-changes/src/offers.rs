//! Tells whoever tells the marketplaces what changed about SKUs (stream of the Offers table, queue
//! `notifications`).
//!
//! A burst of changes is one message per SKU and marketplace: what a marketplace is told carries no
//! value, it asks for that itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::dynamodb::EventRecord;
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::stream::StreamFunction;
use feirante_lambda::environment::{EnvironmentError, NOTIFICATIONS_URL};
use feirante_lambda::notifications::Notifications;
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment};
use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::listing::{Kind, Notification, READABLE_AFTER, Task, changes};
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::offers::{ProductChange, from_stream_images};
use jiff::SignedDuration;

use crate::RelayChanges;

/// A change made before any seller file was applied waits for one so long. Then there is no
/// marketplace to tell of it.
const WAITS_FOR_SELLER_FILE: SignedDuration = SignedDuration::from_hours(1);

/// How long a change waits for a seller file that was not read yet.
const LOOK_TIME: Duration = Duration::from_secs(5);

/// What a batch of changes has each marketplace told of each SKU.
pub type Gathered = BTreeMap<(AccountName, SkuId), BTreeSet<Kind>>;

/// The half that carries on what happens to offers.
#[derive(Debug)]
pub struct OfferChanges {
    settings: SettingsCache,
    notifications: Notifications,
}

impl OfferChanges {
    /// Makes this half ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(
        environment: &Environment<'_>,
        clients: &Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            notifications: Notifications::new(clients.sqs(), environment.text(NOTIFICATIONS_URL)?),
            settings: clients.settings(environment).await?,
        })
    }

    /// Adds what one change has the marketplaces told.
    ///
    /// # Errors
    /// When it can't be known who sells the SKU, or the change can't be read.
    pub async fn gather(
        &self,
        record: &EventRecord,
        gathered: &mut Gathered,
    ) -> Result<(), Failure> {
        let images = &record.change;
        let change = from_stream_images(
            images.keys.clone(),
            images.old_image.clone(),
            images.new_image.clone(),
        )?;
        let Some(change) = change else {
            return Ok(());
        };
        let Some(settings) = self.settings(record).await? else {
            return Ok(());
        };
        gather(&settings, &change, Instant::now(), gathered);
        Ok(())
    }

    /// Sends what was gathered.
    ///
    /// # Errors
    /// When the queue does not take all of it. Some of it may have been sent.
    pub async fn send(&self, gathered: Gathered) -> Result<(), Failure> {
        // After the last of the changes, on whichever machine they were made.
        let changed_at = Instant::now();
        let settings = self.settings.current();
        let messages = gathered.into_iter().flat_map(|((account, sku), kinds)| {
            let repeat_after = settings
                .as_deref()
                .and_then(|settings| repeat_after(settings, &account));
            let again = repeat_after
                .filter(|_| kinds.contains(&Kind::Inventory))
                .map(|after| {
                    message(
                        &sku,
                        &account,
                        [Kind::Inventory].into(),
                        (changed_at, after),
                    )
                });
            let once = message(&sku, &account, kinds, (changed_at, SignedDuration::ZERO));
            [Some(once), again].into_iter().flatten()
        });
        let messages: Vec<_> = messages.collect();
        let sent = self.notifications.send(&messages).await;
        sent.map_err(|error| Failure::Later(error.to_string()))?;
        if !messages.is_empty() {
            let (function, count) = (RelayChanges::NAME, messages.len());
            tracing::info!(function, count, "marketplaces are to be told");
        }
        Ok(())
    }

    /// The seller file; `None`: there is none, and has not been for long. A change is not lost because
    /// the file could not be read, nor because it was applied after the first offers.
    async fn settings(&self, record: &EventRecord) -> Result<Option<Arc<Settings>>, Failure> {
        self.settings.beside(async {}).await;
        if let Some(settings) = self.settings.current() {
            return Ok(Some(settings));
        }
        let is_known = self.settings.look_again_for(LOOK_TIME).await;
        match self.settings.current() {
            Some(settings) => Ok(Some(settings)),
            None if !is_known => Err(Failure::Later(
                "the seller file can't be read: it is not known who sells".to_owned(),
            )),
            None if is_recent(record) => Err(Failure::Later(
                "no seller file has been applied: it is not known who sells".to_owned(),
            )),
            None => Ok(None),
        }
    }
}

/// A message of a change, to be told `after` so long. It is hidden until the change can be read
/// everywhere, or a marketplace told of it would be answered with the old value (protocol §3.11).
fn message(
    sku: &SkuId,
    account: &AccountName,
    kinds: BTreeSet<Kind>,
    (changed_at, after): (Instant, SignedDuration),
) -> (Task, SignedDuration) {
    let notification = Notification {
        sku: sku.clone(),
        account: account.clone(),
        kinds,
        // As if it had changed again then: what is told before does not cover it.
        changed_at: changed_at.plus(after),
        resync: false,
    };
    (
        Task::Tell(notification),
        READABLE_AFTER.saturating_add(after),
    )
}

fn repeat_after(settings: &Settings, account: &AccountName) -> Option<SignedDuration> {
    let mut all = settings.marketplaces.iter();
    all.find(|marketplace| marketplace.account == *account)?
        .repeat_notification_after
}

fn is_recent(record: &EventRecord) -> bool {
    let made_at = record.change.approximate_creation_date_time;
    Instant::from_millis(made_at.timestamp_millis())
        .is_some_and(|made_at| Instant::now() < made_at.plus(WAITS_FOR_SELLER_FILE))
}

/// Adds what `change` has each marketplace told. One that we have no credentials for can't be.
fn gather(settings: &Settings, change: &ProductChange, now: Instant, gathered: &mut Gathered) {
    let told = |marketplace: &&Marketplace| marketplace.outbound.is_some();
    for marketplace in settings.marketplaces.iter().filter(told) {
        let (sku, kinds) = match change {
            ProductChange::Offer { old, new } => {
                let kinds = changes(settings, marketplace, old, new, now);
                (&new.offer.sku, kinds)
            }
            // Who sells it is in its other part; who tells the marketplaces looks there.
            ProductChange::Catalog { sku } => (sku, BTreeSet::from([Kind::Catalog])),
        };
        if !kinds.is_empty() {
            let place = (marketplace.account.clone(), sku.clone());
            gathered.entry(place).or_default().extend(kinds);
        }
    }
}

#[cfg(test)]
mod tests;
