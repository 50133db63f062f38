//! Delivery windows a buyer may choose from.

mod slot;

use std::sync::Arc;

use feirante_models::Instant;
use feirante_models::simulation::DeliveryWindow;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, Zoned};

pub use slot::{LimitedSlot, Occupancy, SlotId, limited_slots, slot_now, slot_of};

use super::reasons::Excluded;
use super::workdays::Workdays;
use crate::settings::{Calendar, Estimate, Method, Slot, Unit, Weekday, Windows};

/// The windows that can be chosen of those that `windows` of `method` open, by start: those that
/// begin after the goods can be there and have room. Without a lead time today is none of the days.
///
/// `leaves`: when the carrier has the goods; `None`: now.
///
/// # Errors
/// When there is none, and whether that is for want of room.
pub(super) fn upcoming(
    method: &Method,
    windows: &Windows,
    leaves: Option<&Zoned>,
    calendar: &Calendar,
    occupancy: &Occupancy,
    now: Instant,
) -> Result<Arc<[DeliveryWindow]>, Excluded> {
    let earliest = earliest(windows, leaves, calendar, now).ok_or(Excluded::NoDay)?;
    let mut full = false;
    let mut free = |slot: &Slot, window: &DeliveryWindow| {
        let free = slot
            .capacity
            .is_none_or(|capacity| occupancy.taken(&SlotId::of(&method.id, window)) < capacity);
        full |= !free;
        free
    };
    let mut upcoming: Vec<_> = days(windows, calendar, now)
        .flat_map(|day| {
            let slots = windows.slots.iter();
            slots.filter_map(move |slot| Some((slot, on(day, slot, windows)?)))
        })
        .filter(|(_, window)| window.start_date_utc >= earliest)
        .filter(|(slot, window)| free(slot, window))
        .map(|(_, window)| window)
        .collect();
    if upcoming.is_empty() {
        return Err(if full {
            Excluded::WindowsFull
        } else {
            Excluded::NoWindow
        });
    }
    upcoming.sort_unstable_by_key(|window| (window.start_date_utc, window.end_date_utc));
    Ok(upcoming.into())
}

/// The days ahead on which there are windows. Holidays are none, whatever their weekday.
fn days(windows: &Windows, calendar: &Calendar, now: Instant) -> impl Iterator<Item = Date> {
    let today = now.timestamp().to_zoned(windows.time_zone.clone()).date();
    let first = i64::from(windows.lead_time.is_none());
    let carriers = Workdays::of_carriers(calendar);
    (first..=i64::from(windows.days_ahead))
        .filter_map(move |days| today.checked_add(days.days()).ok())
        .filter(|day| is_open(windows, *day))
        .filter(move |day| !carriers.is_holiday(*day))
}

fn is_open(windows: &Windows, day: Date) -> bool {
    let weekday = day.weekday();
    let mut open = windows.weekdays.iter().copied();
    open.any(|open: Weekday| weekday == open.into())
}

/// The first moment at which a window may begin: a lead time of days ends with the start of a day.
fn earliest(
    windows: &Windows,
    leaves: Option<&Zoned>,
    calendar: &Calendar,
    now: Instant,
) -> Option<Timestamp> {
    let now = now.timestamp().to_zoned(windows.time_zone.clone());
    let leaves = match leaves {
        Some(leaves) => leaves.with_time_zone(windows.time_zone.clone()).max(now),
        None => now,
    };
    let Estimate { amount, unit } = windows.lead_time.unwrap_or(Estimate::NONE);
    let carriers = Workdays::of_carriers(calendar);
    let start_of = |day: Date| day.to_zoned(windows.time_zone.clone()).ok();
    let led = match unit {
        Unit::BusinessDays => start_of(carriers.after(leaves.date(), amount)?),
        Unit::Days => start_of(leaves.date().checked_add(i64::from(amount).days()).ok()?),
        Unit::Hours => leaves.checked_add(i64::from(amount).hours()).ok(),
        Unit::Minutes => leaves.checked_add(i64::from(amount).minutes()).ok(),
    };
    Some(led?.max(leaves).timestamp())
}

/// The slot on one day; `None` where the clock is set forward over all of it.
fn on(day: Date, slot: &Slot, windows: &Windows) -> Option<DeliveryWindow> {
    let at = |time| -> Option<Timestamp> {
        let zoned = day.to_datetime(time).to_zoned(windows.time_zone.clone());
        zoned.ok().map(|zoned| zoned.timestamp())
    };
    let (start, end) = (at(slot.from)?, at(slot.to)?);
    (start < end).then_some(DeliveryWindow {
        start_date_utc: start,
        end_date_utc: end,
        price: slot.price,
    })
}

#[cfg(test)]
mod tests;
