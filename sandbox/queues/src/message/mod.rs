//! Messages: what a sender may put into a queue, and what a receiver gets.

mod attribute;

use std::collections::BTreeMap;

pub(crate) use attribute::{Attribute, AttributeInput, Value};

use crate::digest;
use crate::errors::Rejection;
use crate::settings::Settings;

/// What one message, and one batch together, may weigh: bodies and attributes, in bytes.
pub(crate) const MAXIMUM_BYTES: usize = 1_048_576;

/// The system attribute that carries a trace from the sender to the receiver.
pub(crate) const TRACE_HEADER: &str = "AWSTraceHeader";

const MAXIMUM_ATTRIBUTES: usize = 10;
const MAXIMUM_DELAY: i64 = 900;

/// A message as its sender describes it, unchecked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, AttributeInput>,
    /// SQS knows one, the trace header.
    pub(crate) system_attributes: BTreeMap<String, AttributeInput>,
    /// Seconds; `None` takes the queue's.
    pub(crate) delay: Option<i64>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
}

/// A message that its queue accepts.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, Attribute>,
    pub(crate) system_attributes: BTreeMap<String, Attribute>,
    /// Seconds.
    pub(crate) delay: u32,
    pub(crate) group: Option<String>,
    /// Always there in a FIFO queue, never in a standard one.
    pub(crate) deduplication: Option<String>,
}

/// A message as it is handed to a receiver. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) receipt: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, Attribute>,
    pub(crate) trace_header: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
    /// Only in FIFO queues.
    pub(crate) sequence_number: Option<String>,
    pub(crate) sent_at: i64,
    pub(crate) first_received_at: i64,
    /// How often it was received, this time included.
    pub(crate) receives: u32,
    /// For a dead letter, the queue it was moved from.
    pub(crate) source: Option<String>,
}

impl Draft {
    /// Checks the message against what its queue takes.
    pub(crate) fn accept(self, fifo: bool, settings: &Settings) -> Result<Accepted, Rejection> {
        if self.body.is_empty() {
            return Err(Rejection::MissingParameter("MessageBody"));
        }
        if let Some(character) = self.body.chars().find(|&c| !is_allowed(c)) {
            return Err(Rejection::InvalidMessageContents(character.into()));
        }
        let size = self.size();
        if size > usize::try_from(settings.maximum_bytes).unwrap_or(MAXIMUM_BYTES) {
            return Err(Rejection::InvalidParameterValue(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
                settings.maximum_bytes
            )));
        }
        if self.attributes.len() > MAXIMUM_ATTRIBUTES {
            return Err(Rejection::InvalidParameterValue(format!(
                "Number of message attributes [{}] exceeds the allowed maximum \
                 [{MAXIMUM_ATTRIBUTES}].",
                self.attributes.len()
            )));
        }
        let delay = delay(self.delay, fifo, settings)?;
        check_id("MessageGroupId", self.group.as_deref())?;
        check_id("MessageDeduplicationId", self.deduplication.as_deref())?;
        if fifo && self.group.is_none() {
            return Err(Rejection::MissingParameter("MessageGroupId"));
        }
        let deduplication = match self.deduplication {
            Some(id) if !fifo => {
                return Err(wrong_queue_type("MessageDeduplicationId", id));
            }
            Some(id) => Some(id),
            None if !fifo => None,
            None if settings.content_based_deduplication => {
                Some(digest::deduplication_id(&self.body))
            }
            None => {
                return Err(Rejection::InvalidParameterValue(
                    "The queue should either have ContentBasedDeduplication enabled or \
                     MessageDeduplicationId provided explicitly"
                        .to_owned(),
                ));
            }
        };
        if let Some(name) = self
            .system_attributes
            .keys()
            .find(|name| *name != TRACE_HEADER)
        {
            return Err(Rejection::InvalidParameterValue(format!(
                "Message system attribute name '{name}' is invalid."
            )));
        }
        Ok(Accepted {
            body: self.body,
            attributes: accept_all(self.attributes)?,
            system_attributes: accept_all(self.system_attributes)?,
            delay,
            group: self.group,
            deduplication,
        })
    }

    /// What the message counts against the limits: body and attributes, in bytes.
    pub(crate) fn size(&self) -> usize {
        let attributes: usize = self
            .attributes
            .iter()
            .map(|(name, input)| name.len() + input.size())
            .sum();
        self.body.len() + attributes
    }
}

impl Accepted {
    /// The trace header, if the sender gave one as a text.
    pub(crate) fn trace_header(&self) -> Option<&str> {
        match &self.system_attributes.get(TRACE_HEADER)?.value {
            Value::StringValue(text) => Some(text),
            Value::BinaryValue(_) => None,
        }
    }
}

fn accept_all(
    inputs: BTreeMap<String, AttributeInput>,
) -> Result<BTreeMap<String, Attribute>, Rejection> {
    inputs
        .into_iter()
        .map(|(name, input)| input.accept(&name).map(|attribute| (name, attribute)))
        .collect()
}

/// A message's delay in seconds.
fn delay(asked: Option<i64>, fifo: bool, settings: &Settings) -> Result<u32, Rejection> {
    let Some(seconds) = asked else {
        return Ok(settings.delay);
    };
    // A FIFO queue delays all its messages alike, or they would overtake each other.
    if fifo {
        return match seconds {
            0 => Ok(settings.delay),
            _ => Err(wrong_queue_type("DelaySeconds", seconds)),
        };
    }
    u32::try_from(seconds)
        .ok()
        .filter(|_| seconds <= MAXIMUM_DELAY)
        .ok_or_else(|| {
            Rejection::value(
                "DelaySeconds",
                seconds,
                "DelaySeconds must be >= 0 and <= 900.",
            )
        })
}

/// Group and deduplication ids: 1 to 128 letters, digits and punctuation of ASCII.
fn check_id(parameter: &str, id: Option<&str>) -> Result<(), Rejection> {
    let valid =
        |id: &str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match id {
        Some(id) if !valid(id) => Err(Rejection::value(
            parameter,
            id,
            &format!(
                "{parameter} can only include alphanumeric and punctuation characters. 1 to 128 \
                 in length."
            ),
        )),
        _ => Ok(()),
    }
}

fn wrong_queue_type(parameter: &str, value: impl std::fmt::Display) -> Rejection {
    Rejection::value(
        parameter,
        value,
        "The request include parameter that is not valid for this queue type.",
    )
}

/// The characters of XML 1.0, which is all that a body may have.
fn is_allowed(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..
    )
}

#[cfg(test)]
mod tests;
