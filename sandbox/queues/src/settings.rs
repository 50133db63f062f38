//! A queue's settings, and their spelling as SQS queue attributes.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;

use crate::errors::Rejection;
use crate::message::MAXIMUM_BYTES;
use crate::{QueueSpec, queue_arn};

/// How a queue behaves. Times are seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) visibility: u32,
    pub(crate) retention: u32,
    pub(crate) delay: u32,
    /// How long a receiver waits that does not say.
    pub(crate) wait: u32,
    pub(crate) maximum_bytes: u32,
    pub(crate) content_based_deduplication: bool,
    pub(crate) redrive: Option<Redrive>,
}

/// Where messages go that were received `maximum_receives` times in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redrive {
    /// The dead-letter queue's name.
    pub(crate) target: String,
    pub(crate) maximum_receives: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            visibility: 30,
            retention: 345_600,
            delay: 0,
            wait: 0,
            maximum_bytes: 1_048_576,
            content_based_deduplication: false,
            redrive: None,
        }
    }
}

pub(crate) const VISIBILITY: RangeInclusive<u32> = 0..=43_200;
pub(crate) const WAIT: RangeInclusive<u32> = 0..=20;
const RETENTION: RangeInclusive<u32> = 60..=1_209_600;
const DELAY: RangeInclusive<u32> = 0..=900;
const RECEIVES: RangeInclusive<u32> = 1..=1_000;

/// Attributes that SQS knows and that change nothing here, where everybody may do everything.
const WITHOUT_EFFECT: [&str; 5] = [
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];

/// Whether `name` is the name of a FIFO queue.
pub(crate) fn is_fifo(name: &str) -> bool {
    name.ends_with(".fifo")
}

