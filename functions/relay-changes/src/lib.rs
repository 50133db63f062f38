//! Carries changes of the tables on: of orders to the ERP (queue `erp-orders.fifo`), of offers to the
//! marketplaces (queue `notifications`).

mod follow_up;
mod modified;
pub mod offers;
pub mod orders;
mod told;

use aws_lambda_events::dynamodb::EventRecord;
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::stream::{self, StreamFunction};
use feirante_lambda::dead_letters::DeadLetters;
use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::metrics::Metrics;
use feirante_lambda::{Clients, Environment, Error};
use feirante_store::Budget;
use feirante_store::offers::is_of_offers;

use crate::offers::{Gathered, OfferChanges};
use crate::orders::OrderChanges;
use crate::told::Told;

/// The function.
#[derive(Debug)]
pub struct RelayChanges {
    orders: OrderChanges,
    offers: OfferChanges,
    dead_letters: DeadLetters,
}

/// What the changes of a batch come to. They are of orders or of offers: each table has a stream of its
/// own.
#[derive(Debug, Default)]
pub struct Batch {
    gathered: Gathered,
    told: Told,
}

impl RelayChanges {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(
        environment: Environment<'_>,
        clients: Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            orders: OrderChanges::start(&environment, &clients)?,
            offers: OfferChanges::start(&environment, &clients).await?,
            dead_letters: clients.dead_letters(&environment)?,
        })
    }
}

impl StreamFunction for RelayChanges {
    const NAME: &'static str = "relay-changes";

    type Batch = Batch;

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(
        &self,
        record: &EventRecord,
        batch: &mut Batch,
        budget: Budget,
    ) -> Result<(), Failure> {
        if is_of_offers(&record.change.keys) {
            return self.offers.gather(record, &mut batch.gathered).await;
        }
        if let Some(event) = self.orders.handle(record, budget).await? {
            batch.told.of(event);
        }
        Ok(())
    }

    fn measure(batch: &Batch, metrics: &mut Metrics) {
        batch.told.measure(metrics);
    }

    async fn finish(&self, batch: Batch, _: Budget) -> Result<(), Failure> {
        self.offers.send(batch.gathered).await
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    stream::run(RelayChanges::start).await
}
