//! Which service a path names.

use http::{Method, Uri};
use percent_encoding::percent_decode_str;

use crate::books::{Permission, Settings, Verbs};
use crate::name::CallName;

/// What a call of the seller's is for. Ids are percent-decoded, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// C1 or C2 with the seller's id and code.
    Announce {
        seller: String,
        sku: String,
        permission: Permission,
    },
    /// C1 or C2 with the marketplace's own SKU id.
    AnnounceOwn { sku: String, permission: Permission },
    /// C3.
    Price { seller: String, sku: String },
    /// C4.
    Inventory { seller: String, sku: String },
    /// C5.
    Suggest { seller: String, sku: String },
    /// C6.
    ReadSuggestion { seller: String, sku: String },
    /// C6.
    DeleteSuggestion { seller: String, sku: String },
    /// C6.
    ListSuggestions,
    /// C6.
    SuggestionVersions { seller: String, sku: String },
    /// C6.
    SuggestionVersion {
        seller: String,
        sku: String,
        version: String,
    },
    /// C7.
    Invoice { order: String },
    /// C8.
    Shipment { order: String, number: String },
    /// C9.
    Progress { order: String, number: String },
    /// C10.
    Cancel { order: String },
    /// C11.
    Agree { order: String, change: String },
}

/// What was found at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A service.
    Target(Target),
    /// A service that takes other verbs.
    WrongVerb { name: CallName, allow: &'static str },
    /// Nothing.
    Nothing,
}

/// The segments of a path, each percent-decoded once.
pub(super) fn segments(uri: &Uri) -> Vec<String> {
    let path = uri.path();
    path.strip_prefix('/')
        .unwrap_or(path)
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

/// What the segments after the account's name lead to.
pub(super) fn find(method: &Method, segments: &[String], settings: &Settings) -> Found {
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        [
            "api",
            "catalog_system",
            "pvt",
            "skuseller",
            "changenotification",
            ids @ ..,
        ] if settings.classic_announcements => announcement(method, ids, Permission::SellerSkus),
        [
            "api",
            "sku-binding",
            "pvt",
            "skuseller",
            "changenotification",
            ids @ ..,
        ] if settings.binding_announcements => announcement(method, ids, Permission::EditProduct),
        [
            "api",
            "notificator",
            seller,
            "changenotification",
            sku,
            "price",
        ] => post(
            method,
            Target::Price {
                seller: (*seller).to_owned(),
                sku: (*sku).to_owned(),
            },
        ),
        [
            "api",
            "notificator",
            seller,
            "changenotification",
            sku,
            "inventory",
        ] => post(
            method,
            Target::Inventory {
                seller: (*seller).to_owned(),
                sku: (*sku).to_owned(),
            },
        ),
        ["suggestions", rest @ ..] => suggestion(method, rest),
        ["api", "oms", "pvt", "orders", order, rest @ ..] => {
            of_order(method, order, rest, settings)
        }
        ["api", "oms", "pub", "orders", order, "invoice"] if settings.legacy => {
            of_order(method, order, &["invoice"], settings)
        }
        [
            "api",
            "order-system",
            "orders",
            order,
            "changes",
            change,
            "send-agreement",
        ] => of_order(
            method,
            order,
            &["changes", *change, "send-agreement"],
            settings,
        ),
        _ => Found::Nothing,
    }
}

fn announcement(method: &Method, ids: &[&str], permission: Permission) -> Found {
    match ids {
        [seller, sku] => post(
            method,
            Target::Announce {
                seller: (*seller).to_owned(),
                sku: (*sku).to_owned(),
                permission,
            },
        ),
        [sku] => post(
            method,
            Target::AnnounceOwn {
                sku: (*sku).to_owned(),
                permission,
            },
        ),
        _ => Found::Nothing,
    }
}

fn suggestion(method: &Method, rest: &[&str]) -> Found {
    let wrong_verb = |allow| Found::WrongVerb {
        name: CallName::Suggestion,
        allow,
    };
    match *rest {
        [] if method == Method::GET => Found::Target(Target::ListSuggestions),
        [] => wrong_verb("GET"),
        [seller, sku] => {
            let (seller, sku) = (seller.to_owned(), sku.to_owned());
            match method.as_str() {
                "PUT" => Found::Target(Target::Suggest { seller, sku }),
                "GET" => Found::Target(Target::ReadSuggestion { seller, sku }),
                "DELETE" => Found::Target(Target::DeleteSuggestion { seller, sku }),
                _ => wrong_verb("GET, PUT, DELETE"),
            }
        }
        [_, _, "versions"] | [_, _, "versions", _] if method != Method::GET => wrong_verb("GET"),
        [seller, sku, "versions"] => Found::Target(Target::SuggestionVersions {
            seller: seller.to_owned(),
            sku: sku.to_owned(),
        }),
        [seller, sku, "versions", version] => Found::Target(Target::SuggestionVersion {
            seller: seller.to_owned(),
            sku: sku.to_owned(),
            version: version.to_owned(),
        }),
        _ => Found::Nothing,
    }
}

