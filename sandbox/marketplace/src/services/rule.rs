//! What a seller's own calls can break (protocol §5.4).

/// A rule for the seller's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// A call without its two credential headers.
    MissingCredentials,
    /// A call before the time that `Retry-After` told was over.
    Backoff,
    /// A call that had been refused for good came again, and again.
    RepeatedRefusal,
    /// A call lost the query of the services endpoint.
    LostQuery,
    /// A path names the seller's own order id.
    SellersOrderId,
    /// An invoice before the order was authorized.
    EarlyInvoice,
    /// Invoices of more than the order's total.
    OverInvoiced,
    /// Returns of more than the order's total.
    OverReturned,
    /// A return before the whole order was invoiced: nobody gets money back.
    EarlyReturn,
    /// An invoice that lists a SKU twice.
    RepeatedLines,
    /// A number that has an invoice already, with another content.
    InvoiceNumberReused,
    /// Tracking of an invoice there is none of.
    EarlyTracking,
    /// Progress of a package that has no tracking number.
    EarlyProgress,
    /// A cancellation of an order that is invoiced, wholly or in part.
    IllegalCancellation,
}

impl Rule {
    /// The name it has in the list of violations.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::MissingCredentials => "missing-credentials",
            Self::Backoff => "backoff",
            Self::RepeatedRefusal => "repeated-refusal",
            Self::LostQuery => "lost-query",
            Self::SellersOrderId => "sellers-order-id",
            Self::EarlyInvoice => "early-invoice",
            Self::OverInvoiced => "over-invoiced",
            Self::OverReturned => "over-returned",
            Self::EarlyReturn => "early-return",
            Self::RepeatedLines => "repeated-lines",
            Self::InvoiceNumberReused => "invoice-number-reused",
            Self::EarlyTracking => "early-tracking",
            Self::EarlyProgress => "early-progress",
            Self::IllegalCancellation => "illegal-cancellation",
        }
    }
}
