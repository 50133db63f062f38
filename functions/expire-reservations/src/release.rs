//! Releasing the reservations that are due.

use std::collections::VecDeque;

use feirante_lambda::Deadline;
use feirante_lambda::panics::caught;
use feirante_models::{Instant, OrderId};
use feirante_seller::lifecycle::{Outcome, expire};
use feirante_store::orders::{Changed, DuePage};
use feirante_store::{Budget, StoreError};

use crate::{ExpireReservations, LEAST, NAME, Summary, TIME};

/// Orders that are listed at once.
const PAGE: i32 = 100;

impl ExpireReservations {
    /// Releases what is due at `now` while there is time, the longest due first. What can't be released
    /// does not keep the rest: neither its neighbours, nor those behind it in the list, which goes on
    /// whatever becomes of a page. The parts of the index take turns, so that none has all the time.
    pub(crate) async fn release_due(
        &self,
        now: Instant,
        deadline: Deadline,
        summary: &mut Summary,
    ) {
        let mut pages: VecDeque<_> = DuePage::first().collect();
        while let Some(page) = pages.pop_front() {
            if is_over(deadline) {
                return;
            }
            let listed = self.orders.due(now, page, PAGE, Budget::of(TIME)).await;
            let due = match listed {
                Ok((due, next)) => {
                    pages.extend(next);
                    due
                }
                Err(error) => {
                    summary.failed += 1;
                    tracing::error!(function = NAME, %error, "what is due can't be listed");
                    continue;
                }
            };
            for id in &due {
                if is_over(deadline) {
                    return;
                }
                self.release_one(id, now, summary).await;
            }
        }
    }

    async fn release_one(&self, id: &OrderId, now: Instant, summary: &mut Summary) {
        // Boxed: its future is large, and it is one of many.
        let why = match caught(Box::pin(self.release(id, now))).await {
            Ok(Ok(expired)) => {
                summary.expired += u32::from(expired);
                return;
            }
            Ok(Err(error)) => error.to_string(),
            Err(panicked) => panicked.to_string(),
        };
        summary.failed += 1;
        tracing::error!(function = NAME, order = id.as_str(), why, "not released");
    }

    /// Whether the order was due and is expired now. The index lags behind the order: one that was
    /// paid meanwhile is left alone, and the write fails if it is paid at this very moment.
    async fn release(&self, id: &OrderId, now: Instant) -> Result<bool, StoreError> {
        let budget = Budget::of(TIME);
        let Some(order) = self.orders.get(id, budget).await? else {
            return Ok(false);
        };
        let Outcome::Change(transition, ()) = expire(&order, now) else {
            return Ok(false);
        };
        match self
            .orders
            .change(&transition, &self.offers, budget)
            .await?
        {
            Changed::Written => {
                tracing::info!(function = NAME, order = id.as_str(), "reservation expired");
                Ok(true)
            }
            Changed::Overtaken(_) => Ok(false),
            Changed::OutOfStock(_) => Err(StoreError::Corrupt {
                item: format!("stock of order {id}"),
                detail: "a SKU it reserves is gone".to_owned(),
            }),
        }
    }
}

/// Whether nothing more is begun.
fn is_over(deadline: Deadline) -> bool {
    let is_over = deadline.left() < LEAST;
    if is_over {
        tracing::warn!(function = NAME, "out of time: the next run goes on");
    }
    is_over
}
