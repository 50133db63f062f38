//! What is sold: SKUs with prices and stock in two warehouses, to two marketplaces.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;

/// The marketplaces' accounts. The first lets the ERP decide about cancellations, the second cancels
/// at once.
pub(crate) const ACCOUNTS: [&str; 2] = ["mkt1", "mkt2"];

/// The warehouses; each has a way of delivery of its own, so that the shopper's choice decides which
/// one ships.
pub(crate) const WAREHOUSES: [&str; 2] = ["main", "south"];

/// Ways of delivery, their warehouses, and their prices for a line in cents.
pub(crate) const SLAS: [(&str, &str, i64); 2] = [("Normal", "main", 200), ("Sul", "south", 350)];

/// When the ERP's world began: all it says is dated after this.
const HOURS_AGO: i64 = 6;

/// A SKU as the ERP knows it in the end.
#[derive(Debug, Clone)]
pub(crate) struct Sku {
    pub(crate) name: String,
    /// In cents: for everybody, and for the second marketplace alone.
    pub(crate) price: i64,
    pub(crate) second_price: Option<i64>,
    /// Its price when the orders are bought.
    pub(crate) first_price: i64,
    /// By warehouse.
    pub(crate) stock: BTreeMap<&'static str, Stock>,
}

/// Stock at one place as the ERP knows it, orders aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stock {
    pub(crate) on_hand: i64,
    /// Whether it was counted after all invoices: then the count knows of them.
    pub(crate) counted: bool,
}

/// All SKUs by code.
#[derive(Debug)]
pub(crate) struct Goods {
    pub(crate) skus: BTreeMap<String, Sku>,
    /// Those that orders are made of.
    pub(crate) sold: Vec<String>,
    /// What the ERP's dates count from.
    began: jiff::Timestamp,
}

impl Goods {
    pub(crate) fn new(chance: &mut StdRng) -> Self {
        let mut skus = BTreeMap::new();
        for index in 1..=11_i64 {
            let code = if index <= 8 {
                format!("CAM-{index:02}")
            } else {
                format!("EST {index}")
            };
            let first_price = 1_000 + 137 * index;
            let stock = WAREHOUSES.map(|warehouse| {
                let on_hand = chance.random_range(20_000..30_000);
                let counted = false;
                (warehouse, Stock { on_hand, counted })
            });
            let sku = Sku {
                name: format!("Camisa {index}"),
                price: first_price,
                second_price: None,
                first_price,
                stock: stock.into(),
            };
            skus.insert(code, sku);
        }
        let sold = skus.keys().filter(|sku| sku.starts_with("CAM")).cloned();
        Self {
            sold: sold.collect(),
            skus,
            began: jiff::Timestamp::now() - jiff::SignedDuration::from_hours(HOURS_AGO),
        }
    }

    /// So many milliseconds after the beginning, as the ERP writes it.
    pub(crate) fn at(&self, milliseconds: i64) -> String {
        let at = self.began + jiff::SignedDuration::from_millis(milliseconds);
        at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    /// What the sandbox is filled with, as its `offers.jsonl`: the SKUs as they are now.
    pub(crate) fn fixture(&self) -> String {
        let at = self.at(0);
        let mut lines = String::new();
        for (code, sku) in &self.skus {
            let mut messages = vec![
                json!({"type": "sku", "sku": code, "active": true, "name": sku.name, "asOf": at}),
                json!({"type": "price", "sku": code, "price": sku.first_price, "asOf": at}),
            ];
            messages.extend(sku.stock.iter().map(|(warehouse, stock)| {
                json!({"type": "stock", "sku": code, "warehouse": warehouse,
                       "onHand": stock.on_hand, "asOf": at})
            }));
            for message in messages {
                lines.push_str(&message.to_string());
                lines.push('\n');
            }
        }
        lines
    }
}
