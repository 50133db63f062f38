//! A database that is busy: what passes is tried again while there is time, what does not is told
//! at once. The clock is paused; waits take no time.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use feirante_models::erp::InvoiceType;
use feirante_seller::lifecycle;
use feirante_store::offers::Update;
use feirante_store::orders::{Changed, NewOrder, Placed, Reservation};
use feirante_store::{Budget, Offers, Orders, StoreError};

use crate::database::{OFFERS, ORDERS};
use crate::orders::transition;
use crate::samples::{adjustment, at, count, invoice, order, sent, sku};

fn client(rule: &Rule) -> Client {
    mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [rule], |config| {
        config.retry_config(RetryConfig::disabled())
    })
}

fn budget() -> Budget {
    Budget::of(Duration::from_millis(1800))
}

/// An error as the database writes it.
fn error(code: &str) -> Option<String> {
    Some(format!(
        r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"no"}}"#
    ))
}

fn canceled(codes: &'static [&str]) -> impl Fn() -> TransactWriteItemsError {
    move || {
        let reasons = codes
            .iter()
            .map(|code| CancellationReason::builder().code(*code).build());
        TransactWriteItemsError::TransactionCanceledException(
            TransactionCanceledException::builder()
                .set_cancellation_reasons(Some(reasons.collect()))
                .build(),
        )
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_passes() {
    for code in [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "TransactionConflictException",
    ] {
        let answers = mock!(Client::update_item)
            .sequence()
            .http_status(400, error(code))
            .times(3)
            .output(|| UpdateItemOutput::builder().build())
            .build();
        let offers = Offers::new(client(&answers), OFFERS);
        let update = offers
            .count_stock(&count("a", "main", 1), at(0), budget())
            .await;
        assert_eq!(update.unwrap(), Update::Applied, "{code}");
        assert_eq!(answers.num_calls(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_down_for_good_is_unavailable() {
    let answers = mock!(Client::update_item)
        .sequence()
        .http_status(503, None)
        .repeatedly()
        .build();
    let offers = Offers::new(client(&answers), OFFERS);
    let error = offers
        .count_stock(&count("a", "main", 1), at(0), budget())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    assert!(error.to_string().starts_with("UpdateItem: "), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_can_never_work_is_made_once() {
    for code in [
        "AccessDeniedException",
        "ResourceNotFoundException",
        "ValidationException",
    ] {
        let answers = mock!(Client::update_item)
            .sequence()
            .http_status(400, error(code))
            .repeatedly()
            .build();
        let offers = Offers::new(client(&answers), OFFERS);
        let error = offers
            .count_stock(&count("a", "main", 1), at(0), budget())
            .await
            .unwrap_err();
        // What can't be held is told apart from what may not be done.
        let invalid = matches!(error, StoreError::Invalid { .. });
        assert_eq!(invalid, code == "ValidationException", "{error}");
        assert!(
            invalid || matches!(error, StoreError::Refused { .. }),
            "{error}"
        );
        assert_eq!(answers.num_calls(), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_with_another_transaction_passes() {
    let answers = mock!(Client::transact_write_items)
        .sequence()
        .error(canceled(&["None", "TransactionConflict"]))
        .error(canceled(&["ThrottlingError", "None"]))
        .output(|| TransactWriteItemsOutput::builder().build())
        .build();
    let offers = Offers::new(client(&answers), OFFERS);
    let message = adjustment("1", "a", "main", 1);
    let update = offers
        .adjust_stock(&message, at(0), budget())
        .await
        .unwrap();
    assert_eq!((update, answers.num_calls()), (Update::Applied, 3));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_does_not_pass_is_unavailable() {
    let answers = mock!(Client::transact_write_items)
        .sequence()
        .error(canceled(&["TransactionConflict", "None"]))
        .repeatedly()
        .build();
    let offers = Offers::new(client(&answers), OFFERS);
    let message = adjustment("1", "a", "main", 1);
    let error = offers
        .adjust_stock(&message, at(0), budget())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_being_placed_is_not_refused_for_what_it_takes() {
    let answers = mock!(Client::transact_write_items)
        .sequence()
        .error(canceled(&[
            "TransactionConflict",
            "ConditionalCheckFailed",
            "None",
        ]))
        .repeatedly()
        .build();
    let client = client(&answers);
    let (offers, orders) = (
        Offers::new(client.clone(), OFFERS),
        Orders::new(client, ORDERS),
    );
    let order = order("1-01", &[("a", "main", 1)]);
    let reserve = feirante_seller::order::reserved_units([&order]);
    let new = NewOrder {
        order: &order,
        received: "{}",
        expires_at: at(1),
    };
    let outcome = orders
        .place(&[new], &offers, Reservation::of(&reserve), budget())
        .await;
    assert!(
        matches!(outcome, Err(StoreError::Unavailable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_condition_that_failed_is_final_even_beside_a_conflict() {
    let answers = mock!(Client::transact_write_items)
        .sequence()
        .error(canceled(&[
            "None",
            "ConditionalCheckFailed",
            "TransactionConflict",
            "None",
        ]))
        .repeatedly()
        .build();
    let client = client(&answers);
    let (offers, orders) = (
        Offers::new(client.clone(), OFFERS),
        Orders::new(client, ORDERS),
    );
    let order = order("1-01", &[("a", "main", 1), ("b", "main", 1)]);
    let reserve = feirante_seller::order::reserved_units([&order]);
    let new = NewOrder {
        order: &order,
        received: "{}",
        expires_at: at(1),
    };
    let placed = orders
        .place(&[new], &offers, Reservation::of(&reserve), budget())
        .await
        .unwrap();
    let Placed::OutOfStock(short) = placed else {
        panic!("{placed:?}");
    };
    // Of the other SKU nothing is known.
    let short: Vec<_> = short.into_iter().map(|offer| offer.sku).collect();
    assert_eq!((short, answers.num_calls()), (vec![sku("a")], 1));
}

/// Units that are to leave with an invoice, where the offer's condition fails each time and finds this.
async fn leaving(found: &'static [(&'static str, i64)]) -> (Result<Changed, StoreError>, usize) {
    let failed = move || {
        let number = |(name, number): &(&str, i64)| {
            ((*name).to_owned(), AttributeValue::N(number.to_string()))
        };
        let mut item: HashMap<_, _> = found.iter().map(number).collect();
        if !item.is_empty() {
            item.insert("sku".to_owned(), AttributeValue::S("a".to_owned()));
        }
        let reasons = [
            CancellationReason::builder().code("None"),
            CancellationReason::builder()
                .code("ConditionalCheckFailed")
                .set_item((!item.is_empty()).then_some(item)),
        ];
        let reasons = reasons.map(|reason| reason.build()).into();
        TransactWriteItemsError::TransactionCanceledException(
            TransactionCanceledException::builder()
                .set_cancellation_reasons(Some(reasons))
                .build(),
        )
    };
    let answers = mock!(Client::transact_write_items)
        .sequence()
        .error(failed)
        .repeatedly()
        .build();
    let client = client(&answers);
    let (offers, orders) = (
        Offers::new(client.clone(), OFFERS),
        Orders::new(client, ORDERS),
    );
    let placed = order("1-01", &[("a", "main", 1)]);
    let paid = transition(lifecycle::authorize(&placed, at(1)).unwrap()).order;
    let sale = invoice("N-1", InvoiceType::Output, 7590, &[("a", 1)], 10);
    let accepted = lifecycle::accept_invoice(&paid, &sale, at(2)).unwrap();
    let accepted = transition(accepted).order;
    let sent = lifecycle::invoice_sent(&accepted, &sale.number, false, sent(), at(3));
    let changed = orders.change(&transition(sent), &offers, budget()).await;
    (changed, answers.num_calls())
}

#[tokio::test(start_paused = true)]
async fn a_sku_whose_stock_is_counted_again_and_again_is_not_gone() {
    let (changed, calls) = leaving(&[
        ("onHand:main", 9),
        ("reserved:main", 1),
        ("available:main", 8),
        ("asOf:main", 1),
    ])
    .await;
    assert!(
        matches!(changed, Err(StoreError::Unavailable { .. })),
        "{changed:?}"
    );
    assert_eq!(calls, 4);
    let (changed, calls) = leaving(&[]).await;
    assert!(matches!(changed, Ok(Changed::OutOfStock(_))), "{changed:?}");
    assert_eq!(calls, 1);
}

#[tokio::test(start_paused = true)]
async fn a_transaction_refused_for_another_reason_is_refused() {
    let answers = mock!(Client::transact_write_items)
        .sequence()
        .error(canceled(&["ItemCollectionSizeLimitExceeded", "None"]))
        .repeatedly()
        .build();
    let offers = Offers::new(client(&answers), OFFERS);
    let message = adjustment("1", "a", "main", 1);
    let error = offers
        .adjust_stock(&message, at(0), budget())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    assert_eq!(answers.num_calls(), 1);
}
