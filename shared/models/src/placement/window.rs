//! The delivery window an order was placed with (protocol §3.2, `deliveryWindow`).

use crate::Instant;
use crate::object::Object;

/// When the shopper chose to be at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenWindow {
    /// Its start.
    pub start: Instant,
    /// Its end.
    pub end: Instant,
}

impl ChosenWindow {
    /// The window of an entry of `logisticsInfo`. One that can't be read is as good as none: the
    /// order is paid for whichever way it is delivered.
    pub(crate) fn of(logistics: &Object<'_>) -> Option<Self> {
        let window = logistics.object("deliveryWindow").ok()?;
        Some(Self {
            start: window.instant("startDateUtc").ok()?,
            end: window.instant("endDateUtc").ok()?,
        })
    }
}
