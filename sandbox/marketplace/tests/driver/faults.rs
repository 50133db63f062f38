//! What goes wrong on purpose with the marketplace's own calls.

use serde_json::{Value, json};

use super::seller::{Received, Route};
use super::world::World;

/// The placement of a purchase whose call is struck by the fault.
async fn placed_with(fault: &str) -> (World, Received) {
    let world = World::start().await;
    world
        .fault("place", json!([{"fault": {"kind": fault}}]))
        .await;
    let order = world.buy("1").await;
    assert_eq!(order.seller_order_id.as_deref(), Some("mkt1-1-01"));
    let received = world.seller.received(Route::Place).remove(0);
    world.expect_no_violations().await;
    let calls: Value = world.get("calls?name=place").await;
    assert!(
        calls.to_string().contains(&format!("\"{fault}\"")),
        "{calls}"
    );
    (world, received)
}

#[tokio::test]
async fn a_body_may_have_a_byte_order_mark() {
    let (_world, placed) = placed_with("bom").await;
    assert!(placed.raw.starts_with("\u{feff}[".as_bytes()));
}

#[tokio::test]
async fn a_body_may_be_compressed() {
    let (_world, placed) = placed_with("gzip").await;
    assert_eq!(placed.headers["content-encoding"], "gzip");
    assert!(placed.raw.starts_with(&[0x1f, 0x8b]));
}

#[tokio::test]
async fn a_body_may_come_in_chunks() {
    let (_world, placed) = placed_with("chunked").await;
    assert_eq!(placed.headers["transfer-encoding"], "chunked");
    assert!(!placed.headers.contains_key("content-length"));
}

#[tokio::test]
async fn a_body_may_have_unknown_fields_which_must_come_back() {
    let (world, placed) = placed_with("extraFields").await;
    assert!(placed.body[0]["x-unheard-of"].is_object());
    assert!(placed.body[0]["items"][0]["x-unheard-of"].is_object());

    world.seller.script(
        Route::Place,
        [super::seller::Script::Tamper(|answer| {
            answer[0].as_object_mut().unwrap().remove("x-unheard-of");
        })],
    );
    world.buy("2").await;
    assert_eq!(world.broken_rules().await, ["echo"]);
}

#[tokio::test]
async fn a_path_may_be_encoded_more_than_it_must() {
    let (_world, placed) = placed_with("encodedPath").await;
    assert!(
        placed
            .target
            .starts_with("/%6D/%6B9/%70vt/%6Frders?affiliateId=ABC")
    );
}

#[tokio::test]
async fn header_names_may_be_in_title_case() {
    let (_world, placed) = placed_with("titleCaseHeaders").await;
    assert_eq!(placed.headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_gateways_answer_in_place_of_the_sellers_is_not_the_sellers_fault() {
    let world = World::start().await;
    world
        .fault(
            "authorize",
            json!([
                {"fault": {"kind": "status", "status": 503}, "count": 1},
                {"fault": {"kind": "status", "status": 502, "processed": true}, "count": 1},
                {"fault": {"kind": "tooManyRequests"}, "count": 1},
            ]),
        )
        .await;
    world.buy_and_pay("1").await;
    // Two of the four never got there.
    assert_eq!(world.seller.received(Route::Authorize).len(), 2);
    world.expect_no_violations().await;
}

#[tokio::test]
async fn every_call_is_in_the_journal_without_its_credentials() {
    let world = World::start().await;
    world.buy_and_pay("1").await;
    let calls: Vec<Value> = world.get("calls?account=mkt1").await;
    let names = calls.iter().map(|call| call["name"].as_str().unwrap());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["simulate", "simulate", "place", "authorize"]
    );
    for call in &calls {
        assert_eq!(call["direction"], "sent");
        assert_eq!(call["status"], 200);
        assert!(
            call["requestBody"]
                .as_str()
                .unwrap()
                .starts_with(['{', '['])
        );
        assert!(
            call["responseBody"]
                .as_str()
                .unwrap()
                .starts_with(['{', '['])
        );
        assert!(!call.to_string().contains("token="), "{call}");
    }
    assert_eq!(calls[2]["order"], "1-01");
    assert_eq!(calls[0]["sku"], "2000037");
}
