//! What suggestions to a marketplace need of a SKU.

use serde::{Deserialize, Serialize};

use crate::wire;

/// What a suggestion tells a marketplace of a SKU (protocol §3.10).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, expecting = "an object")]
pub struct Catalog {
    /// Groups SKUs into a product.
    #[serde(deserialize_with = "wire::text")]
    pub product_id: Option<String>,
    /// Name of the product.
    pub product_name: Option<String>,
    /// Description of the product.
    pub description: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// `Department/Category`.
    pub category: Option<String>,
    /// EAN or GTIN.
    #[serde(deserialize_with = "wire::text")]
    pub ean: Option<String>,
    /// The seller's reference of the SKU.
    #[serde(deserialize_with = "wire::text")]
    pub ref_id: Option<String>,
    /// Pictures.
    #[serde(deserialize_with = "wire::list")]
    pub images: Vec<Image>,
    /// Of the product.
    #[serde(deserialize_with = "wire::list")]
    pub product_specifications: Vec<Specification>,
    /// Of the SKU.
    #[serde(deserialize_with = "wire::list")]
    pub sku_specifications: Vec<Specification>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Image {
    /// What it shows.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// A named property and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Specification {
    /// Name of the property.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}
