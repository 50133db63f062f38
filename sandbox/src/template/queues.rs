//! `AWS::SQS::Queue`.

use std::time::Duration;

use super::intrinsics::physical_name;
use super::node::Node;
use super::{Error, Queue, Redrive, resource_type};

/// SQS's own, for what a template leaves out.
const DEFAULT_VISIBILITY: Duration = Duration::from_secs(30);
const DEFAULT_RETENTION: Duration = Duration::from_secs(4 * 24 * 60 * 60);

/// Reads the queue of that logical id.
pub(super) fn read(id: &str, resource: &Node) -> Result<Queue, Error> {
    resource.only(&[
        "Type",
        "Condition",
        "Properties",
        "DeletionPolicy",
        "UpdateReplacePolicy",
    ])?;
    let properties = resource.get("Properties")?.only(&[
        "QueueName",
        "ContentBasedDeduplication",
        "DelaySeconds",
        "FifoQueue",
        "MessageRetentionPeriod",
        "RedrivePolicy",
        "VisibilityTimeout",
        // Encryption at rest, of which a queue's users see nothing.
        "SqsManagedSseEnabled",
    ])?;
    let seconds = |key: &str, default: Duration| match properties.find(key)? {
        Some(node) => node.seconds(),
        None => Ok(default),
    };
    Ok(Queue {
        id: id.to_owned(),
        name: name(properties)?,
        visibility: seconds("VisibilityTimeout", DEFAULT_VISIBILITY)?,
        retention: seconds("MessageRetentionPeriod", DEFAULT_RETENTION)?,
        delay: seconds("DelaySeconds", Duration::ZERO)?,
        content_based_deduplication: match properties.find("ContentBasedDeduplication")? {
            Some(flag) => flag.flag()?,
            None => false,
        },
        redrive: properties.find("RedrivePolicy")?.map(redrive).transpose()?,
    })
}

/// The queue's name; a FIFO queue's ends with `.fifo`, and no other does.
fn name(properties: &Node) -> Result<String, Error> {
    let node = properties.get("QueueName")?;
    let name = physical_name(node)?;
    let fifo = match properties.find("FifoQueue")? {
        Some(flag) => flag.flag()?,
        None => false,
    };
    match (fifo, name.ends_with(".fifo")) {
        (true, false) => Err(node.mismatch("a name that ends with .fifo, as FifoQueue says")),
        (false, true) => Err(node.mismatch("FifoQueue beside a name that ends with .fifo")),
        _ => Ok(name),
    }
}

fn redrive(policy: &Node) -> Result<Redrive, Error> {
    policy.only(&["deadLetterTargetArn", "maxReceiveCount"])?;
    Ok(Redrive {
        target: policy
            .get("deadLetterTargetArn")?
            .refers_to(resource_type::QUEUE, "Arn")?,
        maximum_receives: policy.get("maxReceiveCount")?.whole()?,
    })
}