fn of_order(method: &Method, order: &str, rest: &[&str], settings: &Settings) -> Found {
    let order = order.to_owned();
    match *rest {
        ["invoice"] => post(method, Target::Invoice { order }),
        ["invoice", number] => {
            let number = number.to_owned();
            let allow = match settings.verbs {
                Verbs::Esm => "POST",
                Verbs::Ord => "PATCH",
                Verbs::Both => "POST, PATCH",
            };
            verbs(method, Target::Shipment { order, number }, allow)
        }
        ["invoice", number, "tracking"] => {
            let number = number.to_owned();
            let allow = match settings.verbs {
                Verbs::Esm => "POST",
                Verbs::Ord => "PUT",
                Verbs::Both => "POST, PUT",
            };
            verbs(method, Target::Progress { order, number }, allow)
        }
        ["cancel"] => post(method, Target::Cancel { order }),
        ["changes", change, "send-agreement"] => {
            let change = change.to_owned();
            post(method, Target::Agree { order, change })
        }
        _ => Found::Nothing,
    }
}

fn post(method: &Method, target: Target) -> Found {
    verbs(method, target, "POST")
}

fn verbs(method: &Method, target: Target, allow: &'static str) -> Found {
    if allow.split(", ").any(|verb| verb == method.as_str()) {
        Found::Target(target)
    } else {
        Found::WrongVerb {
            name: target.name(),
            allow,
        }
    }
}

impl Target {
    /// The name of the call.
    pub(super) fn name(&self) -> CallName {
        match self {
            Self::Announce { .. } | Self::AnnounceOwn { .. } => CallName::Announce,
            Self::Price { .. } => CallName::Price,
            Self::Inventory { .. } => CallName::Inventory,
            Self::Suggest { .. }
            | Self::ReadSuggestion { .. }
            | Self::DeleteSuggestion { .. }
            | Self::ListSuggestions
            | Self::SuggestionVersions { .. }
            | Self::SuggestionVersion { .. } => CallName::Suggestion,
            Self::Invoice { .. } => CallName::Invoice,
            Self::Shipment { .. } => CallName::Shipment,
            Self::Progress { .. } => CallName::Progress,
            Self::Cancel { .. } => CallName::Cancellation,
            Self::Agree { .. } => CallName::Agreement,
        }
    }

    /// What a key needs for it (protocol §1.2).
    pub(super) fn permission(&self) -> Permission {
        match self {
            Self::Announce { permission, .. } | Self::AnnounceOwn { permission, .. } => *permission,
            Self::Price { .. } | Self::Inventory { .. } => Permission::ViewSeller,
            Self::Suggest { .. } => Permission::SendSuggestion,
            Self::ReadSuggestion { .. }
            | Self::DeleteSuggestion { .. }
            | Self::ListSuggestions
            | Self::SuggestionVersions { .. }
            | Self::SuggestionVersion { .. } => Permission::Suggestions,
            Self::Invoice { .. } | Self::Shipment { .. } | Self::Progress { .. } => {
                Permission::NotifyInvoice
            }
            Self::Cancel { .. } => Permission::CancelOrder,
            Self::Agree { .. } => Permission::SendAgreement,
        }
    }

    /// The marketplace's id of the order it is about.
    pub(super) fn order(&self) -> Option<&str> {
        match self {
            Self::Invoice { order }
            | Self::Shipment { order, .. }
            | Self::Progress { order, .. }
            | Self::Cancel { order }
            | Self::Agree { order, .. } => Some(order),
            _ => None,
        }
    }

    /// The SKU it is about.
    pub(super) fn sku(&self) -> Option<&str> {
        match self {
            Self::Announce { sku, .. }
            | Self::AnnounceOwn { sku, .. }
            | Self::Price { sku, .. }
            | Self::Inventory { sku, .. }
            | Self::Suggest { sku, .. }
            | Self::ReadSuggestion { sku, .. }
            | Self::DeleteSuggestion { sku, .. }
            | Self::SuggestionVersions { sku, .. }
            | Self::SuggestionVersion { sku, .. } => Some(sku),
            _ => None,
        }
    }
}
