//! An order as the marketplace sees it (protocol §4.1).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Accepted, Invoice, InvoiceKind, Modification};

/// One sub-order, which is one seller's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The account.
    pub account: String,
    /// The marketplace's id, such as `959311095-01`: what the seller's calls name.
    pub id: String,
    /// The shopper's whole order, such as `959311095`.
    pub group: String,
    /// The seller's id, once it answered the placement.
    pub seller_order_id: Option<String>,
    /// Where it stands. Changes of it are on the timeline.
    pub status: Status,
    /// What was bought.
    pub lines: Vec<Line>,
    /// What it costs in all, shipping, services and discounts included, in cents.
    pub total: i64,
    /// The services endpoint its placement named.
    pub services_endpoint: String,
    /// The order as it was placed.
    pub placement: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// How far R4 is; none before it was first sent.
    pub authorization: Option<Authorization>,
    /// The last request of a shopper or the marketplace to cancel it, and what became of it.
    pub cancellation: Option<Cancellation>,
    /// Every invoice the seller sent, each number once.
    pub invoices: Vec<Invoice>,
    /// Whether the whole order was invoiced and then returned.
    pub refunded: bool,
    /// What is odd about it, for people.
    pub flags: BTreeSet<String>,
    /// Every call of the seller's about it that was taken, repeats included.
    pub accepted: Vec<Accepted>,
    /// How often a call was taken again that had been answered with success before, by call name;
    /// package events that came again after their answer count as `event`.
    pub repeats: BTreeMap<String, u64>,
    /// How many package events came again, whether or not the seller had an answer.
    pub repeated_events: u64,
    /// Its modifications (protocol §3.12).
    pub modifications: Vec<Modification>,
    /// Each status it had, the oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// The status of an order under its API name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The shopper pressed "buy".
    OrderCreated,
    /// The order is written down.
    OnOrderCompleted,
    /// R3 is on its way: *waiting for seller confirmation*.
    WaitingForAuthorization,
    /// The seller did not take it: it never became an order.
    Incomplete,
    /// The seller took it; the shopper has to pay.
    PaymentPending,
    /// It is paid; partly invoiced orders are here too.
    PaymentApproved,
    /// Somebody asked to cancel it.
    RequestCancel,
    /// R5 was answered with nothing: the seller thinks.
    WaitingForSellerDecision,
    /// It is being canceled; nothing else can happen.
    Cancel,
    /// Canceled for good.
    Canceled,
    /// Its invoices are being verified; nothing else can happen.
    Invoice,
    /// Invoiced to the last cent.
    Invoiced,
}

/// What was bought of one SKU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The seller's SKU code.
    pub sku: String,
    /// How many.
    pub quantity: i64,
    /// The price of one, in cents.
    pub price: i64,
    /// The shipping of the whole line, in cents.
    pub shipping: i64,
}

/// How far the authorization to ship (R4) is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// When it was first sent, set *before* it is: from then on the seller may invoice, even if
    /// its answer is lost.
    pub sent_at: Timestamp,
    /// When the seller's answer was accepted.
    pub confirmed_at: Option<Timestamp>,
}

/// A request to cancel an order (R5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// The request's id.
    pub request_id: String,
    /// When it was made.
    pub requested_at: Timestamp,
    /// Why.
    pub reason: String,
    /// Whether the shopper asked.
    pub requested_by_user: bool,
    /// How often the seller was asked.
    pub calls: u32,
    /// What became of it; none while it is open.
    pub outcome: Option<CancellationOutcome>,
}

/// What became of a request to cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancellationOutcome {
    /// The seller confirmed.
    Confirmed,
    /// The seller invoiced instead, which is how it refuses.
    Refused,
    /// The seller canceled on its own (C10) meanwhile.
    CanceledBySeller,
    /// The seller did not decide in time.
    Expired,
}

/// A status an order had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// The status.
    pub status: Status,
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

