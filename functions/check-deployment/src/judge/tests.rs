//! Answers that pass and answers that don't.

use std::collections::HashMap;

use feirante_models::simulation::SimulationRequest;
use feirante_models::{Instant, SkuId};
use feirante_seller::listing::Product;
use feirante_seller::offer::{Offer, PriceEntry, Stock};
use feirante_seller::settings::Settings;
use feirante_seller::shipping::Occupancy;
use feirante_seller::simulate::simulate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::question::questions;

fn settings() -> Settings {
    let file = include_str!("../../../../sandbox/fixture/seller.toml");
    Settings::parse(file).unwrap()
}

/// A SKU of one unit at `price` cents, if that is any.
fn product(code: &str, active: bool, price: Option<i64>, units: i64) -> Product {
    let mut product = Product::unknown(SkuId::parse(code).unwrap());
    product.offer.active = active;
    let price = price.map(|cents| PriceEntry::base(Cents::new(cents)));
    product.offer.prices.extend(price);
    let stock = Stock {
        on_hand: units,
        available: units,
        ..Stock::default()
    };
    product.offer.stock = settings().warehouses[..1]
        .iter()
        .map(|warehouse| (warehouse.id.clone(), stock))
        .collect();
    product
}

/// The question of the fixture's marketplace after two SKUs that are sold.
fn two_shirts() -> Question {
    let products = ["1", "2"].map(|code| product(code, true, Some(7390), 9));
    questions(Some(&settings()), &products, "d-1", Instant::now()).remove(0)
}

/// The question while there is no seller file.
fn strangers() -> Question {
    questions(None, &[], "d-1", Instant::now()).remove(0)
}

fn reply(status: u16, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let reply = json!({"statusCode": status, "body": body, "isBase64Encoded": false});
    reply.to_string().into_bytes()
}

fn envelope(code: &str) -> Value {
    json!({"error": {"code": code, "message": "no", "exception": null}})
}

/// The right answer to [`two_shirts`].
fn right() -> Value {
    let item = |index: usize, id: &str| {
        json!({
            "id": id, "requestIndex": index, "price": 7390, "listPrice": 7390, "quantity": 1,
            "seller": "seller1",
        })
    };
    let logistics = |index: usize| json!({"itemIndex": index, "quantity": 1, "stockBalance": 9});
    json!({
        "items": [item(0, "1"), item(1, "2")],
        "logisticsInfo": [logistics(0), logistics(1)],
    })
}

/// The verdict on the right answer after `change`, in words.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut body = right();
    change(&mut body);
    let judged = judge(&two_shirts(), &reply(200, &body));
    judged.map_or_else(|flaw| flaw.to_string(), |()| "passed".to_owned())
}

#[test]
fn a_right_answer_passes_and_so_does_one_of_what_is_sold_out() {
    assert_eq!(changed(|_| {}), "passed");
    let sold_out = changed(|body| {
        for row in 0..2 {
            body["items"][row]["quantity"] = json!(0);
        }
        body["logisticsInfo"] = json!([]);
    });
    assert_eq!(sold_out, "passed");
}

#[test]
fn what_is_sold_and_not_offered_is_named() {
    let without = changed(|body| {
        for rows in ["items", "logisticsInfo"] {
            body[rows].as_array_mut().unwrap().remove(0);
        }
    });
    assert_eq!(without, "SKU 1 has a price and is not offered");
    let nothing = json!({"items": [], "logisticsInfo": []});
    let flaw = judge(&two_shirts(), &reply(200, &nothing)).unwrap_err();
    assert!(matches!(flaw, Flaw::NotOffered(_)), "{flaw}");
}

#[test]
fn what_is_not_sold_may_be_left_out() {
    let products = [product("1", false, Some(7390), 9)];
    let question = questions(Some(&settings()), &products, "d-1", Instant::now()).remove(0);
    let nothing = json!({"items": [], "logisticsInfo": []});
    assert_eq!(judge(&question, &reply(200, &nothing)), Ok(()));
}

#[test]
fn a_row_that_contradicts_the_request_or_itself_is_named() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 9] = [
        (
            |body| body["items"][1]["requestIndex"] = json!(2),
            "row 1: the request has no such line",
        ),
        (
            |body| body["items"][1]["requestIndex"] = json!(0),
            "row 1: it is of another SKU than the request's line",
        ),
        (
            |body| body["items"][0]["seller"] = json!("1"),
            "row 0: it is of another seller",
        ),
        (
            |body| body["items"][0]["listPrice"] = json!(7389),
            "row 0: its prices are below zero, or the list price below the price",
        ),
        (
            |body| body["items"][0]["quantity"] = json!(2),
            "row 0: its quantity is below zero or above what was asked for",
        ),
        (
            |body| {
                let again = body["items"][0].clone();
                body["items"].as_array_mut().unwrap().push(again);
            },
            "row 2: its line is answered twice",
        ),
        (
            |body| body["logisticsInfo"][1]["quantity"] = json!(0),
            "row 1: its stock is of no item, or of another quantity",
        ),
        (
            |body| body["logisticsInfo"][0]["stockBalance"] = json!(0),
            "row 0: its stock is less than what can be had",
        ),
        (
            |body| body["logisticsInfo"] = json!([]),
            "row 0: it has no stock of its own",
        ),
    ];
    for (change, flaw) in changes {
        assert_eq!(changed(change), flaw);
    }
}

