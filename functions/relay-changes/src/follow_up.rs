//! What a change of an order brings about: messages that waited for it, and cancellations the
//! marketplace has to be told of. They go onto the ERP's own queues and are followed like the ERP's.

use feirante_lambda::batch::Failure;
use feirante_lambda::environment::{
    AGREEMENTS_URL, CANCELLATIONS_URL, EnvironmentError, TRACKING_URL,
};
use feirante_lambda::sent_at::{self, SENT_AT};
use feirante_lambda::{Clients, Environment};
use feirante_models::erp::InvoiceType;
use feirante_models::events::EventType;
use feirante_models::outward::AgreementType;
use feirante_models::queue::message_text;
use feirante_models::{ChangeRequestId, Instant, OrderId};
use feirante_seller::order::{Change, Order};
use feirante_store::{Budget, Orders};
use serde_json::{Value, json};

/// Where what follows from a change is sent.
#[derive(Debug)]
pub(crate) struct FollowUps {
    queues: aws_sdk_sqs::Client,
    tracking_url: String,
    cancellations_url: String,
    agreements_url: String,
}

impl FollowUps {
    pub(crate) fn start(
        environment: &Environment<'_>,
        clients: &Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            queues: clients.sqs(),
            tracking_url: environment.text(TRACKING_URL)?,
            cancellations_url: environment.text(CANCELLATIONS_URL)?,
            agreements_url: environment.text(AGREEMENTS_URL)?,
        })
    }

    /// Sends what follows from `change`, the last one of `order`. A change that comes again sends it
    /// again, which its readers take for the same.
    pub(crate) async fn send(
        &self,
        orders: &Orders,
        order: &Order,
        change: &Change,
        budget: Budget,
    ) -> Result<(), Failure> {
        let id = &order.order_id;
        match change {
            Change::InvoiceSent {
                kind: InvoiceType::Output,
                ..
            }
            | Change::InvoiceWaived {
                kind: InvoiceType::Output,
                ..
            }
            | Change::ShipmentSent { .. }
            | Change::Canceled { .. }
            | Change::Expired => self.put_back(orders, id, budget).await,
            // The goods are back and the money too: the order is over at the marketplace as well
            // (protocol §3.6.3).
            _ if change.event() == Some(EventType::Returned) => {
                self.cancel(id, "The whole order was returned").await
            }
            // A person has rejected its prices, which has begun the cancellation.
            Change::Rejected { .. } => match rejected(order) {
                Some(message) => self.decide(&message).await,
                None => Ok(()),
            },
            Change::PaymentRefused => {
                let why = "The payment came after the reservation, and the stock was gone";
                self.cancel(id, why).await
            }
            Change::ModificationRequested {
                change_request_id, ..
            } => {
                let agreement = AgreementType::Acknowledgment;
                self.agree(id, change_request_id, agreement).await
            }
            Change::ModificationApplied {
                change_request_id, ..
            }
            | Change::ModificationAskedAgain { change_request_id } => {
                let agreement = AgreementType::Confirmation;
                self.agree(id, change_request_id, agreement).await
            }
            _ => Ok(()),
        }
    }

    /// The marketplace is owed the seller's agreement to a modification.
    async fn agree(
        &self,
        order: &OrderId,
        change: &ChangeRequestId,
        agreement: AgreementType,
    ) -> Result<(), Failure> {
        let message = json!({
            "orderId": order, "changeRequestId": change, "agreementType": agreement,
        });
        self.put(&self.agreements_url, message.to_string(), None)
            .await
    }

    /// Puts the tracking messages that wait with the order back on their queue, in the order they
    /// were sent in: what they wait for may have come, or never will. Others will wait again.
    async fn put_back(
        &self,
        orders: &Orders,
        order: &OrderId,
        budget: Budget,
    ) -> Result<(), Failure> {
        for waiting in orders.waiting(order, budget).await?.in_order() {
            self.put(&self.tracking_url, waiting.message, waiting.sent_at)
                .await?;
        }
        Ok(())
    }

    async fn cancel(&self, order: &OrderId, reason: &str) -> Result<(), Failure> {
        let message = json!({"orderId": order, "action": "cancel", "reason": reason});
        self.decide(&message).await
    }

    async fn decide(&self, message: &Value) -> Result<(), Failure> {
        self.put(&self.cancellations_url, message.to_string(), None)
            .await
    }

    /// Puts a message on a queue; `sent_at` is when it was first sent, if it was before.
    async fn put(
        &self,
        url: &str,
        message: String,
        sent_at: Option<Instant>,
    ) -> Result<(), Failure> {
        let mut request = self
            .queues
            .send_message()
            .queue_url(url)
            .message_body(message_text(&message));
        if let Some(sent_at) = sent_at {
            request = request.message_attributes(SENT_AT, sent_at::attribute(sent_at)?);
        }
        request.send().await?;
        Ok(())
    }
}

/// The message that goes on with a rejected order's cancellation, and with no other: whenever it is
/// read, it begins none.
fn rejected(order: &Order) -> Option<Value> {
    let begun = order.canceling.as_ref()?;
    Some(json!({
        "orderId": order.order_id,
        "action": "cancel",
        "reason": begun.reason,
        "rejection": begun.since,
    }))
}
