//! Stream records as Lambda hands them over, and its note about those it gave up.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodbstreams::types::{AttributeValue, Record};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::runtime::function_arn;

/// The place of a record in its shard; empty if the server gave none.
pub(super) fn sequence_number(record: &Record) -> &str {
    let change = record.dynamodb();
    change
        .and_then(|change| change.sequence_number())
        .unwrap_or_default()
}

/// When the change was made, in seconds since 1970.
pub(super) fn made_at(record: &Record) -> Option<i64> {
    let change = record.dynamodb()?;
    Some(change.approximate_creation_date_time()?.secs())
}

/// A record in the form of an event.
pub(super) fn to_json(record: &Record, stream_arn: &str) -> Value {
    let mut change = Map::new();
    if let Some(received) = record.dynamodb() {
        if let Some(at) = made_at(record) {
            change.insert("ApproximateCreationDateTime".into(), at.into());
        }
        let images = [
            ("Keys", received.keys()),
            ("NewImage", received.new_image()),
            ("OldImage", received.old_image()),
        ];
        for (name, image) in images {
            if let Some(image) = image {
                change.insert(name.into(), item(image));
            }
        }
        change.insert("SequenceNumber".into(), sequence_number(record).into());
        change.insert("SizeBytes".into(), json!(received.size_bytes()));
        let view = received.stream_view_type().map(|view| view.as_str());
        change.insert("StreamViewType".into(), json!(view));
    }
    let mut event = json!({
        "eventID": record.event_id(),
        "eventName": record.event_name().map(|name| name.as_str()),
        "eventVersion": record.event_version(),
        "eventSource": record.event_source(),
        "awsRegion": record.aws_region(),
        "dynamodb": change,
        "eventSourceARN": stream_arn,
    });
    if let Some(identity) = record.user_identity() {
        event["userIdentity"] = json!({
            "type": identity.r#type(),
            "principalId": identity.principal_id(),
        });
    }
    event
}

fn item(item: &HashMap<String, AttributeValue>) -> Value {
    let attributes = item.iter();
    Value::Object(
        attributes
            .map(|(name, value)| (name.clone(), attribute(value)))
            .collect(),
    )
}

fn attribute(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({"S": text}),
        AttributeValue::N(number) => json!({"N": number}),
        AttributeValue::Bool(flag) => json!({"BOOL": flag}),
        AttributeValue::Null(_) => json!({"NULL": true}),
        AttributeValue::B(bytes) => json!({"B": STANDARD.encode(bytes)}),
        AttributeValue::Ss(texts) => json!({"SS": texts}),
        AttributeValue::Ns(numbers) => json!({"NS": numbers}),
        AttributeValue::Bs(all) => {
            json!({"BS": all.iter().map(|bytes| STANDARD.encode(bytes)).collect::<Vec<_>>()})
        }
        AttributeValue::L(values) => {
            json!({"L": values.iter().map(attribute).collect::<Vec<_>>()})
        }
        AttributeValue::M(values) => json!({"M": item(values)}),
        // The client is older than the server; a record can't be handed over in part.
        _ => Value::Null,
    }
}

/// Why records were given up, in Lambda's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

/// What a queue for failures learns: where the records are, not what is in them.
pub(super) fn abandoned(
    function: &str,
    stream_arn: &str,
    shard: &str,
    records: &[Record],
    condition: Condition,
    attempts: u32,
) -> Value {
    let arrival = |record: Option<&Record>| {
        let at = DateTime::from_secs(made_at(record?)?);
        at.fmt(DateTimeFormat::DateTime).ok()
    };
    json!({
        "requestContext": {
            "requestId": uuid::Uuid::new_v4().to_string(),
            "functionArn": function_arn(function),
            "condition": format!("{condition:?}"),
            "approximateInvokeCount": attempts,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "version": "1.0",
        "timestamp": Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": records.first().map(sequence_number),
            "endSequenceNumber": records.last().map(sequence_number),
            "approximateArrivalOfFirstRecord": arrival(records.first()),
            "approximateArrivalOfLastRecord": arrival(records.last()),
            "batchSize": records.len(),
            "streamArn": stream_arn,
        },
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodbstreams::primitives::Blob;
    use aws_sdk_dynamodbstreams::types::{Identity, OperationType, StreamRecord, StreamViewType};

    use super::*;

    const STREAM: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/1";

    fn record(number: &str) -> Record {
        let change = StreamRecord::builder()
            .approximate_creation_date_time(DateTime::from_secs(1_795_248_550))
            .keys("pk", AttributeValue::S("ORDER#1".into()))
            .new_image("total", AttributeValue::N("2499.0".into()))
            .new_image("body", AttributeValue::B(Blob::new(b"\xff")))
            .new_image(
                "lines",
                AttributeValue::L(vec![AttributeValue::M(HashMap::from([(
                    "gift".to_owned(),
                    AttributeValue::Bool(true),
                )]))]),
            )
            .sequence_number(number)
            .size_bytes(26)
            .stream_view_type(StreamViewType::NewAndOldImages);
        Record::builder()
            .event_id("e-1")
            .event_name(OperationType::Insert)
            .event_version("1.1")
            .event_source("aws:dynamodb")
            .aws_region("us-east-1")
            .dynamodb(change.build())
            .build()
    }

    #[test]
    fn a_record_is_written_as_lambda_does() {
        assert_eq!(
            to_json(&record("111"), STREAM),
            json!({
                "eventID": "e-1",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1_795_248_550,
                    "Keys": {"pk": {"S": "ORDER#1"}},
                    "NewImage": {
                        "total": {"N": "2499.0"},
                        "body": {"B": "/w=="},
                        "lines": {"L": [{"M": {"gift": {"BOOL": true}}}]},
                    },
                    "SequenceNumber": "111",
                    "SizeBytes": 26,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
                "eventSourceARN": STREAM,
            })
        );
    }

    #[test]
    fn a_deletion_by_time_to_live_tells_who_did_it() {
        let mut record = record("111");
        record.user_identity = Some(
            Identity::builder()
                .r#type("Service")
                .principal_id("dynamodb.amazonaws.com")
                .build(),
        );
        assert_eq!(
            to_json(&record, STREAM)["userIdentity"],
            json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"})
        );
    }

    #[test]
    fn a_note_about_abandoned_records_tells_where_they_are() {
        let records = [record("111"), record("112")];
        let condition = Condition::RetryAttemptsExhausted;
        let note = abandoned("relay-changes", STREAM, "shard-1", &records, condition, 3);
        assert_eq!(
            note["requestContext"]["condition"],
            "RetryAttemptsExhausted"
        );
        assert_eq!(note["requestContext"]["approximateInvokeCount"], 3);
        assert_eq!(
            note["DDBStreamBatchInfo"],
            json!({
                "shardId": "shard-1",
                "startSequenceNumber": "111",
                "endSequenceNumber": "112",
                "approximateArrivalOfFirstRecord": "2026-11-21T08:09:10Z",
                "approximateArrivalOfLastRecord": "2026-11-21T08:09:10Z",
                "batchSize": 2,
                "streamArn": STREAM,
            })
        );
    }
}
