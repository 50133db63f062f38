//! Many items in one call, repeated for what the database leaves unprocessed.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::fields::Fields;
use serde::Deserialize;

use crate::StoreError;
use crate::attributes::{Item, RawItem, raw_key};
use crate::retry::{Attempt, Budget, attempt};
use crate::verbatim::Verbatim;

const OPERATION: &str = "BatchGetItem";

/// Keys one call takes at most.
pub(crate) const KEYS_PER_CALL: usize = 100;

/// What a call asks for, by table.
pub(crate) type Request = HashMap<String, KeysAndAttributes>;

/// The items of `request`, by table.
pub(crate) async fn batch_get(
    client: &Client,
    request: Request,
    budget: Budget,
) -> Result<HashMap<String, Vec<Item>>, StoreError> {
    let found = Mutex::new(HashMap::<String, Vec<Item>>::new());
    let send = |asked| async {
        let call = client.batch_get_item().set_request_items(Some(asked));
        let answer = match attempt(OPERATION, call.send().await)? {
            Attempt::Done(answer) => answer,
            Attempt::Again(error) => return Ok(Attempt::Again(error)),
        };
        for (table, items) in answer.responses.unwrap_or_default() {
            lock(&found).entry(table).or_default().extend(items);
        }
        Ok(Attempt::Done(answer.unprocessed_keys.unwrap_or_default()))
    };
    until_processed(|| Ok(request.clone()), budget, send).await?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Gives `take` the items of `keys`, whose attributes are texts, of one table, as they came. The keys are
/// made once for each try, which for all but few is once; a copy would take as long.
pub(crate) async fn batch_get_raw(
    client: &Client,
    table: &str,
    keys: impl Fn() -> Vec<Item>,
    budget: Budget,
    take: impl Fn(&[RawItem<'_>]),
) -> Result<(), StoreError> {
    let take = &take;
    let send = |asked| async move {
        let unread = Verbatim::default();
        let call = client.batch_get_item().set_request_items(Some(asked));
        let sent = call.customize().interceptor(unread.clone()).send().await;
        if let Attempt::Again(error) = attempt(OPERATION, sent)? {
            return Ok(Attempt::Again(error));
        }
        let answer = Answer::read(unread.body().unwrap_or_default())?;
        for (_, items) in answer.responses.iter().flat_map(Fields::iter) {
            take(items);
        }
        Ok(Attempt::Done(answer.left()?))
    };
    let request = || Ok(HashMap::from([(table.to_owned(), asked_for(keys())?)]));
    until_processed(request, budget, send).await
}

/// The items of these keys, whole, and as they may have been a moment ago.
pub(crate) fn asked_for(keys: Vec<Item>) -> Result<KeysAndAttributes, StoreError> {
    Ok(KeysAndAttributes::builder().set_keys(Some(keys)).build()?)
}

/// Sends what `request` makes, and then what was left of it. `send` tells what that is.
async fn until_processed<F>(
    request: impl Fn() -> Result<Request, StoreError>,
    budget: Budget,
    send: impl Fn(Request) -> F,
) -> Result<(), StoreError>
where
    F: Future<Output = Result<Attempt<Request>, StoreError>>,
{
    let rest = Mutex::new(None::<Request>);
    budget
        .run(OPERATION, || {
            let left = lock(&rest).clone();
            let (rest, asked) = (&rest, left.map_or_else(&request, Ok));
            let sent = asked.map(&send);
            async move {
                let left = match sent?.await? {
                    Attempt::Done(left) => left,
                    Attempt::Again(error) => return Ok(Attempt::Again(error)),
                };
                if left.is_empty() {
                    return Ok(Attempt::Done(()));
                }
                *lock(rest) = Some(left);
                let detail = "not every key was processed".to_owned();
                Ok(Attempt::Again(StoreError::Unavailable {
                    operation: OPERATION,
                    detail,
                }))
            }
        })
        .await
}

/// What DynamoDB answers, as it came.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    #[serde(borrow, default)]
    responses: Option<Fields<'a, Vec<RawItem<'a>>>>,
    #[serde(borrow, default)]
    unprocessed_keys: Option<Fields<'a, Left<'a>>>,
}

/// What was left unprocessed of a table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Left<'a> {
    #[serde(borrow)]
    keys: Vec<RawItem<'a>>,
}

impl<'a> Answer<'a> {
    fn read(body: &'a [u8]) -> Result<Self, StoreError> {
        // At once: of each text by itself it takes longer.
        let body = std::str::from_utf8(body).map_err(damaged)?;
        // Its place alone: an error's text may quote what stands there.
        serde_json::from_str(body).map_err(|why| {
            let (line, column) = (why.line(), why.column());
            damaged(format_args!("line {line}, column {column}"))
        })
    }

    /// What to ask for next.
    fn left(self) -> Result<Request, StoreError> {
        let tables = self.unprocessed_keys.unwrap_or_default().into_iter();
        let left = tables.map(|(table, left)| {
            let keys: Option<Vec<Item>> = left.keys.into_iter().map(raw_key).collect();
            let keys = keys.ok_or_else(|| damaged("in its unprocessed keys"))?;
            Ok((table.into_owned(), asked_for(keys)?))
        });
        left.collect()
    }
}

/// An answer that came whole and can't be read: it would be no other if it were asked for again.
fn damaged(what: impl Display) -> StoreError {
    StoreError::corrupt(format!("the answer of {OPERATION}"), what)
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
