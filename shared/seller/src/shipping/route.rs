//! One method on its way to an address.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use feirante_models::Cents;
use feirante_models::simulation::{DeliveryWindow, Exact, PickupAddress, PickupStoreInfo, Sla};

use super::cart::{Origin, Parcel};
use super::rate::{Load, transit};
use super::reasons::{Considered, Excluded, FreightBasis, Handled};
use super::region::Place;
use super::table::RateRow;
use super::weight::Weight;
use super::windows;
use crate::allocation::{Supply, Taken};
use crate::offer::Offer;
use crate::settings::{Estimate, Method, PickupPoint, Rate};

/// A method that serves an address, with what is the same for many lines of a cart.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    /// Its place among the methods.
    index: usize,
    method: &'a Method,
    /// The rows of its rate table for the address.
    rows: Vec<&'a [RateRow]>,
    pickup: Option<Arc<PickupStoreInfo<'a>>>,
    supply: Supply<'a>,
    origin: Rc<Origin<'a>>,
    /// What lines before found out.
    known: RefCell<Known>,
}

/// By the slowest warehouse of a line, and its transit time.
#[derive(Debug, Default)]
struct Known {
    windows: Found<Option<usize>, Arc<[DeliveryWindow]>>,
    arrivals: Found<(Option<usize>, Estimate), Arrival>,
}

/// What was found out, by what it hangs on: few, so it is a list.
type Found<K, V> = Vec<(K, Result<V, Excluded>)>;

#[derive(Debug, Clone)]
struct Arrival {
    shown: Arc<str>,
    handled: Option<Handled>,
}

impl<'a> Route<'a> {
    /// The way of the method at `index`.
    ///
    /// # Errors
    /// Why it does not serve the address.
    pub(super) fn to(
        index: usize,
        method: &'a Method,
        place: &Place,
        origin: &Rc<Origin<'a>>,
    ) -> Result<Self, Excluded> {
        if !method.areas.iter().any(|area| place.is_in(area)) {
            return Err(Excluded::OutOfArea);
        }
        let rows = match &method.rate {
            Rate::Table(table) => {
                let code = place.postal_code;
                let rows = code.map(|code| table.at(place.country, code));
                rows.filter(|rows| !rows.is_empty())
                    .ok_or(Excluded::NotInTable)?
            }
            _ => Vec::new(),
        };
        let pickup = method.pickup_point.as_ref();
        Ok(Self {
            index,
            method,
            rows,
            pickup: pickup.map(|point| Arc::new(pickup_store_info(point))),
            supply: Supply::of(method),
            origin: Rc::clone(origin),
            known: RefCell::default(),
        })
    }

    /// That the method is not offered for a line.
    pub(crate) fn excluded(&self, why: Excluded) -> Considered<'a> {
        Considered {
            method: self.index,
            outcome: Err(why),
            places: Vec::new(),
        }
    }

    /// That it is, and who would ship the line.
    pub(crate) fn considered(&self, basis: FreightBasis, places: Vec<Taken<'a>>) -> Considered<'a> {
        Considered {
            method: self.index,
            outcome: Ok(basis),
            places,
        }
    }

    /// Whether the method carries the SKU at all.
    pub(crate) fn carries(&self, offer: &Offer) -> bool {
        self.method.carries(offer)
    }

    /// Where the goods may come from.
    pub(crate) fn supply(&self) -> &Supply<'a> {
        &self.supply
    }

    /// What is offered for a line, and what that is made of.
    ///
    /// # Errors
    /// Why it is not offered.
    pub(crate) fn quote(
        &self,
        offer: &Offer,
        parcel: &Parcel<'_>,
    ) -> Result<(Sla<'a>, FreightBasis), Excluded> {
        let weight = Weight::of(offer, parcel.quantity, self.method.cubic_divisor)
            .ok_or(Excluded::TooHeavy { grams: None })?;
        let load = Load {
            grams: weight.charged(),
            value: parcel
                .unit_price
                .checked_mul(parcel.quantity)
                .ok_or(Excluded::TooDear)?,
        };
        let rated = self.method.rate.of(load, &self.rows)?;
        let free = self
            .method
            .free_above
            .is_some_and(|free| load.value >= free);
        let slowest = self.origin.slowest(parcel.places)?;
        let transit = transit(self.method.estimate, &rated);
        let windows = self.windows(slowest)?;
        let arrival = self.arrival(slowest, transit)?;
        let sla = Sla {
            id: &self.method.id,
            name: &self.method.name,
            delivery_channel: self.method.channel,
            price: if free { Cents::ZERO } else { rated.price },
            shipping_estimate: arrival.shown,
            available_delivery_windows: windows,
            pickup_store_info: self.pickup.clone(),
        };
        let basis = FreightBasis {
            rate: rated.basis,
            weight,
            value: load.value,
            rated: rated.price,
            free,
            transit,
            handled: arrival.handled,
        };
        Ok((sla, basis))
    }

    fn windows(&self, slowest: Option<usize>) -> Result<Arc<[DeliveryWindow]>, Excluded> {
        let Some(windows) = &self.method.windows else {
            return Ok(Arc::default());
        };
        remembered(&mut self.known.borrow_mut().windows, slowest, || {
            let dispatch = slowest.and_then(|warehouse| self.origin.dispatch(warehouse));
            windows::upcoming(
                self.method,
                windows,
                dispatch.map(|dispatch| dispatch.leaves()),
                &self.origin.settings.calendar,
                self.origin.occupancy,
                self.origin.now,
            )
        })
    }

    fn arrival(&self, slowest: Option<usize>, transit: Estimate) -> Result<Arrival, Excluded> {
        let key = (slowest, transit);
        remembered(&mut self.known.borrow_mut().arrivals, key, || {
            let slowest =
                slowest.and_then(|warehouse| Some((warehouse, self.origin.dispatch(warehouse)?)));
            let Some((warehouse, dispatch)) = slowest else {
                return Ok(Arrival {
                    shown: transit.to_string().into(),
                    handled: None,
                });
            };
            let promise = dispatch
                .promise(transit, &self.origin.settings.calendar)
                .ok_or(Excluded::NoDay)?;
            Ok(Arrival {
                shown: promise.shown.to_string().into(),
                handled: Some(Handled {
                    warehouse,
                    leaves: dispatch.leaves().date(),
                    arrives: promise.arrives,
                }),
            })
        })
    }
}

/// What is known under `key`, found out at most once.
fn remembered<K: PartialEq, V: Clone>(
    known: &mut Found<K, V>,
    key: K,
    find_out: impl FnOnce() -> Result<V, Excluded>,
) -> Result<V, Excluded> {
    if let Some((_, value)) = known.iter().find(|(other, _)| *other == key) {
        return value.clone();
    }
    let value = find_out();
    known.push((key, value.clone()));
    value
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

fn pickup_store_info(point: &PickupPoint) -> PickupStoreInfo<'_> {
    let address = &point.address;
    PickupStoreInfo {
        is_pickup_store: true,
        friendly_name: &point.friendly_name,
        additional_info: &point.additional_info,
        address: PickupAddress {
            address_type: "pickup",
            receiver_name: None,
            address_id: &point.id,
            postal_code: &address.postal_code,
            city: &address.city,
            state: &address.state,
            country: address.country,
            street: &address.street,
            number: &address.number,
            neighborhood: &address.neighborhood,
            complement: &address.complement,
            reference: address.reference.as_deref(),
            geo_coordinates: address
                .geo_coordinates
                .iter()
                .flatten()
                .map(|degrees| Exact(*degrees))
                .collect(),
        },
    }
}
