//! SKUs and suggestions, C1 to C6.

use feirante_models::SkuId;
use feirante_models::outward::SuggestionBody;
use feirante_seller::settings::Marketplace;
use http::Method;
use url::Url;

use crate::address::{Base, Unaddressable};
use crate::call::{Call, Kind, Route};
use crate::suggestion_query::SuggestionQuery;
use crate::ways::{AnnouncementWay, Way};

/// Tells that a SKU's catalog data has changed, and asks whether it is known there (C2, C1). Not for
/// prices and stock.
///
/// # Errors
/// When no URL can name the SKU, or the seller file's endpoint is none.
pub fn announce(marketplace: &Marketplace, sku: &SkuId) -> Result<Call, Unaddressable> {
    let api = Base::of_seller(&marketplace.endpoints.api)?;
    let route = |service, way| {
        let path = [
            "api",
            service,
            "pvt",
            "skuseller",
            "changenotification",
            &marketplace.seller_id,
            sku.as_str(),
        ];
        Route::one_way(Method::POST, &api.join(&path)?, Way::Announcement(way))
    };
    Ok(Call {
        kind: Kind::Announcement,
        route: route("sku-binding", AnnouncementWay::Bindings)?,
        other: Some(route("catalog_system", AnnouncementWay::Classic)?),
        body: None,
    })
}

/// Tells that a SKU's price has changed; the marketplace then asks for it (C3).
///
/// # Errors
/// As [`announce`].
pub fn price_changed(marketplace: &Marketplace, sku: &SkuId) -> Result<Call, Unaddressable> {
    notify(marketplace, sku, Kind::Price, "price")
}

/// Tells that a SKU's stock has changed; the marketplace then asks for it (C4).
///
/// # Errors
/// As [`announce`].
pub fn inventory_changed(marketplace: &Marketplace, sku: &SkuId) -> Result<Call, Unaddressable> {
    notify(marketplace, sku, Kind::Inventory, "inventory")
}

/// Suggests a SKU to the marketplace's catalog, in place of a suggestion nobody has decided on (C5).
///
/// # Errors
/// As [`announce`].
pub fn suggest(
    marketplace: &Marketplace,
    sku: &SkuId,
    body: &SuggestionBody,
) -> Result<Call, Unaddressable> {
    let url = suggestion_url(marketplace, &[&marketplace.seller_id, sku.as_str()])?;
    Call::only(Kind::Suggest, Method::PUT, &url)?.with(body)
}

/// Reads how a suggestion stands (C6).
///
/// # Errors
/// As [`announce`].
pub fn suggestion(marketplace: &Marketplace, sku: &SkuId) -> Result<Call, Unaddressable> {
    let url = suggestion_url(marketplace, &[&marketplace.seller_id, sku.as_str()])?;
    Call::only(Kind::ReadSuggestions, Method::GET, &url)
}

/// Takes a suggestion back (C6).
///
/// # Errors
/// As [`announce`].
pub fn delete_suggestion(marketplace: &Marketplace, sku: &SkuId) -> Result<Call, Unaddressable> {
    let url = suggestion_url(marketplace, &[&marketplace.seller_id, sku.as_str()])?;
    Call::only(Kind::DeleteSuggestion, Method::DELETE, &url)
}

/// Lists the seller's suggestions (C6).
///
/// # Errors
/// When the seller file's endpoint is none.
pub fn suggestions(
    marketplace: &Marketplace,
    query: &SuggestionQuery,
) -> Result<Call, Unaddressable> {
    let mut url = suggestion_url(marketplace, &[])?;
    query.add_to(&mut url, &marketplace.seller_id);
    Call::only(Kind::ReadSuggestions, Method::GET, &url)
}

/// Lists the versions of a suggestion (C6).
///
/// # Errors
/// As [`announce`].
pub fn suggestion_versions(marketplace: &Marketplace, sku: &SkuId) -> Result<Call, Unaddressable> {
    let path = [&marketplace.seller_id, sku.as_str(), "versions"];
    let url = suggestion_url(marketplace, &path)?;
    Call::only(Kind::ReadSuggestions, Method::GET, &url)
}

/// Reads one version of a suggestion (C6).
///
/// # Errors
/// As [`announce`]; also when no URL can name the version.
pub fn suggestion_version(
    marketplace: &Marketplace,
    sku: &SkuId,
    version: &str,
) -> Result<Call, Unaddressable> {
    let path = [&marketplace.seller_id, sku.as_str(), "versions", version];
    let url = suggestion_url(marketplace, &path)?;
    Call::only(Kind::ReadSuggestions, Method::GET, &url)
}

fn notify(
    marketplace: &Marketplace,
    sku: &SkuId,
    kind: Kind,
    what: &str,
) -> Result<Call, Unaddressable> {
    let url = Base::of_seller(&marketplace.endpoints.api)?.join(&[
        "api",
        "notificator",
        &marketplace.seller_id,
        "changenotification",
        sku.as_str(),
        what,
    ])?;
    Call::only(kind, Method::POST, &url)
}

fn suggestion_url(marketplace: &Marketplace, path: &[&str]) -> Result<Url, Unaddressable> {
    let base = Base::of_seller(&marketplace.endpoints.suggestions)?;
    base.join(&[&["suggestions"], path].concat())
}
