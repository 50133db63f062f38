//! Orders with packages.

use std::collections::BTreeMap;

use feirante_models::{AccountName, Cents, MarketplaceOrderId};

use super::*;
use crate::ledger::{Invoice, Ledger};
use crate::order::{Modifications, Review};

fn receipt() -> Receipt {
    Receipt {
        date: at(0),
        receipt: "r".to_owned(),
    }
}

/// An order that stands as `status` says, without invoices.
pub(super) fn order(status: &str) -> Order {
    let authorization = receipt();
    let state = match status {
        "placed" => State::Placed {
            reserved_until: at(100),
        },
        "authorized" => State::Authorized {
            authorization,
            cancellation: None,
        },
        "partially_invoiced" => State::PartiallyInvoiced { authorization },
        "invoiced" => State::Invoiced { authorization },
        "shipped" => State::Shipped { authorization },
        "delivered" => State::Delivered { authorization },
        "returned" => State::Returned { authorization },
        "canceled" => State::Canceled {
            receipt: authorization,
        },
        "expired" => State::Expired {
            expired_at: at(100),
            payment_refused: false,
        },
        _ => panic!("{status}"),
    };
    let account = AccountName::parse("mkt1").unwrap();
    let marketplace_order_id = MarketplaceOrderId::parse("1-01").unwrap();
    Order {
        order_id: OrderId::of(&account, &marketplace_order_id),
        account,
        marketplace_order_id,
        order_group: None,
        services_endpoint: None,
        version: 1,
        state,
        review: Review::NotNeeded,
        placed_at: at(0),
        content_hash: "0".repeat(64),
        lines: Vec::new(),
        slots: Vec::new(),
        total: Cents::new(100),
        differing_payment_value: None,
        fees: None,
        invoices: Ledger::default(),
        canceling: None,
        modifications: Modifications::default(),
        timeline: Vec::new(),
    }
}

/// The order with the invoice N-1 at this stage.
pub(super) fn with(order: &Order, kind: InvoiceType, stage: Stage) -> Order {
    let invoice = Invoice {
        number: number("N-1"),
        kind,
        value: Cents::new(100),
        units: BTreeMap::new(),
        issued_at: at(0),
        restock: false,
        content_hash: "0".to_owned(),
        stage,
    };
    Order {
        invoices: order.invoices.with(invoice),
        ..order.clone()
    }
}
