//! Reading orders, always as they stand now.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::{Instant, OrderId, SkuId};
use feirante_seller::offer::Offer;
use feirante_seller::order::Order;
use feirante_seller::shipping::Occupancy;

use super::{Orders, item};
use crate::StoreError;
use crate::attributes::as_integer;
use crate::batch_get::{asked_for, batch_get};
use crate::compressed::decompress;
use crate::offers::Offers;
use crate::offers::read::{keys as offer_keys, readable};
use crate::retry::{Budget, attempt};
use crate::windows;

impl Orders {
    /// The order of this id.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn get(&self, id: &OrderId, budget: Budget) -> Result<Option<Order>, StoreError> {
        const OPERATION: &str = "GetItem";
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key(id, item::STATE).into()))
            .consistent_read(true);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        answer.item.map(item::decode).transpose()
    }

    /// Those of the orders of these ids that exist: one call, at most a hundred ids.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn get_all(
        &self,
        ids: &[OrderId],
        budget: Budget,
    ) -> Result<HashMap<OrderId, Order>, StoreError> {
        let request = HashMap::from([(self.table.clone(), self.keys(ids)?)]);
        let mut found = batch_get(&self.client, request, budget).await?;
        decode_all(found.remove(&self.table).unwrap_or_default())
    }

    /// What a placement decides by, in one call: those of the orders that exist, the offers of their
    /// SKUs, which may repeat, and who has the delivery windows of some methods. A call takes a hundred
    /// of all together.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn get_with_offers(
        &self,
        ids: &[OrderId],
        offers: &Offers,
        skus: &[SkuId],
        methods: &BTreeSet<&str>,
        budget: Budget,
    ) -> Result<(HashMap<OrderId, Order>, HashMap<SkuId, Offer>, Occupancy), StoreError> {
        let distinct: BTreeSet<&SkuId> = skus.iter().collect();
        let request = HashMap::from([
            (self.table.clone(), self.keys(ids)?),
            (
                offers.table().to_owned(),
                asked_for(offer_keys(distinct, methods.iter().copied()))?,
            ),
        ]);
        let mut found = batch_get(&self.client, request, budget).await?;
        let orders = decode_all(found.remove(&self.table).unwrap_or_default())?;
        let found = found.remove(offers.table()).unwrap_or_default();
        let offers = readable(&found).map(|offer| (offer.sku.clone(), offer));
        Ok((orders, offers.collect(), windows::decode(&found).collect()))
    }

    /// The placement of an order to the letter, unless it has expired at `now`: the database
    /// deletes what has expired days late.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn received(
        &self,
        id: &OrderId,
        now: Instant,
        budget: Budget,
    ) -> Result<Option<String>, StoreError> {
        self.kept(id, item::BODY, now, budget).await
    }

    /// What the item called `name` has of what came, unless it has expired.
    pub(super) async fn kept(
        &self,
        id: &OrderId,
        name: &str,
        now: Instant,
        budget: Budget,
    ) -> Result<Option<String>, StoreError> {
        const OPERATION: &str = "GetItem";
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key(id, name).into()))
            // Its readers come within milliseconds of its write.
            .consistent_read(true);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        let Some(item) = answer.item else {
            return Ok(None);
        };
        let expired = item
            .get(item::EXPIRES_AT)
            .and_then(as_integer)
            .is_some_and(|at| at <= now.seconds());
        if expired {
            return Ok(None);
        }
        let corrupt = |why: String| StoreError::corrupt(format!("{name} of order {id}"), why);
        let received = item
            .get(item::RECEIVED)
            .ok_or_else(|| corrupt("has no content".to_owned()))?;
        decompress(received).map(Some).map_err(corrupt)
    }

    fn keys(&self, ids: &[OrderId]) -> Result<KeysAndAttributes, StoreError> {
        let keys = ids
            .iter()
            .map(|id| item::key(id, item::STATE).into())
            .collect();
        Ok(KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build()?)
    }
}

fn decode_all(items: Vec<crate::attributes::Item>) -> Result<HashMap<OrderId, Order>, StoreError> {
    items
        .into_iter()
        .map(|item| item::decode(item).map(|order| (order.order_id.clone(), order)))
        .collect()
}
