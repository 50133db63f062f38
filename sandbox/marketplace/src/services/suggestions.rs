//! C5 and C6: suggestions (protocol §3.10).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::body;
use super::context::Context;
use super::reply::Reply;
use super::suggestion_body;
use crate::books::{Match, Settings, Suggestion, SuggestionStatus, SuggestionVersion};

/// The most suggestions on one page.
const LARGEST_PAGE: usize = 50;

const MATCHER: &str = "vtex-matcher";

/// A score that is too little for approval and too much for a denial.
const INSUFFICIENT_SCORE: u8 = 31;

/// C5.
pub(super) fn suggest(context: &Context<'_>, seller: &str, sku: &str, body: &[u8]) -> Reply {
    if seller != context.options.seller_id {
        return not_found(&format!("Seller {seller} not found"));
    }
    let content = match body::object(body).and_then(|fields| {
        suggestion_body::check(&fields, context.settings.legacy).map(|()| fields)
    }) {
        Ok(content) => content,
        Err(refusal) => return refusal,
    };
    let account = context.account();
    if context.world.books.is_bound(account, sku) {
        return Reply::empty(StatusCode::NOT_MODIFIED);
    }
    let judgement = judge(context.settings, &content);
    let status = decide(context.settings, judgement.score);
    context.world.books.change_suggestion(account, sku, |kept| {
        let kept = kept.get_or_insert_with(|| Suggestion {
            account: account.to_owned(),
            sku: sku.to_owned(),
            status,
            versions: Vec::new(),
        });
        kept.status = status;
        kept.versions.push(SuggestionVersion {
            version: kept.version() + 1,
            content: Value::Object(content),
            at: context.now,
            matches: vec![judgement],
        });
    });
    Reply::empty(StatusCode::OK)
}

/// C6: one suggestion.
pub(super) fn read(context: &Context<'_>, seller: &str, sku: &str) -> Reply {
    match find(context, seller, sku) {
        Ok(suggestion) => Reply::json(StatusCode::OK, &shown(context, &suggestion)),
        Err(refusal) => refusal,
    }
}

/// C6: take a suggestion back.
pub(super) fn delete(context: &Context<'_>, seller: &str, sku: &str) -> Reply {
    if let Err(refusal) = find(context, seller, sku) {
        return refusal;
    }
    let account = context.account();
    let books = &context.world.books;
    books.change_suggestion(account, sku, |suggestion| *suggestion = None);
    Reply::empty(StatusCode::OK)
}

/// C6: all versions, without their contents.
pub(super) fn versions(context: &Context<'_>, seller: &str, sku: &str) -> Reply {
    match find(context, seller, sku) {
        Ok(suggestion) => {
            let versions = suggestion.versions.iter();
            let versions: Vec<_> = versions
                .map(|version| version_shown(version, false))
                .collect();
            Reply::json(StatusCode::OK, &Value::Array(versions))
        }
        Err(refusal) => refusal,
    }
}

/// C6: one version.
pub(super) fn version(context: &Context<'_>, seller: &str, sku: &str, version: &str) -> Reply {
    let suggestion = match find(context, seller, sku) {
        Ok(suggestion) => suggestion,
        Err(refusal) => return refusal,
    };
    let found = suggestion
        .versions
        .iter()
        .find(|kept| kept.version.to_string() == version);
    match found {
        Some(found) => Reply::json(StatusCode::OK, &version_shown(found, true)),
        None => not_found(&format!("Suggestion of {sku} has no version {version}")),
    }
}

