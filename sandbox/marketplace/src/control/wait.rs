//! What can be waited for.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Control;
use super::answer::Mistake;
use crate::books::{Books, Offer, Order, Suggestion, SuggestionStatus};
use crate::journal::{Call, Filter};
use crate::name::CallName;

/// How long an answer waits that does not say how long.
const USUAL_WAIT: Duration = Duration::from_secs(10);

/// How long an answer waits at most.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
pub(super) struct OrderWish {
    until: Option<String>,
    within: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct OfferWish {
    until_price: Option<i64>,
    until_stock: Option<i64>,
    within: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SuggestionWish {
    until_status: Option<String>,
    until_version: Option<u64>,
    within: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct CallsWish {
    #[serde(default)]
    since: u64,
    name: Option<CallName>,
    account: Option<String>,
    order: Option<String>,
    sku: Option<String>,
    limit: Option<usize>,
    until_count: Option<usize>,
    within: Option<String>,
}

pub(super) async fn order(
    State(control): State<Control>,
    Path((account, id)): Path<(String, String)>,
    wish: Result<Query<OrderWish>, QueryRejection>,
) -> Result<Response, Mistake> {
    let Query(wish) = wish?;
    control.account(&account)?;
    let patience = patience(wish.within.as_deref(), wish.until.is_some())?;
    let found = |books: &Books| books.order(&account, &id);
    let wanted = |order: &Order| {
        wish.until
            .as_ref()
            .is_none_or(|milestone| order.reached(milestone))
    };
    settle(&control, patience, found, wanted).await
}

pub(super) async fn offer(
    State(control): State<Control>,
    Path((account, sku)): Path<(String, String)>,
    wish: Result<Query<OfferWish>, QueryRejection>,
) -> Result<Response, Mistake> {
    let Query(wish) = wish?;
    control.account(&account)?;
    let wishes = wish.until_price.is_some() || wish.until_stock.is_some();
    let patience = patience(wish.within.as_deref(), wishes)?;
    let found = |books: &Books| books.offer(&account, &sku);
    let wanted = |offer: &Offer| {
        wish.until_price
            .is_none_or(|price| offer.price == Some(price))
            && wish
                .until_stock
                .is_none_or(|stock| offer.stock == Some(stock))
    };
    settle(&control, patience, found, wanted).await
}

pub(super) async fn suggestion(
    State(control): State<Control>,
    Path((account, sku)): Path<(String, String)>,
    wish: Result<Query<SuggestionWish>, QueryRejection>,
) -> Result<Response, Mistake> {
    let Query(wish) = wish?;
    control.account(&account)?;
    let status = wish.until_status.as_deref().map(status).transpose()?;
    let wishes = status.is_some() || wish.until_version.is_some();
    let patience = patience(wish.within.as_deref(), wishes)?;
    let found = |books: &Books| books.suggestion(&account, &sku);
    let wanted = |suggestion: &Suggestion| {
        status.is_none_or(|status| suggestion.status == status)
            && wish
                .until_version
                .is_none_or(|version| suggestion.version() >= version)
    };
    settle(&control, patience, found, wanted).await
}

pub(super) async fn calls(
    State(control): State<Control>,
    wish: Result<Query<CallsWish>, QueryRejection>,
) -> Result<Response, Mistake> {
    let Query(wish) = wish?;
    let patience = patience(wish.within.as_deref(), wish.until_count.is_some())?;
    let filter = Filter {
        since: wish.since,
        name: wish.name,
        account: wish.account,
        order: wish.order,
        sku: wish.sku,
    };
    let journal = &control.world.journal;
    let mut changes = journal.watch();
    let enough = async {
        loop {
            changes.borrow_and_update();
            let calls = journal.calls(&filter);
            if calls.len() >= wish.until_count.unwrap_or(0) {
                return Some(calls);
            }
            changes.changed().await.ok()?;
        }
    };
    let (status, calls) = match tokio::time::timeout(patience, enough).await {
        Ok(Some(calls)) => (StatusCode::OK, calls),
        _ => (StatusCode::REQUEST_TIMEOUT, journal.calls(&filter)),
    };
    let skipped = calls.len().saturating_sub(wish.limit.unwrap_or(usize::MAX));
    let calls: Vec<&Call> = calls.iter().skip(skipped).map(Arc::as_ref).collect();
    Ok((status, Json(calls)).into_response())
}

/// Waits for what is wanted of what is found: 200 with it, or 408 with what there is instead, or
/// 404 if there is nothing.
async fn settle<T: Serialize>(
    control: &Control,
    patience: Duration,
    found: impl Fn(&Books) -> Option<T>,
    wanted: impl Fn(&T) -> bool,
) -> Result<Response, Mistake> {
    let books = &control.world.books;
    let reached = books
        .until(patience, |books| found(books).filter(&wanted))
        .await;
    let (status, shown) = match reached {
        Some(reached) => (StatusCode::OK, Some(reached)),
        None => (StatusCode::REQUEST_TIMEOUT, found(books)),
    };
    let shown = shown.ok_or_else(|| Mistake::not_found("there is no such thing"))?;
    Ok((status, Json(shown)).into_response())
}

fn status(word: &str) -> Result<SuggestionStatus, Mistake> {
    match word.to_ascii_lowercase().as_str() {
        "pending" => Ok(SuggestionStatus::Pending),
        "approved" => Ok(SuggestionStatus::Approved),
        "denied" => Ok(SuggestionStatus::Denied),
        _ => Err(Mistake::bad_request(
            "until_status is pending, approved or denied",
        )),
    }
}

/// How long to wait: not at all without a wish.
fn patience(within: Option<&str>, wishes: bool) -> Result<Duration, Mistake> {
    let Some(within) = within else {
        return Ok(if wishes { USUAL_WAIT } else { Duration::ZERO });
    };
    let milliseconds = within.strip_suffix("ms").map(str::parse::<u64>);
    let seconds = within.strip_suffix('s').map(str::parse::<u64>);
    match (milliseconds, seconds) {
        (Some(Ok(milliseconds)), _) => Ok(Duration::from_millis(milliseconds).min(LONGEST_WAIT)),
        (None, Some(Ok(seconds))) => Ok(Duration::from_secs(seconds).min(LONGEST_WAIT)),
        _ => Err(Mistake::bad_request(
            "within is a time such as 10s or 500ms",
        )),
    }
}
