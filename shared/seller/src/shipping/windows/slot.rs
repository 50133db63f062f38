//! Windows that only so many orders can have.

use std::collections::HashMap;
use std::fmt;

use feirante_models::Instant;
use feirante_models::simulation::DeliveryWindow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{days, is_open, on};
use crate::settings::Settings;

/// A window of a method on one day, for as long as its hours and its time zone stay: what orders
/// that take it are counted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SlotId(String);

impl SlotId {
    pub(super) fn of(method: &str, window: &DeliveryWindow) -> Self {
        let (start, end) = (window.start_date_utc, window.end_date_utc);
        Self(format!("{method}@{start}/{end}"))
    }

    /// The slot of a method that has these [hours](Self::hours); `None`: they are none.
    #[must_use]
    pub fn named(method: &str, hours: &str) -> Option<Self> {
        read_hours(hours)?;
        Some(Self(format!("{method}@{hours}")))
    }

    /// Its method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(method, _)| method)
    }

    /// When it begins and ends, such as `2026-11-23T11:00:00Z/2026-11-23T16:00:00Z`.
    #[must_use]
    pub fn hours(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, hours)| hours)
    }

    /// Whether it has ended at `now`.
    #[must_use]
    pub fn is_past(&self, now: Instant) -> bool {
        read_hours(self.hours()).is_none_or(|(_, end)| end <= now.timestamp())
    }

    /// The id as text, such as `Agendada@2026-11-23T11:00:00Z/2026-11-23T16:00:00Z`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn read_hours(hours: &str) -> Option<(Timestamp, Timestamp)> {
    let (start, end) = hours.split_once('/')?;
    Some((start.parse().ok()?, end.parse().ok()?))
}

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How many orders have each slot; a slot that is not named has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Occupancy(HashMap<SlotId, u32>);

impl Occupancy {
    /// The orders that have the slot.
    #[must_use]
    pub fn taken(&self, slot: &SlotId) -> u32 {
        self.0.get(slot).copied().unwrap_or(0)
    }

    /// The slots that have ended at `now`.
    #[must_use]
    pub fn past(&self, now: Instant) -> Vec<SlotId> {
        let slots = self.0.keys().filter(|slot| slot.is_past(now));
        slots.cloned().collect()
    }

    /// Puts what is known now of some methods in place of what was.
    pub fn renew(&mut self, methods: &[&str], newer: &Self) {
        self.0.retain(|slot, _| !methods.contains(&slot.method()));
        let newer = newer.0.iter().map(|(slot, taken)| (slot.clone(), *taken));
        self.0.extend(newer);
    }
}

impl Extend<(SlotId, u32)> for Occupancy {
    fn extend<I: IntoIterator<Item = (SlotId, u32)>>(&mut self, taken: I) {
        self.0.extend(taken);
    }
}

impl FromIterator<(SlotId, u32)> for Occupancy {
    fn from_iter<I: IntoIterator<Item = (SlotId, u32)>>(taken: I) -> Self {
        Self(taken.into_iter().collect())
    }
}

/// A slot that only so many orders can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitedSlot {
    /// Which.
    pub id: SlotId,
    /// How many orders can have it.
    pub capacity: u32,
}

/// The slot that a placement's delivery window takes one place of (protocol §3.2, `deliveryWindow`).
///
/// `None` where there is nothing to take: the method is gone or delivers without windows, none of its
/// slots begins and ends then, or any number can have it. The order is not refused for that: what was
/// offered when the cart was made may be offered no more.
#[must_use]
pub fn slot_of(
    settings: &Settings,
    method: &str,
    start: Timestamp,
    end: Timestamp,
) -> Option<LimitedSlot> {
    let windows = settings.shipping_method(method)?.windows.as_ref()?;
    let day = start.to_zoned(windows.time_zone.clone()).date();
    if !is_open(windows, day) {
        return None;
    }
    let slots = windows.slots.iter();
    let (window, slot) = slots
        .filter_map(|slot| Some((on(day, slot, windows)?, slot)))
        .find(|(window, _)| (window.start_date_utc, window.end_date_utc) == (start, end))?;
    Some(LimitedSlot {
        id: SlotId::of(method, &window),
        capacity: slot.capacity?,
    })
}

/// The slot as the settings have it now; `None` where it is not limited any more.
#[must_use]
pub fn slot_now(settings: &Settings, slot: &SlotId) -> Option<LimitedSlot> {
    let (start, end) = read_hours(slot.hours())?;
    slot_of(settings, slot.method(), start, end)
}

/// The limited slots of the days ahead, of every method: those whose orders have to be known to say
/// which windows are free.
#[must_use]
pub fn limited_slots(settings: &Settings, now: Instant) -> Vec<LimitedSlot> {
    let mut limited = Vec::new();
    for method in &settings.shipping.methods {
        let Some(windows) = &method.windows else {
            continue;
        };
        for day in days(windows, &settings.calendar, now) {
            limited.extend(windows.slots.iter().filter_map(|slot| {
                let capacity = slot.capacity?;
                let id = SlotId::of(&method.id, &on(day, slot, windows)?);
                Some(LimitedSlot { id, capacity })
            }));
        }
    }
    limited
}
