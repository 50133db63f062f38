//! Batches as functions get them: `{"Records": […]}`, no larger than an event may be.

use std::ops::Range;

use axum::body::Bytes;
use serde::Serialize;
use serde_json::Value;

/// What records may take of Lambda's 6 MB; the rest is for what is around them.
const LIMIT: usize = 6 * 1024 * 1024 - 1024;

/// The event for some records.
pub(super) fn event(records: &[Value]) -> Bytes {
    #[derive(Serialize)]
    struct Event<'a> {
        #[serde(rename = "Records")]
        records: &'a [Value],
    }
    // Values with text keys can always be written.
    Bytes::from(serde_json::to_vec(&Event { records }).unwrap_or_default())
}

/// Cuts records, in their order, into as few events as their sizes allow.
pub(super) fn cut(records: &[Value]) -> Vec<Range<usize>> {
    cut_to(records, LIMIT)
}

fn cut_to(records: &[Value], limit: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut size = 0;
    for (index, record) in records.iter().enumerate() {
        let length = record.to_string().len() + 1;
        size += length;
        match ranges.last_mut() {
            Some(range) if size <= limit => range.end = index + 1,
            _ => {
                ranges.push(index..index + 1);
                size = length;
            }
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_holds_the_records() {
        assert_eq!(
            event(&[json!({"a": 1})]),
            r#"{"Records":[{"a":1}]}"#.as_bytes()
        );
    }

    #[test]
    fn records_are_cut_where_the_next_would_not_fit() {
        let records = [json!("aa"), json!("bb"), json!("cccccccccccc"), json!("d")];
        assert_eq!(cut_to(&records, 10), [0..2, 2..3, 3..4]);
        assert_eq!(cut_to(&records, 100).len(), 1);
        assert_eq!(cut_to(&[], 100).len(), 0);
    }
}
