//! What is the same for every line of a cart: the methods that serve its address, and when goods
//! leave each warehouse.

use std::rc::Rc;

use feirante_models::simulation::Destination;
use feirante_models::{Cents, Instant};

use super::promise::Dispatch;
use super::reasons::{Considered, Excluded};
use super::region::Place;
use super::route::Route;
use super::windows::Occupancy;
use crate::allocation::Taken;
use crate::settings::{Handling, Settings};

/// The methods, sorted by whether they serve an address.
#[derive(Debug)]
pub(crate) struct Routes<'a> {
    serving: Vec<Route<'a>>,
    excluded: Vec<Considered<'a>>,
}

/// The methods that deliver to an address in windows that only so many orders can have: how many
/// have them is to be known.
#[must_use]
pub fn limited_methods<'a>(settings: &'a Settings, to: &Destination<'_>) -> Vec<&'a str> {
    let place = Place::of(to, &settings.shipping);
    let limited = settings.shipping.methods.iter().filter(|method| {
        let windows = method.windows.iter();
        let mut slots = windows.flat_map(|windows| &windows.slots);
        slots.any(|slot| slot.capacity.is_some())
            && method.areas.iter().any(|area| place.is_in(area))
    });
    limited.map(|method| method.id.as_str()).collect()
}

/// What a line is, to a carrier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parcel<'a> {
    /// How many units.
    pub(crate) quantity: i64,
    /// What one of them costs, in cents.
    pub(crate) unit_price: Cents,
    /// The warehouses they come from.
    pub(crate) places: &'a [Taken<'a>],
}

/// What every method of a cart is measured by.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    pub(super) settings: &'a Settings,
    pub(super) occupancy: &'a Occupancy,
    pub(super) now: Instant,
    /// When goods leave each warehouse, in the order of the settings.
    departures: Vec<Departure<'a>>,
}

#[derive(Debug)]
enum Departure<'a> {
    /// The warehouse tells nothing of handling.
    Included,
    At(Dispatch<'a>),
    /// Its calendar has no working day.
    Never,
}

impl<'a> Routes<'a> {
    /// The methods that serve an address, in the order of the seller file; `occupancy`: the orders
    /// that have the limited slots of the days ahead.
    pub(crate) fn to(
        settings: &'a Settings,
        destination: &Destination<'_>,
        occupancy: &'a Occupancy,
        now: Instant,
    ) -> Self {
        let place = Place::of(destination, &settings.shipping);
        let origin = Rc::new(Origin::of(settings, occupancy, now));
        let (mut serving, mut excluded) = (Vec::new(), Vec::new());
        for (index, method) in settings.shipping.methods.iter().enumerate() {
            match Route::to(index, method, &place, &origin) {
                Ok(route) => serving.push(route),
                Err(why) => excluded.push(Considered {
                    method: index,
                    outcome: Err(why),
                    places: Vec::new(),
                }),
            }
        }
        Self { serving, excluded }
    }

    /// Those that serve it.
    pub(crate) fn serving(&self) -> &[Route<'a>] {
        &self.serving
    }

    /// The others, and why; the same for every line.
    pub(crate) fn excluded(&self) -> &[Considered<'a>] {
        &self.excluded
    }
}

impl<'a> Origin<'a> {
    fn of(settings: &'a Settings, occupancy: &'a Occupancy, now: Instant) -> Self {
        let departure = |handling: &'a Handling| {
            let dispatch = Dispatch::of(handling, &settings.calendar, now);
            dispatch.map_or(Departure::Never, Departure::At)
        };
        let handlings = settings.warehouses.iter().map(|place| &place.handling);
        Self {
            settings,
            occupancy,
            now,
            departures: handlings
                .map(|handling| handling.as_ref().map_or(Departure::Included, departure))
                .collect(),
        }
    }

    /// The slowest of some warehouses, by its place in the settings; `None`: none of them tells of
    /// handling.
    ///
    /// # Errors
    /// When goods never leave one.
    pub(super) fn slowest(&self, places: &[Taken<'_>]) -> Result<Option<usize>, Excluded> {
        let mut slowest: Option<(usize, &Dispatch<'_>)> = None;
        let warehouses = self.settings.warehouses.iter().zip(&self.departures);
        for (index, (warehouse, departure)) in warehouses.enumerate() {
            if !places.iter().any(|place| *place.warehouse == warehouse.id) {
                continue;
            }
            match departure {
                Departure::Included => {}
                Departure::Never => return Err(Excluded::NoDay),
                Departure::At(dispatch) => {
                    if slowest.is_none_or(|(_, other)| other.leaves() < dispatch.leaves()) {
                        slowest = Some((index, dispatch));
                    }
                }
            }
        }
        Ok(slowest.map(|(index, _)| index))
    }

    /// The way through a warehouse that tells of handling.
    pub(super) fn dispatch(&self, warehouse: usize) -> Option<&Dispatch<'a>> {
        match self.departures.get(warehouse) {
            Some(Departure::At(dispatch)) => Some(dispatch),
            _ => None,
        }
    }
}
