//! Tells the marketplace how far the seller agrees to a modification of an order (queue `agreements`;
//! C11, protocol §3.12): that it is known, and that it is applied.
//!
//! The messages come from the orders' own changes. One whose agreement the marketplace does not wait
//! for any more is dropped.

use std::time::Duration;

use feirante_delivery::{
    Done, Errand, READ_TIME, RECORD_TIME, Sender, StartError, Stopped, Undeliverable, times,
};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment, Error};
use feirante_marketplace::{Call, calls};
use feirante_models::Instant;
use feirante_models::events::FailedDelivery;
use feirante_models::modification::{AgreementMessage, AgreementName};
use feirante_models::outward::AgreementBody;
use feirante_seller::lifecycle::{agreement_sent, owes_agreement};
use feirante_seller::order::Order;
use feirante_seller::settings::Marketplace;
use feirante_seller::turns::Turns;
use feirante_store::orders::{Beside, Known, Part};
use feirante_store::{Budget, StoreError};

/// The function.
#[derive(Debug)]
pub struct SendAgreement {
    sender: Sender,
}

impl SendAgreement {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(environment: Environment<'_>, clients: Clients) -> Result<Self, StartError> {
        let kind = FailedDelivery::Agreement;
        Ok(Self {
            sender: Sender::start(kind, &environment, &clients).await?,
        })
    }

    /// Tells the marketplace, if it is owed that still, and writes what it makes of it.
    async fn deliver(
        &self,
        message: &AgreementMessage,
        order: Order,
        turns: &Turns,
    ) -> Result<(), Stopped> {
        let AgreementMessage {
            change_request_id: id,
            agreement_type: agreement,
            ..
        } = message;
        let errand = Errand {
            orders: &self.sender.orders,
            order: &order.order_id,
            part: Part::Agreement(id),
            request: agreement.as_str(),
        };
        let now = Instant::now();
        if !owes_agreement(&order, id, *agreement) {
            return Ok(errand.forget(turns, now).await?);
        }
        let begun = turns.has_put_off(errand.request);
        let called = self.call(message, &order).await;
        let (marketplace, call) = called.map_err(|failure| Stopped::unable(failure, begun))?;
        let taken = errand.take(turns, now).await?;
        let done = errand.make(&self.sender.dispatcher, &marketplace, &call, &taken);
        let (sent, turns) = match done.await? {
            Done::Sent(sent, turns) => (sent, turns),
            Done::GivenUp {
                finality,
                status,
                detail,
                turns,
            } => {
                let over = self.beside(&order, message, &turns)?;
                let rejection = Rejection::refused(status, detail);
                return Err(Stopped::given_up(rejection, finality, over));
            }
        };
        let (now, told) = (Instant::now(), self.beside(&order, message, &turns)?);
        let decide = |order: &Order| {
            let sent = sent.clone();
            Ok::<_, Failure>(agreement_sent(order, id, *agreement, sent, now))
        };
        let budget = Budget::of(RECORD_TIME);
        let written = self.sender.orders.conclude(order, &told, budget, decide);
        written
            .await
            .map_err(|failure| Stopped::untold(failure, told.clone()))
    }

    /// What becomes of the message about an agreement that can't be delivered.
    const fn undeliverable<'a>(&'a self, agreement: &'a AgreementName) -> Undeliverable<'a> {
        Undeliverable {
            agreement: Some(agreement),
            ..self.sender.undeliverable()
        }
    }

    fn beside(
        &self,
        order: &Order,
        message: &AgreementMessage,
        turns: &Turns,
    ) -> Result<Beside, StoreError> {
        let part = Part::Agreement(&message.change_request_id);
        let orders = &self.sender.orders;
        orders.beside(&order.order_id, part, turns, Known::Nothing)
    }

    /// The request, and whom it goes to.
    async fn call(
        &self,
        message: &AgreementMessage,
        order: &Order,
    ) -> Result<(Marketplace, Call), Failure> {
        let marketplace = self.sender.dispatcher.marketplace(&order.account).await?;
        let body = AgreementBody {
            agreement_type: message.agreement_type,
        };
        let call = calls::agreement(
            &marketplace,
            order.services_endpoint.as_deref(),
            &order.marketplace_order_id,
            message.change_request_id.as_str(),
            &body,
        );
        let call = call.map_err(|why| Rejection::refused(400, why.to_string()))?;
        Ok((marketplace, call))
    }
}

impl QueueFunction for SendAgreement {
    const NAME: &'static str = "send-agreement";

    const LONGEST: Duration = times::MESSAGE;

    fn queue(&self) -> &SourceQueue {
        &self.sender.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.sender.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let read = match AgreementMessage::read(message.body.as_bytes()) {
            Ok(read) => read,
            Err(problem) => {
                let undeliverable = self.sender.undeliverable();
                return Err(undeliverable.unread(message.body, &problem).await);
            }
        };
        let name = read.name();
        let undeliverable = self.undeliverable(&name);
        let (id, change) = (&read.order_id, &read.change_request_id);
        let budget = Budget::of(READ_TIME);
        let found = self.sender.orders.get_with_agreement(id, change, budget);
        let (order, turns) = match found.await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(undeliverable.unknown(id)),
            Err(error) => return Err(undeliverable.unreadable(id, None, error).await),
        };
        match self.deliver(&read, order.clone(), &turns).await {
            Ok(()) => Ok(()),
            Err(stopped) => Err(undeliverable.stopped(order, None, stopped).await),
        }
    }

    async fn waited_in_vain(&self, message: &Message<'_>, rejection: Rejection) -> Failure {
        let Ok(read) = AgreementMessage::read(message.body.as_bytes()) else {
            return rejection.into();
        };
        let name = read.name();
        let undeliverable = self.undeliverable(&name);
        undeliverable
            .waited_in_vain(&read.order_id, None, rejection)
            .await
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    queue::run(SendAgreement::start).await
}
