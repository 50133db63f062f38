//! What the ERP says of a SKU: each message one write that keeps the newest.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use feirante_models::erp::{Catalog, SkuMessage};
use feirante_models::{Instant, SkuId};

use super::Offers;
use super::item;
use crate::StoreError;
use crate::attributes::{Item, number, text, time};
use crate::compressed::compress;
use crate::retry::{Attempt, Budget, attempt};

/// Bytes of a brand or category that is copied to where rules find it; an offer stays small.
const LONGEST_NAME: usize = 200;

/// Whether a message changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// It did.
    Applied,
    /// What is held is newer, or the same count or adjustment came before.
    Outdated,
}

/// An update of one item that is made only if what it says is newer.
pub(super) struct Newer {
    sku: SkuId,
    part: &'static str,
    as_of_attribute: String,
    as_of: Instant,
    pub(super) set: Vec<(String, AttributeValue)>,
    remove: Vec<&'static str>,
    /// Whether the time is within the attribute, which is a map.
    pub(super) nested: bool,
}

impl Newer {
    pub(super) fn of(
        sku: &SkuId,
        part: &'static str,
        as_of_attribute: String,
        as_of: Instant,
    ) -> Self {
        Self {
            sku: sku.clone(),
            part,
            as_of_attribute,
            as_of,
            set: Vec::new(),
            remove: Vec::new(),
            nested: false,
        }
    }
}

impl Offers {
    /// Writes a SKU's data and, if it came, what suggestions need of it.
    ///
    /// # Errors
    /// When the write could not be made in time.
    pub async fn put_sku(
        &self,
        message: &SkuMessage,
        as_of: Instant,
        budget: Budget,
    ) -> Result<Update, StoreError> {
        let mut newer = Newer::of(&message.sku, item::OFFER, item::SKU_AS_OF.to_owned(), as_of);
        newer.set = vec![
            (
                item::ACTIVE.to_owned(),
                AttributeValue::Bool(message.active),
            ),
            (item::NAME.to_owned(), text(&message.name)),
            (item::SKU_AS_OF.to_owned(), time(as_of)),
        ];
        let weight = message.weight_grams.map(number);
        let unit = message
            .measurement_unit
            .as_deref()
            .filter(|unit| !unit.trim().is_empty());
        let multiplier = message.unit_multiplier.filter(|by| !by.is_zero());
        let methods = message
            .shipping_methods
            .as_ref()
            .map(|methods| AttributeValue::L(methods.iter().map(text).collect()));
        let offerings = (!message.offerings.is_empty()).then(|| offerings(message));
        let named = |name: fn(&Catalog) -> Option<&String>| {
            let name = message.catalog.as_deref().and_then(name)?.trim();
            (1..=LONGEST_NAME).contains(&name.len()).then(|| text(name))
        };
        for (attribute, value) in [
            (item::WEIGHT_GRAMS, weight),
            (item::DIMENSIONS, message.dimensions_cm.map(dimensions)),
            (item::BRAND, named(|catalog| catalog.brand.as_ref())),
            (item::CATEGORY, named(|catalog| catalog.category.as_ref())),
            (item::MEASUREMENT_UNIT, unit.map(text)),
            (
                item::UNIT_MULTIPLIER,
                multiplier.map(|by| number(by.normalize())),
            ),
            (item::SHIPPING_METHODS, methods),
            (item::OFFERINGS, offerings),
        ] {
            // Absent replaces what was there: the message is the whole of the SKU's data.
            match value {
                Some(value) => newer.set.push((attribute.to_owned(), value)),
                None => newer.remove.push(attribute),
            }
        }
        self.put_catalog(message, as_of, budget).await?;
        self.update(newer, budget).await
    }

