//! Telling the seller that an order is paid (R4, protocol §3.3 and §5.1).

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::{Lost, Request};
use super::under_way::Work;
use super::{Driver, Refusal, stuck};
use crate::books::{Authorization, Order, Settings, Status};
use crate::checks::{self, Reply};
use crate::name::CallName;

/// Body of `POST /control/pay`.
///
/// It may be repeated for an order whose authorization got stuck.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PayRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// The marketplace's id of the order.
    pub(crate) order: String,
    /// What R4 tells of the payment.
    #[serde(default)]
    pub(crate) payment_data: Option<Value>,
    /// How long to wait for the seller's answer, in milliseconds; not at all if absent.
    #[serde(default)]
    pub(crate) wait_ms: u64,
}

/// How the calls of one authorization ended.
enum Ending {
    /// The seller confirmed.
    Confirmed,
    /// It will not, for this reason.
    Stuck(String),
    /// There is nothing more to authorize.
    Moot,
}

/// What one answer means.
enum Answered {
    Confirmed,
    /// Try again.
    Unclear(String),
    /// Trying again would change nothing.
    Refused(String),
}

impl Driver {
    /// The order is paid: the seller is told, again and again if need be, until it confirms.
    pub(crate) async fn pay(self: &Arc<Self>, request: PayRequest) -> Result<Order, Refusal> {
        let (_, settings) = self.account(&request.account)?;
        let now = settings.now();
        self.change(&request.account, &request.order, |order| {
            match order.status {
                Status::PaymentPending => {
                    order.paid_at = Some(now);
                    order.authorization = Some(Authorization {
                        sent_at: now,
                        confirmed_at: None,
                    });
                    order.move_to(Status::PaymentApproved, "paid", now);
                    Ok(())
                }
                _ if unconfirmed(order) => {
                    stuck::forget(order);
                    Ok(())
                }
                status => Err(Refusal::NotNow {
                    order: order.id.clone(),
                    status,
                    what: "payment",
                }),
            }
        })?;
        self.start_authorization(&request.account, &request.order, request.payment_data);
        let settled = |order: &Order| !unconfirmed(order) || stuck::is(order);
        let wait = Duration::from_millis(request.wait_ms);
        self.wait_for(&request.account, &request.order, wait, settled)
            .await
    }

    /// Takes up authorizations that were under way when the marketplace was stopped.
    pub(super) fn resume_authorizations(self: &Arc<Self>) {
        for order in self.world.books.orders() {
            if unconfirmed(&order) && !stuck::is(&order) {
                self.start_authorization(&order.account, &order.id, None);
            }
        }
    }

    fn start_authorization(
        self: &Arc<Self>,
        account: &str,
        order: &str,
        payment_data: Option<Value>,
    ) {
        let work = Work::Authorization(account.to_owned(), order.to_owned());
        let Some(claim) = self.under_way.begin(work) else {
            return;
        };
        let driver = Arc::clone(self);
        let (account, order) = (account.to_owned(), order.to_owned());
        self.spawn(async move {
            let ending = driver
                .authorize(&account, &order, payment_data.as_ref())
                .await;
            // Given back first: who sees the ending may want to start again.
            drop(claim);
            driver.settle_authorization(&account, &order, ending);
        });
    }

    async fn authorize(&self, account: &str, id: &str, payment_data: Option<&Value>) -> Ending {
        let timings = &self.world.options.timings;
        let mut wait = timings.authorize_retry;
        let mut first = None;
        let mut last = String::new();
        for attempt in 1..=timings.authorize_attempts {
            let Some(order) = self.world.books.order(account, id) else {
                return Ending::Moot;
            };
            if !unconfirmed(&order) {
                return Ending::Moot;
            }
            match self
                .call_authorization(&order, payment_data, &mut first)
                .await
            {
                Answered::Confirmed => return Ending::Confirmed,
                Answered::Refused(why) => return Ending::Stuck(why),
                Answered::Unclear(why) => last = why,
            }
            if attempt < timings.authorize_attempts {
                tokio::time::sleep(wait).await;
                wait = wait.saturating_mul(2);
            }
        }
        Ending::Stuck(format!(
            "{last}, and that {} times",
            timings.authorize_attempts
        ))
    }

