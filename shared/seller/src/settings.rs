//! The seller file: what a seller edits, checked whole and compiled.
//!
//! The file is TOML and read once, when it is applied. Functions read what was compiled from it,
//! which needs no checking any more.

mod area;
mod calendar;
mod credentials;
pub mod csv;
mod days;
mod delivery;
mod divergence;
mod endpoints;
mod estimate;
mod fees;
mod file;
mod mapping;
mod marketplace;
mod opening_hours;
mod pickup_point;
mod price_adjustment;
mod promotions;
mod rate;
mod rate_table;
mod secret;
mod selection;
mod shipping;
mod stock;
mod suggestions;
mod warehouse;
mod windows;

use feirante_models::simulation::Country;
use serde::{Deserialize, Serialize};

pub use area::{Area, GeoBox};
pub use calendar::Calendar;
pub use credentials::{Inbound, InboundCredentials, Outbound};
pub use days::Weekday;
pub use delivery::{Breaker, DeliverySettings, LaneSettings};
pub use divergence::{Band, Decision};
pub use endpoints::Endpoints;
pub use estimate::{Estimate, InvalidEstimate, Unit};
pub use fees::{Fees, PaymentValue, SelectedCommission};
pub use file::{Attachments, Mistake, Source};
pub use marketplace::{CancellationPolicy, Marketplace};
pub use pickup_point::{Address, PickupPoint};
pub use price_adjustment::{PriceAdjustment, Rounding};
pub use promotions::{Off, Promotion};
pub use rate::{Rate, ValueRate, WeightRate};
pub use secret::Secret;
pub use shipping::{GeoOrder, Method, Shipping};
pub use stock::{SelectedStockRule, StockRule, StockRules};
pub use suggestions::{SalePrice, Suggestions};
pub use warehouse::{Handling, Warehouse};
pub use windows::{Slot, Windows};

use calendar::CalendarSection;
use file::Table;
use shipping::Known;

/// The seller file, checked. As JSON it is what the functions read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Who sells.
    pub seller: Seller,
    /// The marketplaces that sell for the seller.
    pub marketplaces: Vec<Marketplace>,
    /// What their buyers pay less for a while.
    #[serde(default)]
    pub promotions: Vec<Promotion>,
    /// The days on which nobody works.
    #[serde(default)]
    pub calendar: Calendar,
    /// The places stock is kept at.
    pub warehouses: Vec<Warehouse>,
    /// How goods reach buyers.
    pub shipping: Shipping,
    /// How requests to the marketplaces are repeated and paced.
    #[serde(default)]
    pub delivery: DeliverySettings,
}

/// Who sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The seller's name.
    pub name: String,
    /// Where a marketplace writes to about an order.
    pub follow_up_email: String,
    /// The countries goods are shipped to.
    pub ships_to: Vec<Country>,
    /// The currency of every amount, by its ISO 4217 code.
    pub currency: String,
}

impl Settings {
    /// Reads and checks a seller file that has no files beside it.
    ///
    /// # Errors
    /// Every mistake that can be found at once, in the order of the file.
    pub fn parse(toml: &str) -> Result<Self, Vec<Mistake>> {
        Self::parse_with(toml, &Source::new(toml))
    }

    /// Reads and checks a seller file and the `files` it names.
    ///
    /// # Errors
    /// Every mistake that can be found at once: the seller file's in its order, then each other
    /// file's.
    pub fn parse_with(toml: &str, files: &dyn Attachments) -> Result<Self, Vec<Mistake>> {
        file::read(toml, files, Self::read)
    }

    /// The delivery method that a placement names as `selectedSla`.
    #[must_use]
    pub fn shipping_method(&self, id: &str) -> Option<&Method> {
        self.shipping.methods.iter().find(|method| method.id == id)
    }

    fn read(table: &mut Table<'_>) -> Option<Self> {
        let seller = table
            .required("seller")
            .and_then(|value| value.table(Seller::read));
        let marketplaces = table.required("marketplaces");
        let accounts = marketplaces.as_ref().map(|value| value.names("account"));
        let marketplaces = marketplaces.map(|value| {
            value.unique("account");
            value.no_prefix("account", "-", "their orders could have the same id");
            value.unique_among(&["key", "previous_key"]);
            value.some(|marketplace| marketplace.table(Marketplace::read))
        });
        let sold_at = promotions::Known::of(accounts, marketplaces.as_deref());
        let promotions = table.get("promotions").map(|value| {
            value.unique("id");
            value.list(|promotion| promotion.table(|table| Promotion::read(table, &sold_at)))
        });
        let warehouses = table.required("warehouses");
        let known = Known {
            warehouses: warehouses
                .as_ref()
                .map(|value| value.names("id"))
                .unwrap_or_default(),
            ships_to: seller.as_ref().map(|seller| seller.ships_to.clone()),
        };
        let calendar = match table.get("calendar") {
            Some(value) => value.table(CalendarSection::read),
            None => Some(CalendarSection::default()),
        };
        let warehouses = warehouses.zip(calendar.as_ref()).map(|(value, calendar)| {
            value.unique("id");
            value.some(|warehouse| warehouse.table(|table| Warehouse::read(table, calendar)))
        });
        let shipping = table
            .required("shipping")
            .and_then(|value| value.table(|table| Shipping::read(table, &known)));
        let delivery = table.get("delivery").map_or_else(
            || Some(DeliverySettings::default()),
            |value| value.table(DeliverySettings::read),
        );
        Some(Self {
            seller: seller?,
            marketplaces: marketplaces?,
            promotions: promotions.unwrap_or_default(),
            calendar: calendar?.calendar,
            warehouses: warehouses?,
            shipping: shipping?,
            delivery: delivery?,
        })
    }
}

impl Seller {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let name = table
            .required("name")
            .and_then(|value| value.text().map(str::to_owned));
        let email = table
            .required("follow_up_email")
            .and_then(|value| value.parsed(email));
        let ships_to = table
            .required("ships_to")
            .map(|value| value.some(|country| country.parsed(Country::parse)));
        let currency = table
            .required("currency")
            .and_then(|value| value.parsed(currency));
        Some(Self {
            name: name?,
            follow_up_email: email?,
            ships_to: ships_to?,
            currency: currency?,
        })
    }
}

fn email(text: &str) -> Result<String, &'static str> {
    match text.split_once('@') {
        Some((user, host))
            if !user.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && !text.contains(char::is_whitespace) =>
        {
            Ok(text.to_owned())
        }
        _ => Err("is not an e-mail address"),
    }
}

fn currency(text: &str) -> Result<String, &'static str> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(text.to_owned())
    } else {
        Err("is not a currency's code of three capitals, like BRL")
    }
}

#[cfg(test)]
mod tests;
