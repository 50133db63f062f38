//! A SKU's data under a marketplace's names.

use std::collections::BTreeSet;

use feirante_models::erp::{Catalog, Specification};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Mapping, Name, Target};

/// What of a SKU's data has names, under the marketplace's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// Its category.
    pub category: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// Specifications of the product.
    pub product_specifications: Vec<Specification>,
    /// Specifications of the SKU.
    pub sku_specifications: Vec<Specification>,
    /// The seller's names that are not mapped, and so have stayed as they are.
    pub unmapped: BTreeSet<Name>,
}

/// Tells whether a SKU has the same names that it had before. Of two sets of names one in four
/// billion has the same, and a SKU under it waits for a change of its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(u32);

impl Names {
    /// No names that any SKU has.
    pub(crate) const OUTDATED: Self = Self(0);
}

impl Mapping {
    /// A SKU's data under the marketplace's names. What is not mapped stays as it is, and so does all
    /// of it where nothing is mapped.
    #[must_use]
    pub fn apply(&self, catalog: &Catalog) -> Mapped {
        let mut translator = Translator {
            mapping: self,
            unmapped: BTreeSet::new(),
        };
        let category = catalog.category.as_deref();
        let brand = catalog.brand.as_deref();
        Mapped {
            category: category.and_then(|path| translator.name(path, Name::category(path))),
            brand: brand.and_then(|brand| translator.name(brand, Name::brand(brand))),
            product_specifications: translator.specifications(&catalog.product_specifications),
            sku_specifications: translator.specifications(&catalog.sku_specifications),
            unmapped: translator.unmapped,
        }
    }
}

impl Mapped {
    /// What its names can be told from others by.
    #[must_use]
    pub fn names(&self) -> Names {
        let mut digest = Sha256::new();
        // Each text with its length, so that no two lists of texts are the same.
        let mut add = |text: &str| digest.update(format!("{}:{text}", text.len()));
        for text in [&self.category, &self.brand] {
            add(text.as_deref().unwrap_or_default());
        }
        for specifications in [&self.product_specifications, &self.sku_specifications] {
            add(&specifications.len().to_string());
            for specification in specifications {
                add(&specification.name);
                add(&specification.values.len().to_string());
                specification.values.iter().for_each(|value| add(value));
            }
        }
        let [a, b, c, d, ..]: [u8; 32] = digest.finalize().into();
        Names(u32::from_be_bytes([a, b, c, d]).max(1))
    }
}

/// Finds the marketplace's names, and notes those there are none for.
struct Translator<'a> {
    mapping: &'a Mapping,
    unmapped: BTreeSet<Name>,
}

impl Translator<'_> {
    /// What `text`, which is `name`, becomes; `None`: it is left out. A blank is no name.
    fn name(&mut self, text: &str, name: Name) -> Option<String> {
        if text.trim().is_empty() {
            return Some(text.to_owned());
        }
        match self.mapping.target(&name) {
            Some(Target::Name(to)) => Some(to.clone()),
            Some(Target::LeftOut) => None,
            Some(Target::Same) => Some(text.to_owned()),
            None => {
                self.unmapped.insert(name);
                Some(text.to_owned())
            }
        }
    }

    /// Several may become one, which has the values of all.
    fn specifications(&mut self, own: &[Specification]) -> Vec<Specification> {
        let mut mapped = Vec::new();
        let mut renamed = false;
        for specification in own {
            let name = Name::specification(&specification.name);
            let Some(name) = self.name(&specification.name, name) else {
                continue;
            };
            let values = self.values(specification);
            // Whatever it said the marketplace has no words for.
            if values.is_empty() && !specification.values.is_empty() {
                continue;
            }
            renamed |= name != specification.name;
            mapped.push(Specification { name, values });
        }
        if renamed { merged(mapped) } else { mapped }
    }

    fn values(&mut self, of: &Specification) -> Vec<String> {
        let own = of.values.iter();
        let mapped: Vec<String> = own
            .filter_map(|value| self.name(value, Name::value(&of.name, value)))
            .collect();
        if mapped == of.values {
            mapped
        } else {
            distinct(mapped)
        }
    }
}

fn merged(all: Vec<Specification>) -> Vec<Specification> {
    let mut merged: Vec<Specification> = Vec::new();
    for specification in all {
        match merged.iter_mut().find(|one| one.name == specification.name) {
            Some(same) => {
                let both = same.values.drain(..).chain(specification.values);
                same.values = distinct(both.collect());
            }
            None => merged.push(specification),
        }
    }
    merged
}

/// The values without repetition, in their order.
fn distinct(values: Vec<String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}
