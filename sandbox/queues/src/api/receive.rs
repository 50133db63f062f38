//! ReceiveMessage.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::queue_name;
use crate::ACCOUNT;
use crate::broker::{Broker, Demand};
use crate::digest::{md5_of_attributes, md5_of_body};
use crate::errors::Rejection;
use crate::message::{Attribute, Message, TRACE_HEADER};
use crate::queue_arn;
use crate::settings::{VISIBILITY, WAIT};

const MESSAGES: RangeInclusive<u32> = 1..=10;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveRequest {
    queue_url: Option<String>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    message_attribute_names: Option<Vec<String>>,
    /// The former name of `message_system_attribute_names`; both count.
    attribute_names: Option<Vec<String>>,
    message_system_attribute_names: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<MessageAnswer>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MessageAnswer {
    message_id: String,
    receipt_handle: String,
    #[serde(rename = "MD5OfBody")]
    md5_of_body: String,
    body: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'static str, String>,
    #[serde(
        rename = "MD5OfMessageAttributes",
        skip_serializing_if = "Option::is_none"
    )]
    md5_of_attributes: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    message_attributes: BTreeMap<String, Attribute>,
}

/// Takes messages, and waits for one as long as the receiver wants.
pub(super) async fn messages(
    broker: &Broker,
    request: ReceiveRequest,
) -> Result<ReceiveAnswer, Rejection> {
    let queue = queue_name(request.queue_url.as_deref())?;
    let maximum = within(
        "MaxNumberOfMessages",
        request.max_number_of_messages,
        MESSAGES,
    )?;
    let demand = Demand {
        queue: queue.to_owned(),
        maximum: maximum.unwrap_or(1),
        visibility: within("VisibilityTimeout", request.visibility_timeout, VISIBILITY)?,
        wait: within("WaitTimeSeconds", request.wait_time_seconds, WAIT)?,
    };
    let wanted = request.message_attribute_names.unwrap_or_default();
    let mut wanted_of_system = request.attribute_names.unwrap_or_default();
    wanted_of_system.extend(request.message_system_attribute_names.unwrap_or_default());

    let messages = broker.receive(demand).await?;
    Ok(ReceiveAnswer {
        messages: messages
            .into_iter()
            .map(|message| answer(message, &wanted, &wanted_of_system))
            .collect(),
    })
}

fn within(
    parameter: &str,
    value: Option<i64>,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>, Rejection> {
    let Some(value) = value else {
        return Ok(None);
    };
    match u32::try_from(value) {
        Ok(number) if range.contains(&number) => Ok(Some(number)),
        _ => {
            let (least, most) = range.into_inner();
            let reason = format!("Must be between {least} and {most}, if provided.");
            Err(Rejection::value(parameter, value, &reason))
        }
    }
}

/// The message with those attributes that the receiver wants to see.
fn answer(mut message: Message, wanted: &[String], wanted_of_system: &[String]) -> MessageAnswer {
    let mut attributes = system_attributes(&mut message);
    attributes.retain(|name, _| {
        wanted_of_system
            .iter()
            .any(|wanted| wanted == "All" || wanted == name)
    });
    let mut message_attributes = message.attributes;
    message_attributes.retain(|name, _| wanted.iter().any(|wanted| selects(wanted, name)));
    MessageAnswer {
        message_id: message.id,
        receipt_handle: message.receipt,
        md5_of_body: md5_of_body(&message.body),
        body: message.body,
        attributes,
        md5_of_attributes: md5_of_attributes(&message_attributes),
        message_attributes,
    }
}

/// Whether a wanted name, `All` or a prefix that ends in `.*` means the attribute `name`.
fn selects(wanted: &str, name: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(prefix) => name.starts_with(prefix),
        None => wanted == "All" || wanted == name,
    }
}

fn system_attributes(message: &mut Message) -> BTreeMap<&'static str, String> {
    let optional = [
        (TRACE_HEADER, message.trace_header.take()),
        ("MessageGroupId", message.group.take()),
        ("MessageDeduplicationId", message.deduplication.take()),
        ("SequenceNumber", message.sequence_number.take()),
        (
            "DeadLetterQueueSourceArn",
            message.source.take().map(|name| queue_arn(&name)),
        ),
    ];
    let mut attributes = BTreeMap::from([
        ("SenderId", ACCOUNT.to_owned()),
        ("SentTimestamp", message.sent_at.to_string()),
        ("ApproximateReceiveCount", message.receives.to_string()),
        (
            "ApproximateFirstReceiveTimestamp",
            message.first_received_at.to_string(),
        ),
    ]);
    attributes.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name, value))),
    );
    attributes
}
