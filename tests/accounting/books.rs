//! The books of both sides, as they stand at one moment.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;
use feirante_sandbox_marketplace::{Offer, Order, Violation};
use serde_json::{Map, Number, Value};

use crate::erp::Erp;
use crate::plan::{ACCOUNTS, Plan};
use crate::site::{Place, Site};

/// Everything there is to compare.
#[derive(Debug)]
pub(crate) struct Books {
    /// The marketplace's orders, by account and id.
    pub(crate) theirs: BTreeMap<(String, String), Order>,
    /// What the marketplace believes of a SKU, by account and SKU.
    pub(crate) offers: BTreeMap<(String, String), Offer>,
    /// What the seller answers about a SKU now, likewise.
    pub(crate) quotes: BTreeMap<(String, String), Value>,
    pub(crate) violations: Vec<Violation>,
    /// The seller's orders by id: `STATE` and what else there is.
    pub(crate) ours: BTreeMap<String, BTreeMap<String, Value>>,
    /// The seller's `OFFER` items by SKU.
    pub(crate) stock: BTreeMap<String, Value>,
    /// Messages that are still in queues, by queue.
    pub(crate) left: BTreeMap<String, u64>,
}

impl Books {
    /// Reads them. The queues first: what is in none of them is in the books.
    pub(crate) async fn read(site: &Site, erp: &Erp, plan: &Plan) -> Self {
        let mut counts = BTreeMap::new();
        for queue in site.place().ready.queues.keys() {
            counts.insert(queue.clone(), left(site, queue).await);
        }
        for queue in ["offers", "invoices", "tracking", "cancellations"] {
            erp.empty_dead_letters(queue).await;
        }
        for queue in ["notifications", "orders", "relay"] {
            erp.empty_dead_letters(queue).await;
        }
        let orders: Vec<Order> = site.get("orders").await;
        let (mut offers, mut quotes) = (BTreeMap::new(), BTreeMap::new());
        let skus: Vec<&String> = plan.goods.skus.keys().collect();
        for account in ACCOUNTS {
            let believed: Vec<Offer> = site.get(&format!("offers/{account}")).await;
            for offer in believed {
                offers.insert((offer.account.clone(), offer.sku.clone()), offer);
            }
            let request = serde_json::json!({"account": account, "skus": skus});
            let quote = site.done(reqwest::Method::POST, "browse", &request).await;
            for line in quote["lines"].as_array().unwrap() {
                let sku = line["sku"].as_str().unwrap().to_owned();
                quotes.insert((account.to_owned(), sku), line.clone());
            }
        }
        Self {
            theirs: orders
                .into_iter()
                .map(|order| ((order.account.clone(), order.id.clone()), order))
                .collect(),
            offers,
            quotes,
            violations: site.get("violations").await,
            ours: ours(site).await,
            stock: stock(site).await,
            left: counts,
        }
    }

    /// Whether nothing is on its way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.left.values().all(|count| *count == 0)
    }
}

/// Messages in a queue that nobody is done with, hidden ones included.
pub(crate) async fn left(site: &Site, queue: &str) -> u64 {
    use QueueAttributeName::{
        ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
        ApproximateNumberOfMessagesNotVisible,
    };
    let counts = site
        .insist(async |place: std::sync::Arc<Place>| {
            let call = place.sqs.get_queue_attributes();
            let call = call.queue_url(&place.ready.queues[queue]);
            let call = call.attribute_names(ApproximateNumberOfMessages);
            let call = call.attribute_names(ApproximateNumberOfMessagesDelayed);
            call.attribute_names(ApproximateNumberOfMessagesNotVisible)
                .send()
                .await
        })
        .await;
    let counts = counts.attributes.unwrap();
    counts
        .values()
        .map(|count| count.parse::<u64>().unwrap())
        .sum()
}

async fn ours(site: &Site) -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut ours = BTreeMap::<_, BTreeMap<_, _>>::new();
    for item in scan(site, "orders").await {
        let text = |name: &str| item[name].as_s().unwrap().clone();
        let (order, part) = (text("pk"), text("sk"));
        if part != "BODY" {
            let order = order.strip_prefix("ORDER#").unwrap().to_owned();
            ours.entry(order)
                .or_default()
                .insert(part, json(&AttributeValue::M(item)));
        }
    }
    ours
}

async fn stock(site: &Site) -> BTreeMap<String, Value> {
    let items = scan(site, "offers").await.into_iter();
    let offers = items.filter(|item| item["part"] == AttributeValue::S("OFFER".to_owned()));
    offers
        .map(|item| {
            (
                item["sku"].as_s().unwrap().clone(),
                json(&AttributeValue::M(item)),
            )
        })
        .collect()
}

async fn scan(site: &Site, table: &str) -> Vec<HashMap<String, AttributeValue>> {
    site.insist(async |place| {
        let scan = place.dynamodb.scan().table_name(&place.ready.tables[table]);
        let items = scan.consistent_read(true).into_paginator().items().send();
        items.collect::<Result<Vec<_>, _>>().await
    })
    .await
}

fn json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(number) => {
            Value::Number(number.parse::<Number>().unwrap_or_else(|_| 0.into()))
        }
        AttributeValue::Bool(flag) => (*flag).into(),
        AttributeValue::L(list) => list.iter().map(json).collect(),
        AttributeValue::M(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), json(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        _ => Value::Null,
    }
}
