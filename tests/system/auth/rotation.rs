//! A path key and credentials that are replaced while the system runs.

use std::sync::{Arc, Mutex};

use feirante_sandbox::LogSink;
use feirante_seller::settings::{InboundCredentials, Secret};
use feirante_store::{Budget, SettingsTable};
use serde_json::Value;

use super::call;
use crate::harness::bodies::shelf;
use crate::harness::{Marketplace, PATIENCE, Setup, System, eventually};

/// What the marketplace carries: the path key and the token.
type Carried = (&'static str, &'static str);

const OLD: Carried = ("k9", "T");
const NEW: Carried = ("the-new-key", "the-new-token");

/// The status and code of a simulation.
async fn simulated(system: &System, carried: Carried) -> (u16, Option<String>) {
    simulated_as(system, carried, "any").await
}

/// The same of one that the log can be asked for.
async fn simulated_as(
    system: &System,
    (key, token): Carried,
    operation: &str,
) -> (u16, Option<String>) {
    let marketplace = Marketplace::new(&system.ready().api, key);
    let header = format!("VTEX key=\"K\" token=\"{token}\"");
    let body = shelf(&[("2000037", 1)]).to_string();
    let headers = [
        ("authorization", &*header),
        ("x-vtex-operation-id", operation),
    ];
    let reply = call(&marketplace, &headers, body).await;
    let code = (reply.status != 200).then(|| reply.code());
    (reply.status, code)
}

/// Puts a seller file in force that asks for `current`, and takes `previous` too.
async fn apply(system: &System, (key, token): Carried, previous: Option<Carried>) {
    let table = SettingsTable::new(system.dynamodb(), &system.ready().tables["settings"]);
    let budget = Budget::of(PATIENCE);
    let mut settings = table.load(budget).await.unwrap().unwrap().settings;
    let credentials = |token: &str| InboundCredentials {
        app_key: Some("K".to_owned()),
        app_token: Some(Secret::new(token)),
        ..InboundCredentials::default()
    };
    let marketplace = &mut settings.marketplaces[0];
    marketplace.key = Secret::new(key);
    marketplace.previous_key = previous.map(|(key, _)| Secret::new(key));
    let inbound = marketplace.inbound.as_mut().unwrap();
    inbound.current = credentials(token);
    inbound.previous = previous.map(|(_, token)| credentials(token));
    table.apply(&settings, budget).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn old_and_new_are_taken_side_by_side_until_the_old_are_removed() {
    let lines = Arc::<Mutex<Vec<String>>>::default();
    let written = Arc::clone(&lines);
    let system = Setup::new()
        .seller("required = false", "required = true")
        .options(|options| {
            options.processes = 1;
            options.logs = LogSink::Each(Arc::new(move |function, line| {
                if function == "simulate-fulfillment" {
                    written.lock().unwrap().push(line.to_owned());
                }
            }));
        })
        .start()
        .await;
    assert_eq!(simulated(&system, OLD).await.0, 200);
    let stranger = (403, Some("ES008".to_owned()));
    assert_eq!(simulated(&system, NEW).await, stranger);

    apply(&system, NEW, Some(OLD)).await;
    eventually("the new ones to be taken", async || {
        (simulated(&system, NEW).await.0 == 200).then_some(())
    })
    .await;
    for (key, token, told) in [
        (NEW.0, NEW.1, None),
        (OLD.0, NEW.1, Some("key")),
        (NEW.0, OLD.1, Some("credentials")),
        (OLD.0, OLD.1, Some("key credentials")),
    ] {
        let operation = format!("{key} {token}");
        let simulated = simulated_as(&system, (key, token), &operation).await;
        assert_eq!(simulated.0, 200, "{operation}");
        let line = eventually("the call's line", async || {
            let mut lines = parsed(&lines).into_iter();
            lines.find(|line| line["operationId"] == operation)
        })
        .await;
        assert_eq!(line["previous"].as_str(), told, "{line}");
    }
    eventually("three calls to be counted", async || {
        let counted = parsed(&lines);
        let counted = counted
            .iter()
            .map(|line| line["PreviousCredentials"].as_i64());
        (counted.flatten().sum::<i64>() == 3).then_some(())
    })
    .await;

    apply(&system, NEW, None).await;
    // In a minute at most; at once, if anybody calls with what is nowhere.
    eventually("the old ones to be refused", async || {
        simulated(&system, ("nowhere", "T")).await;
        (simulated(&system, OLD).await == stranger).then_some(())
    })
    .await;
    let wrong = (401, Some("ES007".to_owned()));
    assert_eq!(simulated(&system, (NEW.0, OLD.1)).await, wrong);
    assert_eq!(simulated(&system, NEW).await.0, 200);
    system.stop().await;
}

fn parsed(lines: &Mutex<Vec<String>>) -> Vec<Value> {
    let lines = lines.lock().unwrap();
    let lines = lines.iter().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}
