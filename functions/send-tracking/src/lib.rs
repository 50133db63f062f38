//! Tells the marketplace tracking numbers and where packages are (queue `erp-tracking`; C8 and C9,
//! protocol §3.7, §3.8).
//!
//! A message that comes before its invoice, or before the tracking number, waits with its order;
//! `relay-changes` puts it back on the queue when what it waits for has been sent.

mod news;
mod steps;
mod tell;

use std::time::Duration;

use feirante_delivery::{Sender, StartError, times};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::Instant;
use feirante_models::erp::TrackingMessage;
use feirante_models::events::FailedDelivery;
use feirante_seller::package::message_hash;

/// Steps of one message: its tracking number, where the package is, and that both are told. Beyond
/// them the order has changed in between, which it seldom does.
const STEPS: usize = 6;

/// The function.
#[derive(Debug)]
pub struct SendTracking(Sender);

/// A message and what it is called.
struct Tracking<'a> {
    message: TrackingMessage,
    body: &'a str,
    hash: String,
    sent_at: Instant,
}

impl SendTracking {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(environment: Environment<'_>, clients: Clients) -> Result<Self, StartError> {
        let sender = Sender::start(FailedDelivery::Tracking, &environment, &clients).await?;
        Ok(Self(sender))
    }
}

impl QueueFunction for SendTracking {
    const NAME: &'static str = "send-tracking";

    const LONGEST: Duration = times::MESSAGE;

    fn queue(&self) -> &SourceQueue {
        &self.0.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.0.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let tracking = match TrackingMessage::read(message.body.as_bytes()) {
            Ok(read) => Tracking {
                message: read,
                body: message.body,
                hash: message_hash(message.body),
                sent_at: message.sent_at,
            },
            Err(problem) => {
                let undeliverable = self.0.undeliverable();
                return Err(undeliverable.unread(message.body, &problem).await);
            }
        };
        for _ in 0..STEPS {
            if self.step(&tracking).await? {
                return Ok(());
            }
            // The invocation must not end between the marketplace's answer and its record.
            message.has(times::MESSAGE)?;
        }
        // Others are at the same order, which is no failure.
        Err(Failure::Wait {
            until: Instant::now(),
            why: "the order changes again and again".to_owned(),
        })
    }

    async fn waited_in_vain(&self, message: &Message<'_>, rejection: Rejection) -> Failure {
        let Ok(read) = TrackingMessage::read(message.body.as_bytes()) else {
            return rejection.into();
        };
        let (id, number) = (read.order.order_id(), &read.invoice_number);
        let undeliverable = self.0.undeliverable();
        undeliverable
            .waited_in_vain(&id, Some(number), rejection)
            .await
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    queue::run(SendTracking::start).await
}
