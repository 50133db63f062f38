//! The requests a seller makes of a marketplace (protocol §1.2), each with its target checked.
//!
//! `services` is the `marketplaceServicesEndpoint` of the order's placement. It is asked if its host
//! is on the allow-list; if not, or if there is none, the seller file's `services` is.

mod catalog;
mod orders;

use http::Method;
use serde::Serialize;
use url::Url;

use crate::address::{Unaddressable, target};
use crate::call::{Call, Kind, Route};
use crate::ways::Way;

pub use catalog::{
    announce, delete_suggestion, inventory_changed, price_changed, suggest, suggestion,
    suggestion_version, suggestion_versions, suggestions,
};
pub use orders::{agreement, cancel, invoice, progress, shipment};

impl Route {
    fn one_way(method: Method, url: &Url, way: Way) -> Result<Self, Unaddressable> {
        Ok(Self {
            method,
            target: target(url)?,
            way: Some(way),
        })
    }
}

impl Call {
    /// A request that is made in one way.
    fn only(kind: Kind, method: Method, url: &Url) -> Result<Self, Unaddressable> {
        let route = Route {
            method,
            target: target(url)?,
            way: None,
        };
        Ok(Self {
            kind,
            route,
            other: None,
            body: None,
        })
    }

    fn with(mut self, body: &impl Serialize) -> Result<Self, Unaddressable> {
        self.body = Some(serde_json::to_vec(body)?.into());
        Ok(self)
    }
}
