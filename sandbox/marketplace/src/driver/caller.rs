//! One call to the seller: made as the faults will have it, and written into the journal.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;

use super::draft::{Draft, with_extra_fields};
use crate::checks::Reply;
use crate::faults::{End, Plan, Shape};
use crate::journal::{Beginning, Direction, Entry};
use crate::name::CallName;
use crate::options::AccountOptions;
use crate::world::World;

/// Calls sellers.
pub(super) struct Caller {
    world: Arc<World>,
    client: reqwest::Client,
    /// Writes header names as `Content-Type`, which HTTP/1.1 allows as well.
    title_case: reqwest::Client,
}

/// What to call.
#[derive(Clone)]
pub(super) struct Request<'a> {
    pub(super) account: &'a AccountOptions,
    pub(super) name: CallName,
    pub(super) method: Method,
    /// The segments after the endpoint's path, not encoded.
    pub(super) route: &'a [&'a str],
    /// Parameters besides `sc` and `an`.
    pub(super) parameters: &'a [(&'a str, &'a str)],
    pub(super) body: Option<&'a Value>,
    /// Whether it repeats a call, so that no fault may add to its body.
    pub(super) repeat: bool,
    /// How long the answer may take.
    pub(super) limit: Duration,
    /// The marketplace's id of the order it is about.
    pub(super) order: Option<&'a str>,
    /// The SKU it is about.
    pub(super) sku: Option<&'a str>,
}

/// How a call ended, as the marketplace saw it and as it was.
pub(super) struct Sent {
    /// When it left.
    pub(super) at: Timestamp,
    /// The body as it was sent, with the fields a fault added.
    pub(super) body: Option<Value>,
    /// What the marketplace goes by.
    pub(super) seen: Result<Reply, Lost>,
    /// What the seller really answered, a duplicate's answer included: faults may hide or replace
    /// it, but it is the seller's and has to be right.
    pub(super) answers: Vec<Reply>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// It took too long.
    TimedOut,
    /// There was no connection, or it broke.
    Broken(String),
}

impl Caller {
    /// A caller with connections of its own.
    ///
    /// # Errors
    ///
    /// The HTTP client can't be made.
    pub(super) fn new(world: Arc<World>) -> Result<Self, reqwest::Error> {
        let builder = || {
            reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
        };
        Ok(Self {
            world,
            client: builder().build()?,
            title_case: builder().http1_title_case_headers().build()?,
        })
    }

    /// Makes the call, late, twice or not at all if a fault wants it so.
    pub(super) async fn call(&self, request: &Request<'_>) -> Sent {
        let plan = self
            .world
            .faults
            .plan(&request.account.account, request.name);
        if !plan.latency.is_zero() {
            tokio::time::sleep(plan.latency).await;
        }
        let body = request.body.map(|body| {
            if plan.shapes.contains(&Shape::ExtraFields) && !request.repeat {
                with_extra_fields(body)
            } else {
                body.clone()
            }
        });
        let request = &Request {
            body: body.as_ref(),
            ..request.clone()
        };
        let at = Timestamp::now();
        let (seen, answers) = if plan.shapes.contains(&Shape::Duplicate) {
            let (first, second) =
                futures::join!(self.deliver(request, &plan), self.deliver(request, &plan));
            let answers = first.1.into_iter().chain(second.1).collect();
            (first.0.or(second.0), answers)
        } else {
            let (seen, answer) = self.deliver(request, &plan).await;
            (seen, answer.into_iter().collect())
        };
        Sent {
            at,
            body,
            seen,
            answers,
        }
    }

    /// One delivery: what is seen of the answer, and the answer.
    async fn deliver(
        &self,
        request: &Request<'_>,
        plan: &Plan,
    ) -> (Result<Reply, Lost>, Option<Reply>) {
        let Some(draft) = Draft::of(request, plan) else {
            let endpoint = &request.account.fulfillment_endpoint;
            let lost = Lost::Broken(format!("the endpoint {endpoint} is no URL"));
            return (Err(lost), None);
        };
        let entry = self.begin(request, plan, &draft);
        if !plan.processes() {
            return (undelivered(plan, entry), None);
        }
        let began = Instant::now();
        let exchanged = tokio::time::timeout(request.limit, self.exchange(draft, plan)).await;
        let took = began.elapsed();
        match exchanged {
            Err(_) => {
                entry.failed("time-out");
                (Err(Lost::TimedOut), None)
            }
            Ok(Err(error)) => {
                let why = chain(&error);
                entry.failed(why.as_str());
                (Err(Lost::Broken(why)), None)
            }
            Ok(Ok((status, headers, body))) => {
                entry.answered(status, &headers, &body);
                let answer = Reply {
                    status,
                    content_type: text(headers.get(CONTENT_TYPE)),
                    body,
                    took,
                };
                (seen(plan, &answer), Some(answer))
            }
        }
    }

    fn begin(&self, request: &Request<'_>, plan: &Plan, draft: &Draft) -> Entry {
        let mut entry = self.world.journal.begin(&Beginning {
            direction: Direction::Sent,
            account: Some(&request.account.account),
            name: request.name,
            method: request.method.as_str(),
            url: draft.url.as_str(),
            headers: &draft.headers,
            body: &draft.readable,
        });
        if let Some(order) = request.order {
            entry.about_order(order);
        }
        if let Some(sku) = request.sku {
            entry.about_sku(sku);
        }
        for fault in &plan.struck {
            entry.struck_by(*fault);
        }
        entry
    }

    async fn exchange(
        &self,
        draft: Draft,
        plan: &Plan,
    ) -> Result<(u16, HeaderMap, Vec<u8>), reqwest::Error> {
        let client = if plan.shapes.contains(&Shape::TitleCaseHeaders) {
            &self.title_case
        } else {
            &self.client
        };
        let response = client
            .request(draft.method, draft.url)
            .headers(draft.headers)
            .body(draft.body)
            .send()
            .await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        Ok((status, headers, response.bytes().await?.to_vec()))
    }
}

/// What is seen of a call that never gets to the seller.
fn undelivered(plan: &Plan, entry: Entry) -> Result<Reply, Lost> {
    let status = match plan.end {
        Some(End::Status { status, .. }) => status,
        Some(End::TooManyRequests { .. }) => 429,
        _ => {
            entry.hung_up();
            return Err(dropped());
        }
    };
    let reply = gateway(status);
    entry.answered(status, &HeaderMap::new(), &reply.body);
    Ok(reply)
}

/// What is seen of the seller's answer.
fn seen(plan: &Plan, answer: &Reply) -> Result<Reply, Lost> {
    match plan.end {
        Some(End::DropAfter) => Err(dropped()),
        Some(End::Status { status, .. }) => Ok(gateway(status)),
        Some(End::Html) => Ok(gateway(200)),
        _ => Ok(answer.clone()),
    }
}

fn dropped() -> Lost {
    Lost::Broken("a fault closed the connection".to_owned())
}

/// The page of a gateway between the two.
fn gateway(status: u16) -> Reply {
    Reply {
        status,
        content_type: Some("text/html".to_owned()),
        body: b"<html><body>gateway</body></html>".to_vec(),
        took: Duration::ZERO,
    }
}

fn text(header: Option<&HeaderValue>) -> Option<String> {
    Some(header?.to_str().ok()?.to_owned())
}

/// An error with its causes; the outermost alone says only that something failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
