use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemInput;
use aws_smithy_mocks::{MockResponse, Rule, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::ser_de::DeserializeResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::{Value, json};

use super::*;
use crate::attributes::{as_text, text};

const TABLE: &str = "table";

fn client(rule: &Rule) -> Client {
    mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [rule], |config| {
        config.retry_config(RetryConfig::disabled())
    })
}

fn budget() -> Budget {
    Budget::of(Duration::from_millis(1800))
}

fn keys(codes: &[&str]) -> Vec<Item> {
    let key = |code: &&str| HashMap::from([("sku".to_owned(), text(*code))]);
    codes.iter().map(key).collect()
}

/// An answer, as it comes, that holds some items and leaves others unprocessed.
fn answer(found: &[&str], left: &[&str]) -> String {
    let items = |codes: &[&str]| -> Value {
        let codes = codes.iter();
        codes.map(|code| json!({"sku": {"S": code}})).collect()
    };
    let mut answer = json!({"Responses": {TABLE: items(found)}, "UnprocessedKeys": {}});
    if !left.is_empty() {
        answer["UnprocessedKeys"][TABLE] = json!({"Keys": items(left), "ConsistentRead": false});
    }
    answer.to_string()
}

/// A database that answers a, b and c one by one.
fn hesitant() -> Rule {
    let asks_for = |input: &BatchGetItemInput, codes: &[&str]| {
        input.request_items().unwrap()[TABLE].keys() == keys(codes)
    };
    mock!(Client::batch_get_item).then_compute_response(move |input| {
        let answer = if asks_for(input, &["a", "b", "c"]) {
            answer(&["a"], &["b", "c"])
        } else if asks_for(input, &["b", "c"]) {
            answer(&["c"], &["b"])
        } else if asks_for(input, &["b"]) {
            answer(&["b"], &[])
        } else {
            panic!("{input:?}")
        };
        let status = 200.try_into().unwrap();
        MockResponse::Http(HttpResponse::new(status, SdkBody::from(answer)))
    })
}

/// The codes that a raw read of `asked` finds.
async fn read_raw(rule: &Rule, asked: &[&str]) -> Result<Vec<String>, StoreError> {
    let found = Mutex::new(Vec::new());
    let take = |items: &[RawItem<'_>]| {
        let codes = items.iter().map(|item| item.get("sku").and_then(as_text));
        lock(&found).extend(codes.map(|code| code.unwrap().to_owned()));
    };
    batch_get_raw(&client(rule), TABLE, || keys(asked), budget(), take).await?;
    Ok(found.into_inner().unwrap())
}

/// The same read by the client.
async fn read(rule: &Rule, asked: &[&str]) -> Result<Vec<String>, StoreError> {
    let request = HashMap::from([(TABLE.to_owned(), asked_for(keys(asked))?)]);
    let mut found = batch_get(&client(rule), request, budget()).await?;
    let items = found.remove(TABLE).unwrap_or_default();
    let codes = items.iter().map(|item| as_text(&item["sku"]).unwrap());
    Ok(codes.map(str::to_owned).collect())
}

#[tokio::test(start_paused = true)]
async fn keys_left_unprocessed_are_asked_for_again_and_only_they() {
    let asked = ["a", "b", "c"];
    let database = hesitant();
    assert_eq!(read_raw(&database, &asked).await.unwrap(), ["a", "c", "b"]);
    assert_eq!(database.num_calls(), 3);
    let database = hesitant();
    assert_eq!(read(&database, &asked).await.unwrap(), ["a", "c", "b"]);
    assert_eq!(database.num_calls(), 3);
}

fn always(status: u16, body: String) -> Rule {
    let answers = mock!(Client::batch_get_item).sequence();
    let answers = answers.http_status(status, Some(body)).repeatedly();
    answers.build()
}

#[tokio::test(start_paused = true)]
async fn a_read_that_stays_incomplete_is_no_answer() {
    let database = always(200, answer(&[], &["a"]));
    let error = read_raw(&database, &["a"]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    assert!(database.num_calls() > 5, "{}", database.num_calls());
    let database = always(200, answer(&[], &["a"]));
    let error = read(&database, &["a"]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_is_what_the_client_makes_of_it() {
    let error = |code: &str| {
        format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"no"}}"#)
    };
    let denied = always(400, error("AccessDeniedException"));
    let refusal = read_raw(&denied, &["a"]).await.unwrap_err();
    assert!(matches!(refusal, StoreError::Refused { .. }), "{refusal}");
    assert_eq!(denied.num_calls(), 1);
    let wrong = always(400, error("ValidationException"));
    let refusal = read_raw(&wrong, &["a"]).await.unwrap_err();
    assert!(matches!(refusal, StoreError::Invalid { .. }), "{refusal}");
    for (status, code) in [(400, "ThrottlingException"), (500, "InternalServerError")] {
        let passing = mock!(Client::batch_get_item)
            .sequence()
            .http_status(status, Some(error(code)))
            .http_status(200, Some(answer(&["a"], &[])))
            .build();
        assert_eq!(read_raw(&passing, &["a"]).await.unwrap(), ["a"], "{code}");
        assert_eq!(passing.num_calls(), 2, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_told_without_its_content() {
    for unreadable in [
        "",
        r#"{"Responses":"secret"}"#,
        r#"{"Responses":{"table":[{"sku":{"S":"secret"}}"#,
        r#"{"UnprocessedKeys":{"table":{"Keys":[{"sku":{"BOOL":true}}]}}}"#,
    ] {
        let database = always(200, unreadable.to_owned());
        let error = read_raw(&database, &["a"]).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(database.num_calls(), 1, "{unreadable}");
    }
    for nothing in ["{}", r#"{"Responses":null,"UnprocessedKeys":null}"#] {
        let database = always(200, nothing.to_owned());
        assert!(read_raw(&database, &["a"]).await.unwrap().is_empty());
    }
}

/// A client that tries again by itself takes no error for an answer.
#[test]
fn an_error_after_an_answer_is_no_answer() {
    let unread = Verbatim::default();
    let response = |status: u16| HttpResponse::new(status.try_into().unwrap(), SdkBody::from("{}"));
    let none = ConfigBag::base();
    let kept = unread.deserialize_nonstreaming_with_config(&response(500), &none);
    assert!(kept.is_err() && unread.body().is_none());
    let kept = unread.deserialize_nonstreaming_with_config(&response(200), &none);
    assert!(kept.is_ok());
    assert_eq!(unread.body(), Some(b"{}".as_slice()));
}
