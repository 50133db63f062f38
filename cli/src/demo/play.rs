//! The parts of the marketplace and the ERP, played against a sandbox.

use std::time::{Duration, Instant};

use aws_sdk_sqs::error::DisplayErrorContext;
use serde_json::Value;

use super::exchange::Exchange;
use crate::failure::Failure;
use crate::output;
use crate::sandbox::Running;

/// What has not happened after so long does not happen.
const PATIENCE: Duration = Duration::from_secs(10);

/// A play under way.
#[derive(Debug)]
pub(super) struct Play {
    http: reqwest::Client,
    sqs: aws_sdk_sqs::Client,
    base: String,
    cancellations: String,
    events: String,
    seen: Vec<Value>,
    steps: usize,
}

impl Play {
    pub(super) fn new(running: &Running) -> Result<Self, Failure> {
        let ready = &running.ready;
        let base = ready.bases.values().next().cloned();
        Ok(Self {
            http: reqwest::Client::new(),
            sqs: running.sandbox.sqs(),
            base: base
                .ok_or_else(|| Failure::System("the seller file has no marketplace".to_owned()))?,
            cancellations: ready.queues["cancellations"].clone(),
            events: ready.queues["orders"].clone(),
            seen: Vec::new(),
            steps: 0,
        })
    }

    /// The number of steps that held.
    pub(super) const fn steps(&self) -> usize {
        self.steps
    }

    /// Prints a step that held, and the time since `started`.
    pub(super) fn held(&mut self, name: &str, what: &str, started: Instant, lines: &[String]) {
        self.steps += 1;
        let time = started.elapsed().as_millis();
        output::line(format_args!("\n{name:<10} {time:>5} ms  {what}"));
        for line in lines {
            output::line(format_args!("  {line}"));
        }
    }

    /// The marketplace calls the seller.
    pub(super) async fn call(&self, path: &str, body: &str) -> Result<Exchange, Failure> {
        let url = format!("{}{path}", self.base);
        let failed = |error: reqwest::Error| Failure::system(&format!("POST {path}"), &error);
        let answer = self
            .http
            .post(&url)
            .header("authorization", r#"VTEX key="K" token="T""#)
            .header("content-type", "application/json")
            .body(body.to_owned())
            .send()
            .await
            .map_err(failed)?;
        Ok(Exchange {
            call: format!("POST {path}"),
            sent: body.to_owned(),
            status: answer.status().as_u16(),
            body: answer.text().await.map_err(failed)?,
        })
    }

    /// The ERP decides about a cancellation.
    pub(super) async fn erp_decides(&self, decision: &Value) -> Result<(), Failure> {
        self.sqs
            .send_message()
            .queue_url(&self.cancellations)
            .message_body(decision.to_string())
            .send()
            .await
            .map(drop)
            .map_err(|error| queue_failed("erp-cancellations", &DisplayErrorContext(error)))
    }

    /// The ERP reads its queue until it has seen an event of this type of this order.
    pub(super) async fn erp_sees(&mut self, event: &str, order: &str) -> Result<Value, Failure> {
        let started = Instant::now();
        loop {
            let is_it = |seen: &&Value| seen["type"] == event && seen["subject"] == order;
            if let Some(found) = self.seen.iter().find(is_it) {
                return Ok(found.clone());
            }
            if started.elapsed() > PATIENCE {
                return Err(Failure::System(format!(
                    "the ERP got no {event} of order {order}"
                )));
            }
            self.receive().await?;
        }
    }

    /// Every event the ERP has got of an order, by its sequence.
    pub(super) fn events_of(&self, order: &str) -> Vec<&Value> {
        let mut events: Vec<&Value> = self
            .seen
            .iter()
            .filter(|event| event["subject"] == order)
            .collect();
        events.sort_by_key(|event| event["sequence"].as_u64());
        events
    }

    async fn receive(&mut self) -> Result<(), Failure> {
        let failed = |why: &dyn std::fmt::Display| queue_failed("erp-orders.fifo", why);
        let answer = self
            .sqs
            .receive_message()
            .queue_url(&self.events)
            .max_number_of_messages(10)
            .wait_time_seconds(1)
            .send()
            .await
            .map_err(|error| failed(&DisplayErrorContext(error)))?;
        for message in answer.messages() {
            let body = message.body().unwrap_or_default();
            let event = serde_json::from_str(body).map_err(|error| failed(&error))?;
            self.seen.push(event);
            self.sqs
                .delete_message()
                .queue_url(&self.events)
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .send()
                .await
                .map_err(|error| failed(&DisplayErrorContext(error)))?;
        }
        Ok(())
    }
}

fn queue_failed(queue: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::System(format!("the queue {queue}: {why}"))
}
