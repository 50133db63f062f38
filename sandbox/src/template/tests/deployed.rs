//! What must hold of the template that is deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::super::{Function, Queue, Source, Stack, TEMPLATE, Value, read};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn stack() -> Stack {
    read(TEMPLATE).unwrap_or_else(|error| panic!("template.yaml: {error}"))
}

/// Queues that take what others could not deal with: they have no dead letters of their own.
fn is_last_resort(queue: &Queue) -> bool {
    queue.name.ends_with("-dead")
        || queue.name.ends_with("-dead.fifo")
        || queue.name == "relay-failures"
}

#[test]
fn every_function_is_there_and_gets_exactly_its_variables() {
    const OFFERS: (&str, &str) = ("OFFERS_TABLE", "table Offers");
    const ORDERS: (&str, &str) = ("ORDERS_TABLE", "table Orders");
    const SETTINGS: (&str, &str) = ("SETTINGS_TABLE", "table Settings");
    const LOG_LEVEL: (&str, &str) = ("LOG_LEVEL", "info");
    let expected: [(&str, &[(&str, &str)]); 8] = [
        (
            "authorize-fulfillment",
            &[OFFERS, ORDERS, SETTINGS, LOG_LEVEL],
        ),
        ("cancel-order", &[OFFERS, ORDERS, SETTINGS, LOG_LEVEL]),
        ("expire-reservations", &[OFFERS, ORDERS, LOG_LEVEL]),
        (
            "place-order",
            &[
                OFFERS,
                ORDERS,
                SETTINGS,
                LOG_LEVEL,
                ("PERSONAL_DATA_DAYS", "180"),
            ],
        ),
        (
            "relay-changes",
            &[
                ORDERS,
                LOG_LEVEL,
                ("ORDER_EVENTS_URL", "queue ErpOrders"),
                ("DEAD_LETTERS_URL", "queue RelayFailures"),
            ],
        ),
        (
            "resolve-cancellation",
            &[
                OFFERS,
                ORDERS,
                LOG_LEVEL,
                ("DEAD_LETTERS_URL", "queue ErpCancellationsDead"),
            ],
        ),
        ("simulate-fulfillment", &[OFFERS, SETTINGS, LOG_LEVEL]),
        (
            "update-offers",
            &[
                OFFERS,
                LOG_LEVEL,
                ("DEAD_LETTERS_URL", "queue ErpOffersDead"),
            ],
        ),
    ];
    let expected: BTreeMap<String, BTreeMap<String, String>> = expected
        .into_iter()
        .map(|(name, variables)| {
            let variables = variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            (name.to_owned(), variables.collect())
        })
        .collect();

    let written = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::TableName(id) => format!("table {id}"),
        Value::QueueUrl(id) => format!("queue {id}"),
    };
    let actual: BTreeMap<String, BTreeMap<String, String>> = stack()
        .functions
        .values()
        .map(|function| {
            let variables = function
                .environment
                .iter()
                .map(|(name, value)| (name.clone(), written(value)));
            (function.name.clone(), variables.collect())
        })
        .collect();
    assert_eq!(actual, expected);
}

#[test]
fn every_function_has_a_crate() {
    let functions = concat!(env!("CARGO_MANIFEST_DIR"), "/../functions");
    for name in stack().functions.keys() {
        let manifest = format!("{functions}/{name}/Cargo.toml");
        assert!(std::fs::exists(&manifest).unwrap(), "{manifest}");
    }
}

#[test]
fn every_route_stands_under_both_bases_for_any_verb() {
    let mut expected = BTreeSet::new();
    for base in ["/m/{key}", "/m/{key}/api"] {
        for (path, function) in [
            ("/pvt/orderForms/simulation", "simulate-fulfillment"),
            ("/pvt/orders", "place-order"),
            ("/pvt/orders/{orderId}/fulfill", "authorize-fulfillment"),
            ("/pvt/orders/{orderId}/cancel", "cancel-order"),
        ] {
            expected.insert((format!("ANY {base}{path}"), function.to_owned()));
        }
    }
    expected.insert(("$default".to_owned(), "cancel-order".to_owned()));
    let actual: BTreeSet<_> = stack()
        .routes
        .into_iter()
        .map(|route| (route.key, route.function))
        .collect();
    assert_eq!(actual, expected);
}

#[test]
fn every_queue_has_dead_letters_of_its_kind_that_are_kept_longest() {
    let stack = stack();
    for queue in stack.queues.iter().filter(|queue| !is_last_resort(queue)) {
        let dead = stack
            .dead_letters(queue)
            .unwrap_or_else(|| panic!("{}", queue.name));
        let expected = match queue.name.strip_suffix(".fifo") {
            Some(name) => format!("{name}-dead.fifo"),
            None => format!("{}-dead", queue.name),
        };
        assert_eq!(dead.name, expected);
        assert!(
            queue.redrive.as_ref().unwrap().maximum_receives >= 5,
            "{}",
            queue.name
        );
    }
    for queue in stack.queues.iter().filter(|queue| is_last_resort(queue)) {
        assert_eq!(queue.retention, 14 * DAY, "{}", queue.name);
        assert_eq!(queue.redrive, None, "{}", queue.name);
    }
}

