//! Gives back what was reserved for orders that were never paid, and counts what is late (by schedule).
//!
//! The database's own time to live is not relied on: it may be days late, and it would take the
//! order with it.

mod late;
mod release;

use std::convert::Infallible;
use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::metrics::{Metric, Metrics};
use feirante_lambda::{Clients, Deadline, Environment, Error, start};
use feirante_models::Instant;
use feirante_store::{Offers, Orders};
use jiff::SignedDuration;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

const NAME: &str = "expire-reservations";

/// How long one order may take, or one page of them.
const TIME: Duration = Duration::from_secs(5);

/// How long it may take to count what is late.
const COUNTING: Duration = Duration::from_secs(5);

/// Nothing is released where an invocation leaves less: what is begun then would be cut off, or nothing
/// be counted after it.
pub const LEAST: Duration = Duration::from_secs(12);

/// The function.
#[derive(Debug)]
pub struct ExpireReservations {
    offers: Offers,
    orders: Orders,
    /// An order that is not wholly invoiced so long after its authorization is late.
    invoice_within: SignedDuration,
}

/// What a schedule sends.
#[derive(Debug, Deserialize)]
pub struct Tick {
    /// The moment by which reservations are due.
    pub time: Instant,
}

/// What a run did, and what it found.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Orders that expired.
    pub expired: u32,
    /// Orders that could not be changed, and lists and counts that could not be had; the next run tries
    /// them again.
    pub failed: u32,
    /// Reservations that should have ended some time ago and have not; `None`: not counted.
    pub overdue_reservations: Option<u32>,
    /// Orders whose invoices are late; `None`: not counted.
    pub late_invoices: Option<u32>,
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
            invoice_within: environment.invoice_within()?,
        })
    }

    /// Releases what is due, then counts what is late: what was due until now is not.
    pub async fn respond(&self, tick: &Tick, deadline: Deadline) -> Summary {
        let mut summary = Summary::default();
        self.release_due(tick.time, deadline, &mut summary).await;
        self.count_late(tick.time, &mut summary).await;
        summary
    }
}

impl Summary {
    /// What could not be counted is not told as nothing.
    fn metrics(&self) -> Metrics {
        let mut metrics = Metrics::of(NAME);
        metrics.add(Metric::Expired, i64::from(self.expired));
        metrics.add(Metric::Failures, i64::from(self.failed));
        for (metric, counted) in [
            (Metric::OverdueReservations, self.overdue_reservations),
            (Metric::LateInvoices, self.late_invoices),
        ] {
            if let Some(counted) = counted {
                metrics.add(metric, i64::from(counted));
            }
        }
        metrics
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
        let deadline = Deadline::of(&event.context);
        // Boxed: a function's future is deep, and the runtime wraps it many times.
        let summary = Box::pin(function.respond(&event.payload, deadline)).await;
        summary.metrics().write();
        Ok::<_, Infallible>(summary)
    }))
    .await
}

#[cfg(test)]
mod tests;
