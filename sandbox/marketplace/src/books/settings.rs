//! How an account behaves, as far as the control API can change it while it runs.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The settings of one account. In JSON all are optional; what is left out keeps its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// Suggestions are approved as they come, whatever their score.
    pub auto_approve: bool,
    /// What the matcher makes of a suggestion: from 80 approved, up to 30 denied, pending between
    /// (protocol §3.10).
    pub matcher_score: u8,
    /// Brands the catalog knows; a suggestion of another one scores too little and waits. `None`
    /// knows them all.
    pub brands: Option<BTreeSet<String>>,
    /// Category paths the catalog knows, likewise.
    pub categories: Option<BTreeSet<String>>,
    /// Whether C1, the classic announcement, is served; if not its path is unknown.
    pub classic_announcements: bool,
    /// Whether C2, the announcement of SKU Bindings, is served.
    pub binding_announcements: bool,
    /// Whether an unknown SKU is told as `text/plain` instead of a JSON string.
    pub plain_text_not_found: bool,
    /// Which verbs C8 and C9 take (protocol §8 D7).
    pub verbs: Verbs,
    /// Whether C8 must have all four of its fields (protocol §3.7), not only a tracking number.
    pub all_tracking_fields: bool,
    /// What the seller's key may not do.
    pub denied_permissions: BTreeSet<Permission>,
    /// How many calls it takes before it answers 429.
    pub rate_limit: Option<RateLimit>,
    /// An invoice number with other characters than letters, digits and hyphens is taken, but the
    /// order stays at *verifying invoice* (known issue 953285).
    pub ki_953285: bool,
    /// Tracking of an invoice number with a space is answered 500 (known issue 409225).
    pub ki_409225: bool,
    /// Whether a seller may still cancel after it returned the whole order (protocol §8 D11).
    pub cancel_after_input: bool,
    /// Bodies and paths of 2017 in both directions.
    pub legacy: bool,
    /// The shape of placements (protocol §3.2).
    pub placement_shape: PlacementShape,
    /// How simulations are asked for where both ways are possible.
    pub simulate_via: SimulateVia,
    /// How far the marketplace's clock is ahead of the machine's, in seconds.
    pub clock_skew_seconds: i64,
}

/// Which verbs the tracking routes take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verbs {
    /// POST and POST, as the External Seller Marketplace schema says.
    Esm,
    /// PATCH and PUT, as the Orders schema says. That mode also wants an `issuanceDate` in C7.
    Ord,
    /// Either.
    Both,
}

/// What a key needs to be allowed (protocol §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Permission {
    /// C1: Catalog › Marketplace › *Seller SKUs*.
    SellerSkus,
    /// C2: Catalog API › General › *Edit Product*.
    EditProduct,
    /// C3, C4: Seller Register › *View Seller*.
    ViewSeller,
    /// C5: Channels › UI resources › *Send marketplace suggestion*.
    SendSuggestion,
    /// C6: Suggestion › Main.
    Suggestions,
    /// C7 to C9: OMS › *Notify invoice*.
    NotifyInvoice,
    /// C7 of a return: OMS › *Notify refund*.
    NotifyRefund,
    /// C10: OMS › *Cancel order*.
    CancelOrder,
    /// C11: not documented.
    SendAgreement,
}

/// A limit over a sliding time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RateLimit {
    /// How many calls of the account are answered in one window.
    pub calls: u32,
    /// The window's length in milliseconds.
    #[serde(default = "one_second")]
    pub window_ms: u64,
    /// What `Retry-After` says, in seconds.
    #[serde(default = "one")]
    pub retry_after_seconds: u64,
}

/// The shape of a placement's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlacementShape {
    /// An array of orders.
    Array,
    /// One order.
    Object,
}

/// The verb of simulations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SimulateVia {
    /// R1.
    Post,
    /// R2.
    Get,
    /// R1 for carts, R2 for storefronts.
    Both,
}

const fn one() -> u64 {
    1
}

const fn one_second() -> u64 {
    1_000
}

impl Settings {
    /// The time by this account's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(SignedDuration::from_secs(self.clock_skew_seconds))
            .unwrap_or(now)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_approve: false,
            matcher_score: 50,
            brands: None,
            categories: None,
            classic_announcements: true,
            binding_announcements: true,
            plain_text_not_found: false,
            verbs: Verbs::Both,
            all_tracking_fields: false,
            denied_permissions: BTreeSet::new(),
            rate_limit: None,
            ki_953285: false,
            ki_409225: false,
            cancel_after_input: true,
            legacy: false,
            placement_shape: PlacementShape::Array,
            simulate_via: SimulateVia::Both,
            clock_skew_seconds: 0,
        }
    }
}
