//! `[shipping]`: how goods reach buyers.

use std::fmt;

use feirante_models::simulation::{Country, DeliveryChannel};
use feirante_models::{Cents, WarehouseId};
use serde::{Deserialize, Serialize};

use super::area::Area;
use super::file::{Table, Value};
use super::pickup_point::PickupPoint;
use super::windows::Windows;

/// How goods reach buyers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipping {
    /// The country of an address that names none.
    pub default_country: Option<Country>,
    /// The order of a call's coordinates, unless only the other one makes sense.
    pub geo_order: GeoOrder,
    /// The ways to deliver, in the order buyers see them.
    pub methods: Vec<Method>,
}

/// Which of two coordinates comes first (protocol §3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeoOrder {
    /// Longitude, latitude.
    #[default]
    LonLat,
    /// Latitude, longitude.
    LatLon,
}

/// A way to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// What a placement names as `selectedSla`.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its channel.
    pub channel: DeliveryChannel,
    /// Where its goods come from.
    pub warehouses: Vec<WarehouseId>,
    /// How long it takes.
    pub estimate: Estimate,
    /// What it costs.
    pub rate: Rate,
    /// Only for SKUs that name it.
    pub only_listed: bool,
    /// When it delivers, where the buyer may choose.
    pub windows: Option<Windows>,
    /// Where it delivers to.
    pub areas: Vec<Area>,
    /// Where its goods wait; set exactly for pickups.
    pub pickup_point: Option<PickupPoint>,
}

/// What a method costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// The same for every line.
    Fixed(Cents),
    /// By the weight of a line's whole quantity; lightest first.
    ByWeight(Vec<WeightRate>),
}

/// What lines up to a weight cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightRate {
    /// The heaviest line it holds for.
    pub up_to_grams: i64,
    /// Its price in cents.
    pub price: Cents,
}

/// How long a delivery takes: a number and `bd` (business days), `d`, `h` or `m` (minutes).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Estimate(String);

impl Estimate {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let number = ["bd", "d", "h", "m"]
            .iter()
            .find_map(|unit| text.strip_suffix(unit));
        match number {
            Some(digits)
                if (1..=5).contains(&digits.len())
                    && digits.bytes().all(|digit| digit.is_ascii_digit()) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err("is not a number and bd (business days), d, h or m, like 5bd"),
        }
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What methods refer to elsewhere in the file.
pub(super) struct Known<'a> {
    /// The ids of the warehouses.
    pub(super) warehouses: Vec<&'a str>,
    /// The countries the seller ships to; `None`: they could not be read.
    pub(super) ships_to: Option<Vec<Country>>,
}

impl Shipping {
    pub(super) fn read(table: &mut Table<'_>, known: &Known<'_>) -> Option<Self> {
        let default_country = table
            .get("default_country")
            .and_then(|value| value.parsed(Country::parse));
        let geo_order = table.get("geo_order").and_then(|value| {
            value.choice(&[("lon_lat", GeoOrder::LonLat), ("lat_lon", GeoOrder::LatLon)])
        });
        let methods = table.required("methods").map(|value| {
            value.unique("id");
            value.some(|method| method.table(|table| Method::read(table, known)))
        });
        Some(Self {
            default_country,
            geo_order: geo_order.unwrap_or_default(),
            methods: methods?,
        })
    }
}

impl Method {
    fn read(table: &mut Table<'_>, known: &Known<'_>) -> Option<Self> {
        let text = |value: Value<'_>| value.text().map(str::to_owned);
        let id = table.required("id").and_then(text);
        let name = table.required("name").and_then(text);
        let channel = table.required("channel").and_then(|value| {
            value.choice(&[
                ("delivery", DeliveryChannel::Delivery),
                ("pickup-in-point", DeliveryChannel::PickupInPoint),
            ])
        });
        let warehouses = table
            .required("warehouses")
            .map(|value| value.some(|id| warehouse(&id, known)));
        let estimate = table
            .required("estimate")
            .and_then(|value| value.parsed(Estimate::parse));
        let rate = Rate::read(table);
        let only_listed = table.get("only_listed").and_then(|value| value.boolean());
        let windows = table
            .get("windows")
            .and_then(|value| value.table(Windows::read));
        let areas = table
            .required("areas")
            .map(|value| value.some(|area| area.table(|table| Area::read(table, known))));
        let pickup_point = table
            .get("pickup_point")
            .and_then(|value| value.table(PickupPoint::read));
        match (channel, table.has("pickup_point")) {
            (Some(DeliveryChannel::PickupInPoint), false) => {
                table.mistake(
                    "pickup_point",
                    "is missing: the buyer must know where to go",
                );
            }
            (Some(DeliveryChannel::Delivery), true) => {
                table.mistake("pickup_point", "does not go with channel \"delivery\"");
            }
            _ => {}
        }
        Some(Self {
            id: id?,
            name: name?,
            channel: channel?,
            warehouses: warehouses?,
            estimate: estimate?,
            rate: rate?,
            only_listed: only_listed.unwrap_or(false),
            windows,
            areas: areas?,
            pickup_point,
        })
    }
}

fn warehouse(value: &Value<'_>, known: &Known<'_>) -> Option<WarehouseId> {
    let id = value.text()?;
    if !known.warehouses.contains(&id) {
        return value.mistake(format_args!("there is no warehouse \"{id}\""));
    }
    // One that is not well-formed is a mistake where it is defined.
    WarehouseId::parse(id).ok()
}

impl Rate {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let price = table.get("price").map(|value| value.cents());
        let rates = table.get("rates").map(|value| by_weight(&value));
        match (price, rates) {
            (Some(price), None) => price.map(Self::Fixed),
            (None, Some(rates)) => Some(Self::ByWeight(rates)),
            (Some(_), Some(_)) => {
                table.mistake("rates", "can't stand beside price");
                None
            }
            (None, None) => {
                table.mistake("price", "is missing, or rates are");
                None
            }
        }
    }
}

fn by_weight(value: &Value<'_>) -> Vec<WeightRate> {
    let mut heaviest = 0;
    value.some(|rate| {
        rate.table(|table| {
            /// A thousand tonnes.
            const MOST: i64 = 1_000_000_000;
            let up_to = table
                .required("up_to_grams")
                .and_then(|value| value.integer(1..MOST + 1));
            let price = table.required("price").and_then(|value| value.cents());
            let up_to_grams = up_to?;
            if up_to_grams <= heaviest {
                table.mistake("up_to_grams", "is not above that of the rate before");
            }
            heaviest = heaviest.max(up_to_grams);
            Some(WeightRate {
                up_to_grams,
                price: price?,
            })
        })
    })
}
