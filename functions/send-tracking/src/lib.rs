//! Tells the marketplace tracking numbers and where packages are (queue `erp-tracking`; C8 and C9,
//! protocol §3.7, §3.8).
//!
//! A message that comes before its invoice, or before the tracking number, waits with its order;
//! `relay-changes` puts it back on the queue when what it waits for has been sent.

mod news;

use std::time::Duration;

use feirante_delivery::{
    Dispatcher, Done, Errand, READ_TIME, RECORD_TIME, StartError, Undeliverable, times,
};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment, Error};
use feirante_marketplace::Call;
use feirante_models::Instant;
use feirante_models::erp::TrackingMessage;
use feirante_models::events::FailedDelivery;
use feirante_seller::order::Order;
use feirante_seller::package::{Package, Step, message_hash, next_step};
use feirante_seller::settings::Marketplace;
use feirante_seller::turns::Turns;
use feirante_store::orders::{Known, Part};
use feirante_store::{Budget, Orders};

use crate::news::News;

/// Steps of one message: its tracking number, where the package is, and that both are told. Beyond
/// them the order has changed in between, which it seldom does.
const STEPS: usize = 6;

/// The function.
#[derive(Debug)]
pub struct SendTracking {
    dispatcher: Dispatcher,
    orders: Orders,
    queue: SourceQueue,
    dead_letters: DeadLetters,
}

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
        Ok(Self {
            dispatcher: Dispatcher::start(&environment, &clients).await?,
            orders: clients.orders(&environment)?,
            queue: clients.source_queue(&environment)?,
            dead_letters: clients.dead_letters(&environment)?,
        })
    }

    fn undeliverable(&self) -> Undeliverable<'_> {
        Undeliverable {
            orders: &self.orders,
            kind: FailedDelivery::Tracking,
        }
    }

    /// Does the message's next step; `true`: there is none after it.
    async fn step(&self, tracking: &Tracking<'_>) -> Result<bool, Failure> {
        let number = &tracking.message.invoice_number;
        let id = tracking.message.order.order_id();
        let budget = Budget::of(READ_TIME);
        let found = self.orders.get_with_package(&id, number, budget).await?;
        let Some((order, package)) = found else {
            return Err(self.undeliverable().unknown(&id));
        };
        if package.is_behind(&order, number, Instant::now()) {
            return Ok(false);
        }
        let news = match next_step(&order, &package, &tracking.message, tracking.sent_at) {
            Ok(Step::Ship(shipment)) => News::Shipment(shipment),
            Ok(Step::Report(progress)) => News::Progress(progress),
            Ok(Step::KeepWaiting) => return self.keep(tracking, order, &package).await,
            Ok(Step::Done) => {
                self.forget(tracking, &order, &package).await?;
                return Ok(true);
            }
            Err(why) => {
                self.forget(tracking, &order, &package).await?;
                let rejection = Rejection::refused(409, why.to_string());
                return Err(self
                    .undeliverable()
                    .refused(order, Some(number), rejection)
                    .await);
            }
        };
        self.send(tracking, news, order, &package).await?;
        Ok(false)
    }

    /// Keeps the message with the order, if there is room for it; `false`: something has changed
    /// meanwhile.
    async fn keep(
        &self,
        tracking: &Tracking<'_>,
        order: Order,
        package: &Package,
    ) -> Result<bool, Failure> {
        let (number, hash) = (&tracking.message.invoice_number, &tracking.hash);
        let budget = Budget::of(READ_TIME);
        let room = self.orders.waiting(&order.order_id, budget).await?;
        if let Err(full) = room.admit(number, hash, tracking.body) {
            let rejection = Rejection::refused(409, full.to_string());
            let undeliverable = self.undeliverable();
            return Err(undeliverable.refused(order, Some(number), rejection).await);
        }
        let waiting = package.as_it_waits(hash, tracking.body, tracking.sent_at);
        let (read, budget) = ((&order, package), Budget::of(RECORD_TIME));
        let kept = self
            .orders
            .keep_waiting(read, number, hash, &waiting, budget);
        Ok(kept.await?)
    }

    /// Lets go of a message that is dealt with: of itself, if it waited with the order, and of its
    /// attempts, if another one has told its news. It is on the queue until that is done.
    async fn forget(
        &self,
        tracking: &Tracking<'_>,
        order: &Order,
        package: &Package,
    ) -> Result<(), Failure> {
        let (number, hash) = (&tracking.message.invoice_number, &tracking.hash);
        for (part, turns) in [
            (Part::Shipment(number), &package.shipment),
            (Part::Progress(number), &package.progress),
        ] {
            let errand = Errand {
                orders: &self.orders,
                order: &order.order_id,
                part,
                request: hash,
            };
            errand.forget(turns, Instant::now()).await?;
        }
        self.stop_waiting(tracking, order, package).await
    }

    async fn stop_waiting(
        &self,
        tracking: &Tracking<'_>,
        order: &Order,
        package: &Package,
    ) -> Result<(), Failure> {
        let (number, hash) = (&tracking.message.invoice_number, &tracking.hash);
        if package.waiting.contains_key(hash) {
            let budget = Budget::of(RECORD_TIME);
            self.orders
                .stop_waiting(order, number, hash, budget)
                .await?;
        }
        Ok(())
    }

    /// The request, and whom it goes to.
    async fn call(
        &self,
        news: &News,
        order: &Order,
        tracking: &Tracking<'_>,
    ) -> Result<(Marketplace, Call), Failure> {
        let marketplace = self.dispatcher.marketplace(&order.account).await?;
        let call = news
            .call(&marketplace, order, tracking)
            .map_err(|why| Rejection::refused(400, why.to_string()))?;
        Ok((marketplace, call))
    }

    /// Tells the marketplace `news`, and writes what it makes of it.
    async fn send(
        &self,
        tracking: &Tracking<'_>,
        news: News,
        order: Order,
        package: &Package,
    ) -> Result<(), Failure> {
        let number = &tracking.message.invoice_number;
        let id = order.order_id.clone();
        let (marketplace, call) = match self.call(&news, &order, tracking).await {
            Ok(found) => found,
            Err(failure) => {
                let undeliverable = self.undeliverable();
                return Err(undeliverable.failed(order, Some(number), failure).await);
            }
        };
        let (part, turns): (_, &Turns) = match &news {
            News::Shipment(_) => (Part::Shipment(number), &package.shipment),
            News::Progress(_) => (Part::Progress(number), &package.progress),
        };
        let errand = Errand {
            orders: &self.orders,
            order: &id,
            part,
            request: &tracking.hash,
        };
        let taken = errand.take(turns, Instant::now()).await?;
        let done = errand
            .make(&self.dispatcher, &marketplace, &call, &taken)
            .await?;
        let (sent, turns) = match done {
            Done::Sent(sent, turns) => (sent, turns),
            Done::GivenUp {
                finality,
                status,
                detail,
                turns,
            } => {
                self.stop_waiting(tracking, &order, package).await?;
                let beside = self.orders.beside(&id, part, &turns, Known::Nothing)?;
                let rejection = Rejection::refused(status, detail);
                return Err(self
                    .undeliverable()
                    .note(order, Some(number), rejection, finality, &beside)
                    .await);
            }
        };
        let now = Instant::now();
        let decide =
            |order: &Order| Ok::<_, Failure>(news.told(order, tracking, sent.clone(), now));
        let beside = match &news {
            News::Shipment(shipment) => {
                let known = package.shipments.with(shipment, tracking.sent_at);
                self.orders
                    .beside(&id, part, &turns, Known::Shipments(&known))?
            }
            News::Progress(progress) => {
                let known = package.progress_told.with(progress);
                self.orders
                    .beside(&id, part, &turns, Known::Progress(&known))?
            }
        };
        let budget = Budget::of(RECORD_TIME);
        self.orders.conclude(order, &beside, budget, decide).await?;
        Ok(())
    }
}

impl QueueFunction for SendTracking {
    const NAME: &'static str = "send-tracking";

    const LONGEST: Duration = times::MESSAGE;

    fn queue(&self) -> &SourceQueue {
        &self.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let tracking = match TrackingMessage::read(message.body.as_bytes()) {
            Ok(read) => Tracking {
                message: read,
                body: message.body,
                hash: message_hash(message.body),
                sent_at: message.sent_at,
            },
            Err(problem) => return Err(self.undeliverable().unread(message.body, &problem).await),
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
        let undeliverable = self.undeliverable();
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