/// 1 to 80 letters, digits, hyphens and underscores, the ending `.fifo` included.
pub(crate) fn is_queue_name(name: &str) -> bool {
    let stem = name.strip_suffix(".fifo").unwrap_or(name);
    !stem.is_empty()
        && name.len() <= 80
        && stem
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Whether SQS knows a queue attribute of that name, be it set or not.
pub(crate) fn is_attribute_name(name: &str) -> bool {
    matches!(
        name,
        "ApproximateNumberOfMessages"
            | "ApproximateNumberOfMessagesDelayed"
            | "ApproximateNumberOfMessagesNotVisible"
            | "ContentBasedDeduplication"
            | "CreatedTimestamp"
            | "DeduplicationScope"
            | "DelaySeconds"
            | "FifoQueue"
            | "FifoThroughputLimit"
            | "LastModifiedTimestamp"
            | "MaximumMessageSize"
            | "MessageRetentionPeriod"
            | "QueueArn"
            | "ReceiveMessageWaitTimeSeconds"
            | "RedrivePolicy"
            | "VisibilityTimeout"
    ) || WITHOUT_EFFECT.contains(&name)
}

impl Settings {
    /// Takes over what `spec` says, and says what no queue can do.
    pub(crate) fn apply_spec(&mut self, spec: &QueueSpec) -> Result<(), String> {
        let seconds = |what: &str, duration: Duration, range: RangeInclusive<u32>| {
            u32::try_from(duration.as_secs())
                .ok()
                .filter(|seconds| duration.subsec_nanos() == 0 && range.contains(seconds))
                .ok_or_else(|| {
                    let (least, most) = range.into_inner();
                    format!("{what} must be whole seconds, {least} to {most}, not {duration:?}")
                })
        };
        self.visibility = seconds("visibility", spec.visibility, VISIBILITY)?;
        self.retention = seconds("retention", spec.retention, RETENTION)?;
        self.delay = seconds("delay", spec.delay, DELAY)?;
        if spec.content_based_deduplication && !is_fifo(&spec.name) {
            return Err("content-based deduplication is for FIFO queues".to_owned());
        }
        self.content_based_deduplication = spec.content_based_deduplication;
        self.redrive = spec.redrive.as_ref().map(|redrive| Redrive {
            target: redrive.target.clone(),
            maximum_receives: redrive.maximum_receives,
        });
        match &self.redrive {
            Some(redrive) if !RECEIVES.contains(&redrive.maximum_receives) => Err(format!(
                "maximum receives must be 1 to 1000, not {}",
                redrive.maximum_receives
            )),
            _ => Ok(()),
        }
    }

    /// Takes over one queue attribute.
    pub(crate) fn apply_attribute(
        &mut self,
        fifo: bool,
        name: &str,
        value: &str,
    ) -> Result<(), Rejection> {
        let invalid = || Rejection::InvalidAttributeValue(name.to_owned());
        let number = |range: RangeInclusive<u32>| {
            let number = value.parse().ok();
            number.filter(|n| range.contains(n)).ok_or_else(invalid)
        };
        match name {
            "VisibilityTimeout" => self.visibility = number(VISIBILITY)?,
            "MessageRetentionPeriod" => self.retention = number(RETENTION)?,
            "DelaySeconds" => self.delay = number(DELAY)?,
            "ReceiveMessageWaitTimeSeconds" => self.wait = number(WAIT)?,
            "MaximumMessageSize" => {
                let most = u32::try_from(MAXIMUM_BYTES).unwrap_or(u32::MAX);
                self.maximum_bytes = number(1_024..=most)?;
            }
            "ContentBasedDeduplication" if fifo => {
                self.content_based_deduplication = value.parse().map_err(|_| invalid())?;
            }
            "RedrivePolicy" if value.is_empty() => self.redrive = None,
            "RedrivePolicy" => self.redrive = Some(redrive_policy(value).ok_or_else(invalid)?),
            "FifoQueue" if fifo && value == "true" => {}
            "DeduplicationScope" if fifo && value == "queue" => {}
            "FifoThroughputLimit" if fifo && value == "perQueue" => {}
            "ContentBasedDeduplication"
            | "FifoQueue"
            | "DeduplicationScope"
            | "FifoThroughputLimit" => return Err(invalid()),
            _ if WITHOUT_EFFECT.contains(&name) => {}
            _ => return Err(Rejection::InvalidAttributeName(name.to_owned())),
        }
        Ok(())
    }

    /// The settings as queue attributes.
    pub(crate) fn attributes(&self, fifo: bool) -> BTreeMap<&'static str, String> {
        let mut attributes = BTreeMap::from([
            ("VisibilityTimeout", self.visibility.to_string()),
            ("MessageRetentionPeriod", self.retention.to_string()),
            ("DelaySeconds", self.delay.to_string()),
            ("ReceiveMessageWaitTimeSeconds", self.wait.to_string()),
            ("MaximumMessageSize", self.maximum_bytes.to_string()),
            ("SqsManagedSseEnabled", "false".to_owned()),
        ]);
        if fifo {
            attributes.extend([
                ("FifoQueue", "true".to_owned()),
                ("DeduplicationScope", "queue".to_owned()),
                ("FifoThroughputLimit", "perQueue".to_owned()),
                (
                    "ContentBasedDeduplication",
                    self.content_based_deduplication.to_string(),
                ),
            ]);
        }
        if let Some(redrive) = &self.redrive {
            let policy = serde_json::json!({
                "deadLetterTargetArn": queue_arn(&redrive.target),
                "maxReceiveCount": redrive.maximum_receives,
            });
            attributes.insert("RedrivePolicy", policy.to_string());
        }
        attributes
    }
}

/// Reads a redrive policy. `None` if it is none.
fn redrive_policy(text: &str) -> Option<Redrive> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Policy {
        dead_letter_target_arn: String,
        max_receive_count: Count,
    }
    // Tools write the count either way.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Count {
        Number(u32),
        Text(String),
    }
    let policy: Policy = serde_json::from_str(text).ok()?;
    let target = policy.dead_letter_target_arn.rsplit(':').next()?.to_owned();
    let maximum_receives = match policy.max_receive_count {
        Count::Number(number) => number,
        Count::Text(text) => text.parse().ok()?,
    };
    RECEIVES.contains(&maximum_receives).then_some(Redrive {
        target,
        maximum_receives,
    })
}
