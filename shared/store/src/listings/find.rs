//! Finding listings by their state: those that are due, and those that people ask for.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::listing::Listing;

use super::{Listings, item};
use crate::StoreError;
use crate::attributes::{Item, as_text, text, time};
use crate::batch_get::batch_get;
use crate::retry::{Budget, attempt};

/// Names of listings that one call gives at most.
const KEYS_PER_PAGE: i32 = 1000;

/// Listings that one call gives at most: as many as can be read at once.
const LISTINGS_PER_PAGE: i32 = 100;

/// Names a listing.
pub type Key = (SkuId, AccountName);

/// Where a list that was too long goes on.
#[derive(Debug, Clone)]
pub struct Page(Item);

impl Listings {
    /// Some of the listings in `state` that are due at `now`, the longest due first, and where the
    /// others are. The index lags behind: decide by the listing itself.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn due(
        &self,
        state: &str,
        now: Instant,
        page: Option<Page>,
        budget: Budget,
    ) -> Result<(Vec<Key>, Option<Page>), StoreError> {
        let query = self
            .by_state(state, page)
            .key_condition_expression("#state = :state AND #at <= :now")
            .expression_attribute_names("#at", item::AT)
            .expression_attribute_values(":now", time(now))
            .limit(KEYS_PER_PAGE);
        find(query, budget).await
    }

    /// Some of the listings in `state`, and where the others are.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn in_state(
        &self,
        state: &str,
        page: Option<Page>,
        budget: Budget,
    ) -> Result<(Vec<Listing>, Option<Page>), StoreError> {
        let query = self
            .by_state(state, page)
            .key_condition_expression("#state = :state")
            .limit(LISTINGS_PER_PAGE);
        let (keys, next) = find(query, budget).await?;
        if keys.is_empty() {
            return Ok((Vec::new(), next));
        }
        let places: HashMap<&Key, usize> = keys.iter().zip(0..).collect();
        let request = keys
            .iter()
            .map(|(sku, account)| item::key(sku, account).into())
            .collect();
        let request = KeysAndAttributes::builder()
            .set_keys(Some(request))
            .build()?;
        let request = HashMap::from([(self.table.clone(), request)]);
        let found = batch_get(&self.client, request, budget).await?;
        let mut listings = found
            .into_values()
            .flatten()
            .map(item::decode)
            .collect::<Result<Vec<_>, _>>()?;
        listings.sort_by_cached_key(|listing| {
            let key = (listing.sku.clone(), listing.account.clone());
            places.get(&key).copied()
        });
        // What has left the state since is in another list.
        listings.retain(|listing| listing.state.name() == state);
        Ok((listings, next))
    }

    fn by_state(&self, state: &str, page: Option<Page>) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(item::BY_STATE)
            .expression_attribute_names("#state", item::STATE)
            .expression_attribute_values(":state", text(state))
            .set_exclusive_start_key(page.map(|Page(key)| key))
    }
}

async fn find(
    query: QueryFluentBuilder,
    budget: Budget,
) -> Result<(Vec<Key>, Option<Page>), StoreError> {
    const OPERATION: &str = "Query";
    let answer = budget
        .run(OPERATION, || async {
            attempt(OPERATION, query.clone().send().await)
        })
        .await?;
    let keys = answer.items.unwrap_or_default();
    let page = answer.last_evaluated_key.filter(|key| !key.is_empty());
    Ok((keys.iter().filter_map(key).collect(), page.map(Page)))
}

fn key(item: &Item) -> Option<Key> {
    let text = |name| item.get(name).and_then(as_text);
    let sku = SkuId::parse(text(item::SKU)?).ok()?;
    let account = AccountName::parse(text(item::ACCOUNT)?).ok()?;
    Some((sku, account))
}
