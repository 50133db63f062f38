//! `skus`, `categories` and `brands` of a rule: which SKUs it is about.

use feirante_models::SkuId;

use super::file::{Table, Value};
use crate::selection::{Selection, levels};

impl Selection {
    /// Reads what of a rule's table says which SKUs it is about; all of it may be absent.
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        let skus = table
            .get("skus")
            .map(|value| value.some(|sku| sku.parsed(SkuId::parse)));
        let categories = table
            .get("categories")
            .map(|value| value.some(|category| category_of(&category)));
        let brands = table
            .get("brands")
            .map(|value| value.some(|brand| brand.text().map(str::to_owned)));
        Self {
            skus: skus.unwrap_or_default().into_iter().collect(),
            categories: categories.unwrap_or_default(),
            brands: brands.unwrap_or_default(),
        }
    }
}

fn category_of(value: &Value<'_>) -> Option<String> {
    let category = value.text()?;
    if levels(category).next().is_none() {
        return value.mistake("names no category, like \"Roupas/Camisas\"");
    }
    Some(category.to_owned())
}
