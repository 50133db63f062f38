//! What functions read of their environment, held against what the template gives them.
//!
//! The check of new versions, which runs in no sandbox, has this test in its own crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::pin::Pin;
use std::sync::Mutex;

use aws_config::{BehaviorVersion, SdkConfig};
use feirante_lambda::environment::LOG_LEVEL;
use feirante_lambda::{Clients, Environment};
use feirante_sandbox::template::{Function, TEMPLATE, Value, read};
use futures::future::join_all;

/// A start, with what keeps the function from it in words.
type Start<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + 'a>>;

fn functions() -> BTreeMap<String, Function> {
    let stack = read(TEMPLATE).unwrap_or_else(|error| panic!("template.yaml: {error}"));
    stack.functions
}

/// What a function is told, by variable. The names of tables and queues are of no account here.
fn told(function: &Function) -> BTreeMap<String, String> {
    let variables = function.environment.iter();
    let told = variables.map(|(name, value)| {
        let (Value::Text(text) | Value::TableName(text) | Value::QueueUrl(text)) = value;
        (name.clone(), text.clone())
    });
    told.collect()
}

/// Starts the function of that name.
fn start<'a>(function: &str, environment: Environment<'a>) -> Start<'a> {
    // Nothing answers these clients: a function starts without its tables.
    let config = SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12());
    let clients = Clients::of(config.build());
    match function {
        "authorize-fulfillment" => said(authorize_fulfillment::AuthorizeFulfillment::start(
            environment,
            clients,
        )),
        "cancel-order" => said(cancel_order::CancelOrder::start(environment, clients)),
        "expire-reservations" => said(expire_reservations::ExpireReservations::start(
            environment,
            clients,
        )),
        "modify-order" => said(modify_order::ModifyOrder::start(environment, clients)),
        "notify-marketplace" => said(notify_marketplace::NotifyMarketplace::start(
            environment,
            clients,
        )),
        "place-order" => said(place_order::PlaceOrder::start(environment, clients)),
        "relay-changes" => said(relay_changes::RelayChanges::start(environment, clients)),
        "resolve-cancellation" => said(resolve_cancellation::ResolveCancellation::start(
            environment,
            clients,
        )),
        "send-agreement" => said(send_agreement::SendAgreement::start(environment, clients)),
        "send-invoice" => said(send_invoice::SendInvoice::start(environment, clients)),
        "send-tracking" => said(send_tracking::SendTracking::start(environment, clients)),
        "simulate-fulfillment" => said(simulate_fulfillment::SimulateFulfillment::start(
            environment,
            clients,
        )),
        "update-offers" => said(update_offers::UpdateOffers::start(environment, clients)),
        other => panic!("how is {other} started?"),
    }
}

/// The outcome without the function.
fn said<'a, T, E: Display>(start: impl Future<Output = Result<T, E>> + 'a) -> Start<'a> {
    Box::pin(async move {
        match start.await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    })
}

#[tokio::test]
async fn every_function_reads_exactly_the_variables_it_is_given() {
    let functions = functions();
    let starts = functions.values().map(|function| async move {
        let told = told(function);
        // Read before any function is made, since its start is logged.
        let read = Mutex::new(BTreeSet::from([LOG_LEVEL.to_owned()]));
        let environment = Environment::new(|name| {
            read.lock().unwrap().insert(name.to_owned());
            told.get(name).cloned()
        });
        let started = start(&function.name, environment).await;
        (started, read.into_inner().unwrap())
    });
    let starts = join_all(starts).await;
    for (function, (started, read)) in functions.values().zip(starts) {
        assert_eq!(started, Ok(()), "{}", function.name);
        let given: BTreeSet<String> = function.environment.keys().cloned().collect();
        assert_eq!(read, given, "{}", function.name);
    }
}

#[tokio::test]
async fn no_function_starts_without_one_of_its_variables() {
    let functions = functions();
    let each = functions.values().flat_map(|function| {
        let variables = function.environment.keys();
        let needed = variables.filter(|variable| *variable != LOG_LEVEL);
        needed.map(move |variable| (function, variable))
    });
    let starts = each.map(|(function, missing)| async move {
        let mut told = told(function);
        told.remove(missing);
        let environment = Environment::new(|name| told.get(name).cloned());
        let started = start(&function.name, environment).await;
        (function, missing, started)
    });
    for (function, missing, started) in join_all(starts).await {
        let expected = format!("environment variable {missing} is not set");
        assert_eq!(started, Err(expected), "{}", function.name);
    }
}
