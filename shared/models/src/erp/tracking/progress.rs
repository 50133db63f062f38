//! Where a package has been.

use std::collections::HashSet;

use serde_json::json;

use crate::object::Object;
use crate::problem::Problem;
use crate::{Instant, hash};

/// Where a package has been and whether it has arrived (protocol §3.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Whether the buyer has it.
    pub is_delivered: bool,
    /// When the buyer got it.
    pub delivered_date: Option<Instant>,
    /// What happened to it: by date, none twice.
    pub events: Vec<TrackingEvent>,
}

/// Something that happened to a package.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TrackingEvent {
    /// Where; empty if the ERP does not say.
    pub city: String,
    /// Where; empty if the ERP does not say.
    pub state: String,
    /// What; never empty.
    pub description: String,
    /// When.
    pub date: Instant,
}

/// Events of one message.
const MOST_EVENTS: usize = 200;

/// Characters of a place's name.
const LONGEST_NAME: usize = 200;

/// Characters of a description.
const LONGEST_DESCRIPTION: usize = 500;

impl Progress {
    /// Reads the progress of a message; none if it says neither whether the package has arrived
    /// nor what happened to it.
    pub(super) fn read(message: &Object<'_>) -> Result<Option<Self>, Problem> {
        let is_delivered = message.optional_flag("isDelivered")?;
        let delivered_date = message.optional_instant("deliveredDate")?;
        if delivered_date.is_some() && is_delivered != Some(true) {
            return Err(message.refuse("deliveredDate", "is there, and isDelivered is not true"));
        }
        let events = message.objects("events")?;
        if events.len() > MOST_EVENTS {
            return Err(message.refuse("events", "has more than 200"));
        }
        let mut events = events
            .iter()
            .map(TrackingEvent::read)
            .collect::<Result<Vec<_>, _>>()?;
        if is_delivered.is_none() && events.is_empty() {
            return Ok(None);
        }
        let mut known = HashSet::new();
        events.retain(|event| known.insert(event.clone()));
        events.sort_by_key(|event| event.date);
        Ok(Some(Self {
            is_delivered: is_delivered.unwrap_or(false),
            delivered_date,
            events,
        }))
    }
}

impl TrackingEvent {
    fn read(event: &Object<'_>) -> Result<Self, Problem> {
        let place = |name| {
            let text = event.optional_text(name, LONGEST_NAME)?;
            Ok::<_, Problem>(text.unwrap_or_default())
        };
        Ok(Self {
            city: place("city")?,
            state: place("state")?,
            description: event.text("description", LONGEST_DESCRIPTION)?,
            date: event.instant("date")?,
        })
    }

    /// Equal for equal events: 16 hex digits. The marketplace adds each event it is sent to those
    /// it has, so one that was sent is known by this.
    #[must_use]
    pub fn hash(&self) -> String {
        let content = json!([self.city, self.state, self.description, self.date.millis(),]);
        hash::hex(content.to_string().as_bytes(), 8)
    }
}
