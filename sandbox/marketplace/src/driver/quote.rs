//! What a simulation's answer offers, as a marketplace reads it (protocol §5.1): a line it can't
//! make sense of is unavailable, and the others are not.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// What the seller offers for each line of a simulation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quote {
    /// One for each line asked for, in their order.
    pub(crate) lines: Vec<QuotedLine>,
}

/// What the seller offers for one line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuotedLine {
    /// The seller's SKU code.
    pub(crate) sku: String,
    /// Whether the whole quantity asked for can be had, at the address if there was one.
    pub(crate) available: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// How many were asked for.
    pub(crate) asked: i64,
    /// How many can be had.
    pub(crate) quantity: i64,
    /// The price of one, in cents.
    pub(crate) price: Option<i64>,
    /// The "from" price of one, in cents.
    pub(crate) list_price: Option<i64>,
    /// How many the seller has.
    pub(crate) stock: Option<i64>,
    /// The unit it is sold in.
    pub(crate) measurement_unit: Option<String>,
    /// How many measurement units one is.
    pub(crate) unit_multiplier: Option<Value>,
    /// The services that can be bought with it.
    pub(crate) offerings: Vec<Offering>,
    /// The ways it can be delivered.
    pub(crate) slas: Vec<Sla>,
}

/// A service that can be bought with a SKU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Offering {
    /// Its kind.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// In cents.
    pub(crate) price: i64,
}

/// A way of delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sla {
    /// Its id.
    pub(crate) id: String,
    /// `delivery` or `pickup-in-point`.
    pub(crate) delivery_channel: String,
    /// In cents, without a window's.
    pub(crate) price: i64,
    /// How long it takes, as written.
    pub(crate) shipping_estimate: String,
    /// When it can be, if that must be chosen.
    pub(crate) windows: Vec<Window>,
}

/// A delivery window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Window {
    /// Its start, as written.
    pub(crate) start_date_utc: String,
    /// Its end, as written.
    pub(crate) end_date_utc: String,
    /// What it costs besides, in cents.
    pub(crate) price: i64,
}

impl Quote {
    /// Reads an answer to lines of these SKUs and quantities; `at_address` if the request had one,
    /// so that a line needs a way of delivery to be available.
    pub(super) fn read(asked: &[(&str, i64)], answer: &Value, at_address: bool) -> Self {
        let items = Rows::read(&answer["items"], "requestIndex");
        let logistics = Rows::read(&answer["logisticsInfo"], "itemIndex");
        let lines = asked.iter().enumerate().map(|(index, (sku, quantity))| {
            let mut line = QuotedLine::nothing(sku, *quantity);
            line.reason = line
                .fill(items.of(index), logistics.of(index), at_address)
                .err()
                .or_else(|| line.short());
            line.available = line.reason.is_none();
            line
        });
        Self {
            lines: lines.collect(),
        }
    }

    /// What is offered when there is no answer: nothing.
    pub(super) fn nothing(asked: &[(&str, i64)], reason: &str) -> Self {
        let lines = asked.iter().map(|(sku, quantity)| QuotedLine {
            reason: Some(reason.to_owned()),
            ..QuotedLine::nothing(sku, *quantity)
        });
        Self {
            lines: lines.collect(),
        }
    }
}

impl QuotedLine {
    fn nothing(sku: &str, asked: i64) -> Self {
        Self {
            sku: sku.to_owned(),
            asked,
            ..Self::default()
        }
    }

    /// Takes over what the rows of the line say; the error is why it can't be had.
    fn fill(
        &mut self,
        item: Result<&Value, &str>,
        logistics: Result<&Value, &str>,
        at_address: bool,
    ) -> Result<(), String> {
        let item = item.map_err(|why| format!("items: {why}"))?;
        if item["id"].as_str() != Some(&self.sku) {
            return Err(format!("the row is for {}", item["id"]));
        }
        self.price = cents(&item["price"]);
        self.list_price = cents(&item["listPrice"]);
        self.quantity = item["quantity"].as_i64().unwrap_or_default();
        self.measurement_unit = item["measurementUnit"].as_str().map(str::to_owned);
        self.unit_multiplier = item.get("unitMultiplier").cloned();
        self.offerings = list(&item["offerings"])
            .filter_map(Offering::read)
            .collect();
        if self.price.is_none() {
            return Err("no price".to_owned());
        }
        if self.quantity <= 0 {
            self.stock = Some(0);
            return Err("sold out".to_owned());
        }
        let logistics = logistics.map_err(|why| format!("logisticsInfo: {why}"))?;
        self.stock = logistics["stockBalance"].as_i64();
        self.slas = list(&logistics["slas"]).filter_map(Sla::read).collect();
        if self.stock.is_none_or(|stock| stock <= 0) {
            return Err("no stock".to_owned());
        }
        if at_address && self.slas.is_empty() {
            return Err("not delivered there".to_owned());
        }
        Ok(())
    }

    fn short(&self) -> Option<String> {
        (self.quantity < self.asked).then(|| format!("only {} of {}", self.quantity, self.asked))
    }
}

/// The rows of a list by the line they point at; `None` for lines with several.
struct Rows<'a>(BTreeMap<u64, Option<&'a Value>>);

impl<'a> Rows<'a> {
    fn read(rows: &'a Value, index: &str) -> Self {
        let mut lines = BTreeMap::new();
        for row in list(rows) {
            if let Some(index) = row[index].as_u64() {
                lines
                    .entry(index)
                    .and_modify(|known| *known = None)
                    .or_insert(Some(row));
            }
        }
        Self(lines)
    }

    fn of(&self, line: usize) -> Result<&'a Value, &'static str> {
        match self.0.get(&(line as u64)) {
            Some(Some(row)) => Ok(row),
            Some(None) => Err("several rows"),
            None => Err("no row"),
        }
    }
}

impl Offering {
    fn read(offering: &Value) -> Option<Self> {
        Some(Self {
            kind: offering["type"].as_str()?.to_owned(),
            id: offering["id"].as_str()?.to_owned(),
            name: offering["name"].as_str()?.to_owned(),
            price: cents(&offering["price"])?,
        })
    }
}

impl Sla {
    fn read(sla: &Value) -> Option<Self> {
        Some(Self {
            id: sla["id"].as_str()?.to_owned(),
            // 2017's had no channel: all were delivered.
            delivery_channel: sla["deliveryChannel"]
                .as_str()
                .unwrap_or("delivery")
                .to_owned(),
            price: cents(&sla["price"])?,
            shipping_estimate: sla["shippingEstimate"].as_str()?.to_owned(),
            windows: list(&sla["availableDeliveryWindows"])
                .filter_map(Window::read)
                .collect(),
        })
    }

    /// What it costs with its first window, which is the one a shopper here takes.
    pub(super) fn whole_price(&self) -> i64 {
        let window = self.windows.first().map_or(0, |window| window.price);
        self.price.saturating_add(window)
    }
}

impl Window {
    fn read(window: &Value) -> Option<Self> {
        Some(Self {
            start_date_utc: window["startDateUtc"].as_str()?.to_owned(),
            end_date_utc: window["endDateUtc"].as_str()?.to_owned(),
            price: cents(&window["price"])?,
        })
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn cents(value: &Value) -> Option<i64> {
    value.as_i64().filter(|cents| *cents >= 0)
}
