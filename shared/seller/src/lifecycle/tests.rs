use std::collections::BTreeMap;

use feirante_models::events::FailedDelivery;
use feirante_models::placement::{OrderRequest, Placement};
use feirante_models::{AccountName, Cents, InvoiceNumber, MarketplaceOrderId, Quantity, SkuId};
use jiff::SignedDuration;

use super::*;
use crate::fixture;
use crate::ledger::{Invoice, Ledger, Stage};
use crate::order::{Entry, Line, Modifications, Review, Undelivered};
use crate::placement::repeat;

mod agreements;
mod answers;
mod failures;
mod free;
mod given_up;
mod invoices;
mod modification;
mod properties;
mod review;
mod size;
mod table;
mod tracking;

/// A placement as the marketplace repeats it, and with other content.
fn request(quantity: u8) -> OrderRequest {
    let body = format!(
        r#"{{"marketplaceOrderId":"1-01","items":[{{"id":"2000037","quantity":{quantity},"seller":"1","price":7390}}],
            "clientProfileData":{{}},"shippingData":{{"address":{{}}}}}}"#
    );
    Placement::read(body.as_bytes()).unwrap().orders()[0].clone()
}

/// The order that `request(2)` made.
fn placed(review: Review) -> Order {
    let account = AccountName::parse("mkt1").unwrap();
    let marketplace_order_id = MarketplaceOrderId::parse("1-01").unwrap();
    let amount = Cents::new(14780);
    let needs_review = review == Review::Pending;
    Order {
        order_id: OrderId::of(&account, &marketplace_order_id),
        account,
        marketplace_order_id,
        order_group: Some("1".to_owned()),
        services_endpoint: None,
        version: 1,
        state: State::Placed {
            reserved_until: hours(8 * 24),
        },
        review,
        placed_at: fixture::now(),
        content_hash: request(2).content_hash,
        lines: vec![line("2000037", "main", 2)],
        slots: Vec::new(),
        total: amount,
        differing_payment_value: None,
        fees: None,
        invoices: Ledger::default(),
        canceling: None,
        modifications: Modifications::default(),
        timeline: vec![Entry {
            at: fixture::now(),
            change: Change::Placed {
                theirs: amount,
                ours: amount,
                needs_review,
            },
        }],
    }
}

fn line(sku: &str, warehouse: &str, units: i64) -> Line {
    Line {
        sku: fixture::sku(sku),
        quantity: Quantity::new(units).unwrap(),
        price: Cents::new(7390),
        shipping_price: Cents::ZERO,
        shipping_method: None,
        places: feirante_models::WarehouseId::parse(warehouse)
            .unwrap()
            .into(),
    }
}

/// The order once it is paid.
fn authorized() -> Order {
    changed(authorize(&placed(Review::NotNeeded), hours(1)).unwrap())
}

/// So many hours after the order was placed.
fn hours(hours: i64) -> Instant {
    fixture::now().plus(SignedDuration::from_hours(hours))
}

fn details() -> CancellationDetails {
    CancellationDetails {
        cancellation_request_id: Some("8583".to_owned()),
        reason: Some("regret".to_owned()),
        requested_by_user: Some(true),
    }
}

fn number(number: &str) -> InvoiceNumber {
    InvoiceNumber::parse(number).unwrap()
}

/// An invoice over `value` cents and so many units of each SKU; a return brings them back for sale.
fn invoice(name: &str, kind: InvoiceType, value: i64, units: &[(&str, i64)]) -> Invoice {
    let units: BTreeMap<SkuId, i64> = units
        .iter()
        .map(|(sku, units)| (fixture::sku(sku), *units))
        .collect();
    Invoice {
        number: number(name),
        kind,
        value: Cents::new(value),
        content_hash: format!("{name} {kind:?} {value} {units:?}"),
        units,
        issued_at: hours(2),
        restock: kind == InvoiceType::Input,
        stage: Stage::Pending,
    }
}

fn output(name: &str, value: i64) -> Invoice {
    invoice(name, InvoiceType::Output, value, &[("2000037", 1)])
}

fn input(name: &str, value: i64) -> Invoice {
    invoice(name, InvoiceType::Input, value, &[("2000037", 1)])
}

fn sent() -> Sent {
    Sent {
        attempts: 2,
        receipt: Some("e39d05f9-0c54-4469-a626-8bb5cff169f8".to_owned()),
    }
}

fn failure(kind: FailedDelivery, number: Option<&str>) -> Undelivered {
    Undelivered {
        kind,
        invoice_number: number.map(self::number),
        agreement: None,
        status: 409,
        reason: "refused".to_owned(),
        detail: "no".to_owned(),
    }
}

/// What an event makes of an order, where it has to make something of it.
#[track_caller]
fn transition<A: std::fmt::Debug>(outcome: Outcome<A>) -> Transition {
    match outcome {
        Outcome::Change(transition, _) => *transition,
        Outcome::Unchanged(answer) => panic!("nothing changes: {answer:?}"),
    }
}

/// The order after that.
#[track_caller]
fn changed<A: std::fmt::Debug>(outcome: Outcome<A>) -> Order {
    transition(outcome).order
}

/// The order once `invoice` holds and the marketplace is being told.
#[track_caller]
fn accepted(order: &Order, invoice: &Invoice) -> Order {
    changed(accept_invoice(order, invoice, hours(3)).unwrap())
}

/// The order once the marketplace has `invoice`, and what its stock does.
#[track_caller]
fn invoiced(order: &Order, invoice: &Invoice) -> Transition {
    let order = accepted(order, invoice);
    transition(invoice_sent(
        &order,
        &invoice.number,
        false,
        sent(),
        hours(4),
    ))
}

/// The order once the seller has begun to cancel it.
#[track_caller]
fn canceling(order: &Order) -> Order {
    changed(start_cancellation(order, "damaged", hours(3)).unwrap())
}

/// The order once a person has let it go on at its prices.
#[track_caller]
fn released(order: &Order) -> Order {
    changed(release(order, "ana", Some("agreed with the marketplace"), hours(3)).unwrap())
}

/// The order once a person has not, and the marketplace is being told.
#[track_caller]
fn rejected(order: &Order) -> Order {
    changed(reject(order, "ana", "sold below cost", hours(3)).unwrap())
}

/// The order once the marketplace has not answered about the invoice `number` for long enough.
#[track_caller]
fn unanswered(order: &Order, number: &InvoiceNumber) -> Order {
    let what = failure(FailedDelivery::Invoice, Some(number.as_str()));
    changed(undelivered(order, what, Finality::Unanswered, hours(30)))
}

/// The same about the seller's own cancellation.
#[track_caller]
fn cancel_unanswered(order: &Order) -> Order {
    let what = failure(FailedDelivery::Cancellation, None);
    changed(undelivered(order, what, Finality::Unanswered, hours(30)))
}

/// The events the ERP is told of, oldest first.
fn told(order: &Order) -> Vec<feirante_models::events::EventType> {
    let changes = order.timeline.iter().map(|entry| &entry.change);
    changes.filter_map(Change::event).collect()
}
