//! What can be read at once.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};

use super::Control;
use super::answer::Mistake;
use crate::books::{Offer, Order, Settings, Suggestion, Violation};
use crate::faults::AccountFaults;
use crate::journal::Statistics;
use crate::name::CallName;

/// An account and where a seller finds it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountShown {
    account: String,
    seller_id: String,
    /// The base of the API and of the suggestions.
    base: String,
    /// The services endpoint that placements name.
    services: String,
}

/// Which orders or violations.
#[derive(Deserialize)]
pub(super) struct Which {
    account: Option<String>,
    status: Option<String>,
}

pub(super) async fn accounts(State(control): State<Control>) -> Json<Vec<AccountShown>> {
    let world = &control.world;
    let accounts = world.options.accounts.iter().map(|options| AccountShown {
        account: options.account.clone(),
        seller_id: options.seller_id.clone(),
        base: format!("{}/{}", world.url, options.account),
        services: world.services_endpoint(&options.account),
    });
    Json(accounts.collect())
}

pub(super) async fn orders(
    State(control): State<Control>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Vec<Order>>, Mistake> {
    let Query(which) = which?;
    let mut orders = control.world.books.orders();
    orders.retain(|order| {
        let account = which.account.as_ref();
        let status = which.status.as_ref();
        account.is_none_or(|account| *account == order.account)
            && status.is_none_or(|status| status == order.status.as_str())
    });
    Ok(Json(orders))
}

pub(super) async fn offers(
    State(control): State<Control>,
    Path(account): Path<String>,
) -> Result<Json<Vec<Offer>>, Mistake> {
    control.account(&account)?;
    Ok(Json(control.world.books.offers(&account)))
}

pub(super) async fn bindings(
    State(control): State<Control>,
    Path(account): Path<String>,
) -> Result<Json<Vec<String>>, Mistake> {
    control.account(&account)?;
    Ok(Json(control.world.books.bindings(&account)))
}

pub(super) async fn suggestions(
    State(control): State<Control>,
    Path(account): Path<String>,
) -> Result<Json<Vec<Suggestion>>, Mistake> {
    control.account(&account)?;
    Ok(Json(control.world.books.suggestions(&account)))
}

pub(super) async fn violations(
    State(control): State<Control>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Vec<Violation>>, Mistake> {
    let Query(which) = which?;
    let mut violations = control.world.books.violations();
    violations.retain(|violation| {
        let account = which.account.as_ref();
        account.is_none_or(|account| *account == violation.account)
    });
    Ok(Json(violations))
}

pub(super) async fn statistics(
    State(control): State<Control>,
) -> Json<BTreeMap<CallName, Statistics>> {
    Json(control.world.journal.statistics())
}

pub(super) async fn all_settings(
    State(control): State<Control>,
) -> Json<BTreeMap<String, Settings>> {
    Json(control.world.books.all_settings())
}

pub(super) async fn settings(
    State(control): State<Control>,
    Path(account): Path<String>,
) -> Result<Json<Settings>, Mistake> {
    control.account(&account)?;
    Ok(Json(control.world.books.settings(&account)))
}

pub(super) async fn faults(
    State(control): State<Control>,
    Path(account): Path<String>,
) -> Result<Json<AccountFaults>, Mistake> {
    control.account(&account)?;
    Ok(Json(control.world.faults.of(&account)))
}
