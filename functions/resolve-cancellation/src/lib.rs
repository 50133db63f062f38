//! Takes the ERP's decisions about cancellations (queue `erp-cancellations`): its answers to the
//! marketplace's requests, and its own, which the marketplace is told (C10, protocol §3.4, §3.5).

mod answer;
mod cancel;

use std::time::Duration;

use feirante_delivery::{Sender, StartError, times};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::Instant;
use feirante_models::erp::{CancellationAction, CancellationMessage};
use feirante_models::events::FailedDelivery;
use feirante_store::Offers;

use cancel::Wanted;

/// The function.
#[derive(Debug)]
pub struct ResolveCancellation {
    sender: Sender,
    offers: Offers,
}

impl ResolveCancellation {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(environment: Environment<'_>, clients: Clients) -> Result<Self, StartError> {
        Ok(Self {
            sender: Sender::start(FailedDelivery::Cancellation, &environment, &clients).await?,
            offers: clients.offers(&environment)?,
        })
    }
}

/// An invoice is on its way: whether it arrives decides.
fn held_back(message: &Message<'_>) -> Failure {
    Failure::Wait {
        until: message.looks_again(Instant::now()),
        why: "an invoice of the order is on its way".to_owned(),
    }
}

impl QueueFunction for ResolveCancellation {
    const NAME: &'static str = "resolve-cancellation";

    const LONGEST: Duration = times::MESSAGE;

    fn queue(&self) -> &SourceQueue {
        &self.sender.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.sender.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let decision = match CancellationMessage::read(message.body.as_bytes()) {
            Ok(decision) => decision,
            Err(problem) => {
                let undeliverable = self.sender.undeliverable();
                return Err(undeliverable.unread(message.body, &problem).await);
            }
        };
        let id = decision.order.order_id();
        match decision.action {
            CancellationAction::Cancel { reason, rejection } => {
                let wanted = Wanted { reason, rejection };
                self.cancel(&id, &wanted, message).await?;
            }
            CancellationAction::Confirm => self.confirm(&id, message).await?,
            CancellationAction::Refuse { reason } => self.refuse(&id, reason).await?,
        }
        tracing::info!(
            function = Self::NAME,
            order = id.as_str(),
            "cancellation decided"
        );
        Ok(())
    }

    async fn waited_in_vain(&self, message: &Message<'_>, rejection: Rejection) -> Failure {
        let Ok(decision) = CancellationMessage::read(message.body.as_bytes()) else {
            return rejection.into();
        };
        let id = decision.order.order_id();
        let undeliverable = self.sender.undeliverable();
        undeliverable.waited_in_vain(&id, None, rejection).await
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    queue::run(ResolveCancellation::start).await
}
