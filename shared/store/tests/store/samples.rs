//! Messages and orders.

use feirante_models::erp::{
    InvoiceType, OfferMessage, PriceMessage, SkuMessage, StockAdjustmentMessage, StockMessage,
};
use feirante_models::{
    AccountName, Cents, ChangeRequestId, Instant, InvoiceNumber, MarketplaceOrderId, OrderId,
    Quantity, SkuId, WarehouseId,
};
use feirante_seller::ledger::{Invoice, Ledger, Stage};
use feirante_seller::order::{Change, Entry, Line, Modifications, Order, Review, Sent, State};
use serde_json::{Value, json};

pub(crate) fn sku(code: &str) -> SkuId {
    SkuId::parse(code).unwrap()
}

pub(crate) fn warehouse(id: &str) -> WarehouseId {
    WarehouseId::parse(id).unwrap()
}

/// So many seconds after some point in time.
pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_millis(1_795_219_200_000 + seconds * 1000).unwrap()
}

fn read(mut message: Value, kind: &str) -> OfferMessage {
    message["type"] = kind.into();
    OfferMessage::read(message.to_string().as_bytes()).unwrap()
}

pub(crate) fn sku_message(message: Value) -> SkuMessage {
    match read(message, "sku") {
        OfferMessage::Sku(message) => *message,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn price_message(message: Value) -> PriceMessage {
    match read(message, "price") {
        OfferMessage::Price(message) => message,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn count(code: &str, place: &str, on_hand: i64) -> StockMessage {
    let message = json!({"sku": code, "warehouse": place, "onHand": on_hand});
    match read(message, "stock") {
        OfferMessage::Stock(message) => message,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn adjustment(id: &str, code: &str, place: &str, delta: i64) -> StockAdjustmentMessage {
    let message = json!({"id": id, "sku": code, "warehouse": place, "delta": delta});
    match read(message, "stockAdjustment") {
        OfferMessage::StockAdjustment(message) => message,
        other => panic!("{other:?}"),
    }
}

/// An order that is placed at `at(0)`, held for 1000 seconds; lines are SKU, warehouse, units.
pub(crate) fn order(id: &str, lines: &[(&str, &str, i64)]) -> Order {
    let account = AccountName::parse("mkt1").unwrap();
    let marketplace_order_id = MarketplaceOrderId::parse(id).unwrap();
    let lines = lines.iter().map(|(code, place, units)| Line {
        sku: sku(code),
        quantity: Quantity::new(*units).unwrap(),
        price: Cents::new(7390),
        shipping_price: Cents::new(200),
        shipping_method: Some("Normal".to_owned()),
        places: warehouse(place).into(),
    });
    Order {
        order_id: OrderId::of(&account, &marketplace_order_id),
        account,
        marketplace_order_id,
        order_group: Some("1".to_owned()),
        services_endpoint: None,
        version: 1,
        state: State::Placed {
            reserved_until: at(1000),
        },
        review: Review::NotNeeded,
        placed_at: at(0),
        content_hash: "0".repeat(64),
        lines: lines.collect(),
        slots: Vec::new(),
        total: Cents::new(7590),
        differing_payment_value: Some(Cents::new(-1)),
        fees: None,
        invoices: Ledger::default(),
        canceling: None,
        modifications: Modifications::default(),
        timeline: vec![Entry {
            at: at(0),
            change: Change::Placed {
                theirs: Cents::new(7390),
                ours: Cents::new(i64::MAX),
                needs_review: false,
            },
        }],
    }
}

pub(crate) fn change_request_id(name: &str) -> ChangeRequestId {
    ChangeRequestId::parse(name).unwrap()
}

pub(crate) fn invoice_number(number: &str) -> InvoiceNumber {
    InvoiceNumber::parse(number).unwrap()
}

/// An invoice issued at `at(issued_at)`, over `value` cents and so many units of each SKU; a return
/// brings them back for sale.
pub(crate) fn invoice(
    number: &str,
    kind: InvoiceType,
    value: i64,
    units: &[(&str, i64)],
    issued_at: i64,
) -> Invoice {
    Invoice {
        number: invoice_number(number),
        kind,
        value: Cents::new(value),
        units: units
            .iter()
            .map(|(code, units)| (sku(code), *units))
            .collect(),
        issued_at: at(issued_at),
        restock: kind == InvoiceType::Input,
        content_hash: number.to_owned(),
        stage: Stage::Pending,
    }
}

/// How the marketplace took something.
pub(crate) fn sent() -> Sent {
    Sent {
        attempts: 2,
        receipt: Some("e39d05f9".to_owned()),
    }
}
