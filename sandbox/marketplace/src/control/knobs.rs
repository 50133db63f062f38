//! What can be changed.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::Control;
use super::answer::Mistake;
use crate::books::{Settings, Suggestion, SuggestionStatus};
use crate::faults::{AccountFaults, Down, RouteFaults};
use crate::name::CallName;

/// A change of an account's faults; what is left out stays.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FaultChange {
    #[serde(default)]
    reset: bool,
    #[serde(default, deserialize_with = "given")]
    down: Option<Option<Down>>,
    #[serde(default, deserialize_with = "given")]
    all: Option<Option<RouteFaults>>,
    #[serde(default)]
    calls: BTreeMap<CallName, RouteFaults>,
}

/// Tells null from absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ServerSettings {
    title_case_headers: bool,
}

pub(super) async fn set_faults(
    State(control): State<Control>,
    Path(account): Path<String>,
    change: Result<Json<FaultChange>, JsonRejection>,
) -> Result<Json<AccountFaults>, Mistake> {
    control.account(&account)?;
    let Json(change) = change?;
    let faults = &control.world.faults;
    faults.change(&account, |faults| {
        if change.reset {
            *faults = AccountFaults::default();
        }
        if let Some(down) = change.down {
            faults.down = down;
        }
        if let Some(all) = change.all {
            faults.all = all;
        }
        faults.calls.extend(change.calls);
    });
    Ok(Json(faults.of(&account)))
}

pub(super) async fn approve(
    state: State<Control>,
    path: Path<(String, String)>,
) -> Result<Json<Suggestion>, Mistake> {
    decide(state, path, SuggestionStatus::Approved)
}

pub(super) async fn deny(
    state: State<Control>,
    path: Path<(String, String)>,
) -> Result<Json<Suggestion>, Mistake> {
    decide(state, path, SuggestionStatus::Denied)
}

/// An operator's decision, which is final.
fn decide(
    State(control): State<Control>,
    Path((account, sku)): Path<(String, String)>,
    decision: SuggestionStatus,
) -> Result<Json<Suggestion>, Mistake> {
    control.account(&account)?;
    let books = &control.world.books;
    let decided = books.change_suggestion(&account, &sku, |suggestion| {
        let suggestion = suggestion.as_mut()?;
        let open = suggestion.status == SuggestionStatus::Pending;
        if open {
            suggestion.status = decision;
        }
        Some((suggestion.clone(), open || suggestion.status == decision))
    });
    match decided {
        Some((suggestion, true)) => Ok(Json(suggestion)),
        Some((_, false)) => Err(Mistake::new(
            StatusCode::CONFLICT,
            format!("the suggestion of {sku} is decided already"),
        )),
        None => Err(Mistake::not_found(format!(
            "account {account} has no suggestion of {sku}"
        ))),
    }
}

pub(super) async fn bind(
    State(control): State<Control>,
    Path((account, sku)): Path<(String, String)>,
) -> Result<StatusCode, Mistake> {
    control.account(&account)?;
    control.world.books.bind(&account, &sku, true);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn unbind(
    State(control): State<Control>,
    Path((account, sku)): Path<(String, String)>,
) -> Result<StatusCode, Mistake> {
    control.account(&account)?;
    control.world.books.bind(&account, &sku, false);
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the settings that are given. What was refused or limited before counts no more.
pub(super) async fn set(
    State(control): State<Control>,
    Path(account): Path<String>,
    changes: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Result<Json<Settings>, Mistake> {
    control.account(&account)?;
    let Json(changes) = changes?;
    let books = &control.world.books;
    let settings = serde_json::to_value(books.settings(&account))
        .and_then(|mut settings| {
            if let Some(fields) = settings.as_object_mut() {
                fields.extend(changes);
            }
            serde_json::from_value::<Settings>(settings)
        })
        .map_err(|error| Mistake::bad_request(error.to_string()))?;
    books.set(&account, settings.clone());
    control.services.forget(&account);
    Ok(Json(settings))
}

pub(super) async fn set_server(
    State(control): State<Control>,
    settings: Result<Json<ServerSettings>, JsonRejection>,
) -> Result<StatusCode, Mistake> {
    let Json(settings) = settings?;
    control.title_case.send_replace(settings.title_case_headers);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn forget_calls(State(control): State<Control>) -> StatusCode {
    control.world.journal.forget();
    StatusCode::NO_CONTENT
}

pub(super) async fn reset(State(control): State<Control>) -> StatusCode {
    let world = &control.world;
    world.books.reset();
    world.journal.forget();
    world.faults.reset();
    for account in &world.options.accounts {
        control.services.forget(&account.account);
    }
    StatusCode::NO_CONTENT
}