#[test]
fn a_body_of_another_shape_is_refused_by_its_place_and_not_its_words() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 4] = [
        (
            |body| body["items"][1]["price"] = json!("7390"),
            "items[1].price invalid type",
        ),
        (
            |body| body["items"][1]["price"] = json!(73.9),
            "items[1].price invalid type",
        ),
        (
            |body| drop(body.as_object_mut().unwrap().remove("logisticsInfo")),
            ". missing field `logisticsInfo`",
        ),
        (|body| *body = json!("secret"), ". invalid type"),
    ];
    for (change, place) in changes {
        let flaw = changed(change);
        let expected = format!("the body is no simulation's answer: {place}");
        assert!(flaw.starts_with(&expected), "{flaw}");
        assert!(!flaw.contains("7390") && !flaw.contains("secret"), "{flaw}");
    }
}

#[test]
fn any_other_status_refuses_the_version_with_its_code() {
    for (status, code, told) in [
        (
            401,
            "ES007",
            "the marketplace's own key and credentials are refused: 401 ES007",
        ),
        (
            403,
            "ES008",
            "the marketplace's own key and credentials are refused: 403 ES008",
        ),
        (500, "ES099", "status 500 ES099"),
        (503, "ES503", "status 503 ES503"),
        (202, "ES1", "status 202 ES1"),
    ] {
        let flaw = judge(&two_shirts(), &reply(status, &envelope(code))).unwrap_err();
        assert_eq!(flaw.to_string(), told);
    }
    let flaw = judge(&two_shirts(), &reply(502, &json!("<html>"))).unwrap_err();
    assert_eq!(flaw.to_string(), "status 502");
}

#[test]
fn what_api_gateway_could_not_pass_on_is_no_reply() {
    for payload in [
        &b""[..],
        b"null",
        b"\"200\"",
        br#"{"body": "{}"}"#,
        br#"{"statusCode": "200", "body": "{}"}"#,
        br#"{"statusCode": 200, "body": "e30=", "isBase64Encoded": true}"#,
    ] {
        let judged = judge(&two_shirts(), payload);
        assert_eq!(
            judged,
            Err(Flaw::NoReply),
            "{}",
            String::from_utf8_lossy(payload)
        );
    }
}

#[test]
fn a_stranger_is_refused_or_offered_nothing() {
    let question = strangers();
    let nothing = json!({"items": [], "logisticsInfo": []});
    for (status, body) in [(403, envelope("ES008")), (200, nothing)] {
        assert_eq!(judge(&question, &reply(status, &body)), Ok(()));
    }
    let id = question.lines[0].sku.clone();
    let offered = json!({
        "items": [{
            "id": id, "requestIndex": 0, "price": 1, "listPrice": 1, "quantity": 1, "seller": "1",
        }],
        "logisticsInfo": [{"itemIndex": 0, "quantity": 1, "stockBalance": 1}],
    });
    let judged = judge(&question, &reply(200, &offered));
    assert_eq!(judged, Err(Flaw::OpenToStrangers));
    for (status, code) in [(403, "ES007"), (401, "ES007"), (503, "ES503")] {
        let judged = judge(&question, &reply(status, &envelope(code)));
        assert!(
            matches!(judged, Err(Flaw::Status(_))),
            "{status} {code}: {judged:?}"
        );
    }
}

/// What the function's own decision answers to the question, over these offers.
fn answer(settings: &Settings, question: &Question, products: &[Product]) -> Value {
    let event: Value = serde_json::from_str(&question.event).unwrap();
    let text = |field: &str| event[field].as_str().unwrap();
    let request = SimulationRequest::read(text("body").as_bytes(), text("rawQueryString"), None);
    let offers: HashMap<SkuId, Offer> = products
        .iter()
        .map(|product| (product.offer.sku.clone(), product.offer.clone()))
        .collect();
    let (free, now) = (Occupancy::default(), Instant::now());
    let request = request.unwrap();
    let marketplace = &settings.marketplaces[0];
    let simulated = simulate(settings, marketplace, &request, &offers, &free, now);
    serde_json::to_value(simulated.response).unwrap()
}

proptest! {
    /// Whatever is sold at whatever price: what the seller's own rules answer passes, and the same
    /// without any of its rows does not.
    #[test]
    fn what_the_rules_answer_passes_and_nothing_may_be_missing(
        skus in prop::collection::vec(
            (any::<bool>(), prop::option::of(0_i64..100_000), 0_i64..3),
            0..12,
        ),
    ) {
        let settings = settings();
        let products: Vec<Product> = skus
            .into_iter()
            .enumerate()
            .map(|(code, (active, price, units))| product(&code.to_string(), active, price, units))
            .collect();
        let question = questions(Some(&settings), &products, "d-1", Instant::now()).remove(0);
        let answer = answer(&settings, &question, &products);
        prop_assert_eq!(judge(&question, &reply(200, &answer)), Ok(()));
        for row in 0..answer["items"].as_array().unwrap().len() {
            let mut without = answer.clone();
            without["items"].as_array_mut().unwrap().remove(row);
            prop_assert!(judge(&question, &reply(200, &without)).is_err());
        }
    }

    /// Nothing that comes back makes the check itself fail.
    #[test]
    fn any_bytes_are_judged(payload in prop::collection::vec(any::<u8>(), 0..200), body in ".{0,200}") {
        prop_assert!(judge(&two_shirts(), &payload).is_err());
        prop_assert!(judge(&two_shirts(), &reply(200, &json!(body))).is_err());
    }
}
