//! Sends the ERP's invoices to the marketplace (queue `erp-invoices`; C7, protocol §3.6).
//!
//! An invoice is accepted first, in one write that holds back cancellations; then the marketplace
//! is told; then the order says so and its stock moves, in another. What dies in between is done
//! again by the message when it comes back, under the same number, which changes nothing at the
//! marketplace.

use std::time::Duration;

use feirante_delivery::{
    Dispatcher, Done, Errand, RECORD_TIME, StartError, Undecided, Undeliverable,
};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::environment::TRACKING_URL;
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment, Error};
use feirante_marketplace::{Call, calls};
use feirante_models::erp::{InvoiceMessage, Shipment};
use feirante_models::events::FailedDelivery;
use feirante_models::outward::InvoiceBody;
use feirante_models::{Instant, OrderId};
use feirante_seller::ledger::Invoice;
use feirante_seller::lifecycle::{AcceptedInvoice, accept_invoice, invoice_sent};
use feirante_seller::order::Order;
use feirante_seller::package::Package;
use feirante_seller::settings::Marketplace;
use feirante_seller::turns::Turns;
use feirante_store::orders::{Decided, Known, Part};
use feirante_store::{Budget, Offers, Orders};
use serde_json::json;

/// How long a message may read the database before anything is sent.
const READ_TIME: Duration = Duration::from_secs(3);

/// The function.
#[derive(Debug)]
pub struct SendInvoice {
    dispatcher: Dispatcher,
    offers: Offers,
    orders: Orders,
    queues: aws_sdk_sqs::Client,
    tracking_url: String,
    queue: SourceQueue,
    dead_letters: DeadLetters,
}

/// What is to be done about an invoice that holds.
enum Next {
    /// The marketplace is to be told; the turn is taken.
    Send(Box<Order>, Turns),
    /// The marketplace has it.
    Sent(OrderId),
}

impl SendInvoice {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(environment: Environment<'_>, clients: Clients) -> Result<Self, StartError> {
        Ok(Self {
            dispatcher: Dispatcher::start(&environment, &clients).await?,
            offers: clients.offers(&environment)?,
            orders: clients.orders(&environment)?,
            queues: clients.sqs(),
            tracking_url: environment.text(TRACKING_URL)?,
            queue: clients.source_queue(&environment)?,
            dead_letters: clients.dead_letters(&environment)?,
        })
    }