    /// The catalog first: when the SKU itself is new, what a suggestion needs is there already.
    async fn put_catalog(
        &self,
        message: &SkuMessage,
        as_of: Instant,
        budget: Budget,
    ) -> Result<Update, StoreError> {
        let mut newer = Newer::of(
            &message.sku,
            item::CATALOG,
            item::SKU_AS_OF.to_owned(),
            as_of,
        );
        newer.set = vec![(item::SKU_AS_OF.to_owned(), time(as_of))];
        match &message.catalog {
            None => newer.remove.push("catalog"),
            Some(catalog) => {
                let corrupt = |why: &dyn std::fmt::Display| {
                    StoreError::corrupt(format!("catalog of {}", message.sku), why)
                };
                let json = serde_json::to_string(catalog).map_err(|why| corrupt(&why))?;
                let value = compress(&json).map_err(|why| corrupt(&why))?;
                newer.set.push(("catalog".to_owned(), value));
            }
        }
        self.update(newer, budget).await
    }

    pub(super) async fn update(&self, newer: Newer, budget: Budget) -> Result<Update, StoreError> {
        let item = self.write(newer, ReturnValue::None, budget).await?;
        Ok(item.map_or(Update::Outdated, |_| Update::Applied))
    }

    /// The same; the item as it is after it, or `None` if what is held is newer.
    pub(super) async fn update_returning(
        &self,
        newer: Newer,
        budget: Budget,
    ) -> Result<Option<Item>, StoreError> {
        self.write(newer, ReturnValue::AllNew, budget).await
    }

    async fn write(
        &self,
        newer: Newer,
        returned: ReturnValue,
        budget: Budget,
    ) -> Result<Option<Item>, StoreError> {
        const OPERATION: &str = "UpdateItem";
        let held = if newer.nested { "#asOf.#at" } else { "#asOf" };
        // A message of the same time is a correction.
        let condition = format!("attribute_not_exists(#asOf) OR {held} <= :asOf");
        let mut names = HashMap::from([("#asOf".to_owned(), newer.as_of_attribute)]);
        if newer.nested {
            names.insert("#at".to_owned(), "asOf".to_owned());
        }
        let mut values = HashMap::from([(":asOf".to_owned(), time(newer.as_of))]);
        let mut assignments = Vec::new();
        for (index, (name, value)) in newer.set.into_iter().enumerate() {
            assignments.push(format!("#s{index} = :s{index}"));
            names.insert(format!("#s{index}"), name);
            values.insert(format!(":s{index}"), value);
        }
        let mut expression = format!("SET {}", assignments.join(", "));
        let mut removed = Vec::new();
        for (index, name) in newer.remove.into_iter().enumerate() {
            removed.push(format!("#d{index}"));
            names.insert(format!("#d{index}"), name.to_owned());
        }
        if !removed.is_empty() {
            expression = format!("{expression} REMOVE {}", removed.join(", "));
        }
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(item::key(&newer.sku, newer.part).into()))
            .update_expression(expression)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .return_values(returned);
        budget
            .run(OPERATION, || async {
                match call.clone().send().await {
                    Ok(output) => Ok(Attempt::Done(Some(output.attributes.unwrap_or_default()))),
                    Err(error)
                        if error
                            .as_service_error()
                            .is_some_and(|error| error.is_conditional_check_failed_exception()) =>
                    {
                        Ok(Attempt::Done(None))
                    }
                    Err(error) => attempt(OPERATION, Err(error)),
                }
            })
            .await
    }
}

fn dimensions(size: feirante_models::erp::Dimensions) -> AttributeValue {
    AttributeValue::M(HashMap::from([
        ("height".to_owned(), number(size.height)),
        ("width".to_owned(), number(size.width)),
        ("length".to_owned(), number(size.length)),
    ]))
}

fn offerings(message: &SkuMessage) -> AttributeValue {
    let offerings = message.offerings.iter().map(|offering| {
        AttributeValue::M(HashMap::from([
            ("type".to_owned(), text(&offering.kind)),
            ("id".to_owned(), text(&offering.id)),
            ("name".to_owned(), text(&offering.name)),
            ("price".to_owned(), number(offering.price.get())),
        ]))
    });
    AttributeValue::L(offerings.collect())
}
