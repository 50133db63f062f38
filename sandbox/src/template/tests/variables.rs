//! What the deployed functions are told by their variables.

use std::collections::BTreeMap;

use super::super::{TEMPLATE, Value, read};

#[test]
fn every_function_is_there_and_gets_exactly_its_variables() {
    const ACCOUNTS: (&str, &str) = ("ACCOUNTS_TABLE", "table Accounts");
    const LISTINGS: (&str, &str) = ("LISTINGS_TABLE", "table Listings");
    const OFFERS: (&str, &str) = ("OFFERS_TABLE", "table Offers");
    const ORDERS: (&str, &str) = ("ORDERS_TABLE", "table Orders");
    const SETTINGS: (&str, &str) = ("SETTINGS_TABLE", "table Settings");
    const LOG_LEVEL: (&str, &str) = ("LOG_LEVEL", "info");
    const TRACKING: (&str, &str) = ("TRACKING_URL", "queue ErpTracking");
    let expected: [(&str, &[(&str, &str)]); 13] = [
        (
            "authorize-fulfillment",
            &[
                OFFERS,
                ORDERS,
                SETTINGS,
                LOG_LEVEL,
                ("PERSONAL_DATA_DAYS", "180"),
            ],
        ),
        ("cancel-order", &[OFFERS, ORDERS, SETTINGS, LOG_LEVEL]),
        ("expire-reservations", &[OFFERS, ORDERS, LOG_LEVEL]),
        ("modify-order", &[OFFERS, ORDERS, SETTINGS, LOG_LEVEL]),
        (
            "notify-marketplace",
            &[
                OFFERS,
                LISTINGS,
                ACCOUNTS,
                SETTINGS,
                LOG_LEVEL,
                ("QUEUE_URL", "queue Notifications"),
                ("DEAD_LETTERS_URL", "queue NotificationsDead"),
            ],
        ),
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
                SETTINGS,
                LOG_LEVEL,
                TRACKING,
                ("ORDER_EVENTS_URL", "queue ErpOrders"),
                ("NOTIFICATIONS_URL", "queue Notifications"),
                ("CANCELLATIONS_URL", "queue ErpCancellations"),
                ("AGREEMENTS_URL", "queue Agreements"),
                ("DEAD_LETTERS_URL", "queue RelayFailures"),
            ],
        ),
        (
            "resolve-cancellation",
            &[
                OFFERS,
                ORDERS,
                ACCOUNTS,
                SETTINGS,
                LOG_LEVEL,
                ("QUEUE_URL", "queue ErpCancellations"),
                ("DEAD_LETTERS_URL", "queue ErpCancellationsDead"),
            ],
        ),
        (
            "send-agreement",
            &[
                ORDERS,
                ACCOUNTS,
                SETTINGS,
                LOG_LEVEL,
                ("QUEUE_URL", "queue Agreements"),
                ("DEAD_LETTERS_URL", "queue AgreementsDead"),
            ],
        ),
        (
            "send-invoice",
            &[
                OFFERS,
                ORDERS,
                ACCOUNTS,
                SETTINGS,
                LOG_LEVEL,
                TRACKING,
                ("QUEUE_URL", "queue ErpInvoices"),
                ("DEAD_LETTERS_URL", "queue ErpInvoicesDead"),
            ],
        ),
        (
            "send-tracking",
            &[
                ORDERS,
                ACCOUNTS,
                SETTINGS,
                LOG_LEVEL,
                ("QUEUE_URL", "queue ErpTracking"),
                ("DEAD_LETTERS_URL", "queue ErpTrackingDead"),
            ],
        ),
        ("simulate-fulfillment", &[OFFERS, SETTINGS, LOG_LEVEL]),
        (
            "update-offers",
            &[
                OFFERS,
                LOG_LEVEL,
                ("QUEUE_URL", "queue ErpOffers"),
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
    let actual: BTreeMap<String, BTreeMap<String, String>> = read(TEMPLATE)
        .unwrap()
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