    fn undeliverable(&self) -> Undeliverable<'_> {
        Undeliverable {
            orders: &self.orders,
            kind: FailedDelivery::Invoice,
        }
    }

    /// The request, and whom it goes to.
    async fn call(
        &self,
        message: &InvoiceMessage,
        order: &Order,
        from: &Message<'_>,
    ) -> Result<(Marketplace, Call), Failure> {
        let marketplace = self.dispatcher.marketplace(&order.account).await?;
        let body = InvoiceBody::of(message, from.sent_at);
        let services = order.services_endpoint.as_deref();
        let call = calls::invoice(&marketplace, services, &order.marketplace_order_id, &body)
            .map_err(|why| Rejection::refused(400, why.to_string()))?;
        Ok((marketplace, call))
    }

    /// Accepts the invoice, if it was not before, and takes the turn to send it.
    async fn accept(
        &self,
        invoice: &Invoice,
        order: Order,
        package: &Package,
        from: &Message<'_>,
    ) -> Result<Next, Failure> {
        let now = Instant::now();
        let id = order.order_id.clone();
        let part = Part::Invoice(&invoice.number);
        // What an invoice of this number that was refused has left behind counts no more.
        let taken = Errand::taken(&package.invoice.settled(&invoice.content_hash), now);
        let beside = self.orders.beside(&id, part, &taken, Known::Nothing)?;
        let mut after = None;
        let decide = |order: &Order| {
            let outcome = accept_invoice(order, invoice, now)
                .map_err(|why| Undecided::refused(order, &why))?;
            after = Some(outcome.order_after(order).clone());
            Ok(outcome)
        };
        let budget = Budget::of(RECORD_TIME);
        let decided = self
            .orders
            .decide_beside(order, None, &beside, budget, decide)
            .await;
        let accepted = match decided {
            Ok(Decided::Settled(accepted)) => accepted,
            Ok(Decided::OutOfStock(_)) => return Err(gone(&id)),
            Err(undecided) => {
                let undeliverable = self.undeliverable();
                let number = Some(&invoice.number);
                return Err(undeliverable.undecided(undecided, number).await);
            }
        };
        let Some(order) = after else {
            return Err(gone(&id));
        };
        match accepted {
            AcceptedInvoice::Accepted => Ok(Next::Send(Box::new(order), taken)),
            AcceptedInvoice::Pending => {
                let errand = self.errand(&id, invoice);
                let taken = errand.take(&package.invoice, now).await?;
                Ok(Next::Send(Box::new(order), taken))
            }
            AcceptedInvoice::Sent => Ok(Next::Sent(id)),
            AcceptedInvoice::HeldBack => Err(Failure::Wait {
                until: from.looks_again(now),
                why: "the order is being canceled".to_owned(),
            }),
        }
    }

    fn errand<'a>(&'a self, id: &'a OrderId, invoice: &'a Invoice) -> Errand<'a> {
        Errand {
            orders: &self.orders,
            order: id,
            part: Part::Invoice(&invoice.number),
            request: &invoice.content_hash,
        }
    }

    /// Tells the marketplace, and writes what it makes of it.
    async fn send(
        &self,
        message: &InvoiceMessage,
        (marketplace, call): (&Marketplace, &Call),
        invoice: &Invoice,
        order: Order,
        package: &Package,
        taken: &Turns,
    ) -> Result<(), Failure> {
        let id = order.order_id.clone();
        let errand = self.errand(&id, invoice);
        let done = errand
            .make(&self.dispatcher, marketplace, call, taken)
            .await?;
        match done {
            Done::Sent(sent, turns) => {
                let shipments = message
                    .shipment
                    .as_ref()
                    .map(|shipment| package.shipments.with(shipment));
                let known = shipments.as_ref().map_or(Known::Nothing, Known::Shipments);
                let beside = self.orders.beside(&id, errand.part, &turns, known)?;
                let (shipped, now) = (shipments.is_some(), Instant::now());
                let decide = |order: &Order| {
                    let sent = sent.clone();
                    Ok::<_, Failure>(invoice_sent(order, &invoice.number, shipped, sent, now))
                };
                let (offers, budget) = (Some(&self.offers), Budget::of(RECORD_TIME));
                match self
                    .orders
                    .decide_beside(order, offers, &beside, budget, decide)
                    .await?
                {
                    Decided::Settled(()) => Ok(()),
                    Decided::OutOfStock(_) => Err(gone(&id)),
                }
            }
            Done::GivenUp {
                finality,
                status,
                detail,
                turns,
            } => {
                let beside = self
                    .orders
                    .beside(&id, errand.part, &turns, Known::Nothing)?;
                let rejection = Rejection::refused(status, detail);
                let number = Some(&invoice.number);
                Err(self
                    .undeliverable()
                    .note(order, number, rejection, finality, &beside)
                    .await)
            }
        }
    }

    /// An invoice that came again, now with its tracking number: that goes the way of all tracking
    /// numbers.
    async fn pass_on(&self, order: &OrderId, message: &InvoiceMessage) -> Result<(), Failure> {
        let Some(shipment) = &message.shipment else {
            return Ok(());
        };
        self.queues
            .send_message()
            .queue_url(&self.tracking_url)
            .message_body(tracking_message(order, message, shipment))
            .send()
            .await?;
        Ok(())
    }
}

/// A shipment as the ERP would send it by itself.
fn tracking_message(order: &OrderId, message: &InvoiceMessage, shipment: &Shipment) -> String {
    json!({
        "orderId": order,
        "invoiceNumber": message.number,
        "courier": shipment.courier,
        "trackingNumber": shipment.tracking_number,
        "trackingUrl": shipment.tracking_url,
        "dispatchedDate": shipment.dispatched_date,
    })
    .to_string()
}

fn gone(order: &OrderId) -> Failure {
    Failure::Later(format!("order {order}, or a SKU of it, is gone"))
}

impl QueueFunction for SendInvoice {
    const NAME: &'static str = "send-invoice";

    fn queue(&self) -> &SourceQueue {
        &self.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let read = match InvoiceMessage::read(message.body.as_bytes()) {
            Ok(read) => read,
            Err(problem) => return Err(self.undeliverable().unread(message.body, &problem).await),
        };
        let id = read.order.order_id();
        let budget = Budget::of(READ_TIME);
        let found = self
            .orders
            .get_with_package(&id, &read.number, budget)
            .await?;
        let Some((order, package)) = found else {
            return Err(self.undeliverable().unknown(&id));
        };
        let (marketplace, call) = match self.call(&read, &order, message).await {
            Ok(found) => found,
            Err(failure) => {
                let undeliverable = self.undeliverable();
                return Err(undeliverable
                    .failed(order, Some(&read.number), failure)
                    .await);
            }
        };
        let invoice = Invoice::of(&read, message.sent_at);
        match self.accept(&invoice, order, &package, message).await? {
            Next::Send(order, taken) => {
                let to = (&marketplace, &call);
                self.send(&read, to, &invoice, *order, &package, &taken)
                    .await
            }
            Next::Sent(id) => {
                let told = &package.shipments.told;
                let news = |shipment: &Shipment| !told.contains(&shipment.hash());
                if read.shipment.as_ref().is_some_and(news) {
                    self.pass_on(&id, &read).await?;
                }
                Ok(())
            }
        }
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    queue::run(SendInvoice::start).await
}
