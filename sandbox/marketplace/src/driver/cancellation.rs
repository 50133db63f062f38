//! The calls of one cancellation: R5 again and again while the seller thinks (protocol §5.1).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::caller::{Lost, Request};
use super::cancel::undecided;
use super::{Driver, stuck};
use crate::books::{Cancellation, CancellationOutcome, Order, Settings, Status, Violation};
use crate::checks::{self, Decision, Reply};
use crate::name::CallName;

/// How the calls for one cancellation ended.
pub(super) enum Ending {
    Confirmed,
    /// The seller did not decide within the limit.
    Expired,
    /// Its answers make no sense, or it refuses to talk about it.
    Stuck(String),
    /// It was decided otherwise.
    Moot,
}

impl Driver {
    pub(super) async fn ask_until_decided(&self, account: &str, id: &str) -> Ending {
        let timings = &self.world.options.timings;
        let mut confirmed = None;
        loop {
            let asked = self.world.books.update_order(account, id, |order| {
                let open = undecided(order);
                if open && let Some(cancellation) = &mut order.cancellation {
                    cancellation.calls += 1;
                }
                open.then(|| order.clone())
            });
            let Some(Some(order)) = asked else {
                return Ending::Moot;
            };
            let Some(left) = self.time_left(&order) else {
                return Ending::Expired;
            };
            match self.call_cancellation(&order, &mut confirmed).await {
                Ok(Decision::Confirmed) => return Ending::Confirmed,
                Ok(Decision::Undecided) => self.thinking(account, id),
                Ok(Decision::Nonsense) => {
                    return Ending::Stuck("a confirmation for another order, or none".to_owned());
                }
                Ok(Decision::Refused) => return Ending::Stuck("refused".to_owned()),
                Err(why) => tracing::debug!(account, order = id, why, "a cancellation is unclear"),
            }
            tokio::time::sleep(timings.recall_interval.min(left)).await;
        }
    }

    /// How long the seller may still think.
    fn time_left(&self, order: &Order) -> Option<Duration> {
        let limit = self.world.options.timings.recall_limit;
        let requested_at = order.cancellation.as_ref()?.requested_at;
        let now = self.world.books.settings(&order.account).now();
        let thought = now.duration_since(requested_at).max(SignedDuration::ZERO);
        let left = limit.checked_sub(thought.unsigned_abs())?;
        (!left.is_zero()).then_some(left)
    }

    /// One R5. The error is why nothing can be said, and it has to be asked again. `confirmed` is
    /// the first confirmation of the seller's, which may not have been seen.
    async fn call_cancellation(
        &self,
        order: &Order,
        confirmed: &mut Option<Reply>,
    ) -> Result<Decision, String> {
        let (Ok((account, settings)), Some(seller_order_id), Some(cancellation)) = (
            self.account(&order.account),
            &order.seller_order_id,
            &order.cancellation,
        ) else {
            return Ok(Decision::Refused);
        };
        let sent = self
            .caller
            .call(&Request {
                account,
                name: CallName::Cancel,
                method: Method::POST,
                route: &["pvt", "orders", seller_order_id, "cancel"],
                parameters: &[],
                body: Some(&body(order, cancellation, &settings)),
                repeat: false,
                limit: self.world.options.timings.call,
                order: Some(&order.id),
                sku: None,
            })
            .await;
        self.check_cancellations(order, seller_order_id, &sent.answers, confirmed);
        let reply = sent.seen.map_err(|lost| match lost {
            Lost::TimedOut => "no answer in time".to_owned(),
            Lost::Broken(why) => why,
        })?;
        if reply.status >= 500 || matches!(reply.status, 408 | 429) {
            return Err(format!("answered {}", reply.status));
        }
        Ok(checks::decision(&order.id, &reply))
    }

    /// An answer after one that confirmed has to be that again. Of two duplicates it is not known
    /// which came first: only two confirmations are held against each other.
    fn check_cancellations(
        &self,
        order: &Order,
        seller_order_id: &str,
        answers: &[Reply],
        confirmed: &mut Option<Reply>,
    ) {
        let confirms = |answer: &&Reply| checks::decision(&order.id, answer) == Decision::Confirmed;
        let before = confirmed.is_some();
        if !before {
            *confirmed = answers.iter().find(confirms).cloned();
        }
        for answer in answers {
            let found = match confirmed {
                Some(first) if before || confirms(&answer) => {
                    checks::cancellation_repeat(seller_order_id, &order.id, first, answer)
                }
                _ => checks::cancellation(seller_order_id, &order.id, answer),
            };
            self.violated(
                &order.account,
                CallName::Cancel,
                Some(&order.id),
                None,
                found,
            );
        }
    }

    fn thinking(&self, account: &str, id: &str) {
        self.world.books.update_order(account, id, |order| {
            if undecided(order) {
                let now = Timestamp::now();
                order.move_to(Status::WaitingForSellerDecision, "the seller thinks", now);
            }
        });
    }

    pub(super) fn settle_cancellation(&self, account: &str, id: &str, ending: Ending) {
        let crossed = self
            .world
            .books
            .update_order(account, id, |order| match ending {
                Ending::Confirmed if undecided(order) => {
                    end(
                        order,
                        CancellationOutcome::Confirmed,
                        "the seller confirmed",
                    );
                    None
                }
                Ending::Confirmed => order.cancellation.as_ref()?.outcome,
                Ending::Expired if undecided(order) => {
                    end(
                        order,
                        CancellationOutcome::Expired,
                        "the seller kept silent",
                    );
                    None
                }
                Ending::Stuck(why) if undecided(order) => {
                    stuck::flag(order, format_args!("cancellation: {why}"));
                    None
                }
                Ending::Expired | Ending::Stuck(_) | Ending::Moot => None,
            });
        // The invoice came while the confirmation was on its way: the seller said both.
        if crossed.flatten() == Some(CancellationOutcome::Refused) {
            self.world.books.violated(Violation {
                account: account.to_owned(),
                order: Some(id.to_owned()),
                sku: None,
                rule: "cancel-crossed-invoice".to_owned(),
                detail: "an invoice was sent and the cancellation confirmed".to_owned(),
                at: Timestamp::now(),
            });
        }
    }
}

fn end(order: &mut Order, outcome: CancellationOutcome, why: &str) {
    if let Some(cancellation) = &mut order.cancellation {
        cancellation.outcome = Some(outcome);
    }
    order.move_to(Status::Cancel, why, Timestamp::now());
    order.move_to(Status::Canceled, why, Timestamp::now());
}

fn body(order: &Order, cancellation: &Cancellation, settings: &Settings) -> Value {
    let mut body = json!({"marketplaceOrderId": order.id});
    if !settings.legacy {
        body["marketplaceOrderGroup"] = json!(order.group);
        body["cancellationRequestId"] = json!(cancellation.request_id);
        body["cancellationRequestDate"] = json!(request_date(cancellation.requested_at));
        body["reason"] = json!(cancellation.reason);
        body["requestedByUser"] = json!(cancellation.requested_by_user);
    }
    body
}

/// `YYYY-MM-DDThh:mm:ss.SSSSSSS+00:00` (protocol §2.3).
fn request_date(at: Timestamp) -> String {
    let nanoseconds = at.subsec_nanosecond().rem_euclid(1_000_000_000);
    let ticks = nanoseconds / 100;
    format!("{}.{ticks:07}+00:00", at.strftime("%Y-%m-%dT%H:%M:%S"))
}
