//! Orders whose reservation is to be released.

use feirante_models::{Instant, OrderId};

use super::{Orders, item};
use crate::StoreError;
use crate::attributes::{Item, as_text, text, time};
use crate::retry::{Budget, attempt};

impl Orders {
    /// Some of the orders that are due at `now`, the longest due first, at most `most` of each part
    /// of the index. The index lags behind: decide by the order itself.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn due(
        &self,
        now: Instant,
        most: i32,
        budget: Budget,
    ) -> Result<Vec<OrderId>, StoreError> {
        const OPERATION: &str = "Query";
        let mut due = Vec::new();
        for part in 0..item::DUE_PARTITIONS {
            let call = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(item::DUE_INDEX)
                .key_condition_expression("#part = :part AND #due <= :now")
                .expression_attribute_names("#part", item::DUE_PARTITION)
                .expression_attribute_names("#due", item::DUE_AT)
                .expression_attribute_values(":part", text(item::due_partition_name(part)))
                .expression_attribute_values(":now", time(now))
                .limit(most);
            let answer = budget
                .run(OPERATION, || async {
                    attempt(OPERATION, call.clone().send().await)
                })
                .await?;
            due.extend(answer.items.unwrap_or_default().iter().filter_map(order_id));
        }
        Ok(due)
    }
}

fn order_id(item: &Item) -> Option<OrderId> {
    let key = item.get(item::PK).and_then(as_text)?;
    OrderId::parse(key.strip_prefix("ORDER#")?).ok()
}
