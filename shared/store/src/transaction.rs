//! Writing several items or none.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};

use crate::StoreError;
use crate::error::{is_invalid_code, is_transient_code};
use crate::retry::{Attempt, Budget, attempt};

/// Actions one transaction takes at most.
pub const ACTIONS_PER_TRANSACTION: usize = 100;

/// How a transaction ended.
pub(crate) enum Transaction {
    /// Everything is written.
    Done,
    /// Nothing is: at least one condition does not hold. One reason per action, in order.
    Refused(Vec<CancellationReason>),
}

/// Whether an action's own condition failed.
pub(crate) fn condition_failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}

/// Writes all of `actions`. Conflicts with other transactions and throttling are tried again.
///
/// All tries have one idempotency token, so that one whose answer was lost is not taken for
/// somebody else's. The token holds for ten minutes only and is not what repeated calls rely on:
/// every transaction here carries a condition that its own success makes false.
pub(crate) async fn transact(
    client: &Client,
    actions: Vec<TransactWriteItem>,
    budget: Budget,
) -> Result<Transaction, StoreError> {
    const OPERATION: &str = "TransactWriteItems";
    let call = client
        .transact_write_items()
        .client_request_token(uuid::Uuid::new_v4().to_string())
        .set_transact_items(Some(actions));
    budget
        .run(OPERATION, || async {
            let error = match call.clone().send().await {
                Ok(_) => return Ok(Attempt::Done(Transaction::Done)),
                Err(error) => error,
            };
            if let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) =
                error.as_service_error()
            {
                let reasons = canceled.cancellation_reasons();
                // A failed condition is final even where another action met a conflict.
                if reasons.iter().any(condition_failed) {
                    return Ok(Attempt::Done(Transaction::Refused(reasons.to_vec())));
                }
                if reasons
                    .iter()
                    .filter_map(CancellationReason::code)
                    .any(is_transient_code)
                {
                    return Ok(Attempt::Again(StoreError::Unavailable {
                        operation: OPERATION,
                        detail: "in conflict with other writes".to_owned(),
                    }));
                }
                if reasons
                    .iter()
                    .filter_map(CancellationReason::code)
                    .any(is_invalid_code)
                {
                    let detail = "an item is not valid".to_owned();
                    return Err(StoreError::Invalid {
                        operation: OPERATION,
                        detail,
                    });
                }
            }
            attempt(OPERATION, Err(error))
        })
        .await
}
