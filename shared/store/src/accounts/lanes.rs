//! Changing a gate: one conditional write by what this process saw last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use feirante_models::{AccountName, Instant};
use feirante_seller::delivery::{Gate, Lane};

use super::item::{self, ACCOUNT, VERSION, Versioned};
use super::{Accounts, LaneOf};
use crate::StoreError;
use crate::attributes::number;
use crate::retry::{Attempt, Budget, attempt};

/// What this process saw older than so many milliseconds is read again before it keeps a request
/// back, or lets one through without a write.
const FRESH_FOR: u64 = 1000;

/// What this process last saw of each lane. Those who work on one lane queue up here, so that the
/// messages of a batch do not make each other's conditions fail.
#[derive(Debug, Default)]
pub(super) struct Lanes(Mutex<HashMap<(AccountName, Lane), Arc<SeenLane>>>);

type SeenLane = tokio::sync::Mutex<Seen>;

#[derive(Debug, Default)]
struct Seen {
    item: Versioned,
    /// When it was so; `None`: it was never looked at.
    at: Option<Instant>,
}

/// What a decision that changes nothing may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Whatever was seen last.
    Known,
    /// Only what was seen within the last second.
    Fresh,
    /// Whatever was seen last; and whoever is overtaken writes again at once, before those who only
    /// ask: each of them would go, and must not.
    Urgent,
}

impl Lanes {
    fn of(&self, lane: LaneOf<'_>) -> Arc<SeenLane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (lane.account.clone(), lane.lane);
        Arc::clone(lanes.entry(key).or_default())
    }
}

impl Seen {
    fn is_fresh(&self, now: Instant) -> bool {
        self.at
            .is_some_and(|at| at.millis().abs_diff(now.millis()) < FRESH_FOR)
    }
}

impl Accounts {
    /// Decides on the gate of `lane` and writes what it becomes, until both belong together.
    pub(super) async fn change<T>(
        &self,
        lane: LaneOf<'_>,
        trust: Trust,
        now: Instant,
        budget: Budget,
        decide: impl Fn(&Gate) -> (T, Option<Gate>),
    ) -> Result<T, StoreError> {
        let seen = self.lanes.of(lane);
        let (seen, decide) = (&seen, &decide);
        budget
            .run("PutItem", || async move {
                let mut seen = seen.lock().await;
                loop {
                    let (mut answer, mut changed) = decide(&seen.item.gate);
                    if changed.is_none() && trust == Trust::Fresh && !seen.is_fresh(now) {
                        match self.read_lane(lane).await? {
                            Attempt::Done(item) => {
                                *seen = Seen {
                                    item,
                                    at: Some(now),
                                }
                            }
                            Attempt::Again(error) => return Ok(Attempt::Again(error)),
                        }
                        (answer, changed) = decide(&seen.item.gate);
                    }
                    let Some(gate) = changed else {
                        return Ok(Attempt::Done(answer));
                    };
                    let version = seen.item.version + 1;
                    let next = Versioned { version, gate };
                    match self.put_lane(lane, &next).await? {
                        Attempt::Done(None) => {
                            *seen = Seen {
                                item: next,
                                at: Some(now),
                            };
                            return Ok(Attempt::Done(answer));
                        }
                        Attempt::Done(Some(item)) => {
                            *seen = Seen {
                                item,
                                at: Some(now),
                            };
                            if trust != Trust::Urgent {
                                return Ok(Attempt::Again(overtaken()));
                            }
                        }
                        Attempt::Again(error) => return Ok(Attempt::Again(error)),
                    }
                }
            })
            .await
    }

    async fn read_lane(&self, lane: LaneOf<'_>) -> Result<Attempt<Versioned>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key(lane.account, lane.lane.name())))
            .consistent_read(true)
            .send()
            .await;
        Ok(match attempt("GetItem", answer)? {
            Attempt::Done(answer) => Attempt::Done(match answer.item {
                Some(found) => item::decode(lane.account, lane.lane, found)?,
                None => Versioned::default(),
            }),
            Attempt::Again(error) => Attempt::Again(error),
        })
    }

    /// Writes `next` if it comes right after what is there; otherwise gives what is there.
    async fn put_lane(
        &self,
        lane: LaneOf<'_>,
        next: &Versioned,
    ) -> Result<Attempt<Option<Versioned>>, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item::encode(lane.account, lane.lane, next)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = match next.version {
            1 => put.condition_expression(format!("attribute_not_exists({ACCOUNT})")),
            version => put
                .condition_expression("#version = :seen")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":seen", number(version - 1)),
        };
        let error = match put.send().await {
            Ok(_) => return Ok(Attempt::Done(None)),
            Err(error) => error,
        };
        if let SdkError::ServiceError(service) = &error
            && let PutItemError::ConditionalCheckFailedException(failed) = service.err()
        {
            let found = match failed.item().cloned() {
                Some(found) => item::decode(lane.account, lane.lane, found)?,
                // Somebody took it away: it begins anew.
                None => Versioned::default(),
            };
            return Ok(Attempt::Done(Some(found)));
        }
        attempt("PutItem", Err(error))
    }
}

fn overtaken() -> StoreError {
    StoreError::Unavailable {
        operation: "PutItem",
        detail: "others write the same lane all the time".to_owned(),
    }
}
