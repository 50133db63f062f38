//! Looking again at SKUs whose price or stock changed (C3 and C4, protocol §5.1).
//!
//! The first notification of a SKU is followed by a simulation at once. Those that come while it is
//! looked at, or within the coalescing time after, make one more: a notification is always followed
//! by a simulation that started after it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::Driver;
use super::quote::Quote;
use super::simulate::{Simulation, Via, items};

/// After so many simulations in a row that told nothing, the next notification is waited for.
const MOST_FAILURES: u32 = 10;

/// The SKUs that are being looked at, and whether they have to be again.
#[derive(Default)]
pub(super) struct Refreshes(Mutex<BTreeMap<Sku, bool>>);

/// An account and a SKU code.
type Sku = (String, String);

impl Refreshes {
    /// Notes a notification; true if somebody has to start looking.
    fn notified(&self, sku: &Sku) -> bool {
        let mut looked_at = self.lock();
        if let Some(again) = looked_at.get_mut(sku) {
            *again = true;
            return false;
        }
        looked_at.insert(sku.clone(), false);
        true
    }

    /// A simulation starts: notifications until now are answered by it.
    fn starts(&self, sku: &Sku) {
        self.lock().insert(sku.clone(), false);
    }

    /// True if there was a notification since the last start; else nobody looks any more.
    fn again(&self, sku: &Sku) -> bool {
        let mut looked_at = self.lock();
        let again = looked_at.get(sku).copied().unwrap_or(false);
        if !again {
            looked_at.remove(sku);
        }
        again
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Sku, bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Driver {
    /// Takes a notification.
    pub(super) fn refresh(self: &Arc<Self>, account: String, sku: String) {
        let sku = (account, sku);
        if self.refreshes.notified(&sku) {
            let driver = Arc::clone(self);
            self.spawn(async move { driver.look_at(&sku).await });
        }
    }

    /// Takes up SKUs whose last notification was not followed by a simulation.
    pub(super) fn resume_refreshes(self: &Arc<Self>) {
        for account in &self.world.options.accounts {
            for offer in self.world.books.offers(&account.account) {
                if offer.notified_at > offer.simulated_at {
                    self.refresh(offer.account, offer.sku);
                }
            }
        }
    }

    async fn look_at(&self, sku: &Sku) {
        let timings = &self.world.options.timings;
        let mut failures = 0;
        tokio::time::sleep(timings.refresh_after).await;
        loop {
            self.refreshes.starts(sku);
            let next = Instant::now() + timings.coalesce;
            failures = match self.index(sku).await {
                Ok(()) => 0,
                Err(()) => failures + 1,
            };
            tokio::time::sleep_until(next).await;
            if failures > 0 && failures < MOST_FAILURES {
                continue;
            }
            if !self.refreshes.again(sku) {
                return;
            }
        }
    }

    /// Simulates one of the SKU and takes over what it tells; an error if it told nothing.
    async fn index(&self, (account, sku): &Sku) -> Result<(), ()> {
        let options = self.world.options.account(account).ok_or(())?;
        let settings = self.world.books.settings(account);
        let asked = [(sku.as_str(), 1)];
        let started_at = Timestamp::now();
        let answer = self
            .simulate(&Simulation {
                account: options,
                body: json!({
                    "items": items(&asked, options, settings.legacy),
                    "isCheckedIn": false,
                }),
                via: Via::of_carts(&settings),
                sku: Some(sku),
            })
            .await;
        self.update_offer(account, &asked, answer.as_ref().ok(), started_at);
        answer.map(drop).map_err(drop)
    }

    fn update_offer(
        &self,
        account: &str,
        asked: &[(&str, i64); 1],
        answer: Option<&Value>,
        started_at: Timestamp,
    ) {
        let [(sku, _)] = asked;
        let Some(answer) = answer else {
            // What is not answered in time can't be bought (protocol §1.1).
            self.world
                .books
                .update_offer(account, sku, |offer| offer.available = false);
            return;
        };
        for line in Quote::read(asked, answer, false).lines {
            self.world.books.update_offer(account, sku, |offer| {
                offer.available = line.available;
                offer.price = line.price.or(offer.price);
                offer.list_price = line.list_price.or(offer.list_price);
                offer.stock = line.stock.or(Some(0));
                // Not when it was answered: a notification in between must be newer than it.
                offer.simulated_at = Some(started_at);
                offer.simulations += 1;
            });
        }
    }
}
