//! One order, for people and for programs.

use feirante_models::Instant;
use feirante_models::erp::InvoiceType;
use feirante_seller::delivery::Attempts;
use feirante_seller::turns::Turns;
use feirante_store::orders::Dossier;
use serde_json::{Value, json};

use super::fees;
use super::timeline::told;
use crate::failure::Failure;
use crate::output;
use crate::table::Table;

/// The order as it is stored, with what is on its way.
pub(super) fn json(dossier: &Dossier) -> Result<Value, Failure> {
    let packages: Vec<Value> = dossier
        .packages
        .iter()
        .map(|(number, package)| {
            json!({
                "invoiceNumber": number,
                "invoice": package.invoice,
                "shipment": package.shipment,
                "progress": package.progress,
                "shipments": package.shipments,
                "isDelivered": package.progress_told.is_delivered,
                "waiting": package.waiting.values().collect::<Vec<_>>(),
            })
        })
        .collect();
    let order = serde_json::to_value(&dossier.order)
        .map_err(|error| Failure::system("the order can't be written as JSON", &error))?;
    Ok(json!({
        "order": order,
        "packages": packages,
        "cancellation": dossier.cancellation,
        "agreements": dossier.agreements,
        "expected": fees::json(&dossier.order),
    }))
}

pub(super) fn print(dossier: &Dossier) {
    let order = &dossier.order;
    output::line(format_args!(
        "Order {} ({} at {})",
        order.order_id, order.marketplace_order_id, order.account
    ));
    let held = if order.is_held() {
        ", held for review"
    } else {
        ""
    };
    output::line(format_args!(
        "{}{held}, placed {}, total {}, not invoiced {}",
        order.status(),
        order.placed_at,
        order.total,
        order.invoices.unsent(InvoiceType::Output, order.total)
    ));
    output::line(fees::told(order));
    lines(dossier);
    if !order.invoices.is_empty() {
        invoices(dossier);
    }
    if !order.modifications.is_empty() {
        modifications(dossier);
    }
    on_its_way(dossier);
    let mut table = Table::new(["TIME", "WHAT HAPPENED"]);
    for entry in &order.timeline {
        table.row([entry.at.to_string(), told(&entry.change)]);
    }
    output::line(format_args!("\n{table}"));
}

fn lines(dossier: &Dossier) {
    let mut table = Table::new(["SKU", "UNITS", "PRICE", "SHIPPING", "METHOD", "WAREHOUSE"]);
    for line in &dossier.order.lines {
        table.row([
            line.sku.to_string(),
            line.quantity.get().to_string(),
            line.price.to_string(),
            line.shipping_price.to_string(),
            line.shipping_method.clone().unwrap_or_default(),
            line.places.to_string(),
        ]);
    }
    output::line(format_args!("\n{table}"));
}

fn invoices(dossier: &Dossier) {
    let mut table = Table::new(["INVOICE", "TYPE", "VALUE", "STAGE", "TRACKING"]);
    for invoice in dossier.order.invoices.iter() {
        let package = dossier.packages.get(&invoice.number);
        let shipment = package.and_then(|package| package.shipments.current.as_ref());
        table.row([
            invoice.number.to_string(),
            format!("{:?}", invoice.kind),
            invoice.value.to_string(),
            invoice.stage.as_str().to_owned(),
            shipment.map_or_else(String::new, |current| {
                let shipment = &current.shipment;
                format!("{} {}", shipment.courier, shipment.tracking_number)
            }),
        ]);
    }
    output::line(format_args!("\n{table}"));
}

fn modifications(dossier: &Dossier) {
    let mut table = Table::new(["MODIFICATION", "ASKED FOR", "STAGE", "DIFFERENCE", "REASON"]);
    for modification in dossier.order.modifications.iter() {
        let difference = modification.difference.total();
        table.row([
            modification.id.to_string(),
            modification.requested_at.to_string(),
            modification.stage.as_str().to_owned(),
            difference.map_or_else(String::new, |difference| difference.to_string()),
            modification.reason.clone(),
        ]);
    }
    output::line(format_args!("\n{table}"));
}

fn on_its_way(dossier: &Dossier) {
    let mut table = Table::new(["ON ITS WAY", "ATTEMPTS", "NEXT", "LAST ANSWER"]);
    let mut rows = 0;
    let mut add = |what: String, turns: &Turns| {
        for attempts in turns.unsettled() {
            table.row([
                what.clone(),
                attempts.count.to_string(),
                attempts
                    .next_at
                    .as_ref()
                    .map(Instant::to_string)
                    .unwrap_or_default(),
                last_answer(attempts),
            ]);
            rows += 1;
        }
    };
    for (number, package) in &dossier.packages {
        add(format!("invoice {number}"), &package.invoice);
        add(format!("tracking number of {number}"), &package.shipment);
        add(format!("progress of {number}"), &package.progress);
    }
    add("cancellation".to_owned(), &dossier.cancellation);
    for (change, turns) in &dossier.agreements {
        add(format!("agreement to {change}"), turns);
    }
    if rows > 0 {
        output::line(format_args!("\n{table}"));
    }
    for (number, package) in &dossier.packages {
        for waiting in package.waiting.values() {
            let message = &waiting.message;
            output::line(format_args!("\nWaits for invoice {number}: {message}"));
        }
    }
}

fn last_answer(attempts: &Attempts) -> String {
    attempts.last.as_ref().map_or_else(String::new, |last| {
        let status = last.status.map(|status| format!("{status} "));
        format!("{}{}", status.unwrap_or_default(), last.detail)
    })
}
