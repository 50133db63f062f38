//! What happened to an order.

use feirante_models::cancellation::CancellationDetails;
use feirante_models::erp::InvoiceType;
use feirante_models::events::{EventType, FailedDelivery};
use feirante_models::modification::AgreementName;
use feirante_models::{Cents, ChangeRequestId, Instant, InvoiceNumber};
use serde::{Deserialize, Serialize};

/// One entry of an order's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// What can happen to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "change",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Change {
    /// Placed, at these Σ price × quantity in cents.
    Placed {
        /// By the marketplace's prices.
        theirs: Cents,
        /// By ours at that moment.
        ours: Cents,
        /// Whether the difference waits for a person.
        needs_review: bool,
    },
    /// Its payment was approved.
    Authorized,
    /// A person let it go on at the prices it was held for; Σ price × quantity in cents.
    Released {
        /// By the marketplace's prices.
        theirs: Cents,
        /// By ours when it was placed.
        ours: Cents,
        /// Who decided.
        by: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A person does not take it at those prices: the seller cancels it, and from here on the
    /// marketplace is being told.
    Rejected {
        /// By the marketplace's prices.
        theirs: Cents,
        /// By ours when it was placed.
        ours: Cents,
        /// Who decided.
        by: String,
        /// Why, as the marketplace is told.
        reason: String,
    },
    /// Its payment came when its reservation had ended and its units were gone.
    PaymentRefused,
    /// The marketplace asks to cancel it.
    CancellationRequested {
        /// What it says of that.
        #[serde(flatten)]
        details: CancellationDetails,
    },
    /// The ERP does not agree.
    CancellationRefused {
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The seller cancels it: from here on the marketplace is being told.
    CancellationStarted {
        /// Why, as the marketplace is told.
        reason: String,
    },
    /// Canceled.
    Canceled {
        /// How the marketplace took the seller's own cancellation; absent where it asked itself.
        #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
        sent: Option<Sent>,
    },
    /// The marketplace would not cancel what was returned: it has refunded it already.
    RefundSettled,
    /// Its reservation ended unpaid.
    Expired,
    /// An invoice of the ERP holds against the order; the marketplace is being told.
    InvoiceAccepted {
        /// Its number.
        invoice_number: InvoiceNumber,
        /// Sale or return.
        #[serde(rename = "type")]
        kind: InvoiceType,
        /// What it is over, in cents.
        value: Cents,
    },
    /// The marketplace took an invoice.
    InvoiceSent {
        /// Its number.
        invoice_number: InvoiceNumber,
        /// Sale or return.
        #[serde(rename = "type")]
        kind: InvoiceType,
        /// What it is over, in cents.
        value: Cents,
        /// What is left of the order's total for invoices of its type, in cents.
        residual: Cents,
        /// How the marketplace took it.
        #[serde(flatten)]
        sent: Sent,
    },
    /// The marketplace takes no invoice over nothing, and the order is over nothing: it counts as
    /// taken.
    InvoiceWaived {
        /// Its number.
        invoice_number: InvoiceNumber,
        /// Sale or return.
        #[serde(rename = "type")]
        kind: InvoiceType,
        /// What the marketplace said.
        detail: String,
    },
    /// The marketplace took a package's tracking number.
    ShipmentSent {
        /// The package's invoice.
        invoice_number: InvoiceNumber,
        /// How the marketplace took it.
        #[serde(flatten)]
        sent: Sent,
    },
    /// The marketplace was told where a package is.
    ProgressSent {
        /// The package's invoice.
        invoice_number: InvoiceNumber,
        /// New events it was told.
        events: usize,
        /// Whether the package has reached the buyer.
        is_delivered: bool,
        /// Whether the whole order has, with it.
        order_delivered: bool,
        /// How the marketplace took it.
        #[serde(flatten)]
        sent: Sent,
    },
    /// The marketplace asks to modify it.
    ModificationRequested {
        /// The modification's name.
        change_request_id: ChangeRequestId,
        /// Why.
        reason: String,
    },
    /// The marketplace was told that the seller knows of a modification.
    ModificationAcknowledged {
        /// The modification's name.
        change_request_id: ChangeRequestId,
        /// How the marketplace took it.
        #[serde(flatten)]
        sent: Sent,
    },
    /// The marketplace does not want a modification any more.
    ModificationWithdrawn {
        /// The modification's name.
        change_request_id: ChangeRequestId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A modification was applied: its lines, its units and its total are others now.
    ModificationApplied {
        /// The modification's name.
        change_request_id: ChangeRequestId,
        /// What it is over now, in cents.
        total: Cents,
    },
    /// The marketplace asks again for a modification that is applied, of which it could not be told: it is
    /// told once more.
    ModificationAskedAgain {
        /// The modification's name.
        change_request_id: ChangeRequestId,
    },
    /// The marketplace was told that a modification is applied.
    ModificationConfirmed {
        /// The modification's name.
        change_request_id: ChangeRequestId,
        /// How the marketplace took it.
        #[serde(flatten)]
        sent: Sent,
    },
    /// Something the ERP asked for could not be done for good.
    DeliveryFailed {
        /// What and why.
        #[serde(flatten)]
        undelivered: Undelivered,
    },
    /// Older changes of one kind, put together for want of room.
    Folded {
        /// How many.
        count: u64,
        /// When the last of them was made; the entry has the time of the first.
        until: Instant,
        /// The last of them.
        last: Box<Change>,
    },
}

/// How the marketplace took what it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Times it was sent until it was taken.
    pub attempts: u32,
    /// The marketplace's receipt, where it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// What the ERP asked for and could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Undelivered {
    /// What kind of message it was.
    pub kind: FailedDelivery,
    /// The invoice it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<InvoiceNumber>,
    /// The seller's agreement it is about.
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementName>,
    /// The marketplace's answer, or what ours would have been.
    pub status: u16,
    /// What kind of reason, in the word its dead letter carries.
    pub reason: String,
    /// What is wrong.
    pub detail: String,
}

impl Change {
    /// What the ERP is told of it; nothing of what it said itself, and of invoices what they bring
    /// about.
    #[must_use]
    pub const fn event(&self) -> Option<EventType> {
        match self {
            Self::Placed { needs_review, .. } => Some(if *needs_review {
                EventType::NeedsReview
            } else {
                EventType::Placed
            }),
            Self::Authorized => Some(EventType::Authorized),
            Self::Released { .. } => Some(EventType::Released),
            Self::CancellationRequested { .. } => Some(EventType::CancellationRequested),
            Self::Canceled { .. } => Some(EventType::Canceled),
            Self::Expired => Some(EventType::Expired),
            Self::InvoiceSent { residual, kind, .. } if residual.get() == 0 => {
                Some(Self::completed(*kind))
            }
            Self::InvoiceWaived { kind, .. } => Some(Self::completed(*kind)),
            Self::ProgressSent {
                order_delivered: true,
                ..
            } => Some(EventType::Delivered),
            Self::ModificationApplied { .. } => Some(EventType::Modified),
            Self::DeliveryFailed { .. } => Some(EventType::DeliveryFailed),
            Self::CancellationRefused { .. }
            | Self::CancellationStarted { .. }
            | Self::Rejected { .. }
            | Self::PaymentRefused
            | Self::RefundSettled
            | Self::InvoiceAccepted { .. }
            | Self::InvoiceSent { .. }
            | Self::ShipmentSent { .. }
            | Self::ProgressSent { .. }
            | Self::ModificationRequested { .. }
            | Self::ModificationAcknowledged { .. }
            | Self::ModificationWithdrawn { .. }
            | Self::ModificationAskedAgain { .. }
            | Self::ModificationConfirmed { .. }
            // Each was told when it was made.
            | Self::Folded { .. } => None,
        }
    }

    /// Whether the seller's own cancellation begins with it.
    #[must_use]
    pub const fn begins_cancellation(&self) -> bool {
        matches!(
            self,
            Self::CancellationStarted { .. } | Self::Rejected { .. }
        )
    }

    /// Whether no open modification survives it: the order is sold as it is, or not at all. An invoice that
    /// is on its way only keeps a modification from being applied, since the marketplace may refuse it.
    #[must_use]
    pub const fn closes_modifications(&self) -> bool {
        self.begins_cancellation()
            || matches!(
                self,
                Self::CancellationRequested { .. }
                    | Self::Canceled { .. }
                    | Self::Expired
                    | Self::InvoiceSent {
                        kind: InvoiceType::Output,
                        ..
                    }
                    | Self::InvoiceWaived {
                        kind: InvoiceType::Output,
                        ..
                    }
            )
    }

    /// What the last invoice of this type brings about.
    const fn completed(kind: InvoiceType) -> EventType {
        match kind {
            InvoiceType::Output => EventType::Invoiced,
            InvoiceType::Input => EventType::Returned,
        }
    }
}
