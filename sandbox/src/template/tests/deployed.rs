//! What must hold of the template that is deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::super::{Function, Queue, Source, Stack, TEMPLATE, read};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn stack() -> Stack {
    read(TEMPLATE).unwrap_or_else(|error| panic!("template.yaml: {error}"))
}

/// Queues that take what others could not deal with: they have no dead letters of their own.
fn is_last_resort(queue: &Queue) -> bool {
    queue.name.ends_with("-dead")
        || queue.name.ends_with("-dead.fifo")
        || queue.name.ends_with("-failures")
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
    // Modifications, which nothing published pins: also as the marketplace's own order system.
    for base in [
        "/m/{key}/pvt",
        "/m/{key}/api/pvt",
        "/m/{key}/order-system",
        "/m/{key}/api/order-system",
        "/m/{key}/api/api/order-system",
    ] {
        for path in [
            "",
            "/preview",
            "/{changeRequestId}/cancel",
            "/{changeRequestId}/send-agreement",
        ] {
            let key = format!("ANY {base}/orders/{{orderId}}/changes{path}");
            expected.insert((key, "modify-order".to_owned()));
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
        "agreements",
        "notifications",
    ] {
        assert!(stack.queue_named(name).is_some(), "{name}");
    }
    let orders = stack.queue_named("erp-orders.fifo").unwrap();
    // Two different events may say the same: each carries its own deduplication id.
    assert!(!orders.content_based_deduplication);
    for name in ["offers", "orders", "listings", "accounts", "settings"] {
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
    let sources = |name: &str| -> Vec<String> {
        let sources = stack.functions[name].sources.iter();
        let mut sources: Vec<_> = sources.map(in_words).collect();
        sources.sort();
        sources
    };
    for (name, expected) in [
        ("update-offers", &["messages of ErpOffers"][..]),
        ("send-invoice", &["messages of ErpInvoices"]),
        ("send-tracking", &["messages of ErpTracking"]),
        ("resolve-cancellation", &["messages of ErpCancellations"]),
        ("send-agreement", &["messages of Agreements"]),
        (
            "notify-marketplace",
            &["every 60s", "messages of Notifications"],
        ),
        ("relay-changes", &["changes of Offers", "changes of Orders"]),
        ("expire-reservations", &["every 60s"]),
    ] {
        assert_eq!(sources(name), expected, "{name}");
    }
}

fn in_words(source: &Source) -> String {
    match source {
        Source::Queue { queue, .. } => format!("messages of {queue}"),
        Source::Stream { table, .. } => format!("changes of {table}"),
        Source::Schedule { every } => format!("every {every:?}"),
    }
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
        ("accounts", None, false),
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
        ("accounts", "account S HASH, lane S RANGE"),
        ("listings", "sku S HASH, account S RANGE"),
        ("listings/by-state", "state S HASH, at N RANGE, KEYS_ONLY"),
        ("offers", "sku S HASH, part S RANGE"),
        ("orders", "pk S HASH, sk S RANGE"),
        ("orders/by-day", "day S HASH, placedAt S RANGE, INCLUDE"),
        (
            "orders/due",
            "duePartition S HASH, dueAt N RANGE, KEYS_ONLY",
        ),
        ("orders/held", "heldFor S HASH, placedAt S RANGE, INCLUDE"),
        ("settings", "name S HASH"),
    ];
    let expected = expected.map(|(name, key)| (name.to_owned(), key.to_owned()));
    assert_eq!(keys, BTreeMap::from(expected));
}
