//! Whether an address lies in an area.

use feirante_models::simulation::{Country, Destination};
use rust_decimal::Decimal;

use super::postal::PostalCode;
use crate::settings::{Area, GeoBox, GeoOrder, Shipping};

/// An address as areas compare it.
pub(super) struct Place {
    pub(super) country: Country,
    pub(super) postal_code: Option<PostalCode>,
    point: Option<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    longitude: Decimal,
    latitude: Decimal,
}

impl Place {
    /// Callers disagree on the order of coordinates: the configured one holds unless only the other
    /// one lands where the seller delivers (protocol §3.1).
    pub(super) fn of(destination: &Destination<'_>, shipping: &Shipping) -> Self {
        let boxes = || {
            let areas = shipping.methods.iter().flat_map(|method| &method.areas);
            areas
                .filter(|area| area.country == destination.country)
                .filter_map(|area| area.geo_box.as_ref())
        };
        let served = |point: Point| boxes().any(|geo_box| geo_box.contains(point));
        let point = destination.coordinates.map(|[first, second]| {
            let (configured, swapped) = match shipping.geo_order {
                GeoOrder::LonLat => (Point::new(first, second), Point::new(second, first)),
                GeoOrder::LatLon => (Point::new(second, first), Point::new(first, second)),
            };
            if !served(configured) && served(swapped) {
                swapped
            } else {
                configured
            }
        });
        Self {
            country: destination.country,
            postal_code: destination.postal_code.and_then(PostalCode::parse),
            point,
        }
    }

    /// Either is enough, the postal code or the coordinates: marketplaces derive one from the other.
    pub(super) fn is_in(&self, area: &Area) -> bool {
        if self.country != area.country {
            return false;
        }
        if area.postal_codes.is_empty() && area.geo_box.is_none() {
            return true;
        }
        let by_code = self
            .postal_code
            .is_some_and(|code| area.postal_codes.iter().any(|codes| codes.contains(code)));
        by_code
            || self
                .point
                .zip(area.geo_box)
                .is_some_and(|(point, geo_box)| geo_box.contains(point))
    }
}

impl Point {
    fn new(longitude: Decimal, latitude: Decimal) -> Self {
        Self {
            longitude,
            latitude,
        }
    }
}

impl GeoBox {
    fn contains(&self, point: Point) -> bool {
        (self.west..=self.east).contains(&point.longitude)
            && (self.south..=self.north).contains(&point.latitude)
    }
}