/// C6: a page of all suggestions that pass the filters.
pub(super) fn list(context: &Context<'_>) -> Reply {
    let query: Vec<(String, String)> = url::form_urlencoded::parse(context.query.as_bytes())
        .into_owned()
        .collect();
    let asked = |name: &str| {
        query
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    };
    let position = |name, default| asked(name).map_or(Some(default), |text| text.parse().ok());
    let page = position("_from", 0_usize).and_then(|from| {
        Some((
            from,
            position("_to", from.saturating_add(LARGEST_PAGE - 1))?,
        ))
    });
    let Some((from, to)) = page.filter(|(from, to)| from <= to && to - from < LARGEST_PAGE) else {
        return Reply::bad_request("_from and _to must span 1 to 50 suggestions");
    };
    let suggestions = context.world.books.suggestions(context.account());
    let passing: Vec<_> = suggestions
        .iter()
        .filter(|suggestion| {
            let matches = |wanted: fn(&Match) -> &str, name| {
                asked(name).is_none_or(|asked| {
                    let last = suggestion.versions.last();
                    last.is_some_and(|last| last.matches.iter().any(|one| wanted(one) == asked))
                })
            };
            asked("seller").is_none_or(|seller| seller == context.options.seller_id)
                && asked("status").is_none_or(|word| word == suggestion.status.filter_word())
                && asked("q").is_none_or(|words| mentions(suggestion, words))
                && matches(|one| &one.match_type, "type")
                && matches(|one| &one.matcher_id, "matcherid")
        })
        .collect();
    let page: Vec<_> = passing
        .iter()
        .skip(from)
        .take(to - from + 1)
        .map(|suggestion| shown(context, suggestion))
        .collect();
    let total = passing.len();
    Reply::json(
        StatusCode::OK,
        &json!({ "data": page, "paging": { "from": from, "to": to, "total": total } }),
    )
}

/// Whether a search for these words finds it.
fn mentions(suggestion: &Suggestion, words: &str) -> bool {
    let words = words.to_lowercase();
    let name = suggestion
        .versions
        .last()
        .and_then(|version| version.content.get("ProductName")?.as_str());
    suggestion.sku.to_lowercase().contains(&words)
        || name.is_some_and(|name| name.to_lowercase().contains(&words))
}

/// What the matcher makes of it: a new product, unless its brand or category is not known here.
fn judge(settings: &Settings, content: &Map<String, Value>) -> Match {
    let is_known = |known: &Option<std::collections::BTreeSet<String>>, field| {
        known.as_ref().is_none_or(|known| {
            let value = content.get(field).and_then(Value::as_str);
            value.is_some_and(|value| known.contains(value))
        })
    };
    let mapped = is_known(&settings.brands, "BrandName")
        && is_known(&settings.categories, "CategoryFullPath");
    let (score, match_type) = if mapped {
        (settings.matcher_score, "newproduct")
    } else {
        (INSUFFICIENT_SCORE, "insufficientScore")
    };
    Match {
        match_id: uuid::Uuid::new_v4().simple().to_string(),
        matcher_id: MATCHER.to_owned(),
        score,
        match_type: match_type.to_owned(),
    }
}

fn decide(settings: &Settings, score: u8) -> SuggestionStatus {
    match score {
        _ if settings.auto_approve => SuggestionStatus::Approved,
        80.. => SuggestionStatus::Approved,
        31..80 => SuggestionStatus::Pending,
        ..31 => SuggestionStatus::Denied,
    }
}

fn find(context: &Context<'_>, seller: &str, sku: &str) -> Result<Suggestion, Reply> {
    Some(sku)
        .filter(|_| seller == context.options.seller_id)
        .and_then(|sku| context.world.books.suggestion(context.account(), sku))
        .ok_or_else(|| not_found(&format!("No suggestion of {sku} by seller {seller}")))
}

fn not_found(message: &str) -> Reply {
    Reply::envelope(StatusCode::NOT_FOUND, "404", message)
}

fn shown(context: &Context<'_>, suggestion: &Suggestion) -> Value {
    let last = suggestion.versions.last();
    json!({
        "itemId": suggestion.sku,
        "sellerId": context.options.seller_id,
        "status": suggestion.status,
        "version": suggestion.version(),
        "matches": last.map(|last| &last.matches),
        "content": last.map(|last| &last.content),
    })
}

fn version_shown(version: &SuggestionVersion, whole: bool) -> Value {
    let mut shown = json!({
        "version": version.version,
        "date": version.at,
        "matches": version.matches,
    });
    if whole && let Some(fields) = shown.as_object_mut() {
        fields.insert("content".to_owned(), version.content.clone());
    }
    shown
}
