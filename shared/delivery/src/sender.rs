//! What every function is made of that takes messages of the ERP and tells marketplaces about orders.

use feirante_lambda::dead_letters::DeadLetters;
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment};
use feirante_models::events::FailedDelivery;
use feirante_store::Orders;

use crate::{Dispatcher, StartError, Undeliverable};

/// The parts of such a function.
#[derive(Debug)]
pub struct Sender {
    /// Makes its requests.
    pub dispatcher: Dispatcher,
    /// Where orders are kept, and what is owed about them.
    pub orders: Orders,
    /// Where its messages come from.
    pub queue: SourceQueue,
    /// Where those go that can't be delivered.
    pub dead_letters: DeadLetters,
    kind: FailedDelivery,
}

impl Sender {
    /// Makes the parts of a function ready whose messages ask for `kind`.
    ///
    /// # Errors
    /// Names the variable that is missing, or why there is no HTTP client.
    pub async fn start(
        kind: FailedDelivery,
        environment: &Environment<'_>,
        clients: &Clients,
    ) -> Result<Self, StartError> {
        Ok(Self {
            dispatcher: Dispatcher::start(environment, clients).await?,
            orders: clients.orders(environment)?,
            queue: clients.source_queue(environment)?,
            dead_letters: clients.dead_letters(environment)?,
            kind,
        })
    }

    /// What becomes of a message that can't be delivered.
    #[must_use]
    pub const fn undeliverable(&self) -> Undeliverable<'_> {
        Undeliverable {
            orders: &self.orders,
            kind: self.kind,
            agreement: None,
        }
    }
}
