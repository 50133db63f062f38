//! What a shopper puts into a cart, and what of the seller's offer is taken for it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::quote::{Offering, Quote, QuotedLine, Sla, Window};
use super::simulate::items;
use crate::options::AccountOptions;

/// How many carts are remembered.
const MOST_CARTS: usize = 1_000;

/// A line of a cart.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CartItem {
    /// The seller's SKU code.
    pub(crate) sku: String,
    /// How many.
    #[serde(default = "one")]
    pub(crate) quantity: i64,
    /// The way of delivery, by its id; the cheapest if absent.
    #[serde(default)]
    pub(crate) sla: Option<String>,
    /// The services to buy with it, by their ids.
    #[serde(default)]
    pub(crate) offerings: Vec<String>,
    /// Which of the group's orders it goes into: 1 becomes `{group}-01`.
    #[serde(default = "first")]
    pub(crate) order: u8,
}

/// Where it shall go.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Address {
    /// With or without punctuation.
    pub(crate) postal_code: Option<String>,
    /// Three letters.
    pub(crate) country: String,
    /// Longitude and latitude; may stand in place of a postal code.
    pub(crate) geo_coordinates: Option<[f64; 2]>,
}

impl Default for Address {
    fn default() -> Self {
        Self {
            postal_code: Some("22251-030".to_owned()),
            country: "BRA".to_owned(),
            geo_coordinates: None,
        }
    }
}

/// A cart whose prices were looked up.
#[derive(Clone, Debug)]
pub(super) struct Cart {
    pub(super) items: Vec<CartItem>,
    pub(super) address: Address,
    pub(super) selection: Option<Selection>,
}

/// What is taken of a quote: prices and ways of delivery, line by line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selection {
    /// The lines, as the cart has them.
    pub(crate) lines: Vec<Selected>,
    /// Σ price × quantity, in cents.
    pub(crate) items_total: i64,
    /// Σ shipping, windows included, in cents.
    pub(crate) shipping_total: i64,
    /// Σ services, in cents.
    pub(crate) services_total: i64,
    /// What it costs in all, in cents.
    pub(crate) total: i64,
}

/// What is taken for one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selected {
    /// The seller's SKU code.
    pub(crate) sku: String,
    /// How many.
    pub(crate) quantity: i64,
    /// The price of one, in cents.
    pub(crate) price: i64,
    /// The unit it is sold in.
    pub(crate) measurement_unit: Option<String>,
    /// How many measurement units one is.
    pub(crate) unit_multiplier: Option<Value>,
    /// The id of the way of delivery.
    pub(crate) sla: String,
    /// `delivery` or `pickup-in-point`.
    pub(crate) delivery_channel: String,
    /// How long it takes.
    pub(crate) shipping_estimate: String,
    /// Shipping of the line, its window included, in cents.
    pub(crate) shipping: i64,
    /// When it is delivered, where that has to be chosen: the first there is.
    pub(crate) window: Option<Window>,
    /// Services bought with it.
    pub(crate) services: Vec<Offering>,
    /// Which of the group's orders it is in.
    pub(crate) order: u8,
}

impl Cart {
    /// The body of its simulation.
    pub(super) fn simulation(&self, account: &AccountOptions, legacy: bool) -> Value {
        let mut body = json!({
            "items": items(&self.asked(), account, legacy),
            "country": self.address.country,
            "sc": account.sales_channel,
        });
        if let Some(postal_code) = &self.address.postal_code {
            body["postalCode"] = json!(postal_code);
        }
        if let Some(coordinates) = self.address.geo_coordinates {
            body["geoCoordinates"] = json!(coordinates);
        }
        body
    }

    /// SKU and quantity of each line.
    pub(super) fn asked(&self) -> Vec<(&str, i64)> {
        let lines = self.items.iter();
        lines
            .map(|item| (item.sku.as_str(), item.quantity))
            .collect()
    }

