//! Orders, C7 to C11.

use feirante_models::outward::{
    AgreementBody, CancelBody, InvoiceBody, ProgressBody, ShipmentBody,
};
use feirante_models::{InvoiceNumber, MarketplaceOrderId};
use feirante_seller::settings::Marketplace;
use http::Method;
use url::Url;

use crate::address::{Base, Unaddressable};
use crate::call::{Call, Kind, Route};
use crate::ways::{AgreementWay, TrackingWay, Way};

/// Sends an invoice, of a sale or a return (C7).
///
/// # Errors
/// When no URL can name the order, or the seller file's endpoint is none.
pub fn invoice(
    marketplace: &Marketplace,
    services: Option<&str>,
    order: &MarketplaceOrderId,
    body: &InvoiceBody,
) -> Result<Call, Unaddressable> {
    let services = Services::of(marketplace, services)?;
    let url = services.order(order, &["invoice"])?;
    Call::only(Kind::Invoice, Method::POST, &url)?.with(body)
}

/// Sends the tracking number of an invoice's package (C8).
///
/// # Errors
/// As [`invoice`].
pub fn shipment(
    marketplace: &Marketplace,
    services: Option<&str>,
    order: &MarketplaceOrderId,
    number: &InvoiceNumber,
    body: &ShipmentBody,
) -> Result<Call, Unaddressable> {
    let services = Services::of(marketplace, services)?;
    let url = services.order(order, &["invoice", number.as_str()])?;
    services.tracking(Kind::Shipment, &url)?.with(body)
}

/// Sends how an invoice's package fares (C9).
///
/// # Errors
/// As [`invoice`].
pub fn progress(
    marketplace: &Marketplace,
    services: Option<&str>,
    order: &MarketplaceOrderId,
    number: &InvoiceNumber,
    body: &ProgressBody,
) -> Result<Call, Unaddressable> {
    let services = Services::of(marketplace, services)?;
    let url = services.order(order, &["invoice", number.as_str(), "tracking"])?;
    services.tracking(Kind::Progress, &url)?.with(body)
}

/// Cancels an order (C10).
///
/// # Errors
/// As [`invoice`].
pub fn cancel(
    marketplace: &Marketplace,
    services: Option<&str>,
    order: &MarketplaceOrderId,
    body: &CancelBody,
) -> Result<Call, Unaddressable> {
    let services = Services::of(marketplace, services)?;
    let url = services.order(order, &["cancel"])?;
    Call::only(Kind::Cancellation, Method::POST, &url)?.with(body)
}

/// Agrees to a modification of an order, `change` (C11).
///
/// # Errors
/// As [`invoice`]; also when no URL can name the modification.
pub fn agreement(
    marketplace: &Marketplace,
    services: Option<&str>,
    order: &MarketplaceOrderId,
    change: &str,
    body: &AgreementBody,
) -> Result<Call, Unaddressable> {
    let services = Services::of(marketplace, services)?;
    let api = Base::of_seller(&marketplace.endpoints.api)?;
    let route = |url: Url, way| {
        let mut url = url;
        url.query_pairs_mut()
            .append_pair("accountName", marketplace.account.as_str());
        Route::one_way(Method::POST, &url, Way::Agreement(way))
    };
    let rest = ["changes", change, "send-agreement"];
    let order_system = ["api", "order-system", "orders", order.as_str()];
    let order_system = api.join(&[&order_system[..], &rest].concat())?;
    Call {
        kind: Kind::Agreement,
        route: route(services.order(order, &rest)?, AgreementWay::Services)?,
        other: Some(route(order_system, AgreementWay::OrderSystem)?),
        body: None,
    }
    .with(body)
}

/// Where an order's requests go.
struct Services {
    base: Base,
    /// The default verbs of tracking there (protocol §8 D7).
    tracking: TrackingWay,
}

impl Services {
    fn of(marketplace: &Marketplace, named: Option<&str>) -> Result<Self, Unaddressable> {
        let endpoints = &marketplace.endpoints;
        let named = named.and_then(|named| Base::of_order(named, endpoints));
        let tracking = if named.is_some() || endpoints.services_named {
            TrackingWay::Post
        } else {
            TrackingWay::PatchPut
        };
        let base = match named {
            Some(base) => base,
            None => Base::of_seller(&endpoints.services)?,
        };
        Ok(Self { base, tracking })
    }

    fn order(&self, order: &MarketplaceOrderId, path: &[&str]) -> Result<Url, Unaddressable> {
        let order = ["pvt", "orders", order.as_str()];
        self.base.join(&[&order[..], path].concat())
    }

    fn tracking(&self, kind: Kind, url: &Url) -> Result<Call, Unaddressable> {
        let published = match kind {
            Kind::Progress => Method::PUT,
            _ => Method::PATCH,
        };
        let post = Route::one_way(Method::POST, url, Way::Tracking(TrackingWay::Post))?;
        let other = Route::one_way(published, url, Way::Tracking(TrackingWay::PatchPut))?;
        let (route, other) = match self.tracking {
            TrackingWay::Post => (post, other),
            TrackingWay::PatchPut => (other, post),
        };
        Ok(Call {
            kind,
            route,
            other: Some(other),
            body: None,
        })
    }
}
