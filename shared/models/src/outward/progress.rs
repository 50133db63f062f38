//! Where a package has been (C9, protocol §3.8).

use serde::{Serialize, Serializer};

use crate::Instant;
use crate::erp::{Progress, TrackingEvent};

/// The body of C9: all three fields, always, as the stricter of the published schemas asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgressBody {
    /// Whether the buyer has it.
    pub is_delivered: bool,
    /// What happened to it, by date. The marketplace adds them to those it has.
    pub events: Vec<ProgressBodyEvent>,
    /// When the buyer got it: `yyyy-mm-dd hh:mm` in UTC, or null.
    #[serde(serialize_with = "to_the_minute")]
    pub delivered_date: Option<Instant>,
}

/// Something that happened to a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgressBodyEvent {
    /// Where; may be empty.
    pub city: String,
    /// Where; may be empty.
    pub state: String,
    /// What.
    pub description: String,
    /// When.
    pub date: Instant,
}

impl ProgressBody {
    /// A progress with all its events: take those the marketplace has out of it first.
    #[must_use]
    pub fn of(progress: &Progress) -> Self {
        Self {
            is_delivered: progress.is_delivered,
            events: progress.events.iter().map(ProgressBodyEvent::of).collect(),
            delivered_date: progress.delivered_date,
        }
    }
}

impl ProgressBodyEvent {
    fn of(event: &TrackingEvent) -> Self {
        Self {
            city: event.city.clone(),
            state: event.state.clone(),
            description: event.description.clone(),
            date: event.date,
        }
    }
}

fn to_the_minute<S: Serializer>(
    instant: &Option<Instant>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match instant {
        Some(instant) => serializer.collect_str(&instant.timestamp().strftime("%Y-%m-%d %H:%M")),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(progress: &Progress) -> String {
        serde_json::to_string(&ProgressBody::of(progress)).unwrap()
    }

    #[test]
    fn a_package_on_its_way_has_events_and_no_date() {
        let event = TrackingEvent {
            city: "Rio".to_owned(),
            state: "RJ".to_owned(),
            description: "Out for delivery".to_owned(),
            date: Instant::parse("2026-11-23T09:00:00Z").unwrap(),
        };
        let progress = Progress {
            is_delivered: false,
            delivered_date: None,
            events: vec![event],
        };
        insta::assert_snapshot!(written(&progress), @r#"{"isDelivered":false,"events":[{"city":"Rio","state":"RJ","description":"Out for delivery","date":"2026-11-23T09:00:00.000Z"}],"deliveredDate":null}"#);
    }

    #[test]
    fn a_delivery_is_dated_to_the_minute_in_utc() {
        let progress = Progress {
            is_delivered: true,
            delivered_date: Some(Instant::parse("2022-10-01T21:15:59-03:00").unwrap()),
            events: Vec::new(),
        };
        insta::assert_snapshot!(written(&progress), @r#"{"isDelivered":true,"events":[],"deliveredDate":"2022-10-02 00:15"}"#);
    }
}