    /// What is taken of the quote; the error is why the cart can't be had whole.
    pub(super) fn select(&self, quote: &Quote) -> Result<Selection, String> {
        let lines = self
            .items
            .iter()
            .zip(&quote.lines)
            .map(|(item, line)| {
                Selected::of(item, line).map_err(|reason| format!("{}: {reason}", item.sku))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Selection::of(lines))
    }
}

impl Selection {
    fn of(lines: Vec<Selected>) -> Self {
        let sum = |part: &dyn Fn(&Selected) -> i64| {
            lines
                .iter()
                .fold(0_i64, |sum, line| sum.saturating_add(part(line)))
        };
        let items_total = sum(&|line| line.price.saturating_mul(line.quantity));
        let shipping_total = sum(&|line| line.shipping);
        let services_total = sum(&Selected::services_price);
        Self {
            items_total,
            shipping_total,
            services_total,
            total: items_total
                .saturating_add(shipping_total)
                .saturating_add(services_total),
            lines,
        }
    }

    /// The parts that become orders of their own, by their numbers.
    pub(super) fn by_order(&self) -> Vec<(u8, Self)> {
        let mut numbers = self.lines.iter().map(|line| line.order).collect::<Vec<_>>();
        numbers.sort_unstable();
        numbers.dedup();
        let part = |number| {
            let lines = self.lines.iter().filter(|line| line.order == number);
            Self::of(lines.cloned().collect())
        };
        numbers
            .into_iter()
            .map(|number| (number, part(number)))
            .collect()
    }

    /// Whether goods or services cost something else now.
    pub(super) fn price_differs(&self, now: &Self) -> bool {
        let prices = |selection: &Self| {
            let lines = selection.lines.iter();
            lines
                .map(|line| (line.price, line.services.clone()))
                .collect::<Vec<_>>()
        };
        prices(self) != prices(now)
    }

    /// Whether shipping costs something else now.
    pub(super) fn freight_differs(&self, now: &Self) -> bool {
        let freights = |selection: &Self| {
            let lines = selection.lines.iter();
            lines.map(|line| line.shipping).collect::<Vec<_>>()
        };
        freights(self) != freights(now)
    }
}

impl Selected {
    fn of(item: &CartItem, line: &QuotedLine) -> Result<Self, String> {
        if !line.available {
            let reason = line.reason.as_deref();
            return Err(reason.unwrap_or("unavailable").to_owned());
        }
        let sla = choose(item, &line.slas)?;
        let services = item
            .offerings
            .iter()
            .map(|id| {
                let offering = line.offerings.iter().find(|offering| offering.id == *id);
                offering.cloned().ok_or_else(|| format!("no service {id}"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            sku: item.sku.clone(),
            quantity: item.quantity,
            price: line.price.ok_or("no price")?,
            measurement_unit: line.measurement_unit.clone(),
            unit_multiplier: line.unit_multiplier.clone(),
            sla: sla.id.clone(),
            delivery_channel: sla.delivery_channel.clone(),
            shipping_estimate: sla.shipping_estimate.clone(),
            shipping: sla.whole_price(),
            window: sla.windows.first().cloned(),
            services,
            order: item.order,
        })
    }

    /// In cents.
    pub(super) fn services_price(&self) -> i64 {
        let services = self.services.iter();
        services.fold(0, |sum, service| sum.saturating_add(service.price))
    }
}

fn choose<'a>(item: &CartItem, slas: &'a [Sla]) -> Result<&'a Sla, String> {
    match &item.sla {
        Some(id) => slas
            .iter()
            .find(|sla| sla.id == *id)
            .ok_or_else(|| format!("no delivery {id}")),
        None => slas
            .iter()
            .min_by_key(|sla| sla.whole_price())
            .ok_or_else(|| "no delivery".to_owned()),
    }
}

/// The carts that were looked up lately.
#[derive(Default)]
pub(super) struct Carts(Mutex<VecDeque<(Key, Cart)>>);

/// An account and a cart's id.
type Key = (String, String);

impl Carts {
    /// Keeps a cart, instead of the oldest if there are too many.
    pub(super) fn keep(&self, account: &str, id: &str, cart: Cart) {
        let mut carts = self.lock();
        carts.push_back(((account.to_owned(), id.to_owned()), cart));
        if carts.len() > MOST_CARTS {
            carts.pop_front();
        }
    }

    /// The cart of that id.
    pub(super) fn get(&self, account: &str, id: &str) -> Option<Cart> {
        let carts = self.lock();
        let found = carts
            .iter()
            .find(|((of, named), _)| of == account && named == id);
        found.map(|(_, cart)| cart.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Key, Cart)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn one() -> i64 {
    1
}

const fn first() -> u8 {
    1
}
