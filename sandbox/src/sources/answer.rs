//! What a function says about the batch it was given (`ReportBatchItemFailures`).

use serde_json::Value;

/// The answer does not say which records failed: the whole batch counts as failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer does not name its failed records as it should")]
pub(super) struct Unclear;

/// The identifiers of the failed records, none if all went well.
///
/// As in Lambda, null, an empty object, and an absent or empty list mean success; a record without
/// a proper identifier makes the whole answer worthless.
pub(super) fn failed_records(answer: &[u8]) -> Result<Vec<String>, Unclear> {
    let answer: Value = serde_json::from_slice(answer).map_err(|_| Unclear)?;
    let failures = match &answer {
        Value::Null => return Ok(Vec::new()),
        Value::Object(answer) => answer.get("batchItemFailures"),
        _ => return Err(Unclear),
    };
    match failures {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(failures)) => failures.iter().map(identifier).collect(),
        Some(_) => Err(Unclear),
    }
}

fn identifier(failure: &Value) -> Result<String, Unclear> {
    let identifier = failure.get("itemIdentifier").and_then(Value::as_str);
    let identifier = identifier.filter(|text| !text.is_empty()).ok_or(Unclear)?;
    Ok(identifier.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reported_is_success() {
        for answer in [
            "null",
            "{}",
            r#"{"batchItemFailures":null}"#,
            r#"{"batchItemFailures":[]}"#,
        ] {
            assert_eq!(failed_records(answer.as_bytes()), Ok(vec![]), "{answer}");
        }
    }

    #[test]
    fn failed_records_are_named() {
        let answer = br#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}"#;
        let expected = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(failed_records(answer), Ok(expected));
    }

    #[test]
    fn an_answer_of_another_form_fails_the_batch() {
        for answer in [
            "",
            "[]",
            r#""ok""#,
            r#"{"batchItemFailures":{}}"#,
            r#"{"batchItemFailures":[{}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"id":"a"}]}"#,
        ] {
            assert_eq!(failed_records(answer.as_bytes()), Err(Unclear), "{answer}");
        }
    }
}
