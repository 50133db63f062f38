//! What a count asks of the database: one write where nothing has left, two where something has.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use feirante_models::Instant;
use feirante_store::offers::Update;
use feirante_store::{Budget, Offers, StoreError};

use crate::database::OFFERS;
use crate::samples::{at, count};

async fn counted(rule: &Rule, units: i64, counted_at: Instant) -> Result<Update, StoreError> {
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [rule], |config| {
        config.retry_config(RetryConfig::disabled())
    });
    let offers = Offers::new(client, OFFERS);
    let count = count("a", "main", units);
    let budget = Budget::of(Duration::from_millis(1800));
    offers.count_stock(&count, counted_at, budget).await
}

fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// The write fails: the offer was counted at 0, and two units left at 10.
fn two_left() -> UpdateItemError {
    let pair = AttributeValue::L(vec![number(at(10).millis()), number(2)]);
    let offer = HashMap::from([
        ("sku".to_owned(), AttributeValue::S("a".to_owned())),
        ("asOf:main".to_owned(), number(at(0).millis())),
        ("left:main".to_owned(), AttributeValue::L(vec![pair])),
    ]);
    UpdateItemError::ConditionalCheckFailedException(
        ConditionalCheckFailedException::builder()
            .set_item(Some(offer))
            .build(),
    )
}

#[tokio::test(start_paused = true)]
async fn a_count_is_one_write() {
    let answers = mock!(Client::update_item)
        .sequence()
        .output(|| UpdateItemOutput::builder().build())
        .build();
    assert_eq!(counted(&answers, 9, at(5)).await.unwrap(), Update::Applied);
    assert_eq!(answers.num_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_outdated_count_is_one_write() {
    for counted_at in [at(-1), at(0)] {
        let answers = mock!(Client::update_item)
            .sequence()
            .error(two_left)
            .build();
        let counted = counted(&answers, 9, counted_at).await;
        assert_eq!(counted.unwrap(), Update::Outdated);
        assert_eq!(answers.num_calls(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_count_that_must_know_what_left_is_two() {
    for (counted_at, on_hand) in [(at(5), 7), (at(15), 9)] {
        let second = mock!(Client::update_item)
            .match_requests(move |input| {
                let values = input.expression_attribute_values().unwrap();
                !values.contains_key(":left") || values[":onHand"] == number(on_hand)
            })
            .sequence()
            .error(two_left)
            .output(|| UpdateItemOutput::builder().build())
            .build();
        let counted = counted(&second, 9, counted_at).await;
        assert_eq!(counted.unwrap(), Update::Applied);
        assert_eq!(second.num_calls(), 2);
    }
}

/// The queue brings it again; until then other messages have their turn.
#[tokio::test(start_paused = true)]
async fn a_count_gives_up_where_units_keep_leaving() {
    let answers = mock!(Client::update_item)
        .sequence()
        .error(two_left)
        .repeatedly()
        .build();
    let error = counted(&answers, 9, at(5)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    assert!(
        error.to_string().ends_with("units of a keep leaving main"),
        "{error}"
    );
    assert_eq!(answers.num_calls(), 4);
}