impl Status {
    /// The API name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrderCreated => "order-created",
            Self::OnOrderCompleted => "on-order-completed",
            Self::WaitingForAuthorization => "waiting-for-authorization",
            Self::Incomplete => "incomplete",
            Self::PaymentPending => "payment-pending",
            Self::PaymentApproved => "payment-approved",
            Self::RequestCancel => "request-cancel",
            Self::WaitingForSellerDecision => "waiting-for-seller-decision",
            Self::Cancel => "cancel",
            Self::Canceled => "canceled",
            Self::Invoice => "invoice",
            Self::Invoiced => "invoiced",
        }
    }

    /// Whether the seller knows the order: it took the placement.
    pub(crate) fn is_the_sellers(self) -> bool {
        !matches!(
            self,
            Self::OrderCreated
                | Self::OnOrderCompleted
                | Self::WaitingForAuthorization
                | Self::Incomplete
        )
    }
}

impl Order {
    /// An order as it is before it was placed: status `order-created`, nothing known of the seller.
    ///
    /// `placement` is the body of this one order as R3 sends it; `total` is in cents.
    #[must_use]
    pub(crate) fn new(
        account: &str,
        id: &str,
        lines: Vec<Line>,
        total: i64,
        services_endpoint: String,
        placement: Value,
        now: Timestamp,
    ) -> Self {
        let group = id.rsplit_once('-').map_or(id, |(group, _)| group);
        let mut order = Self {
            account: account.to_owned(),
            id: id.to_owned(),
            group: group.to_owned(),
            seller_order_id: None,
            status: Status::OrderCreated,
            lines,
            total,
            services_endpoint,
            placement,
            created_at: now,
            paid_at: None,
            authorization: None,
            cancellation: None,
            invoices: Vec::new(),
            refunded: false,
            flags: BTreeSet::new(),
            accepted: Vec::new(),
            repeats: BTreeMap::new(),
            repeated_events: 0,
            modifications: Vec::new(),
            timeline: Vec::new(),
        };
        order.move_to(Status::OrderCreated, "bought", now);
        order
    }

    /// Gives it a status and writes it on the timeline; the status it has already is not repeated.
    pub(crate) fn move_to(&mut self, status: Status, why: &str, now: Timestamp) {
        let stays = self.timeline.last().map(|last| last.status) == Some(status);
        self.status = status;
        if !stays {
            self.timeline.push(TimelineEntry {
                status,
                at: now,
                why: why.to_owned(),
            });
        }
    }

    /// The sum of the invoices of that kind, in cents.
    #[must_use]
    pub fn invoiced(&self, kind: InvoiceKind) -> i64 {
        self.invoices
            .iter()
            .filter(|invoice| invoice.kind == kind)
            .fold(0, |sum, invoice| sum.saturating_add(invoice.value))
    }

    /// Its invoice of that number.
    #[must_use]
    pub fn invoice(&self, number: &str) -> Option<&Invoice> {
        self.invoices
            .iter()
            .find(|invoice| invoice.number == number)
    }

    /// Whether it has come this far: it has, or once had, the status of that API name, or it is
    /// `authorized` (R4 confirmed), `partially-invoiced`, `tracked` (some package can be followed),
    /// `delivered` (every package of a sale arrived) or `refunded`.
    #[must_use]
    pub fn reached(&self, milestone: &str) -> bool {
        let outputs = || {
            self.invoices
                .iter()
                .filter(|invoice| invoice.kind == InvoiceKind::Output)
        };
        match milestone {
            "authorized" => self
                .authorization
                .as_ref()
                .is_some_and(|authorization| authorization.confirmed_at.is_some()),
            "partially-invoiced" => (1..self.total).contains(&self.invoiced(InvoiceKind::Output)),
            "tracked" => outputs().any(|invoice| invoice.package.tracking.is_some()),
            "delivered" => {
                outputs().next().is_some() && outputs().all(|invoice| invoice.package.delivered)
            }
            "refunded" => self.refunded,
            status => self
                .timeline
                .iter()
                .any(|entry| entry.status.as_str() == status),
        }
    }
}
