//! `[[shipping.methods.areas]]`: where a method delivers to.

use feirante_models::simulation::Country;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::file::Table;
use super::shipping::Known;
use crate::shipping::PostalCodes;

/// A part of a country: all of it, or what its postal codes or its box cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// The country.
    pub country: Country,
    /// Ranges and prefixes of postal codes.
    pub postal_codes: Vec<PostalCodes>,
    /// A box of coordinates.
    pub geo_box: Option<GeoBox>,
}

/// A box of coordinates, in degrees, its edges included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeoBox {
    /// The least longitude.
    pub west: Decimal,
    /// The least latitude.
    pub south: Decimal,
    /// The greatest longitude.
    pub east: Decimal,
    /// The greatest latitude.
    pub north: Decimal,
}

impl Area {
    pub(super) fn read(table: &mut Table<'_>, known: &Known<'_>) -> Option<Self> {
        let country = table.required("country");
        let country = country.and_then(|value| value.parsed(Country::parse));
        let postal_codes = table
            .get("postal_codes")
            .map(|value| value.some(|codes| codes.parsed(PostalCodes::parse)));
        let geo_box = table
            .get("geo_box")
            .and_then(|value| value.table(GeoBox::read));
        let country = country?;
        if known
            .ships_to
            .as_ref()
            .is_some_and(|ships_to| !ships_to.contains(&country))
        {
            table.mistake(
                "country",
                format_args!("{country} is not in seller.ships_to"),
            );
        }
        Some(Self {
            country,
            postal_codes: postal_codes.unwrap_or_default(),
            geo_box,
        })
    }
}

impl GeoBox {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let mut degrees = |key, most: i64| table.required(key)?.decimal(-most, most);
        let (west, east) = (degrees("west", 180), degrees("east", 180));
        let (south, north) = (degrees("south", 90), degrees("north", 90));
        let (west, south, east, north) = (west?, south?, east?, north?);
        if west >= east {
            table.mistake("west", "is not west of east");
        }
        if south >= north {
            table.mistake("south", "is not south of north");
        }
        Some(Self {
            west,
            south,
            east,
            north,
        })
    }
}
