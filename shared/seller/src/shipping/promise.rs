//! When a parcel leaves, when it arrives, and how that is said (protocol §2.3, `shippingEstimate`).

use feirante_models::Instant;
use jiff::civil::Date;
use jiff::{SignedDuration, Span, ToSpan, Zoned};

use super::workdays::{Workdays, days, is_plain_workday};
use crate::settings::{Calendar, Estimate, Handling, Unit};

/// When a parcel that is ordered now leaves its warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch<'a> {
    handling: &'a Handling,
    ordered: Zoned,
    leaves: Zoned,
}

/// What a buyer is told, and the day it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// What is told.
    pub shown: Estimate,
    /// The day of arrival where the warehouse is.
    pub arrives: Date,
}

impl<'a> Dispatch<'a> {
    /// The way through a warehouse: the work begins now if today is a working day and it is before
    /// the cut-off, or else when the next working day opens; the carrier comes on working days.
    ///
    /// `None` if the calendar has no such day.
    #[must_use]
    pub fn of(handling: &'a Handling, calendar: &Calendar, now: Instant) -> Option<Self> {
        let workdays = Workdays::of_warehouse(handling, calendar);
        let ordered = now.timestamp().to_zoned(handling.time_zone.clone());
        let opening = |day: Date| {
            let opens = day.to_datetime(handling.opens);
            opens.to_zoned(handling.time_zone.clone()).ok()
        };
        let today = ordered.date();
        let in_time = handling
            .cut_off
            .is_none_or(|cut_off| ordered.time() < cut_off);
        let begins = if workdays.works(today) && in_time {
            opening(today)?.max(ordered.clone())
        } else {
            opening(workdays.after(today, 1)?)?
        };
        let leaves = arrived(&begins, handling.time, &workdays)?;
        let leaves = if workdays.works(leaves.date()) {
            leaves
        } else {
            opening(workdays.from(leaves.date())?)?
        };
        Some(Self {
            handling,
            ordered,
            leaves,
        })
    }

    /// When the carrier has it.
    #[must_use]
    pub fn leaves(&self) -> &Zoned {
        &self.leaves
    }

    /// How long it takes from the order to the buyer, with so long on the way.
    ///
    /// - Business days on top of business days stay business days while everyone counts them alike.
    ///   Where a holiday lies between, or a day on which only some work, the day is computed by the
    ///   seller's calendar and told in calendar days, which leave nothing to interpret.
    /// - Hours and minutes on top of hours, minutes or nothing are told in hours or minutes.
    /// - Any other mixture is told in calendar days.
    ///
    /// `None` if the calendar ends before.
    #[must_use]
    pub fn promise(&self, transit: Estimate, calendar: &Calendar) -> Option<Promise> {
        let carriers = Workdays::of_carriers(calendar);
        let arrival = arrived(&self.leaves, transit, &carriers)?;
        let (today, arrives) = (self.ordered.date(), arrival.date());
        let shown = self.shown(transit, &arrival, calendar).or_else(|| {
            let between = today.until(arrives).ok()?.get_days();
            Some(Estimate {
                amount: u32::try_from(between).ok()?,
                unit: Unit::Days,
            })
        })?;
        Some(Promise { shown, arrives })
    }

    /// What is told in the unit of the transit; `None` where that would not be understood.
    fn shown(&self, transit: Estimate, arrival: &Zoned, calendar: &Calendar) -> Option<Estimate> {
        // No time is of no unit: what is picked up where it was packed takes as long as packing.
        let times = [self.handling.time, transit];
        let unit = |time: &Estimate| (time.amount > 0).then_some(time.unit);
        let (handled, under_way) = match times.each_ref().map(unit) {
            [None, None] => (transit.unit, transit.unit),
            [Some(one), None] | [None, Some(one)] => (one, one),
            [Some(handled), Some(under_way)] => (handled, under_way),
        };
        match (handled, under_way) {
            (Unit::BusinessDays, Unit::BusinessDays) => {
                let alike = self.counted_alike(arrival.date(), calendar);
                alike.then(|| business_days(self.ordered.date(), arrival.date()))?
            }
            (Unit::Minutes, Unit::Minutes) => {
                lasting(self.ordered.duration_until(arrival), Unit::Minutes)
            }
            (Unit::Hours | Unit::Minutes, Unit::Hours | Unit::Minutes) => {
                lasting(self.ordered.duration_until(arrival), Unit::Hours)
            }
            _ => None,
        }
    }

    /// Whether each day until `arrives` is a business day to the seller exactly if it is one to who
    /// knows nothing of the seller.
    fn counted_alike(&self, arrives: Date, calendar: &Calendar) -> bool {
        let warehouse = Workdays::of_warehouse(self.handling, calendar);
        let carriers = Workdays::of_carriers(calendar);
        let leaves = self.leaves.date();
        days(self.ordered.date(), arrives).all(|day| {
            let who = if day <= leaves { &warehouse } else { &carriers };
            who.works(day) == is_plain_workday(day)
        })
    }
}

/// The end of a time that begins at `from`; days keep the time of day.
fn arrived(from: &Zoned, time: Estimate, workdays: &Workdays<'_>) -> Option<Zoned> {
    let amount = i64::from(time.amount);
    let span = match time.unit {
        Unit::BusinessDays => {
            let day = workdays.after(from.date(), time.amount)?;
            let date = day.to_datetime(from.time());
            return date.to_zoned(from.time_zone().clone()).ok();
        }
        Unit::Days => amount.days(),
        Unit::Hours => Span::new().try_hours(amount).ok()?,
        Unit::Minutes => Span::new().try_minutes(amount).ok()?,
    };
    from.checked_add(span).ok()
}

/// The plain business days after `first` until `last`.
fn business_days(first: Date, last: Date) -> Option<Estimate> {
    let counted = days(first, last)
        .skip(1)
        .filter(|day| is_plain_workday(*day));
    Some(Estimate {
        amount: u32::try_from(counted.count()).ok()?,
        unit: Unit::BusinessDays,
    })
}

/// A duration in hours or minutes, rounded up.
fn lasting(duration: SignedDuration, unit: Unit) -> Option<Estimate> {
    let seconds: u128 = if unit == Unit::Hours { 3600 } else { 60 };
    let millis = u128::try_from(duration.as_millis()).unwrap_or(0);
    let begun = millis.div_ceil(seconds * 1000);
    Some(Estimate {
        amount: u32::try_from(begun).ok()?,
        unit,
    })
}

#[cfg(test)]
mod tests;
