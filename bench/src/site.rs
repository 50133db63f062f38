//! The whole system with a marketplace beside it, its functions being the deployed programs.

use std::ffi::OsString;

use aws_sdk_sqs::Client;
use feirante::Fixture;
use feirante::sandbox::{Load, Running};
use feirante_sandbox::{Launcher, LogSink, Options, template};
use feirante_sandbox_marketplace as marketplace;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::programs::Programs;

/// The account of the sandbox's seller file.
const ACCOUNT: &str = "mkt1";

/// The system, and those who use it.
pub(crate) struct Site {
    pub(crate) running: Running,
    http: reqwest::Client,
    sqs: Client,
}

/// An answer of the seller.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Site {
    /// Starts it; `change` changes its options before. Each function has up to `processes`.
    pub(crate) async fn start(
        programs: &Programs,
        processes: usize,
        change: impl FnOnce(&mut Options),
    ) -> Result<Self, Failure> {
        let mut options = Options {
            port: 0,
            logs: LogSink::Discard,
            processes,
            ..Options::new(template::read(template::TEMPLATE)?, launcher(programs)?)
        };
        change(&mut options);
        let fixture = Fixture::read(None).map_err(|failure| format!("{failure:?}"))?;
        let market = marketplace::Options::new(Vec::new());
        let started = feirante::sandbox::start(options, Some(market), &fixture, Load::Always);
        let running = started.await.map_err(|failure| format!("{failure:?}"))?;
        let sqs = running.sandbox.sqs();
        Ok(Self {
            running,
            http: reqwest::Client::builder().no_proxy().build()?,
            sqs,
        })
    }

    /// A client of the HTTP API.
    pub(crate) fn caller(&self) -> Result<Caller, Failure> {
        let base = self.running.ready.bases.get(ACCOUNT);
        Ok(Caller {
            http: self.http.clone(),
            base: base.ok_or("the sandbox has no marketplace")?.clone(),
        })
    }

    /// Puts a message on a queue, named as the ready file does.
    pub(crate) async fn send(&self, queue: &str, message: &Value) -> Result<(), Failure> {
        let url = self.running.ready.queues.get(queue);
        self.sqs
            .send_message()
            .queue_url(url.ok_or("no such queue")?)
            .message_body(message.to_string())
            .send()
            .await?;
        Ok(())
    }

    /// Has the marketplace do something, such as `buy`.
    pub(crate) async fn market(&self, path: &str, mut body: Value) -> Result<Value, Failure> {
        let url = self.running.ready.marketplace.as_deref();
        let url = format!("{}/control/{path}", url.ok_or("there is no marketplace")?);
        body["account"] = json!(ACCOUNT);
        let answer = self.http.post(url).json(&body).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }
}

/// Starts the program that is called like the function: the function's name is the last argument.
fn launcher(programs: &Programs) -> Result<Launcher, Failure> {
    let own = std::env::current_exe()?;
    let directory = programs.directory().as_os_str().to_owned();
    Ok(Launcher {
        program: own,
        arguments: vec![OsString::from("function"), directory],
    })
}

/// Calls the seller as its marketplace does.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    http: reqwest::Client,
    base: String,
}

impl Caller {
    /// Posts `body` to a route, such as `pvt/orders`.
    pub(crate) async fn post(&self, route: &str, body: &impl Serialize) -> Result<Reply, Failure> {
        let url = format!("{}/{route}?sc=1&an={ACCOUNT}", self.base);
        let call = self.http.post(url).json(body);
        let call = call.header("authorization", "VTEX key=\"K\" token=\"T\"");
        let answer = call.send().await?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await?;
        Ok(Reply {
            status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }
}
