//! Which delivery methods serve an address, for which SKU, when, and at what price.

mod postal;
mod region;
mod windows;

use std::sync::Arc;

use feirante_models::simulation::{
    DeliveryWindow, Destination, Exact, PickupAddress, PickupStoreInfo, Sla,
};
use feirante_models::{Cents, Instant, WarehouseId};

pub use postal::{InvalidPostalRange, PostalRange};

use crate::offer::Offer;
use crate::settings::{Method, PickupPoint, Rate, Shipping};
use region::Place;

/// A method that serves an address, with what is the same for every line of a cart.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    method: &'a Method,
    windows: Arc<[DeliveryWindow]>,
    pickup: Option<Arc<PickupStoreInfo>>,
}

/// The methods that serve an address, in the order of the seller file.
pub(crate) fn routes<'a>(
    shipping: &'a Shipping,
    destination: &Destination<'_>,
    now: Instant,
) -> Vec<Route<'a>> {
    let place = Place::of(destination, shipping);
    let serving = shipping
        .methods
        .iter()
        .filter(|method| method.areas.iter().any(|area| place.is_in(area)));
    serving
        .filter_map(|method| Route::of(method, now))
        .collect()
}

impl<'a> Route<'a> {
    /// `None` if the method delivers in windows and there is none within the days it looks ahead.
    fn of(method: &'a Method, now: Instant) -> Option<Self> {
        let windows: Arc<[_]> = match &method.windows {
            None => Arc::default(),
            Some(windows) => {
                Some(windows::upcoming(windows, now)).filter(|some| !some.is_empty())?
            }
        };
        let pickup = method
            .pickup_point
            .as_ref()
            .map(|point| Arc::new(pickup_store_info(point)));
        Some(Self {
            method,
            windows,
            pickup,
        })
    }

    /// Whether the method carries the SKU at all.
    pub(crate) fn carries(&self, offer: &Offer) -> bool {
        self.method.carries(offer)
    }

    /// Where the goods come from.
    pub(crate) fn warehouses(&self) -> &'a [WarehouseId] {
        &self.method.warehouses
    }

    /// What is offered for a line; `None` if it is too heavy.
    pub(crate) fn quote(&self, offer: &Offer, quantity: i64) -> Option<Sla> {
        Some(Sla {
            id: self.method.id.clone(),
            name: self.method.name.clone(),
            delivery_channel: self.method.channel,
            price: self.method.rate.price(offer.weight_grams, quantity)?,
            shipping_estimate: self.method.estimate.to_string(),
            available_delivery_windows: Arc::clone(&self.windows),
            pickup_store_info: self.pickup.clone(),
        })
    }
}

impl Method {
    /// Whether the method carries a SKU: the SKU names it, or names none and it is for all.
    #[must_use]
    pub fn carries(&self, offer: &Offer) -> bool {
        match &offer.shipping_methods {
            Some(listed) => listed.contains(&self.id),
            None => !self.only_listed,
        }
    }
}

impl Rate {
    /// The price of a line of so many units; `None` if no rate reaches its weight.
    #[must_use]
    pub fn price(&self, unit_grams: i64, quantity: i64) -> Option<Cents> {
        match self {
            Self::Fixed(price) => Some(*price),
            Self::ByWeight(rates) => {
                let grams = unit_grams.checked_mul(quantity)?;
                let rate = rates.iter().find(|rate| grams <= rate.up_to_grams)?;
                Some(rate.price)
            }
        }
    }
}

fn pickup_store_info(point: &PickupPoint) -> PickupStoreInfo {
    let address = &point.address;
    PickupStoreInfo {
        is_pickup_store: true,
        friendly_name: point.friendly_name.clone(),
        additional_info: point.additional_info.clone(),
        address: PickupAddress {
            address_type: "pickup",
            receiver_name: None,
            address_id: point.id.clone(),
            postal_code: address.postal_code.clone(),
            city: address.city.clone(),
            state: address.state.clone(),
            country: address.country,
            street: address.street.clone(),
            number: address.number.clone(),
            neighborhood: address.neighborhood.clone(),
            complement: address.complement.clone(),
            reference: address.reference.clone(),
            geo_coordinates: address
                .geo_coordinates
                .iter()
                .flatten()
                .map(|degrees| Exact(*degrees))
                .collect(),
        },
    }
}

#[cfg(test)]
mod tests;
