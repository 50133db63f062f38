//! Counts of stock, whenever they come.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use feirante_models::Instant;
use feirante_models::erp::StockMessage;
use feirante_seller::offer::Departures;

use super::item::{self, StockAttributes};
use super::{Offers, Update, departures};
use crate::StoreError;
use crate::attributes::{Item, as_time, number, time};
use crate::retry::{Attempt, Budget, attempt};

const OPERATION: &str = "UpdateItem";

/// Writes of a count that meet units leaving beside them: a SKU would have to sell many times a
/// second for more.
const ROUNDS: usize = 4;

enum Written {
    /// The count holds.
    Yes,
    /// Another count holds, or other departures than were thought of. The offer as it stands.
    No(Item),
}

impl Offers {
    /// Takes over a count: what is reserved for orders stays reserved, and what left after it was
    /// made is not there any more.
    ///
    /// Most SKUs have sold nothing since their last count, so it is written as if there were no
    /// departures, in one call; where there are, that fails and tells which.
    ///
    /// # Errors
    /// When the write could not be made in time.
    pub async fn count_stock(
        &self,
        message: &StockMessage,
        as_of: Instant,
        budget: Budget,
    ) -> Result<Update, StoreError> {
        let place = &message.warehouse;
        let mut left = Departures::default();
        for _ in 0..ROUNDS {
            let offer = match self.write_count(message, as_of, &left, budget).await? {
                Written::Yes => return Ok(Update::Applied),
                Written::No(offer) => offer,
            };
            // A count that comes again must not undo the adjustments made since: the same time is
            // the same count.
            if counted_at(&offer, &StockAttributes::of(place).as_of)? >= Some(as_of) {
                return Ok(Update::Outdated);
            }
            left = departures::of_place(&offer, place)?;
        }
        Err(StoreError::Unavailable {
            operation: OPERATION,
            detail: format!("units of {} keep leaving {place}", message.sku),
        })
    }

    /// Writes a count, if it is the newest and `left` is all that left since the one before.
    async fn write_count(
        &self,
        message: &StockMessage,
        as_of: Instant,
        left: &Departures,
        budget: Budget,
    ) -> Result<Written, StoreError> {
        let call = self.count_call(message, as_of, left);
        budget
            .run(OPERATION, || async {
                match call.clone().send().await {
                    Ok(_) => Ok(Attempt::Done(Written::Yes)),
                    Err(error) => match error.as_service_error() {
                        Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                            let offer = failed.item().cloned().unwrap_or_default();
                            Ok(Attempt::Done(Written::No(offer)))
                        }
                        _ => attempt(OPERATION, Err(error)),
                    },
                }
            })
            .await
    }

    fn count_call(
        &self,
        message: &StockMessage,
        as_of: Instant,
        left: &Departures,
    ) -> UpdateItemFluentBuilder {
        let stock = StockAttributes::of(&message.warehouse);
        let unknown = left.unknown_at(as_of);
        let mut update = "SET #onHand = :onHand, #asOf = :asOf, \
             #reserved = if_not_exists(#reserved, :zero), \
             #available = :onHand - if_not_exists(#reserved, :zero)"
            .to_owned();
        let mut call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(item::key(&message.sku, item::OFFER).into()))
            .expression_attribute_names("#onHand", stock.on_hand)
            .expression_attribute_names("#asOf", stock.as_of)
            .expression_attribute_names("#reserved", stock.reserved)
            .expression_attribute_names("#available", stock.available)
            .expression_attribute_names("#left", stock.left)
            .expression_attribute_values(
                ":onHand",
                number(message.on_hand.saturating_sub(unknown.units())),
            )
            .expression_attribute_values(":asOf", time(as_of))
            .expression_attribute_values(":zero", number(0))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let as_thought = if left.is_empty() {
            "attribute_not_exists(#left)"
        } else {
            call = call.expression_attribute_values(":left", departures::attribute(left));
            if unknown.is_empty() {
                update.push_str(" REMOVE #left");
            } else {
                update.push_str(", #left = :unknown");
                call =
                    call.expression_attribute_values(":unknown", departures::attribute(&unknown));
            }
            "#left = :left"
        };
        call.update_expression(update).condition_expression(format!(
            "(attribute_not_exists(#asOf) OR #asOf < :asOf) AND {as_thought}"
        ))
    }
}

/// When the stock of an offer was counted last.
fn counted_at(offer: &Item, as_of: &str) -> Result<Option<Instant>, StoreError> {
    let read = |value| as_time(value).ok_or_else(|| StoreError::corrupt("an offer", as_of));
    offer.get(as_of).map(read).transpose()
}
