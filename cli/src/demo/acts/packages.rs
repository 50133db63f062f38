//! Two packages of one order: invoices, tracking numbers, delivery.

use feirante_sandbox_marketplace::{CallName, Status};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Fate, SHIPPING, SHIRT, SOAP, Sold};
use crate::demo::market::About;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, holds, same};

/// The invoice of the shirts, and the soap's.
const SHIRTS: &str = "NFe-00001";
const SOAPS: &str = "NFe-00002";

pub(super) async fn play(stage: &mut Stage, order: Sold) -> Held<Fate> {
    invoice(stage, &order).await?;
    refused(stage, &order).await?;
    track(stage, &order).await?;
    deliver(stage, &order).await?;
    Ok(Fate {
        order,
        status: Status::Invoiced,
        events: &[
            "order.placed",
            "order.authorized",
            "order.invoiced",
            "delivery.failed",
            "order.delivered",
        ],
    })
}

async fn invoice(stage: &mut Stage, order: &Sold) -> Held {
    stage.begin(
        "invoice",
        "one invoice for each package; the ERP sends the first twice",
    );
    let about = About::Order(&order.market);
    let part = 2 * SHIRT.price + SHIPPING;
    let first = order.invoice_over(SHIRTS, part, &SHIRT.lines(2));
    stage.erp_sends("invoices", &first).await?;
    stage.erp_sends("invoices", &first).await?;
    let now = stage
        .market
        .order_until(&order.market, "partially-invoiced")
        .await?;
    stage.sees(CallName::Invoice, about, &[200]).await?;
    same(
        "the status of a partly invoiced order",
        now.status,
        Status::PaymentApproved,
    )?;
    let ahead = shipment(order, SOAPS, "SR000000002BR");
    stage.erp_sends("tracking", &ahead).await?;
    stage.say("    ahead of its invoice, which it has to wait for");
    let rest = order.invoice_over(SOAPS, order.total - part, &SOAP.lines(1));
    stage.erp_sends("invoices", &rest).await?;
    stage.market.order_until(&order.market, "invoiced").await?;
    stage.sees(CallName::Invoice, about, &[200, 200]).await?;
    let event = stage.erp_hears("order.invoiced", &order.seller).await?;
    let left = event
        .data
        .pointer("/invoice/residual")
        .and_then(Value::as_i64);
    same("what is left to invoice", left, Some(0))?;
    stage.has_stock(SHIRT.sku, SHIRT.stock - 2).await?;
    stage.held().await
}

/// What can't be right is never sent, and the ERP is told.
async fn refused(stage: &mut Stage, order: &Sold) -> Held {
    stage.begin(
        "refuse",
        "an invoice too many: refused here, with the reason, and not sent",
    );
    let more = order.invoice_over("NFe-00003", SOAP.price, &SOAP.lines(1));
    stage.erp_sends("invoices", &more).await?;
    stage.erp_hears("delivery.failed", &order.seller).await?;
    let letters = stage
        .erp
        .dead_letters("invoices", |letters| !letters.is_empty())
        .await?;
    for letter in &letters {
        same("the dead letter", &letter.body, &more)?;
        stage.say(format!("dead letter: {}: {}", letter.reason, letter.detail));
    }
    stage
        .sees(CallName::Invoice, About::Order(&order.market), &[200, 200])
        .await?;
    stage.held().await
}

async fn track(stage: &mut Stage, order: &Sold) -> Held {
    stage.begin(
        "track",
        "both packages are on their way, the one that waited among them",
    );
    let shirts = shipment(order, SHIRTS, "SR000000001BR");
    stage.erp_sends("tracking", &shirts).await?;
    let about = About::Order(&order.market);
    stage.sees(CallName::Shipment, about, &[200, 200]).await?;
    let now = stage.market.order(&order.market).await?;
    for (number, tracking) in [(SHIRTS, "SR000000001BR"), (SOAPS, "SR000000002BR")] {
        let package = now.invoice(number).map(|invoice| &invoice.package);
        let seen = package.and_then(|package| package.tracking.as_ref());
        let seen = seen.map(|seen| seen.tracking_number.as_str());
        same(
            format_args!("the tracking number of {number}"),
            seen,
            Some(tracking),
        )?;
    }
    stage.held().await
}

async fn deliver(stage: &mut Stage, order: &Sold) -> Held {
    stage.begin(
        "deliver",
        "news of both packages, until they have arrived; old news go once",
    );
    let about = About::Order(&order.market);
    let hours_ago = |hours| Timestamp::now() - SignedDuration::from_hours(hours);
    let out = event("Out for delivery", hours_ago(2));
    let arrived = event("Delivered", hours_ago(1));
    stage
        .erp_sends("tracking", &progress(order, SHIRTS, false, &[&out]))
        .await?;
    stage.sees(CallName::Progress, about, &[200]).await?;
    stage
        .erp_sends(
            "tracking",
            &progress(order, SHIRTS, true, &[&out, &arrived]),
        )
        .await?;
    stage
        .erp_sends("tracking", &progress(order, SOAPS, true, &[&arrived]))
        .await?;
    let now = stage.market.order_until(&order.market, "delivered").await?;
    stage
        .sees(CallName::Progress, about, &[200, 200, 200])
        .await?;
    same("events that came again", now.repeated_events, 0)?;
    let events = now
        .invoice(SHIRTS)
        .map_or(0, |invoice| invoice.package.events.len());
    holds(
        "two events of the shirts' package",
        events == 2,
        &now.invoices,
    )?;
    stage.erp_hears("order.delivered", &order.seller).await?;
    stage.held().await
}

/// A package left, as the ERP writes it.
fn shipment(order: &Sold, invoice: &str, tracking: &str) -> Value {
    json!({
        "orderId": order.seller,
        "invoiceNumber": invoice,
        "courier": "Correios",
        "trackingNumber": tracking,
        "trackingUrl": format!("https://tracking.example/{tracking}"),
        "dispatchedDate": Timestamp::now().strftime("%Y-%m-%d").to_string(),
    })
}

/// What happened to a package so far.
fn progress(order: &Sold, invoice: &str, is_delivered: bool, events: &[&Value]) -> Value {
    json!({
        "orderId": order.seller,
        "invoiceNumber": invoice,
        "isDelivered": is_delivered,
        "events": events,
    })
}

fn event(description: &str, date: Timestamp) -> Value {
    json!({"city": "Rio de Janeiro", "state": "RJ", "description": description, "date": date})
}
