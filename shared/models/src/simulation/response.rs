//! What we answer, field by field as the protocol has it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer};

use super::{Country, Exact, SimulationRequest};
use crate::{Cents, Instant};

/// The answer of a simulation, in the order the protocol's example has it. Its texts are the request's,
/// the offers' and the seller file's: hundreds of them, none copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulationResponse<'a> {
    /// Echo; null if none was sent.
    pub country: Option<Country>,
    /// Echo, exactly as sent; null if none was sent.
    pub postal_code: Option<&'a str>,
    /// True in a checkout; left out when indexing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_multiple_deliveries: bool,
    /// A row for each line whose SKU is sold here.
    pub items: Vec<SimulatedItem<'a>>,
    /// A row for each row of `items`; empty when every line is unavailable.
    pub logistics_info: Vec<LogisticsInfo<'a>>,
}

impl<'a> SimulationResponse<'a> {
    /// The answer that says that nothing can be had.
    #[must_use]
    pub fn unavailable(request: &'a SimulationRequest) -> Self {
        Self {
            country: request.country,
            postal_code: request.postal_code.as_deref(),
            allow_multiple_deliveries: request.destination().is_some(),
            items: Vec::new(),
            logistics_info: Vec::new(),
        }
    }

    /// Leaves of each option's delivery windows the first, for an answer that grows too large.
    pub fn keep_first_windows(&mut self) {
        for sla in self.logistics_info.iter_mut().flat_map(|row| &mut row.slas) {
            let windows = sla
                .available_delivery_windows
                .iter()
                .take(1)
                .cloned()
                .collect();
            sla.available_delivery_windows = windows;
        }
    }
}

/// Price and quantity of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulatedItem<'a> {
    /// The SKU as the request named it.
    pub id: &'a str,
    /// Position in the request's `items`.
    pub request_index: usize,
    /// Unit price in cents.
    pub price: Cents,
    /// Unit "from" price in cents, at least `price`.
    pub list_price: Cents,
    /// What was asked for, or the most there is.
    pub quantity: i64,
    /// Echo.
    pub seller: &'a str,
    /// The seller's gateway account where the seller takes the payment; else null.
    pub merchant_name: Option<&'a str>,
    /// `un`, `kg`, …
    pub measurement_unit: &'a str,
    /// How many measurement units one unit is; never 0.
    pub unit_multiplier: Exact,
    /// The promotions contained in `price`.
    pub price_tags: Vec<PriceTag<'a>>,
    /// In the future, or null: no end.
    pub price_valid_until: Option<Instant>,
    /// Services sold with the SKU; never null.
    pub offerings: Vec<SimulatedOffering<'a>>,
}

/// A promotion of one unit (protocol §3.1); the published schema has a text here, every sample an
/// object as in a placement (§8 C25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceTag<'a> {
    /// The promotion's id.
    pub identifier: &'a str,
    /// Its name, for people.
    pub name: &'a str,
    /// Cents that it changes a unit's price by: below zero. They are contained in the price.
    pub value: Cents,
    /// The same in the currency: -1250 cents are -12.5.
    pub raw_value: Exact,
    /// Whether `value` is a percentage: it never is.
    pub is_percentual: bool,
}

impl<'a> PriceTag<'a> {
    /// A promotion that lowers a unit's price by so many cents.
    #[must_use]
    pub fn discount(identifier: &'a str, name: &'a str, off: Cents) -> Self {
        let value = Cents::new(off.get().saturating_neg());
        Self {
            identifier,
            name,
            value,
            raw_value: Exact(Decimal::new(value.get(), 2).normalize()),
            is_percentual: false,
        }
    }
}

/// A service sold with a SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SimulatedOffering<'a> {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// Its id, unique among the SKU's.
    pub id: &'a str,
    /// Its name, for people.
    pub name: &'a str,
    /// Its price in cents.
    pub price: Cents,
}

/// Stock and delivery of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogisticsInfo<'a> {
    /// Position in the request's `items`.
    pub item_index: usize,
    /// As in the line's [`SimulatedItem`].
    pub quantity: i64,
    /// What the seller holds of the SKU in all, whatever other lines take.
    pub stock_balance: i64,
    /// Where the SKU ships to.
    pub ships_to: &'a [Country],
    /// The stock each channel can reach; they may share it.
    pub delivery_channels: Vec<ChannelStock>,
    /// How the line can be delivered; empty without an address, or where nobody delivers.
    pub slas: Vec<Sla<'a>>,
}

/// How goods reach the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryChannel {
    /// They are brought.
    Delivery,
    /// They wait at a pickup point.
    PickupInPoint,
}

/// The stock a channel can reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelStock {
    /// The channel.
    pub id: DeliveryChannel,
    /// Units.
    pub stock_balance: i64,
}

/// A way to deliver a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sla<'a> {
    /// What a placement names as `selectedSla`.
    pub id: &'a str,
    /// Its name, for people.
    pub name: &'a str,
    /// Its channel.
    pub delivery_channel: DeliveryChannel,
    /// Cents for the whole quantity of this line.
    pub price: Cents,
    /// A number and `bd`, `d`, `h` or `m`.
    pub shipping_estimate: Arc<str>,
    /// What the buyer may choose from, by start.
    pub available_delivery_windows: Arc<[DeliveryWindow]>,
    /// Where the goods wait; null unless it is a pickup.
    pub pickup_store_info: Option<Arc<PickupStoreInfo<'a>>>,
}

/// A span of time in which the seller delivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryWindow {
    /// Its start.
    #[serde(serialize_with = "utc")]
    pub start_date_utc: Timestamp,
    /// Its end, after its start.
    #[serde(serialize_with = "utc")]
    pub end_date_utc: Timestamp,
    /// Cents on top of the delivery's price.
    pub price: Cents,
}

/// The published samples spell UTC as `+00:00` here, not as `Z`.
fn utc<S: Serializer>(timestamp: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&timestamp.display_with_offset(Offset::UTC))
}

/// A pickup point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PickupStoreInfo<'a> {
    /// True.
    pub is_pickup_store: bool,
    /// Its name, for people.
    pub friendly_name: &'a str,
    /// What else to know; may be empty.
    pub additional_info: &'a str,
    /// Where it is.
    pub address: PickupAddress<'a>,
}

/// The address of a pickup point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PickupAddress<'a> {
    /// `pickup`.
    pub address_type: &'static str,
    /// Null: whoever picks up is not known yet.
    pub receiver_name: Option<&'a str>,
    /// The pickup point's id.
    pub address_id: &'a str,
    /// Postal code.
    pub postal_code: &'a str,
    /// City.
    pub city: &'a str,
    /// State.
    pub state: &'a str,
    /// Country.
    pub country: Country,
    /// Street.
    pub street: &'a str,
    /// House number.
    pub number: &'a str,
    /// Neighborhood.
    pub neighborhood: &'a str,
    /// Complement; may be empty.
    pub complement: &'a str,
    /// What stands near it.
    pub reference: Option<&'a str>,
    /// Longitude and latitude.
    pub geo_coordinates: Vec<Exact>,
}
