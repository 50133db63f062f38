//! What the function is called with.

use aws_lambda_events::sqs::SqsEvent;
use feirante_models::Instant;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What the function is called with.
#[derive(Debug)]
pub enum Event {
    /// By the queue.
    Messages(SqsEvent),
    /// By the schedule.
    Tick(Tick),
}

/// What a schedule sends.
#[derive(Debug, Deserialize)]
pub struct Tick {
    /// What is due by then is taken up.
    pub time: Instant,
}

/// Told apart by what only one of them has: tried one after the other, what neither is would be
/// taken for the laxer one.
impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = Value::deserialize(deserializer)?;
        let read = match (event.get("Records"), event.get("time")) {
            (Some(_), None) => serde_json::from_value(event).map(Self::Messages),
            (None, Some(_)) => serde_json::from_value(event).map(Self::Tick),
            _ => {
                let why =
                    "is neither a queue's event, which has Records, nor a clock's, which has time";
                return Err(D::Error::custom(why));
            }
        };
        read.map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_called_by_a_queue_and_by_a_clock() {
        let read = |sample: &str| serde_json::from_str::<Event>(sample).unwrap();
        let messages = read(include_str!("../../../events/notify-marketplace.json"));
        assert!(matches!(messages, Event::Messages(messages) if messages.records.len() == 2));
        let tick = read(include_str!(
            "../../../events/notify-marketplace-clock.json"
        ));
        let due = Instant::parse("2026-11-21T08:01:00Z").unwrap();
        assert!(matches!(tick, Event::Tick(Tick { time }) if time == due));
    }

    #[test]
    fn nothing_else_is_taken_for_either() {
        for other in [
            "{}",
            r#"{"records": []}"#,
            r#"{"time": "soon"}"#,
            r#"{"Records": 1}"#,
            r#"{"Records": [], "time": "2026-11-21T08:01:00Z"}"#,
            "[]",
            "null",
        ] {
            assert!(serde_json::from_str::<Event>(other).is_err(), "{other}");
        }
    }
}
