//! Carries changes of the tables on: of orders to the ERP (queue `erp-orders.fifo`), of offers to the
//! marketplaces (queue `notifications`).

mod follow_up;
mod modified;
pub mod offers;
pub mod orders;

use aws_lambda_events::dynamodb::EventRecord;
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::stream::{self, StreamFunction};
use feirante_lambda::dead_letters::DeadLetters;
use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::{Clients, Environment, Error};
use feirante_store::Budget;
use feirante_store::offers::is_of_offers;

use crate::offers::{Gathered, OfferChanges};
use crate::orders::OrderChanges;

/// The function.
#[derive(Debug)]
pub struct RelayChanges {
    orders: OrderChanges,
    offers: OfferChanges,
    dead_letters: DeadLetters,
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

    /// Of a batch of offers, which holds no orders: each table has a stream of its own.
    type Batch = Gathered;

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(
        &self,
        record: &EventRecord,
        gathered: &mut Gathered,
        budget: Budget,
    ) -> Result<(), Failure> {
        if is_of_offers(&record.change.keys) {
            self.offers.gather(record, gathered).await
        } else {
            self.orders.handle(record, budget).await
        }
    }

    async fn finish(&self, gathered: Gathered, _: Budget) -> Result<(), Failure> {
        self.offers.send(gathered).await
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    stream::run(RelayChanges::start).await
}
