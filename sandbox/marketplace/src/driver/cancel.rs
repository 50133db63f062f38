//! Orders that are not wanted any more: a denied payment, a shopper who changed their mind
//! (protocol §3.4 and §5.1).

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use uuid::Uuid;

use super::under_way::Work;
use super::{Driver, Refusal, stuck};
use crate::books::{Cancellation, Order, Settings, Status};

/// Body of `POST /control/deny-payment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DenyPaymentRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// The marketplace's id of the order.
    pub(crate) order: String,
    /// How long to wait for the seller's decision, in milliseconds; not at all if absent.
    #[serde(default)]
    pub(crate) wait_ms: u64,
}

/// Body of `POST /control/cancel`.
///
/// It may be repeated for an order whose cancellation got stuck.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CancelRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// The marketplace's id of the order.
    pub(crate) order: String,
    /// What R5 says why.
    #[serde(default = "changed_mind")]
    pub(crate) reason: String,
    /// Whether the shopper asks, not the marketplace.
    #[serde(default = "yes")]
    pub(crate) requested_by_user: bool,
    /// How long to wait for the seller's decision, in milliseconds; not at all if absent.
    #[serde(default)]
    pub(crate) wait_ms: u64,
}

impl Driver {
    /// The payment was denied: the order is not wanted any more.
    pub(crate) async fn deny_payment(
        self: &Arc<Self>,
        request: DenyPaymentRequest,
    ) -> Result<Order, Refusal> {
        let (_, settings) = self.account(&request.account)?;
        let cancellation = new_cancellation("Payment denied", false, &settings);
        self.change(&request.account, &request.order, |order| {
            match order.status {
                Status::PaymentPending => {
                    ask(order, cancellation);
                    Ok(())
                }
                status => Err(not_now(order, status, "denying the payment")),
            }
        })?;
        self.decide(&request.account, &request.order, request.wait_ms)
            .await
    }

    /// The shopper, or the marketplace, wants to cancel.
    pub(crate) async fn cancel_by_shopper(
        self: &Arc<Self>,
        request: CancelRequest,
    ) -> Result<Order, Refusal> {
        let (_, settings) = self.account(&request.account)?;
        let cancellation = new_cancellation(&request.reason, request.requested_by_user, &settings);
        self.change(&request.account, &request.order, |order| {
            match order.status {
                Status::PaymentPending | Status::PaymentApproved => {
                    ask(order, cancellation);
                    Ok(())
                }
                Status::RequestCancel | Status::WaitingForSellerDecision => {
                    stuck::forget(order);
                    Ok(())
                }
                status => Err(not_now(order, status, "canceling")),
            }
        })?;
        self.decide(&request.account, &request.order, request.wait_ms)
            .await
    }

    /// Takes up cancellations that were under way when the marketplace was stopped.
    pub(super) fn resume_cancellations(self: &Arc<Self>) {
        for order in self.world.books.orders() {
            if undecided(&order) && !stuck::is(&order) {
                self.start_cancellation(&order.account, &order.id);
            }
        }
    }

    async fn decide(
        self: &Arc<Self>,
        account: &str,
        order: &str,
        wait_ms: u64,
    ) -> Result<Order, Refusal> {
        self.start_cancellation(account, order);
        let settled = |order: &Order| !undecided(order) || stuck::is(order);
        self.wait_for(account, order, Duration::from_millis(wait_ms), settled)
            .await
    }

    fn start_cancellation(self: &Arc<Self>, account: &str, order: &str) {
        let work = Work::Cancellation(account.to_owned(), order.to_owned());
        let Some(claim) = self.under_way.begin(work) else {
            return;
        };
        let driver = Arc::clone(self);
        let (account, order) = (account.to_owned(), order.to_owned());
        self.spawn(async move {
            let ending = driver.ask_until_decided(&account, &order).await;
            // Given back first: who sees the ending may want to start again.
            drop(claim);
            driver.settle_cancellation(&account, &order, ending);
        });
    }
}

/// Whether a cancellation was asked for and nobody has decided.
pub(super) fn undecided(order: &Order) -> bool {
    let open = order
        .cancellation
        .as_ref()
        .is_some_and(|cancellation| cancellation.outcome.is_none());
    open && matches!(
        order.status,
        Status::RequestCancel | Status::WaitingForSellerDecision
    )
}

fn new_cancellation(reason: &str, requested_by_user: bool, settings: &Settings) -> Cancellation {
    Cancellation {
        request_id: Uuid::new_v4().simple().to_string(),
        requested_at: settings.now(),
        reason: reason.to_owned(),
        requested_by_user,
        calls: 0,
        outcome: None,
    }
}

fn ask(order: &mut Order, cancellation: Cancellation) {
    let (why, at) = (cancellation.reason.clone(), cancellation.requested_at);
    order.cancellation = Some(cancellation);
    order.move_to(Status::RequestCancel, &why, at);
}

fn not_now(order: &Order, status: Status, what: &'static str) -> Refusal {
    Refusal::NotNow {
        order: order.id.clone(),
        status,
        what,
    }
}

fn changed_mind() -> String {
    "Changed my mind".to_owned()
}

const fn yes() -> bool {
    true
}
