//! A request to a marketplace.

use std::fmt;

use feirante_seller::delivery::Lane;
use http::{Method, Uri};
use hyper::body::Bytes;

use crate::ways::{AnnouncementWay, Way, Ways};

/// A request whose target has been checked. Only the functions of [`calls`](crate::calls) make one.
///
/// Where the documents disagree it holds both ways to ask for the same thing.
#[derive(Clone)]
pub struct Call {
    pub(crate) kind: Kind,
    /// The default.
    pub(crate) route: Route,
    pub(crate) other: Option<Route>,
    pub(crate) body: Option<Bytes>,
}

/// Where a request goes, and how.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) target: Uri,
    /// Which of two ways it is.
    pub(crate) way: Option<Way>,
}

/// What is asked for, by protocol §1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// C1 and C2.
    Announcement,
    /// C3.
    Price,
    /// C4.
    Inventory,
    /// C5.
    Suggest,
    /// C6, but for the deletion.
    ReadSuggestions,
    /// C6.
    DeleteSuggestion,
    /// C7.
    Invoice,
    /// C8.
    Shipment,
    /// C9.
    Progress,
    /// C10.
    Cancellation,
    /// C11.
    Agreement,
}

/// What a success must be answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The status says it all.
    Anything,
    /// A gateway's page with a good status is no success.
    JsonOrNothing,
}

impl Call {
    /// What it is, for logs and metrics: `announce`, `price`, `inventory`, `suggestion`, `invoice`,
    /// `shipment`, `progress`, `cancellation` or `agreement`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Announcement => "announce",
            Kind::Price => "price",
            Kind::Inventory => "inventory",
            Kind::Suggest | Kind::ReadSuggestions | Kind::DeleteSuggestion => "suggestion",
            Kind::Invoice => "invoice",
            Kind::Shipment => "shipment",
            Kind::Progress => "progress",
            Kind::Cancellation => "cancellation",
            Kind::Agreement => "agreement",
        }
    }

    /// The traffic it belongs to.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match self.kind {
            Kind::Announcement
            | Kind::Price
            | Kind::Inventory
            | Kind::Suggest
            | Kind::ReadSuggestions
            | Kind::DeleteSuggestion => Lane::Catalog,
            Kind::Invoice
            | Kind::Shipment
            | Kind::Progress
            | Kind::Cancellation
            | Kind::Agreement => Lane::Orders,
        }
    }

    /// What the seller's credentials must be allowed at the marketplace: what a 403 means, by
    /// protocol §1.2.
    #[must_use]
    pub fn permission(&self) -> &'static str {
        match self.kind {
            Kind::Announcement => {
                "Catalog API › General › Edit Product or Catalog › Marketplace › Seller SKUs"
            }
            Kind::Price | Kind::Inventory => "Seller Register › View Seller",
            Kind::Suggest => "Channels › UI resources › Send marketplace suggestion",
            Kind::ReadSuggestions => "Suggestion › Main",
            Kind::DeleteSuggestion => {
                "Suggestion › Main or Channels › UI resources › Save suggestion rules"
            }
            Kind::Invoice => "OMS › Notify invoice, and OMS › Notify refund for a return",
            Kind::Shipment | Kind::Progress => "OMS › Notify invoice",
            Kind::Cancellation => "OMS › Cancel order and Checkout › Order Cancellation",
            Kind::Agreement => "for order modifications, which the marketplace names",
        }
    }

    /// The way to try first, which is the one the account is known to serve, and the one after it.
    pub(crate) fn routes(&self, ways: &Ways) -> (&Route, Option<&Route>) {
        match &self.other {
            Some(other) if other.way.is_some_and(|way| ways.know(way)) => {
                (other, Some(&self.route))
            }
            other => (&self.route, other.as_ref()),
        }
    }

    /// What a 403 to this route means.
    pub(crate) fn permission_of(&self, route: &Route) -> &'static str {
        match route.way {
            Some(Way::Announcement(AnnouncementWay::Bindings)) => {
                "Catalog API › General › Edit Product"
            }
            Some(Way::Announcement(AnnouncementWay::Classic)) => {
                "Catalog › Marketplace › Seller SKUs"
            }
            _ => self.permission(),
        }
    }
}

impl Kind {
    pub(crate) fn expects(self) -> Expected {
        match self {
            Self::Announcement
            | Self::Price
            | Self::Inventory
            | Self::Suggest
            | Self::DeleteSuggestion => Expected::Anything,
            Self::ReadSuggestions
            | Self::Invoice
            | Self::Shipment
            | Self::Progress
            | Self::Cancellation
            | Self::Agreement => Expected::JsonOrNothing,
        }
    }
}

/// Without the body, which may hold an invoice's document, and the buyer's name in it.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Call");
        shown.field("name", &self.name());
        shown.field("route", &format_args!("{}", self.route));
        if let Some(other) = &self.other {
            shown.field("other", &format_args!("{other}"));
        }
        shown.finish_non_exhaustive()
    }
}

/// Without the query, which may come from the body of an order, or hold a key of the seller's own.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.target.scheme_str().unwrap_or_default();
        let host = self.target.authority().map_or("", |host| host.as_str());
        write!(f, "{} {scheme}://{host}{}", self.method, self.target.path())
    }
}
