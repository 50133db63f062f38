//! Gives back what was reserved for orders that were never paid (by schedule).
//!
//! The database's own time to live is not relied on: it may be days late, and it would take the
//! order with it.

use std::convert::Infallible;
use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::metrics::{Metrics, Unit};
use feirante_lambda::panics::caught;
use feirante_lambda::{Clients, Environment, Error, start};
use feirante_models::{Instant, OrderId};
use feirante_seller::lifecycle::{Outcome, expire};
use feirante_store::orders::Changed;
use feirante_store::{Budget, Offers, Orders, StoreError};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

const NAME: &str = "expire-reservations";

/// Orders of each part of the index a run takes at most; the next run takes the rest.
const AT_ONCE: i32 = 100;

/// How long one order may take.
const TIME: Duration = Duration::from_secs(5);

/// The function.
#[derive(Debug)]
pub struct ExpireReservations {
    offers: Offers,
    orders: Orders,
}

/// What a schedule sends.
#[derive(Debug, Deserialize)]
pub struct Tick {
    /// The moment by which reservations are due.
    pub time: Instant,
}

/// What a run did.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Orders that expired.
    pub expired: u32,
    /// Orders that could not be changed; the next run tries them again.
    pub failed: u32,
}

impl ExpireReservations {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    #[allow(clippy::unused_async, reason = "functions start the same way")]
    pub async fn start(
        environment: Environment<'_>,
        clients: Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            offers: clients.offers(&environment)?,
            orders: clients.orders(&environment)?,
        })
    }

    /// Releases what is due. One order that can't be released does not keep the others.
    ///
    /// # Errors
    /// When the due orders can't be listed.
    pub async fn release_due(&self, tick: &Tick) -> Result<Summary, StoreError> {
        let due = self
            .orders
            .due(tick.time, AT_ONCE, Budget::of(TIME))
            .await?;
        let mut summary = Summary::default();
        for id in &due {
            match caught(self.release(id, tick.time)).await {
                Ok(Ok(true)) => summary.expired += 1,
                Ok(Ok(false)) => {}
                Ok(Err(error)) => {
                    summary.failed += 1;
                    tracing::error!(function = NAME, order = id.as_str(), %error, "not released");
                }
                Err(panicked) => {
                    summary.failed += 1;
                    tracing::error!(function = NAME, order = id.as_str(), %panicked, "not released");
                }
            }
        }
        Ok(summary)
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

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    let function = start::ready(ExpireReservations::start).await?;
    let function = &function;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Tick>| async move {
        let summary = function
            .release_due(&event.payload)
            .await
            .unwrap_or_else(|error| {
                tracing::error!(function = NAME, %error, "what is due can't be listed");
                Summary {
                    expired: 0,
                    failed: 1,
                }
            });
        let mut metrics = Metrics::of(NAME);
        metrics.add("Expired", Unit::Count, i64::from(summary.expired));
        metrics.add("Failures", Unit::Count, i64::from(summary.failed));
        metrics.write();
        Ok::<_, Infallible>(summary)
    }))
    .await
}
