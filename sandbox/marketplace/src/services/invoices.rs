//! C7: invoices of sales and returns (protocol §3.6, §4.1).

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::body::wrong;
use super::context::Context;
use super::invoice_body;
use super::reply::Reply;
use super::rule::Rule;
use crate::books::{CancellationOutcome, Invoice, InvoiceKind, Order, Permission, Status};
use crate::name::CallName;

/// Takes an invoice, or says why not.
pub(super) fn invoice(context: &Context<'_>, order: &str, body: &[u8]) -> Reply {
    let (invoice, body) = match invoice_body::read(body, context.settings, context.now) {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    if invoice.kind == InvoiceKind::Input
        && let Err(refusal) = super::access::authorize(context.settings, Permission::NotifyRefund)
    {
        return refusal;
    }
    let mut broken = Vec::new();
    let reply = context.change_order(order, |order| {
        take(context, order, invoice, &body, &mut broken)
    });
    for (rule, detail) in broken {
        context.order_violation(rule, order, detail);
    }
    reply
}

/// Rules that were broken, and how.
type Broken = Vec<(Rule, String)>;

fn take(
    context: &Context<'_>,
    order: &mut Order,
    invoice: Invoice,
    body: &Value,
    broken: &mut Broken,
) -> Result<Reply, Reply> {
    if order.invoice(&invoice.number).is_some() {
        again(context, order, &invoice, broken);
    } else {
        check(order, &invoice, broken)?;
        note_oddities(order, &invoice, broken);
        let stuck = context.settings.ki_953285 && !is_plain(&invoice.number);
        enter(context, order, invoice.clone(), stuck);
    }
    let accepted = order.accept(CallName::Invoice, Some(&invoice.number), body, context.now);
    let receipt = context.receipt(&order.id, &accepted.receipt, context.now);
    Ok(Reply::json(StatusCode::OK, &receipt).marking(&order.id, accepted.index, accepted.repeat))
}

/// A number that is here already: nothing changes but the receipt. In 2017 tracking was told so.
fn again(context: &Context<'_>, order: &mut Order, invoice: &Invoice, broken: &mut Broken) {
    let kept = order
        .invoices
        .iter_mut()
        .find(|kept| kept.number == invoice.number);
    let Some(kept) = kept else {
        return;
    };
    kept.times += 1;
    if !kept.claims_the_same_as(invoice) {
        let number = &invoice.number;
        let detail = format!(
            "invoice {number} of {} came again with other items or {}",
            kept.value, invoice.value
        );
        broken.push((Rule::InvoiceNumberReused, detail));
    }
    if context.settings.legacy && invoice.package.tracking.is_some() {
        kept.package.tracking.clone_from(&invoice.package.tracking);
    }
}

/// Refuses what an order can't have invoiced.
fn check(order: &Order, invoice: &Invoice, broken: &mut Broken) -> Result<(), Reply> {
    if matches!(order.status, Status::Cancel | Status::Canceled) {
        return Err(Reply::bad_request("The order is canceled"));
    }
    if order.authorization.is_none() {
        let detail = format!("invoice {} came before the payment", invoice.number);
        broken.push((Rule::EarlyInvoice, detail));
        return Err(Reply::bad_request("The order is not authorized yet"));
    }
    if invoice.value == 0 && order.total > 0 {
        let why = "must be a whole number of cents above zero";
        return Err(wrong("invoiceValue", why));
    }
    let before = order.invoiced(invoice.kind);
    if before.saturating_add(invoice.value) > order.total {
        let (rule, what) = match invoice.kind {
            InvoiceKind::Output => (Rule::OverInvoiced, "invoiced"),
            InvoiceKind::Input => (Rule::OverReturned, "returned"),
        };
        let detail = format!(
            "invoice {} of {} on {before} {what} before is more than the total of {}",
            invoice.number, invoice.value, order.total
        );
        broken.push((rule, detail));
        return Err(Reply::bad_request(
            "The invoices' values exceed the order's total",
        ));
    }
    Ok(())
}

/// Notes what is taken but should not have come so.
fn note_oddities(order: &mut Order, invoice: &Invoice, broken: &mut Broken) {
    let ids: BTreeSet<_> = invoice.items.iter().map(|item| &item.id).collect();
    if ids.len() < invoice.items.len() {
        let detail = format!("invoice {} lists a SKU more than once", invoice.number);
        broken.push((Rule::RepeatedLines, detail));
    }
    if invoice.kind == InvoiceKind::Input && order.status != Status::Invoiced {
        let detail = format!("return {} came before the last invoice", invoice.number);
        broken.push((Rule::EarlyReturn, detail));
        order.flags.insert("return-before-invoice".to_owned());
    }
}

/// Enters a new invoice and moves the order on.
fn enter(context: &Context<'_>, order: &mut Order, invoice: Invoice, stuck: bool) {
    let kind = invoice.kind;
    let why = format!("invoice {}", invoice.number);
    order.invoices.push(invoice);
    match kind {
        InvoiceKind::Output => {
            if let Some(cancellation) = &mut order.cancellation {
                cancellation
                    .outcome
                    .get_or_insert(CancellationOutcome::Refused);
            }
            order.move_to(Status::Invoice, &why, context.now);
            if stuck {
                order.flags.insert("stuck-verifying-invoice".to_owned());
            }
            if !order.flags.contains("stuck-verifying-invoice") {
                let whole = order.invoiced(InvoiceKind::Output) == order.total;
                let next = if whole {
                    Status::Invoiced
                } else {
                    Status::PaymentApproved
                };
                order.move_to(next, &why, context.now);
            }
        }
        InvoiceKind::Input => {
            // A return that came too early is never paid back, not even later.
            let early = order.flags.contains("return-before-invoice");
            order.refunded = !early
                && order.status == Status::Invoiced
                && order.invoiced(InvoiceKind::Input) == order.total;
        }
    }
}

/// Whether an invoice number has only what known issue 953285 leaves alone.
fn is_plain(number: &str) -> bool {
    number
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
