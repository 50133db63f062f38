//! The protocol's simulation scenarios (§6), its table of unavailability, and what holds for any
//! request.

mod availability;
mod freight;
mod promotions;
mod properties;
mod scenarios;
mod warehouses;

use serde_json::{Value, json};

use super::*;
use crate::fixture;

/// What the fixture's seller answers to the given body.
fn answer(body: &Value) -> Value {
    answer_of(&fixture::settings(), &fixture::offers(), body)
}

/// The answer alone, of a shop whose delivery windows are all free.
fn told<'a>(
    settings: &'a Settings,
    marketplace: &'a Marketplace,
    request: &'a SimulationRequest,
    offers: &'a HashMap<SkuId, Offer>,
    now: Instant,
) -> SimulationResponse<'a> {
    simulate(settings, marketplace, request, offers, fixture::free(), now).response
}

fn answer_of(settings: &Settings, offers: &HashMap<SkuId, Offer>, body: &Value) -> Value {
    let request = SimulationRequest::read(body.to_string().as_bytes(), "", None).unwrap();
    let marketplace = &settings.marketplaces[0];
    let response = told(settings, marketplace, &request, offers, fixture::now());
    serde_json::to_value(response).unwrap()
}

/// A cart in a checkout.
fn cart(lines: &[(&str, i64)]) -> SimulationRequest {
    SimulationRequest::read(checkout(lines).to_string().as_bytes(), "", None).unwrap()
}

/// A body that asks for lines of (SKU, quantity), for the storefront.
fn storefront(lines: &[(&str, i64)]) -> Value {
    let items: Vec<_> = lines
        .iter()
        .map(|(id, quantity)| json!({"id": id, "quantity": quantity, "seller": "1"}))
        .collect();
    json!({"items": items})
}

/// The same in a checkout, at a place the fixture's seller serves.
fn checkout(lines: &[(&str, i64)]) -> Value {
    at(lines, "22251-030")
}

fn at(lines: &[(&str, i64)], postal_code: &str) -> Value {
    let mut body = storefront(lines);
    body["country"] = json!("BRA");
    body["postalCode"] = json!(postal_code);
    body
}

/// The ids of the SLAs of a row.
fn slas(answer: &Value, row: usize) -> Vec<&str> {
    let slas = answer["logisticsInfo"][row]["slas"].as_array().unwrap();
    slas.iter().map(|sla| sla["id"].as_str().unwrap()).collect()
}