#[test]
fn the_queues_and_tables_that_clients_are_told_of_exist() {
    let stack = stack();
    for name in [
        "erp-offers",
        "erp-invoices",
        "erp-tracking",
        "erp-cancellations",
        "notifications",
    ] {
        assert!(stack.queue_named(name).is_some(), "{name}");
    }
    let orders = stack.queue_named("erp-orders.fifo").unwrap();
    // Two different events may say the same: each carries its own deduplication id.
    assert!(!orders.content_based_deduplication);
    for name in ["offers", "orders", "listings", "settings"] {
        assert!(stack.table_named(name).is_some(), "{name}");
    }
}

#[test]
fn a_message_stays_hidden_for_six_times_its_functions_timeout() {
    let stack = stack();
    for Function {
        name,
        timeout,
        sources,
        ..
    } in stack.functions.values()
    {
        for source in sources {
            if let Source::Queue { queue, .. } = source {
                let queue = stack.queue(queue).unwrap();
                assert!(queue.visibility >= 6 * *timeout, "{name} of {}", queue.name);
            }
        }
    }
}

#[test]
fn every_source_is_wired_to_its_function() {
    let stack = stack();
    let source = |name: &str| stack.functions[name].sources.as_slice();
    assert!(
        matches!(source("update-offers"), [Source::Queue { queue, .. }] if queue == "ErpOffers")
    );
    assert!(matches!(
        source("resolve-cancellation"),
        [Source::Queue { queue, .. }] if queue == "ErpCancellations"
    ));
    assert!(matches!(source("relay-changes"), [Source::Stream { table, .. }] if table == "Orders"));
    let every_minute = Source::Schedule {
        every: Duration::from_secs(60),
    };
    assert_eq!(source("expire-reservations"), [every_minute]);
}

#[test]
fn one_bad_record_never_fails_its_neighbours() {
    for Function { name, sources, .. } in stack().functions.values() {
        for source in sources {
            match source {
                Source::Queue {
                    reports_failures, ..
                } => assert!(reports_failures, "{name}"),
                Source::Stream {
                    reports_failures,
                    bisect,
                    on_failure,
                    maximum_age,
                    ..
                } => {
                    assert!(*reports_failures && *bisect, "{name}");
                    assert_eq!(on_failure.as_deref(), Some("RelayFailures"), "{name}");
                    // Given up while the stream, which keeps a day, can still be read.
                    assert!(maximum_age.is_some_and(|age| age < DAY), "{name}");
                }
                Source::Schedule { .. } => {}
            }
        }
    }
}

#[test]
fn tables_expire_and_stream_what_the_functions_rely_on() {
    let stack = stack();
    for (name, ttl, streamed) in [
        ("offers", Some("expiresAt"), true),
        ("orders", Some("expiresAt"), true),
        ("listings", None, false),
        ("settings", None, false),
    ] {
        let table = stack.table_named(name).unwrap();
        assert_eq!(table.ttl_attribute.as_deref(), ttl, "{name}");
        assert_eq!(table.streamed, streamed, "{name}");
        if streamed {
            let view = &table.definition["StreamSpecification"]["StreamViewType"];
            assert_eq!(view, "NEW_AND_OLD_IMAGES", "{name}");
        }
    }
}

/// `sku S HASH, part S RANGE`
fn key(schema: &serde_json::Value, table: &serde_json::Value) -> String {
    let attributes = table["AttributeDefinitions"].as_array().unwrap();
    let parts = schema.as_array().unwrap().iter().map(|part| {
        let name = part["AttributeName"].as_str().unwrap();
        let attribute = attributes
            .iter()
            .find(|one| one["AttributeName"] == name)
            .unwrap();
        let attribute_type = attribute["AttributeType"].as_str().unwrap();
        format!(
            "{name} {attribute_type} {}",
            part["KeyType"].as_str().unwrap()
        )
    });
    parts.collect::<Vec<_>>().join(", ")
}

#[test]
fn keys_and_indexes_are_those_of_the_stores_expressions() {
    let mut keys = BTreeMap::new();
    for table in stack().tables {
        keys.insert(
            table.name.clone(),
            key(&table.definition["KeySchema"], &table.definition),
        );
        let indexes = table.definition["GlobalSecondaryIndexes"].as_array();
        for index in indexes.into_iter().flatten() {
            let name = format!("{}/{}", table.name, index["IndexName"].as_str().unwrap());
            let projection = index["Projection"]["ProjectionType"].as_str().unwrap();
            let key = key(&index["KeySchema"], &table.definition);
            keys.insert(name, format!("{key}, {projection}"));
        }
    }
    let expected = [
        ("listings", "sku S HASH, account S RANGE"),
        ("listings/by-state", "state S HASH, sku S RANGE, KEYS_ONLY"),
        ("offers", "sku S HASH, part S RANGE"),
        ("orders", "pk S HASH, sk S RANGE"),
        ("orders/by-day", "day S HASH, placedAt S RANGE, INCLUDE"),
        (
            "orders/due",
            "duePartition S HASH, dueAt N RANGE, KEYS_ONLY",
        ),
        ("settings", "name S HASH"),
    ];
    let expected = expected.map(|(name, key)| (name.to_owned(), key.to_owned()));
    assert_eq!(keys, BTreeMap::from(expected));
}
