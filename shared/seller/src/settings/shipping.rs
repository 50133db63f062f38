//! `[shipping]`: how goods reach buyers.

use feirante_models::simulation::{Country, DeliveryChannel};
use feirante_models::{Cents, WarehouseId};
use serde::{Deserialize, Serialize};

use super::area::Area;
use super::estimate::Estimate;
use super::file::{Table, Value};
use super::pickup_point::PickupPoint;
use super::rate::{Rate, TableFor};
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
    /// Where its goods come from, in order of preference.
    pub warehouses: Vec<WarehouseId>,
    /// Whether several of them may ship one line together where none has all of it.
    #[serde(default)]
    pub split: bool,
    /// How long it takes from its warehouse to the buyer.
    pub estimate: Estimate,
    /// What it costs.
    pub rate: Rate,
    /// The cubic centimetres that count as a kilogram; `None`: size does not count.
    #[serde(default)]
    pub cubic_divisor: Option<u32>,
    /// Lines worth this or more are delivered for nothing; in cents.
    #[serde(default)]
    pub free_above: Option<Cents>,
    /// Only for SKUs that name it.
    pub only_listed: bool,
    /// When it delivers, where the buyer may choose.
    pub windows: Option<Windows>,
    /// Where it delivers to.
    pub areas: Vec<Area>,
    /// Where its goods wait; set exactly for pickups.
    pub pickup_point: Option<PickupPoint>,
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
        let split = table.get("split").and_then(|value| value.boolean());
        let estimate = table
            .required("estimate")
            .and_then(|value| value.parsed(Estimate::parse));
        let cubic_divisor = table
            .get("cubic_divisor")
            .map(|value| value.integer(1..1_000_001));
        let free_above = table.get("free_above").map(|value| value.cents());
        let only_listed = table.get("only_listed").and_then(|value| value.boolean());
        let windows = table
            .get("windows")
            .and_then(|value| value.table(Windows::read));
        let areas = table
            .required("areas")
            .map(|value| value.some(|area| area.table(|table| Area::read(table, known))));
        let rate = Rate::read(
            table,
            &TableFor {
                areas: areas.as_deref().unwrap_or_default(),
                estimate,
            },
        );
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
            split: split.unwrap_or(false),
            estimate: estimate?,
            rate: rate?,
            cubic_divisor: match cubic_divisor {
                Some(divisor) => Some(u32::try_from(divisor?).ok()?),
                None => None,
            },
            free_above: match free_above {
                Some(value) => Some(value?),
                None => None,
            },
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
