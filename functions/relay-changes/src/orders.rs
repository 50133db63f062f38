//! Tells the ERP what happened to its orders (stream of the Orders table, queue `erp-orders.fifo`).
//!
//! An order's STATE is its own outbox: every change of an order is one version, and each version is
//! at most one event. The stream keeps an order's versions in order; the event's id names the
//! version, so the ERP knows one it gets again.

use aws_lambda_events::dynamodb::EventRecord;
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::stream::StreamFunction;
use feirante_lambda::dead_letters::Rejection;
use feirante_lambda::environment::{EnvironmentError, ORDER_EVENTS_URL};
use feirante_lambda::{Clients, Environment};
use feirante_models::events::{
    DeliveryFailureData, EventType, InvoiceEventData, OrderEvent, OrderEventData,
    ReservationEventData, ReviewEventData,
};
use feirante_models::{Cents, Instant};
use feirante_seller::order::{Change, Entry, Order};
use feirante_store::orders::from_stream_image;
use feirante_store::{Budget, Orders};
use serde_json::value::RawValue;

use crate::RelayChanges;
use crate::follow_up::FollowUps;
use crate::modified::modification;

/// The half that carries on what happens to orders.
#[derive(Debug)]
pub struct OrderChanges {
    orders: Orders,
    queues: aws_sdk_sqs::Client,
    events_url: String,
    follow_ups: FollowUps,
}

impl OrderChanges {
    /// Makes this half ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn start(
        environment: &Environment<'_>,
        clients: &Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            orders: clients.orders(environment)?,
            queues: clients.sqs(),
            events_url: environment.text(ORDER_EVENTS_URL)?,
            follow_ups: FollowUps::start(environment, clients)?,
        })
    }

    /// Carries one change on: the event the ERP was told, if there is one to tell.
    ///
    /// # Errors
    /// When it can't be told, now or ever.
    pub async fn handle(
        &self,
        record: &EventRecord,
        budget: Budget,
    ) -> Result<Option<EventType>, Failure> {
        // What is deleted has expired: nothing happened to the order.
        if record.event_name == "REMOVE" {
            return Ok(None);
        }
        let Some(order) = from_stream_image(record.change.new_image.clone())? else {
            return Ok(None);
        };
        let Some(entry) = order.timeline.last().cloned() else {
            return Ok(None);
        };
        let follow_ups = &self.follow_ups;
        follow_ups
            .send(&self.orders, &order, &entry.change, budget)
            .await?;
        let Some(event_type) = entry.change.event() else {
            return Ok(None);
        };
        let event = self.event(order, entry, event_type, budget).await?;
        self.send(&event).await?;
        Ok(Some(event_type))
    }

    async fn event(
        &self,
        order: Order,
        entry: Entry,
        event_type: EventType,
        budget: Budget,
    ) -> Result<OrderEvent, Failure> {
        let placement = match event_type {
            EventType::Placed | EventType::NeedsReview => self.placement(&order, budget).await?,
            _ => None,
        };
        let reservations = match event_type {
            EventType::Placed
            | EventType::NeedsReview
            | EventType::Authorized
            | EventType::Released
            | EventType::Modified => reservations(&order),
            _ => Vec::new(),
        };
        let payment_data = match event_type {
            EventType::Authorized => self.payment_data(&order, budget).await?,
            _ => None,
        };
        let review = match event_type {
            EventType::NeedsReview | EventType::Released => order.prices(),
            _ => None,
        };
        let modification = modification(&order, &entry.change);
        let (held, paid) = (order.is_held(), order.state.authorization().is_some());
        let mut data =
            OrderEventData::new(order.order_id, order.account, order.marketplace_order_id);
        data.order = placement;
        data.reservations = reservations;
        data.payment_data = payment_data;
        data.review = review.map(|(theirs, ours)| ReviewEventData { theirs, ours });
        data.modification = modification;
        data.held = event_type == EventType::Authorized && held;
        data.authorized = event_type == EventType::Released && paid;
        match entry.change {
            Change::CancellationRequested { details } => data.cancellation = Some(details),
            Change::InvoiceSent {
                invoice_number,
                kind,
                value,
                residual,
                sent,
            } => {
                data.invoice = Some(InvoiceEventData {
                    invoice_number,
                    kind,
                    value,
                    receipt: sent.receipt,
                    residual,
                });
            }
            Change::InvoiceWaived {
                invoice_number,
                kind,
                ..
            } => {
                data.invoice = Some(InvoiceEventData {
                    invoice_number,
                    kind,
                    value: Cents::ZERO,
                    receipt: None,
                    residual: Cents::ZERO,
                });
            }
            Change::DeliveryFailed { undelivered } => {
                data.failure = Some(DeliveryFailureData {
                    kind: undelivered.kind,
                    invoice_number: undelivered.invoice_number,
                    agreement: undelivered.agreement,
                    status: undelivered.status,
                    reason: undelivered.reason,
                    detail: undelivered.detail,
                });
            }
            _ => {}
        }
        Ok(OrderEvent::new(event_type, order.version, entry.at, data))
    }

    /// The placement as the marketplace sent it; gone if the personal data have expired.
    async fn placement(
        &self,
        order: &Order,
        budget: Budget,
    ) -> Result<Option<Box<RawValue>>, Failure> {
        let received = self
            .orders
            .received(&order.order_id, Instant::now(), budget)
            .await?;
        raw(received)
    }

    /// How the order was paid as the marketplace said it, where it did; gone likewise.
    async fn payment_data(
        &self,
        order: &Order,
        budget: Budget,
    ) -> Result<Option<Box<RawValue>>, Failure> {
        let received = self
            .orders
            .payment_data(&order.order_id, Instant::now(), budget)
            .await?;
        raw(received)
    }

    async fn send(&self, event: &OrderEvent) -> Result<(), Failure> {
        let body = event
            .to_message()
            .map_err(|error| Rejection::refused(500, error.to_string()))?;
        self.queues
            .send_message()
            .queue_url(&self.events_url)
            .message_body(body)
            .message_group_id(event.subject().as_str())
            .message_deduplication_id(event.id())
            .send()
            .await?;
        let (order, event) = (event.subject().as_str(), event.id());
        tracing::info!(
            function = RelayChanges::NAME,
            order,
            event,
            "the ERP is told"
        );
        Ok(())
    }
}

/// JSON to be passed on to the letter.
fn raw(json: Option<String>) -> Result<Option<Box<RawValue>>, Failure> {
    let unreadable = |error: serde_json::Error| Rejection::refused(500, error.to_string());
    Ok(json
        .map(RawValue::from_string)
        .transpose()
        .map_err(unreadable)?)
}

/// Which warehouse ships which units of which line, as it stands with this version.
fn reservations(order: &Order) -> Vec<ReservationEventData> {
    let lines = order.lines.iter().enumerate();
    lines
        .flat_map(|(item_index, line)| {
            line.parts()
                .map(move |(warehouse, quantity)| ReservationEventData {
                    item_index,
                    sku: line.sku.clone(),
                    warehouse: warehouse.clone(),
                    quantity,
                })
        })
        .collect()
}
