//! The calls about a modification (R6 to R8), each made until it is answered.

use reqwest::Method;
use serde_json::Value;

use super::Driver;
use super::caller::{Lost, Request};
use crate::books::Order;
use crate::checks;
use crate::name::CallName;

/// A call about a modification, with its body.
pub(super) enum Step<'a> {
    /// R6.
    Request(&'a Value),
    /// R7, before it.
    Preview(&'a Value),
    /// R7, of this modification.
    Withdrawal(&'a str, &'a Value),
    /// R8, of this modification.
    Agreement(&'a str, &'a Value),
}

impl Step<'_> {
    fn method(&self) -> Method {
        match self {
            Self::Request(_) => Method::PATCH,
            Self::Preview(_) | Self::Withdrawal(..) | Self::Agreement(..) => Method::POST,
        }
    }

    fn route(&self) -> Vec<&str> {
        match self {
            Self::Request(_) => vec!["changes"],
            Self::Preview(_) => vec!["changes", "preview"],
            Self::Withdrawal(change, _) => vec!["changes", change, "cancel"],
            Self::Agreement(change, _) => vec!["changes", change, "send-agreement"],
        }
    }

    fn body(&self) -> &Value {
        match self {
            Self::Request(body)
            | Self::Preview(body)
            | Self::Withdrawal(_, body)
            | Self::Agreement(_, body) => body,
        }
    }

    fn success(&self) -> u16 {
        match self {
            Self::Request(_) => 202,
            Self::Preview(_) | Self::Withdrawal(..) | Self::Agreement(..) => 200,
        }
    }

    /// What has to come back, of an order that the seller calls so.
    fn echoed<'a>(&'a self, seller_order_id: &'a str) -> Vec<(&'static str, &'a str)> {
        let text = |name: &str| self.body()[name].as_str().unwrap_or_default();
        match self {
            Self::Request(_) => vec![("requestId", text("requestId"))],
            Self::Preview(_) | Self::Withdrawal(..) => Vec::new(),
            Self::Agreement(change, _) => vec![
                ("orderId", seller_order_id),
                ("changeRequestId", change),
                ("agreementType", text("agreementType")),
            ],
        }
    }
}

impl Driver {
    /// Makes a call until it is answered with a success or a refusal; what the seller said.
    ///
    /// # Errors
    /// Why it is not done.
    pub(super) async fn change_call(
        &self,
        order: &Order,
        step: &Step<'_>,
    ) -> Result<Value, String> {
        let timings = &self.world.options.timings;
        let mut wait = timings.authorize_retry;
        let mut attempt = 1;
        loop {
            match self.change_call_once(order, step).await {
                Err(Unanswered::Refused(why)) => return Err(why),
                Err(Unanswered::Unclear(why)) if attempt == timings.authorize_attempts => {
                    return Err(why);
                }
                Err(Unanswered::Unclear(_)) => {
                    tokio::time::sleep(wait).await;
                    wait = wait.saturating_mul(2);
                    attempt += 1;
                }
                Ok(said) => return Ok(said),
            }
        }
    }

    async fn change_call_once(&self, order: &Order, step: &Step<'_>) -> Result<Value, Unanswered> {
        let (Ok((account, _)), Some(seller_order_id)) =
            (self.account(&order.account), &order.seller_order_id)
        else {
            let why = "the seller's order id is not known".to_owned();
            return Err(Unanswered::Refused(why));
        };
        let route = step.route();
        let route = [&["pvt", "orders", seller_order_id.as_str()], &route[..]].concat();
        let sent = self
            .caller
            .call(&Request {
                account,
                name: CallName::Modify,
                method: step.method(),
                route: &route,
                parameters: &[("accountName", &account.account)],
                body: Some(step.body()),
                repeat: false,
                limit: self.world.options.timings.call,
                order: Some(&order.id),
                sku: None,
            })
            .await;
        let echoed = step.echoed(seller_order_id);
        for answer in &sent.answers {
            let found = checks::modification(step.success(), &echoed, answer);
            let (account, order) = (&order.account, Some(order.id.as_str()));
            self.violated(account, CallName::Modify, order, None, found);
        }
        match sent.seen {
            Ok(reply) if reply.status == step.success() => Ok(reply.json().unwrap_or_default()),
            Ok(reply) if reply.status == 429 || reply.status >= 500 => {
                Err(Unanswered::Unclear(format!("answered {}", reply.status)))
            }
            Ok(reply) => Err(Unanswered::Refused(format!("answered {}", reply.status))),
            Err(Lost::TimedOut) => Err(Unanswered::Unclear("no answer in time".to_owned())),
            Err(Lost::Broken(why)) => Err(Unanswered::Unclear(why)),
        }
    }
}

/// Why a call is not done.
enum Unanswered {
    /// The seller said no.
    Refused(String),
    /// It may be, or may be once it is made again.
    Unclear(String),
}
