//! What happened on a day, page by page: the orders placed on it and those refused.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::{AccountName, OrderId};
use feirante_seller::order::Order;

use super::list::BY_DAY_INDEX;
use super::{Orders, item};
use crate::StoreError;
use crate::attributes::{Item, as_text, text};
use crate::batch_get::{KEYS_PER_CALL, batch_get};
use crate::retry::{Budget, attempt};

/// Where a day that was too long for a page goes on.
#[derive(Debug, Clone)]
pub struct DayPage(Item);

impl Orders {
    /// Some of the orders placed on `day` (`2026-11-21`, in UTC), of one marketplace or all, as they stand
    /// now, in no order; and where the others are. The index by which they are found lags behind by
    /// moments. A page may be empty.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn page_of_day(
        &self,
        day: &str,
        of: Option<&AccountName>,
        page: Option<DayPage>,
        budget: Budget,
    ) -> Result<(Vec<Order>, Option<DayPage>), StoreError> {
        let (found, next) = self.indexed(day, page, budget).await?;
        let wanted = |item: &&Item| {
            let account = item.get("account").and_then(as_text);
            of.is_none_or(|of| account == Some(of.as_str()))
        };
        let ids = found.iter().filter(wanted).filter_map(order_id);
        let ids: Vec<OrderId> = ids.collect();
        if ids.is_empty() {
            return Ok((Vec::new(), next));
        }
        let orders = self.get_all(&ids, budget).await?;
        Ok((orders.into_values().collect(), next))
    }

    /// The whole items that the index by day has under `day`, some of them.
    pub(super) async fn items_of_day(
        &self,
        day: &str,
        page: Option<DayPage>,
        budget: Budget,
    ) -> Result<(Vec<Item>, Option<DayPage>), StoreError> {
        let (found, next) = self.indexed(day, page, budget).await?;
        if found.is_empty() {
            return Ok((found, next));
        }
        let key = |mut item: Item| {
            item.retain(|name, _| name == item::PK || name == item::SK);
            item
        };
        let keys = found.into_iter().map(key).collect();
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build()?;
        let request = HashMap::from([(self.table.clone(), keys)]);
        let found = batch_get(&self.client, request, budget).await?;
        Ok((found.into_values().flatten().collect(), next))
    }

    /// What the index by day has under `day`: as much as can be read at once.
    async fn indexed(
        &self,
        day: &str,
        page: Option<DayPage>,
        budget: Budget,
    ) -> Result<(Vec<Item>, Option<DayPage>), StoreError> {
        const OPERATION: &str = "Query";
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(BY_DAY_INDEX)
            .key_condition_expression("#day = :day")
            .expression_attribute_names("#day", item::DAY)
            .expression_attribute_values(":day", text(day))
            .set_exclusive_start_key(page.map(|DayPage(key)| key))
            .limit(i32::try_from(KEYS_PER_CALL).unwrap_or(i32::MAX));
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        let next = answer.last_evaluated_key.filter(|key| !key.is_empty());
        Ok((answer.items.unwrap_or_default(), next.map(DayPage)))
    }
}

fn order_id(item: &Item) -> Option<OrderId> {
    let key = item.get(item::PK).and_then(as_text)?;
    OrderId::parse(key.strip_prefix("ORDER#")?).ok()
}
