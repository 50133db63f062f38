//! What happened to an order, in words.

use feirante_models::erp::InvoiceType;
use feirante_seller::order::{Change, Sent, Undelivered};

pub(super) fn told(change: &Change) -> String {
    match change {
        Change::Placed {
            theirs,
            ours,
            needs_review,
        } => {
            let decision = match (*needs_review, theirs == ours) {
                (true, _) => ", held for review",
                (false, true) => "",
                (false, false) => ", accepted",
            };
            format!("placed at {theirs} (our price {ours}){decision}")
        }
        Change::Released {
            theirs,
            ours,
            by,
            reason,
        } => {
            let reason = reason.as_ref().map(|reason| format!(": {reason}"));
            let reason = reason.unwrap_or_default();
            format!("released at {theirs} (our price {ours}) by {by}{reason}")
        }
        Change::Rejected {
            theirs,
            ours,
            by,
            reason,
        } => format!("rejected at {theirs} (our price {ours}) by {by}: {reason}"),
        Change::Authorized => "authorized: the payment is approved".to_owned(),
        Change::PaymentRefused => "a late payment was refused: the stock was gone".to_owned(),
        Change::CancellationRequested { details } => match &details.reason {
            Some(reason) => format!("the marketplace asks to cancel: {reason}"),
            None => "the marketplace asks to cancel".to_owned(),
        },
        Change::CancellationRefused { reason } => match reason {
            Some(reason) => format!("the ERP refuses to cancel: {reason}"),
            None => "the ERP refuses to cancel".to_owned(),
        },
        Change::CancellationStarted { reason } => format!("the ERP cancels: {reason}"),
        Change::Canceled { sent: Some(sent) } => {
            format!("canceled; the marketplace was told{}", how(sent))
        }
        Change::Canceled { sent: None } => "canceled".to_owned(),
        Change::RefundSettled => "the marketplace has settled the return by its refund".to_owned(),
        Change::Expired => "expired unpaid".to_owned(),
        Change::InvoiceAccepted {
            invoice_number,
            kind,
            value,
        } => format!("{} {invoice_number} over {value} accepted", invoice(*kind)),
        Change::InvoiceSent {
            invoice_number,
            kind,
            value,
            residual,
            sent,
        } => format!(
            "{} {invoice_number} over {value} sent{}; {residual} left",
            invoice(*kind),
            how(sent)
        ),
        Change::InvoiceWaived {
            invoice_number,
            kind,
            detail,
        } => format!(
            "{} {invoice_number} over 0.00 counts as sent: the marketplace takes none ({detail})",
            invoice(*kind)
        ),
        Change::ShipmentSent {
            invoice_number,
            sent,
        } => format!("tracking number of {invoice_number} sent{}", how(sent)),
        Change::ProgressSent {
            invoice_number,
            events,
            is_delivered,
            order_delivered,
            sent,
        } => {
            let delivered = match (is_delivered, order_delivered) {
                (true, true) => ", delivered with the whole order",
                (true, false) => ", delivered",
                _ => "",
            };
            format!(
                "{events} events of {invoice_number} sent{}{delivered}",
                how(sent)
            )
        }
        Change::Folded { count, until, last } => {
            format!("{count} times until {until}: {}", told(last))
        }
        Change::ModificationRequested {
            change_request_id,
            reason,
        } => format!("the marketplace asks for modification {change_request_id}: {reason}"),
        Change::ModificationAcknowledged {
            change_request_id,
            sent,
        } => format!("modification {change_request_id} acknowledged{}", how(sent)),
        Change::ModificationWithdrawn {
            change_request_id,
            reason,
        } => match reason {
            Some(reason) => format!("modification {change_request_id} taken back: {reason}"),
            None => format!("modification {change_request_id} taken back"),
        },
        Change::ModificationApplied {
            change_request_id,
            total,
        } => format!("modification {change_request_id} applied: the order is over {total} now"),
        Change::ModificationAskedAgain { change_request_id } => {
            format!(
                "the marketplace asks again for modification {change_request_id}, which is applied"
            )
        }
        Change::ModificationConfirmed {
            change_request_id,
            sent,
        } => format!("modification {change_request_id} confirmed{}", how(sent)),
        Change::DeliveryFailed { undelivered } => format!(
            "{:?} {}failed for good: {} {}",
            undelivered.kind,
            about(undelivered),
            undelivered.status,
            undelivered.detail
        ),
    }
}

/// The invoice or the agreement that could not be delivered, with a space behind it.
fn about(undelivered: &Undelivered) -> String {
    let number = undelivered.invoice_number.as_ref();
    let agreement = undelivered.agreement.as_ref().map(|agreement| {
        let (id, kind) = (&agreement.change_request_id, agreement.agreement_type);
        format!("{} to {id} ", kind.as_str())
    });
    let about = number.map(|number| format!("{number} ")).or(agreement);
    about.unwrap_or_default()
}

const fn invoice(kind: InvoiceType) -> &'static str {
    match kind {
        InvoiceType::Output => "invoice",
        InvoiceType::Input => "return invoice",
    }
}

fn how(sent: &Sent) -> String {
    let receipt = sent.receipt.as_deref().unwrap_or("none");
    match sent.attempts {
        1 => format!(" (receipt {receipt})"),
        attempts => format!(" at attempt {attempts} (receipt {receipt})"),
    }
}
