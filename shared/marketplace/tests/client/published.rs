//! Requests held against the published documents, in the directory that `VTEX_OPENAPI_DIR` names;
//! without it this says so and holds nothing.

use std::path::Path;

use feirante_marketplace::{Call, SuggestionQuery, Ways, calls};
use serde_json::Value;

use crate::fixture::{
    agree, announce, at, cancel, client, credentials, invoice, price, progress, shipment, sku,
    suggest,
};
use crate::server::Server;

const VARIABLE: &str = "VTEX_OPENAPI_DIR";

/// Whether a path is one of a template like `/a/{b}`.
fn is_of(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(expected, is)| expected == is || (expected.starts_with('{') && !is.is_empty()))
}

/// Whether a document has an operation.
fn is_published(directory: &Path, file: &str, verb: &str, path: &str) -> bool {
    let text = std::fs::read_to_string(directory.join(file)).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let path = path.split('?').next().unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .filter(|(template, _)| is_of(template, path))
        .any(|(_, operations)| operations.get(verb.to_lowercase()).is_some())
}

/// Every line a call leads to where nothing is served.
async fn lines(server: &Server, call: &Call) -> Vec<String> {
    let before = server.seen().len();
    let _ = client().send(call, &credentials(), &Ways::default()).await;
    server.lines().split_off(before)
}

#[tokio::test]
async fn every_request_is_published() {
    let Some(directory) = std::env::var_os(VARIABLE) else {
        eprintln!("{VARIABLE} is not set: nothing is held against the published documents");
        return;
    };
    let directory = Path::new(&directory);
    // Nothing is served, so that both ways are tried.
    let server = Server::always(405, "").await;
    let m = at(&server.url);
    let suggestions = calls::suggestions(&m, &SuggestionQuery::default()).unwrap();
    let of_orders = [
        invoice(&m),
        shipment(&m, None),
        progress(&m, None),
        cancel(&m),
    ];
    // Each document with the path that its paths are below.
    let documents = [
        ("orders-invoice-cancel.json", "/mkt1", of_orders.to_vec()),
        (
            "external-seller-marketplace.json",
            "/mkt1/api/oms",
            [&of_orders[..], &[agree(&m, None)]].concat(),
        ),
        (
            "notificator.json",
            "/mkt1/api",
            vec![price(&m), calls::inventory_changed(&m, &sku()).unwrap()],
        ),
        ("sku-bindings.json", "/mkt1/api", vec![announce(&m)]),
        (
            "suggestions.json",
            "/mkt1",
            vec![
                suggest(&m),
                suggestions,
                calls::suggestion(&m, &sku()).unwrap(),
                calls::delete_suggestion(&m, &sku()).unwrap(),
                calls::suggestion_versions(&m, &sku()).unwrap(),
                calls::suggestion_version(&m, &sku(), "1").unwrap(),
            ],
        ),
    ];
    for (file, root, calls) in documents {
        for call in calls {
            let lines = lines(&server, &call).await;
            let mut below = lines.iter().filter_map(|line| {
                let (verb, path) = line.split_once(' ').unwrap();
                Some((verb, path.strip_prefix(root)?))
            });
            let published = below.any(|(verb, path)| is_published(directory, file, verb, path));
            assert!(published, "{file} has none of {lines:?}");
        }
    }
}
