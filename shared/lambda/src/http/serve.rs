//! The way of a call through a function.

use std::time::Instant;

use feirante_models::{Code, Problem};
use feirante_seller::settings::Settings;
use feirante_store::{Budget, StoreError};
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_http::http::{HeaderValue, header};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Serialize;

use super::answer::{accepts_gzip, internal};
use super::auth::Generation;
use super::inbound::Inbound;
use super::{
    Answer, Call, CallLine, CallLog, Caller, Failure, HttpEvent, HttpFunction, Route, auth, body,
    unavailable,
};
use crate::metrics::{Metric, Metrics};
use crate::panics::caught;
use crate::{Clients, Environment, start};

/// Runs a function that answers HTTP, until Lambda ends it.
///
/// # Errors
/// When it can't start, or Lambda can't be reached.
pub async fn run<F, M, E>(
    make: impl FnOnce(Environment<'static>, Clients) -> M,
) -> Result<(), Error>
where
    F: HttpFunction,
    M: Future<Output = Result<F, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let function = start::ready(make).await?;
    let function = &function;
    lambda_runtime::run(service_fn(
        move |event: LambdaEvent<HttpEvent>| async move {
            // Boxed: a function's future is deep, and the runtime wraps it many times.
            let response =
                Box::pin(respond(function, event.payload, &event.context.request_id)).await;
            Ok::<_, std::convert::Infallible>(response)
        },
    ))
    .await
}

/// Answers one event: whatever happens, with a response.
pub async fn respond<F: HttpFunction>(
    function: &F,
    event: HttpEvent,
    request_id: &str,
) -> ApiGatewayV2httpResponse {
    let started = Instant::now();
    let event = event.read();
    let inbound = event.as_ref().map(|event| Inbound::of(event, F::ROUTES));
    let log = CallLog::of(inbound.as_ref(), request_id);
    let outcome = match &inbound {
        None => Err(Failure::Problem(Problem::new(
            Code::NotJson,
            "the request can't be read",
        ))),
        Some(inbound) => match caught(handle(function, inbound, &log)).await {
            Ok(outcome) => outcome,
            Err(panicked) => {
                tracing::error!(requestId = request_id, %panicked, "a call failed");
                Err(Failure::Problem(internal()))
            }
        },
    };
    let route = inbound.as_ref().and_then(|inbound| inbound.route);
    let (answer, code) = settle(route.unwrap_or(&F::ROUTE), outcome);
    let verb = inbound.as_ref().map_or("", |inbound| inbound.verb);
    report::<F>(log, &answer, code, started, verb);
    let gzip = inbound
        .and_then(|inbound| inbound.header("accept-encoding"))
        .is_some_and(accepts_gzip);
    answer.into_response(gzip)
}

/// The door: what every call has to pass, in the order that tells a stranger least.
async fn handle<F: HttpFunction>(
    function: &F,
    inbound: &Inbound<'_>,
    log: &CallLog,
) -> Result<Answer, Failure> {
    let route = inbound.route.ok_or_else(no_such_route)?;
    let mut settings = function.settings().current();
    // A key or credentials that are replaced come as soon as the marketplace has the new, and nothing
    // else would make an instance that is called with those alone look for them.
    let lets_in = |settings: &Settings| auth::lets_in(settings, inbound);
    if !settings.as_deref().is_some_and(lets_in) {
        function.settings().look_again().await;
        settings = function.settings().current();
    }
    let Some(settings) = settings else {
        verb_is_served(route, inbound)?;
        let body = body::read(inbound, route.body_limit)?;
        return Ok(function.answer_anyone(inbound.verb, inbound.raw_query, &body)?);
    };
    let (marketplace, key) = auth::marketplace(&settings, inbound.key).ok_or_else(|| {
        Problem::new(
            Code::UnknownMarketplace,
            "this address belongs to no marketplace",
        )
    })?;
    log.account(&marketplace.account);
    if key == Generation::Previous {
        log.previous("key");
    }
    if !F::is_for(marketplace) {
        return Err(no_such_route().into());
    }
    verb_is_served(route, inbound)?;
    let credentials = auth::credentials(marketplace.inbound.as_ref(), inbound)?;
    if credentials == Generation::Previous {
        log.previous("credentials");
    }
    let body = body::read(inbound, route.body_limit)?;
    let call = Call {
        verb: inbound.verb,
        route,
        order_id: inbound.order_id,
        change_request_id: inbound.change_request_id,
        raw_query: inbound.raw_query,
        body: &body,
        caller: Caller {
            settings: &settings,
            marketplace,
        },
        log,
        budget: Budget::of(route.time),
    };
    function.answer(&call).await
}

fn no_such_route() -> Problem {
    Problem::new(Code::NotFound, "there is no such route")
}

fn verb_is_served(route: &Route, inbound: &Inbound<'_>) -> Result<(), Problem> {
    if route.verbs.contains(&inbound.verb) {
        return Ok(());
    }
    Err(Problem::new(
        Code::Method,
        format!("this route answers {} only", route.verbs.join(" and ")),
    ))
}

/// Turns a failure into its envelope: the one place that does.
fn settle(route: &Route, outcome: Result<Answer, Failure>) -> (Answer, Option<Code>) {
    let problem = match outcome {
        Ok(answer) => return (answer, None),
        Err(Failure::Problem(problem)) => problem,
        Err(Failure::Store(error)) => {
            tracing::error!(%error, "the database failed a call");
            match error {
                // Trying again would not help.
                StoreError::Invalid { .. } => internal(),
                _ => unavailable(),
            }
        }
    };
    let answer = Answer::problem(&problem);
    let answer = match (problem.code, HeaderValue::from_str(&route.verbs.join(", "))) {
        (Code::Method, Ok(verbs)) => answer.with_header(header::ALLOW, verbs),
        (Code::Unavailable, _) => {
            answer.with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
        }
        _ => answer,
    };
    (answer, Some(problem.code))
}

/// Writes the line of a call, with its metrics.
fn report<F: HttpFunction>(
    log: CallLog,
    answer: &Answer,
    code: Option<Code>,
    started: Instant,
    verb: &str,
) {
    let latency = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    let mut metrics = Metrics::of(F::ROUTE.function);
    metrics.add(Metric::Calls, 1);
    metrics.add(Metric::Latency, latency);
    match (answer.status(), code) {
        (500.., _) => metrics.add(Metric::Failures, 1),
        (_, Some(Code::Unauthorized | Code::UnknownMarketplace)) => {
            metrics.add(Metric::RefusedCredentials, 1);
        }
        (400..=499, _) => metrics.add(Metric::Refusals, 1),
        _ => {}
    }
    if log.used_previous() {
        metrics.add(Metric::PreviousCredentials, 1);
    }
    let answered = tracing::enabled!(tracing::Level::INFO).then(|| Answered {
        timestamp: feirante_models::Instant::now(),
        level: "INFO",
        message: "answered",
        function: F::ROUTE.function,
        verb,
        call: log.into_line(),
        status: answer.status(),
        code: code.map(Code::as_str),
        latency_ms: latency,
    });
    metrics.write_with(answered.as_ref());
}

/// The line of a call: what `tracing` writes of others, but for the target.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    timestamp: feirante_models::Instant,
    level: &'static str,
    message: &'static str,
    function: &'static str,
    verb: &'a str,
    #[serde(flatten)]
    call: CallLine,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    latency_ms: i64,
}
