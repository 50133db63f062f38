//! All offers, page by page.

use feirante_models::SkuId;
use feirante_seller::listing::Product;
use feirante_seller::listing::resync::Cursor;

use super::product::{sold, text_of};
use super::{Offers, item};
use crate::StoreError;
use crate::attributes::{Item, text};
use crate::retry::{Budget, attempt};

/// Items that one call looks at, of all parts of a SKU. What is announced of them fits into a few
/// calls of a queue.
const ITEMS_PER_PAGE: i32 = 100;

impl Offers {
    /// Some of the SKUs, in no order, without what only suggestions need of them; and where the others
    /// are, `None` at the end. A page may be empty. Eventually consistent: what changed a moment ago
    /// may be missing. An offer that can't be read is left out.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn page(
        &self,
        after: Option<&Cursor>,
        budget: Budget,
    ) -> Result<(Vec<Product>, Option<Cursor>), StoreError> {
        const OPERATION: &str = "Scan";
        let call = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression("#part = :offer")
            .expression_attribute_names("#part", item::PART)
            .expression_attribute_values(":offer", text(item::OFFER))
            .set_exclusive_start_key(
                after.map(|cursor| item::key(&cursor.sku, &cursor.part).into()),
            )
            .limit(ITEMS_PER_PAGE);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        let found = answer.items.unwrap_or_default();
        let products = found.iter().filter_map(|item| {
            product(item)
                .inspect_err(|error| tracing::error!(%error, "an offer is not announced"))
                .ok()
        });
        let last = answer.last_evaluated_key.filter(|key| !key.is_empty());
        Ok((products.collect(), last.as_ref().map(cursor).transpose()?))
    }
}

fn product(item: &Item) -> Result<Product, StoreError> {
    sold(&sku(item)?, item)
}

fn cursor(key: &Item) -> Result<Cursor, StoreError> {
    Ok(Cursor {
        sku: sku(key)?,
        part: text_of(key, item::PART).unwrap_or_default().to_owned(),
    })
}

fn sku(item: &Item) -> Result<SkuId, StoreError> {
    let code = text_of(item, item::SKU).unwrap_or_default();
    SkuId::parse(code).map_err(|why| StoreError::corrupt("an offer", why))
}
