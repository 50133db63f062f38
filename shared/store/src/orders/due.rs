//! Finding and counting what is due about orders: reservations to be released, invoices to come.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use feirante_models::{Instant, OrderId};
use futures::future::try_join_all;

use super::Orders;
use super::item::{self, Due};
use crate::StoreError;
use crate::attributes::{Item, as_text, text, time};
use crate::retry::{Budget, attempt};

const OPERATION: &str = "Query";

/// A count goes no further in each part of the index: that it is many is enough to know.
const MOST_COUNTED: i32 = 1000;

/// Where a list of reservations that are due goes on: each part of the index is a list of its own.
#[derive(Debug, Clone)]
pub struct DuePage {
    part: u8,
    start: Option<Item>,
}

impl DuePage {
    /// The first page of each part.
    pub fn first() -> impl Iterator<Item = Self> {
        (0..item::DUE_PARTITIONS).map(|part| Self { part, start: None })
    }
}

impl Orders {
    /// Orders whose reservation is due at `now`, the longest due first and at most `most`; and where the
    /// others of the same part of the index are. The index lags behind: decide by the order itself.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn due(
        &self,
        now: Instant,
        page: DuePage,
        most: i32,
        budget: Budget,
    ) -> Result<(Vec<OrderId>, Option<DuePage>), StoreError> {
        let DuePage { part, start } = page;
        let call = self
            .due_in_part(Due::Reservation, part, now)
            .set_exclusive_start_key(start)
            .limit(most);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        let orders = answer.items.unwrap_or_default();
        let orders = orders.iter().filter_map(order_id).collect();
        let start = answer.last_evaluated_key.filter(|key| !key.is_empty());
        let next = start.map(|start| DuePage {
            part,
            start: Some(start),
        });
        Ok((orders, next))
    }

    /// How many orders have this due at `by` or before. Of very many the number is too small; and the
    /// index lags behind.
    ///
    /// # Errors
    /// When they could not be counted in time.
    pub async fn count_due(
        &self,
        due: Due,
        by: Instant,
        budget: Budget,
    ) -> Result<u32, StoreError> {
        let parts = (0..item::DUE_PARTITIONS).map(|part| async move {
            let call = self
                .due_in_part(due, part, by)
                .select(Select::Count)
                .limit(MOST_COUNTED);
            let answer = budget.run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            });
            answer.await.map(|answer| answer.count.unsigned_abs())
        });
        Ok(try_join_all(parts).await?.into_iter().sum())
    }

    fn due_in_part(&self, due: Due, part: u8, by: Instant) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(item::DUE_INDEX)
            .key_condition_expression("#part = :part AND #due <= :by")
            .expression_attribute_names("#part", item::DUE_PARTITION)
            .expression_attribute_names("#due", item::DUE_AT)
            .expression_attribute_values(":part", text(due.partition(part)))
            .expression_attribute_values(":by", time(by))
    }
}

fn order_id(item: &Item) -> Option<OrderId> {
    let key = item.get(item::PK).and_then(as_text)?;
    OrderId::parse(key.strip_prefix("ORDER#")?).ok()
}