    /// One R4. `first` is the first success of the order's, which later ones are held against.
    async fn call_authorization(
        &self,
        order: &Order,
        payment_data: Option<&Value>,
        first: &mut Option<Reply>,
    ) -> Answered {
        let known = self.account(&order.account).ok();
        let (Some((account, settings)), Some(seller_order_id)) = (known, &order.seller_order_id)
        else {
            return Answered::Refused("the seller's order id is not known".to_owned());
        };
        let sent = self
            .caller
            .call(&Request {
                account,
                name: CallName::Authorize,
                method: Method::POST,
                route: &["pvt", "orders", seller_order_id, "fulfill"],
                parameters: &[],
                body: Some(&body(order, &settings, payment_data)),
                repeat: false,
                limit: self.world.options.timings.call,
                order: Some(&order.id),
                sku: None,
            })
            .await;
        if first.is_none() {
            *first = sent
                .answers
                .iter()
                .find(|answer| answer.status == 200)
                .cloned();
        }
        for answer in &sent.answers {
            let found = match first.as_ref() {
                Some(first) => {
                    checks::authorization_repeat(seller_order_id, &order.id, first, answer)
                }
                None => checks::authorization(seller_order_id, &order.id, answer),
            };
            self.violated(
                &order.account,
                CallName::Authorize,
                Some(&order.id),
                None,
                found,
            );
        }
        read(seller_order_id, &order.id, sent.seen)
    }

    fn settle_authorization(&self, account: &str, id: &str, ending: Ending) {
        self.world
            .books
            .update_order(account, id, |order| match ending {
                Ending::Confirmed => {
                    if let Some(authorization) = &mut order.authorization {
                        authorization.confirmed_at = Some(Timestamp::now());
                    }
                }
                Ending::Stuck(why) if unconfirmed(order) => {
                    stuck::flag(order, format_args!("authorization: {why}"));
                }
                Ending::Stuck(_) | Ending::Moot => {}
            });
    }
}

/// Whether R4 was to be sent and has no confirmation, and one is still of use.
fn unconfirmed(order: &Order) -> bool {
    let waiting = order
        .authorization
        .as_ref()
        .is_some_and(|authorization| authorization.confirmed_at.is_none());
    waiting && !matches!(order.status, Status::Cancel | Status::Canceled)
}

fn body(order: &Order, settings: &Settings, payment_data: Option<&Value>) -> Value {
    let mut body = json!({"marketplaceOrderId": order.id});
    if !settings.legacy {
        body["marketplaceOrderGroup"] = json!(order.group);
        if let Some(payment_data) = payment_data {
            body["paymentData"] = payment_data.clone();
        }
    }
    body
}

/// Confirmed is a 200 whose ids match. What may pass is tried again, the rest is not.
fn read(seller_order_id: &str, order_id: &str, seen: Result<Reply, Lost>) -> Answered {
    let reply = match seen {
        Ok(reply) => reply,
        Err(Lost::TimedOut) => return Answered::Unclear("no answer in time".to_owned()),
        Err(Lost::Broken(why)) => return Answered::Unclear(why),
    };
    let status = reply.status;
    if matches!(status, 408 | 429) || status >= 500 {
        return Answered::Unclear(format!("answered {status}"));
    }
    if status != 200 {
        return Answered::Refused(format!("answered {status}"));
    }
    let receipt = reply.json().unwrap_or_default();
    let same = receipt["orderId"].as_str() == Some(seller_order_id)
        && receipt["marketplaceOrderId"].as_str() == Some(order_id);
    if same {
        Answered::Confirmed
    } else {
        Answered::Refused("answered with a receipt for another order, or none".to_owned())
    }
}
