//! From a call that may be made to the service that makes it.

use http::StatusCode;

use super::context::Context;
use super::reply::Reply;
use super::rule::Rule;
use super::target::Target;
use super::{agreement, cancellation, catalog, invoices, suggestions, tracking};

/// Does what is asked.
pub(super) fn process(context: &Context<'_>, target: &Target, body: &[u8]) -> Reply {
    if let Some(refusal) = lost_query(context, target) {
        return refusal;
    }
    match target {
        Target::Announce { seller, sku, .. } => catalog::announce(context, seller, sku),
        Target::AnnounceOwn { sku, .. } => catalog::announce_own(context, sku),
        Target::Price { seller, sku } => catalog::price(context, seller, sku),
        Target::Inventory { seller, sku } => catalog::inventory(context, seller, sku),
        Target::Suggest { seller, sku } => suggestions::suggest(context, seller, sku, body),
        Target::ReadSuggestion { seller, sku } => suggestions::read(context, seller, sku),
        Target::DeleteSuggestion { seller, sku } => suggestions::delete(context, seller, sku),
        Target::ListSuggestions => suggestions::list(context),
        Target::SuggestionVersions { seller, sku } => suggestions::versions(context, seller, sku),
        Target::SuggestionVersion {
            seller,
            sku,
            version,
        } => suggestions::version(context, seller, sku, version),
        Target::Invoice { order } => invoices::invoice(context, order, body),
        Target::Shipment { order, number } => tracking::shipment(context, order, number, body),
        Target::Progress { order, number } => tracking::progress(context, order, number, body),
        Target::Cancel { order } => cancellation::cancel(context, order, body),
        Target::Agree { order, change } => agreement::agree(context, order, change, body),
    }
}

/// In strict mode, refuses a call that lost the `an` its order's services endpoint has
/// (protocol §1.2, §5.2). C11 has a query of its own.
fn lost_query(context: &Context<'_>, target: &Target) -> Option<Reply> {
    let order = target.order()?;
    if !context.world.options.strict || matches!(target, Target::Agree { .. }) {
        return None;
    }
    let placed = context.world.books.order(context.account(), order)?;
    let (_, endpoint_query) = placed.services_endpoint.split_once('?')?;
    let expected = an(endpoint_query)?;
    if an(context.query).as_ref() == Some(&expected) {
        return None;
    }
    let detail = format!(
        "the call's query is {:?}, the services endpoint is {}",
        context.query, placed.services_endpoint
    );
    context.order_violation(Rule::LostQuery, order, detail);
    Some(Reply::bad_request("The query an is required"))
}

/// Whether a refusal ends the matter (protocol §2.5). Calls of the catalog have no content but
/// their path: a permission that comes back makes the same call good, so only a bad suggestion
/// counts there.
pub(super) fn is_final(target: &Target, status: StatusCode) -> bool {
    let retried = matches!(status.as_u16(), 404 | 405 | 408 | 409 | 425 | 429);
    let has_content = target.order().is_some()
        || matches!(target, Target::Suggest { .. }) && status == StatusCode::BAD_REQUEST;
    status.is_client_error() && !retried && has_content
}

/// The account a query names.
fn an(query: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, value)| key == "an" && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}
