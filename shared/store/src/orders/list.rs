//! Orders for people to look at: those of a day, and everything about one.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::{
    AccountName, ChangeRequestId, Instant, InvoiceNumber, MarketplaceOrderId, OrderId,
};
use feirante_seller::order::Order;
use feirante_seller::package::Package;
use feirante_seller::turns::Turns;
use serde::{Deserialize, Serialize};

use super::parts::{CHANGE, INVOICE, decoded, package};
use super::{Orders, Part, item};
use crate::StoreError;
use crate::attributes::{Item, as_text, text};
use crate::retry::{Budget, attempt};

/// Lists orders by the day they were placed.
pub(super) const BY_DAY_INDEX: &str = "by-day";

/// Lists orders that are held, by when they were placed.
const HELD_INDEX: &str = "held";

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderSummary {
    /// Ours.
    pub order_id: OrderId,
    /// The marketplace that sold it.
    pub account: AccountName,
    /// Theirs.
    pub marketplace_order_id: MarketplaceOrderId,
    /// Where it stands. That it waits for a decision about a cancellation is said by the order itself,
    /// that it is held by [`Orders::held`].
    pub status: String,
    /// When it was placed.
    pub placed_at: Instant,
}

/// Everything that is kept of an order but its placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// The order.
    pub order: Order,
    /// Its packages, by their invoices; some may wait for their invoice still.
    pub packages: BTreeMap<InvoiceNumber, Package>,
    /// Telling the marketplace of the seller's own cancellation.
    pub cancellation: Turns,
    /// Telling it of the seller's agreements to modifications.
    pub agreements: BTreeMap<ChangeRequestId, Turns>,
}

impl Orders {
    /// Orders placed on `day` (`2026-11-21`, in UTC), the newest first. Lags behind by moments.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn of_day(&self, day: &str, budget: Budget) -> Result<Vec<OrderSummary>, StoreError> {
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(BY_DAY_INDEX)
            .scan_index_forward(false)
            .key_condition_expression("#day = :day")
            .expression_attribute_names("#day", item::DAY)
            .expression_attribute_values(":day", text(day));
        let items = self.query_all(call, budget).await?;
        items.into_iter().map(summary).collect()
    }

    /// Orders that wait for a person's decision about their prices, of whatever day, the newest first.
    /// Lags behind by moments.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn held(&self, budget: Budget) -> Result<Vec<OrderSummary>, StoreError> {
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(HELD_INDEX)
            .scan_index_forward(false)
            .key_condition_expression("#heldFor = :review")
            .expression_attribute_names("#heldFor", item::HELD_FOR)
            .expression_attribute_values(":review", text(item::REVIEW));
        let items = self.query_all(call, budget).await?;
        items.into_iter().map(summary).collect()
    }

    /// Everything about the order of this id.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn dossier(
        &self,
        id: &OrderId,
        budget: Budget,
    ) -> Result<Option<Dossier>, StoreError> {
        // BODY and BODY#PAYMENT, which are large and personal, sort before all of these.
        let items = self
            .parts(id, &Part::Cancellation.item(), item::STATE, budget)
            .await?;
        let (mut order, mut packages, mut cancellation) = (None, BTreeMap::new(), Turns::default());
        let mut agreements = BTreeMap::new();
        for mut item in items {
            if name_of(&item) == item::STATE {
                order = Some(item::decode(item)?);
            } else if name_of(&item) == Part::Cancellation.item() {
                cancellation = decoded(id, item.remove(Part::Cancellation.turns()))?;
            } else if let Some(change) = change_of(&item) {
                let turns = item.remove(Part::Agreement(&change).turns());
                agreements.insert(change, decoded(id, turns)?);
            } else if let Some(number) = invoice_of(&item) {
                packages.insert(number, package(id, Some(item))?);
            }
        }
        Ok(order.map(|order| Dossier {
            order,
            packages,
            cancellation,
            agreements,
        }))
    }

    /// The packages of an order, by their invoices.
    pub(super) async fn packages(
        &self,
        id: &OrderId,
        budget: Budget,
    ) -> Result<BTreeMap<InvoiceNumber, Package>, StoreError> {
        // The character after # ends what begins with it.
        let items = self.parts(id, INVOICE, "INVOICE$", budget).await?;
        let packages = items.into_iter().filter_map(|item| {
            let number = invoice_of(&item)?;
            Some(package(id, Some(item)).map(|package| (number, package)))
        });
        packages.collect()
    }

    /// The items of an order whose names are between these.
    async fn parts(
        &self,
        id: &OrderId,
        first: &str,
        last: &str,
        budget: Budget,
    ) -> Result<Vec<Item>, StoreError> {
        let [(_, order), _] = item::key(id, item::STATE);
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :order AND #sk BETWEEN :first AND :last")
            .expression_attribute_names("#pk", item::PK)
            .expression_attribute_names("#sk", item::SK)
            .expression_attribute_values(":order", order)
            .expression_attribute_values(":first", text(first))
            .expression_attribute_values(":last", text(last));
        self.query_all(call, budget).await
    }

    /// All pages of a query.
    async fn query_all(
        &self,
        call: aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder,
        budget: Budget,
    ) -> Result<Vec<Item>, StoreError> {
        const OPERATION: &str = "Query";
        let mut items = Vec::new();
        let mut from: Option<HashMap<String, AttributeValue>> = None;
        loop {
            let page = call.clone().set_exclusive_start_key(from);
            let answer = budget
                .run(OPERATION, || async {
                    attempt(OPERATION, page.clone().send().await)
                })
                .await?;
            items.extend(answer.items.unwrap_or_default());
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(items);
            }
        }
    }
}

fn name_of(item: &Item) -> &str {
    item.get(item::SK).and_then(as_text).unwrap_or_default()
}

/// The number of the invoice whose item this is.
fn invoice_of(item: &Item) -> Option<InvoiceNumber> {
    InvoiceNumber::parse(name_of(item).strip_prefix(INVOICE)?).ok()
}

/// The name of the modification whose item this is.
fn change_of(item: &Item) -> Option<ChangeRequestId> {
    ChangeRequestId::parse(name_of(item).strip_prefix(CHANGE)?).ok()
}

fn summary(mut item: Item) -> Result<OrderSummary, StoreError> {
    let key = item.get(item::PK).and_then(as_text).unwrap_or_default();
    let id = key.strip_prefix("ORDER#").unwrap_or(key).to_owned();
    item.insert("orderId".to_owned(), text(&id));
    serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt(format!("order {id}"), error))
}
