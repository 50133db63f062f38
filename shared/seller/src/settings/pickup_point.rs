//! `[shipping.methods.pickup_point]`: where goods wait for their buyer.

use feirante_models::simulation::Country;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::file::{Table, Value};
use super::opening_hours::OpeningHours;

/// Where goods wait for their buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickupPoint {
    /// Its id.
    pub id: String,
    /// Its name, for people.
    pub friendly_name: String,
    /// What else to know, such as its opening hours; may be empty.
    pub additional_info: String,
    /// Where it is.
    pub address: Address,
}

/// Where a pickup point is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Postal code.
    pub postal_code: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// Country.
    pub country: Country,
    /// Street.
    pub street: String,
    /// House number.
    pub number: String,
    /// Neighborhood.
    pub neighborhood: String,
    /// Complement; may be empty.
    pub complement: String,
    /// What stands near it.
    pub reference: Option<String>,
    /// Longitude and latitude, in degrees.
    pub geo_coordinates: Option<[Decimal; 2]>,
}

impl PickupPoint {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let text = |value: Value<'_>| value.text().map(str::to_owned);
        let id = table.required("id").and_then(text);
        let friendly_name = table.required("friendly_name").and_then(text);
        let additional_info = optional(table, "additional_info").unwrap_or_default();
        let hours = table
            .get("hours")
            .map(|value| value.some(|hours| hours.table(OpeningHours::read)));
        let address = table
            .required("address")
            .and_then(|value| value.table(Address::read));
        let additional_info = match (hours, &address) {
            (Some(hours), Some(address)) if additional_info.trim().is_empty() => {
                OpeningHours::told(&hours, address.country)
            }
            _ => additional_info,
        };
        Some(Self {
            id: id?,
            friendly_name: friendly_name?,
            additional_info,
            address: address?,
        })
    }
}

impl Address {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let mut text = |key| table.required(key)?.text().map(str::to_owned);
        let (postal_code, city, state) = (text("postal_code"), text("city"), text("state"));
        let (street, number) = (text("street"), text("number"));
        let neighborhood = text("neighborhood");
        let country = table.required("country");
        let country = country.and_then(|value| value.parsed(Country::parse));
        let complement = optional(table, "complement");
        let reference = optional(table, "reference");
        let geo_coordinates = table
            .get("geo_coordinates")
            .and_then(|value| degrees(&value));
        Some(Self {
            postal_code: postal_code?,
            city: city?,
            state: state?,
            country: country?,
            street: street?,
            number: number?,
            neighborhood: neighborhood?,
            complement: complement.unwrap_or_default(),
            reference,
            geo_coordinates,
        })
    }
}

fn optional(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    table.get(key)?.any_text().map(str::to_owned)
}

fn degrees(value: &Value<'_>) -> Option<[Decimal; 2]> {
    let mut most = [180, 90].into_iter();
    let numbers = value.list(|number| {
        let most = most.next().unwrap_or(90);
        number.decimal(-most, most)
    });
    <[Decimal; 2]>::try_from(numbers)
        .ok()
        .or_else(|| value.mistake("is not a longitude and a latitude"))
}
