//! Sends the ERP's invoices to the marketplace (queue `erp-invoices`; C7, protocol §3.6).
//!
//! An invoice is accepted first, in one write that holds back cancellations; then the marketplace
//! is told; then the order says so and its stock moves, in another. What dies in between is done
//! again by the message when it comes back, under the same number, which changes nothing at the
//! marketplace.

mod accept;
mod settle;

use std::time::Duration;

use feirante_delivery::{Errand, READ_TIME, Sender, StartError, Stopped, times};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::environment::TRACKING_URL;
use feirante_lambda::sent_at::{self, SENT_AT};
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment, Error};
use feirante_marketplace::{Call, calls};
use feirante_models::erp::{InvoiceMessage, Shipment};
use feirante_models::events::FailedDelivery;
use feirante_models::outward::InvoiceBody;
use feirante_models::{Instant, OrderId};
use feirante_seller::ledger::Invoice;
use feirante_seller::order::Order;
use feirante_seller::package::Package;
use feirante_seller::settings::Marketplace;
use feirante_store::orders::Part;
use feirante_store::{Budget, Offers};
use serde_json::json;

use crate::accept::Next;

/// The function.
#[derive(Debug)]
pub struct SendInvoice {
    sender: Sender,
    offers: Offers,
    queues: aws_sdk_sqs::Client,
    tracking_url: String,
}

impl SendInvoice {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(environment: Environment<'_>, clients: Clients) -> Result<Self, StartError> {
        Ok(Self {
            sender: Sender::start(FailedDelivery::Invoice, &environment, &clients).await?,
            offers: clients.offers(&environment)?,
            queues: clients.sqs(),
            tracking_url: environment.text(TRACKING_URL)?,
        })
    }

    /// Accepts the invoice, tells the marketplace, and writes what it makes of it.
    async fn deliver(
        &self,
        message: &InvoiceMessage,
        order: Order,
        package: &Package,
        from: &Message<'_>,
    ) -> Result<(), Stopped> {
        let invoice = Invoice::of(message, from.sent_at);
        let known = order.invoices.get(&invoice.number);
        let begun = known.is_some_and(|known| known.content_hash == invoice.content_hash);
        let called = self.call(message, &order, from).await;
        let (marketplace, call) = called.map_err(|failure| Stopped::unable(failure, begun))?;
        match self.accept(&invoice, order, package, from).await? {
            Next::Send(order, taken) => {
                let done = self
                    .errand(&order.order_id, &invoice)
                    .make(&self.sender.dispatcher, &marketplace, &call, &taken)
                    .await?;
                let shipments = message
                    .shipment
                    .as_ref()
                    .map(|shipment| package.shipments.with(shipment, from.sent_at));
                self.settle(&invoice, shipments.as_ref(), *order, done)
                    .await
            }
            Next::Sent(id) => {
                let told = &package.shipments;
                let news = |shipment: &Shipment| told.lack(shipment, from.sent_at);
                if message.shipment.as_ref().is_some_and(news) {
                    self.pass_on(&id, message, from.sent_at).await?;
                }
                Ok(())
            }
        }
    }

    /// The request, and whom it goes to.
    async fn call(
        &self,
        message: &InvoiceMessage,
        order: &Order,
        from: &Message<'_>,
    ) -> Result<(Marketplace, Call), Failure> {
        let marketplace = self.sender.dispatcher.marketplace(&order.account).await?;
        let body = InvoiceBody::of(message, from.sent_at);
        let services = order.services_endpoint.as_deref();
        let call = calls::invoice(&marketplace, services, &order.marketplace_order_id, &body)
            .map_err(|why| Rejection::refused(400, why.to_string()))?;
        Ok((marketplace, call))
    }

    fn errand<'a>(&'a self, id: &'a OrderId, invoice: &'a Invoice) -> Errand<'a> {
        Errand {
            orders: &self.sender.orders,
            order: id,
            part: Part::Invoice(&invoice.number),
            request: &invoice.content_hash,
        }
    }

    /// An invoice that came again, now with its tracking number: that goes the way of all tracking
    /// numbers, and is no newer than the invoice's message.
    async fn pass_on(
        &self,
        order: &OrderId,
        message: &InvoiceMessage,
        sent_at: Instant,
    ) -> Result<(), Failure> {
        let Some(shipment) = &message.shipment else {
            return Ok(());
        };
        self.queues
            .send_message()
            .queue_url(&self.tracking_url)
            .message_body(tracking_message(order, message, shipment))
            .message_attributes(SENT_AT, sent_at::attribute(sent_at)?)
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

impl QueueFunction for SendInvoice {
    const NAME: &'static str = "send-invoice";

    const LONGEST: Duration = times::MESSAGE;

    fn queue(&self) -> &SourceQueue {
        &self.sender.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.sender.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let undeliverable = self.sender.undeliverable();
        let read = match InvoiceMessage::read(message.body.as_bytes()) {
            Ok(read) => read,
            Err(problem) => return Err(undeliverable.unread(message.body, &problem).await),
        };
        let (id, number) = (read.order.order_id(), Some(&read.number));
        let budget = Budget::of(READ_TIME);
        let orders = &self.sender.orders;
        let found = orders.get_with_package(&id, &read.number, budget);
        let (order, package) = match found.await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(undeliverable.unknown(&id)),
            Err(error) => return Err(undeliverable.unreadable(&id, number, error).await),
        };
        match self.deliver(&read, order.clone(), &package, message).await {
            Ok(()) => Ok(()),
            Err(stopped) => Err(undeliverable.stopped(order, number, stopped).await),
        }
    }

    async fn waited_in_vain(&self, message: &Message<'_>, rejection: Rejection) -> Failure {
        let Ok(read) = InvoiceMessage::read(message.body.as_bytes()) else {
            return rejection.into();
        };
        let id = read.order.order_id();
        let undeliverable = self.sender.undeliverable();
        undeliverable
            .waited_in_vain(&id, Some(&read.number), rejection)
            .await
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    queue::run(SendInvoice::start).await
}
