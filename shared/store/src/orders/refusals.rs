//! Orders that were not placed, kept for reports: `REFUSAL#{orderId}`, one item for each code.
//!
//! A marketplace that asks again and again writes the same item, which counts. It is found in the index
//! by day under the day of the first refusal, beside that day's orders, and expires.

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::Instant;
use feirante_seller::placement::Refusal;
use jiff::SignedDuration;
use serde::Deserialize;

use super::{DayPage, Orders, item};
use crate::StoreError;
use crate::attributes::{Item, as_integer, number, text};
use crate::retry::{Attempt, Budget, attempt};

/// As long refusals are kept after the last one.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

const REFUSAL: &str = "refusal";
const COUNT: &str = "count";
/// When an order was refused first. By its name the index sorts a day.
const FIRST_AT: &str = "placedAt";
const LAST_AT: &str = "lastAt";

/// An order that was refused, once or more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordedRefusal {
    /// The order and why, as it was the last time.
    pub refusal: Refusal,
    /// How often it was refused so.
    pub count: u64,
    /// The first time.
    #[serde(rename = "placedAt")]
    pub first_at: Instant,
    /// The last time.
    #[serde(rename = "lastAt")]
    pub last_at: Instant,
}

impl Orders {
    /// Notes that an order was refused at `now`.
    ///
    /// # Errors
    /// When the outcome could not be learned in time; a count may be one too high then.
    pub async fn record_refusal(
        &self,
        refusal: &Refusal,
        now: Instant,
        budget: Budget,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "UpdateItem";
        let id = refusal.order_id();
        let value: AttributeValue = serde_dynamo::to_attribute_value(refusal)
            .map_err(|error| StoreError::corrupt(format!("refusal of order {id}"), error))?;
        let at = now.to_string();
        let date = at.split('T').next().unwrap_or(&at);
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(item::PK, text(format!("REFUSAL#{id}")))
            .key(item::SK, text(refusal.reason.code().as_str()))
            .update_expression(
                "SET #refusal = :refusal, #lastAt = :now, #expiresAt = :expiresAt, \
                 #day = if_not_exists(#day, :day), #firstAt = if_not_exists(#firstAt, :now) \
                 ADD #count :one",
            )
            .expression_attribute_names("#refusal", REFUSAL)
            .expression_attribute_names("#lastAt", LAST_AT)
            .expression_attribute_names("#expiresAt", item::EXPIRES_AT)
            .expression_attribute_names("#day", item::DAY)
            .expression_attribute_names("#firstAt", FIRST_AT)
            .expression_attribute_names("#count", COUNT)
            .expression_attribute_values(":refusal", value)
            .expression_attribute_values(":day", text(day(date)))
            .expression_attribute_values(":now", text(&at))
            .expression_attribute_values(":expiresAt", number(now.plus(KEPT).seconds()))
            .expression_attribute_values(":one", number(1));
        budget
            .run(OPERATION, || async {
                Ok(match attempt(OPERATION, call.clone().send().await)? {
                    Attempt::Done(_) => Attempt::Done(()),
                    Attempt::Again(error) => Attempt::Again(error),
                })
            })
            .await
    }

    /// Some of the orders first refused on `date` (`2026-11-21`, in UTC), in no order, and where the
    /// others are. What has expired at `now` is left out: the database deletes it days late.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn refusals_of_day(
        &self,
        date: &str,
        now: Instant,
        page: Option<DayPage>,
        budget: Budget,
    ) -> Result<(Vec<RecordedRefusal>, Option<DayPage>), StoreError> {
        let (mut items, next) = self.items_of_day(&day(date), page, budget).await?;
        items.retain(|item| {
            let expires_at = item.get(item::EXPIRES_AT).and_then(as_integer);
            expires_at.is_none_or(|at| at > now.seconds())
        });
        let refusals = items.into_iter().map(decode);
        Ok((refusals.collect::<Result<_, _>>()?, next))
    }
}

/// Refusals of a day are apart from its orders.
fn day(date: &str) -> String {
    format!("refused#{date}")
}

fn decode(item: Item) -> Result<RecordedRefusal, StoreError> {
    serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt("a refusal", error))
}
