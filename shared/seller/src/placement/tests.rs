use feirante_models::placement::Placement;
use feirante_models::{MarketplaceOrderId, Quantity, WarehouseId};
use serde_json::{Value, json};

use super::*;
use crate::fixture::{self, sku};
use crate::settings::{Band, Warehouse};

mod fees;
mod prices;
mod promises;
mod refusals;
mod repeats;
mod reservations;
mod size;
mod windows;

/// An order of `lines`: SKU, quantity, unit price.
fn order(id: &str, lines: &[(&str, i64, i64)]) -> Value {
    let items: Vec<_> = lines
        .iter()
        .map(|(id, quantity, price)| json!({"id": id, "quantity": quantity, "price": price, "seller": "1"}))
        .collect();
    let logistics: Vec<_> = (0..lines.len())
        .map(|index| json!({"itemIndex": index, "selectedSla": "Normal", "lockTTL": "8d", "price": 200}))
        .collect();
    json!({
        "marketplaceOrderId": id,
        "items": items,
        "clientProfileData": {},
        "shippingData": {"address": {}, "logisticsInfo": logistics},
    })
}

fn read(orders: &[Value]) -> Placement {
    let body = Value::from(orders.to_vec()).to_string();
    Placement::read(body.as_bytes()).unwrap()
}

/// The fixture with what tests change of it.
struct Shop {
    settings: Settings,
    offers: HashMap<SkuId, Offer>,
    existing: HashMap<OrderId, Order>,
}

impl Shop {
    fn new() -> Self {
        Self {
            settings: fixture::settings(),
            offers: fixture::offers(),
            existing: HashMap::new(),
        }
    }

    /// Two warehouses, tried in this order by every delivery method, with stock of `2000037`.
    fn with_warehouses(first: (&str, i64), second: (&str, i64)) -> Self {
        Self::stocked(&[first, second])
    }

    /// The same with any number of warehouses.
    fn stocked(stock: &[(&str, i64)]) -> Self {
        let mut shop = Self::new();
        let ids = stock.iter().map(|(id, _)| WarehouseId::parse(*id).unwrap());
        let ids: Vec<WarehouseId> = ids.collect();
        shop.settings.warehouses = ids.iter().cloned().map(Warehouse::named).collect();
        for method in &mut shop.settings.shipping.methods {
            method.warehouses.clone_from(&ids);
        }
        let offer = shop.offers.get_mut(&sku("2000037")).unwrap();
        offer.stock.clear();
        for (place, units) in stock {
            fixture::put(offer, place, *units);
        }
        shop
    }

    fn plan<'p>(&self, placement: &'p Placement) -> Result<Plan<'p>, Refused> {
        let terms = Terms {
            settings: &self.settings,
            marketplace: &self.settings.marketplaces[0],
            sales_channel: "1",
            now: fixture::now(),
        };
        plan(&terms, placement.orders(), &self.existing, &self.offers)
    }

    /// The plan's orders.
    fn orders(&self, orders: &[Value]) -> Vec<Order> {
        let placement = read(orders);
        let plan = self.plan(&placement).unwrap();
        plan.new.into_iter().map(|(order, _)| order).collect()
    }

    fn refusal(&self, orders: &[Value]) -> Problem {
        self.refused(orders).problem
    }

    fn refused(&self, orders: &[Value]) -> Refused {
        self.plan(&read(orders)).unwrap_err()
    }

    /// As if the orders had been placed.
    fn place(&mut self, orders: &[Value]) {
        for order in self.orders(orders) {
            self.existing.insert(order.order_id.clone(), order);
        }
    }
}
