//! Which SKUs a rule of the seller file is about.

use std::collections::BTreeSet;

use feirante_models::SkuId;
use serde::{Deserialize, Serialize};

use crate::offer::Offer;

/// SKUs by their codes, categories or brands. One that names nothing is about every SKU; one that
/// names something is about each SKU that any of it fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// These codes.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub skus: BTreeSet<SkuId>,
    /// What lies in these categories or under them: `Roupas` is about `Roupas/Camisas` too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// What is of these brands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<String>,
}

impl Selection {
    /// Whether it names nothing, and so is about every SKU.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.skus.is_empty() && self.categories.is_empty() && self.brands.is_empty()
    }

    /// Whether the rule is about a SKU. Capitals and blanks around names make no difference.
    #[must_use]
    pub fn matches(&self, offer: &Offer) -> bool {
        self.is_everything()
            || self.skus.contains(&offer.sku)
            || offer.category.as_deref().is_some_and(|category| {
                let mut named = self.categories.iter();
                named.any(|ancestor| lies_under(category, ancestor))
            })
            || offer.brand.as_deref().is_some_and(|brand| {
                let mut named = self.brands.iter();
                named.any(|one| same(brand, one))
            })
    }
}

/// The names of a category's path, from its department on.
pub(crate) fn levels(category: &str) -> impl Iterator<Item = &str> {
    let levels = category.split('/').map(str::trim);
    levels.filter(|level| !level.is_empty())
}

/// Whether `category` is `ancestor` or lies under it.
fn lies_under(category: &str, ancestor: &str) -> bool {
    let mut own = levels(category);
    levels(ancestor).all(|level| own.next().is_some_and(|own| same(own, level)))
}

fn same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// The letters of a name, by which names are compared: without capitals and the blanks around it.
pub(crate) fn letters(text: &str) -> impl Iterator<Item = char> {
    text.trim().chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests;
