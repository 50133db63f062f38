//! A SKU suggested to a marketplace's catalog (C5, protocol §3.10).

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::SkuId;
use crate::simulation::Exact;

/// The body of C5, in the spelling of the published schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SuggestionBody {
    /// Groups SKUs into a product.
    pub product_id: String,
    /// At most 150 characters.
    pub product_name: String,
    /// Of the product, not of the SKU.
    pub product_description: String,
    /// A brand the marketplace has, or maps.
    pub brand_name: String,
    /// Name of the SKU.
    pub sku_name: String,
    /// The seller's id at the marketplace.
    pub seller_id: String,
    /// In centimetres, by convention.
    pub height: u32,
    /// In centimetres, by convention.
    pub width: u32,
    /// In centimetres, by convention.
    pub length: u32,
    /// In grams.
    pub weight: u32,
    /// Always null: the schema requires it and says nothing of it, its samples have null.
    pub updated: (),
    /// The seller's reference; this or an EAN is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_id: Option<String>,
    /// EAN or GTIN; this or a reference is required.
    #[serde(rename = "EAN", skip_serializing_if = "Option::is_none")]
    pub ean: Option<Ean>,
    /// The SKU's code where it is a number; see [`SuggestionBody::numeric_code`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller_stock_keeping_unit_id: Option<i32>,
    /// `Department/Category`.
    pub category_full_path: String,
    /// Pictures, at least one.
    pub images: Vec<SuggestionImage>,
    /// Of the product.
    pub product_specifications: Vec<SuggestionSpecification>,
    /// Of the SKU.
    pub sku_specifications: Vec<SuggestionSpecification>,
    /// `un` if nothing else fits.
    pub measurement_unit: String,
    /// How many measurement units one unit is; 1 if nothing else fits.
    #[serde(serialize_with = "exactly")]
    pub unit_multiplier: Decimal,
    /// Units for sale now.
    pub available_quantity: i32,
    /// What it costs now.
    pub pricing: SuggestionPricing,
}

/// An EAN. The schema says text; some marketplaces drop it in that form and take a list (protocol
/// §3.10, HC-KI 897301).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Ean {
    /// As the schema says.
    Text(String),
    /// For the marketplaces that ask for it.
    List([String; 1]),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuggestionImage {
    /// What it shows.
    pub image_name: String,
    /// Where it is: https only.
    pub image_url: String,
}

/// A named property and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuggestionSpecification {
    /// Name of the property.
    pub field_name: String,
    /// Its values.
    pub field_values: Vec<String>,
}

/// A price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SuggestionPricing {
    /// ISO 4217, like `BRL`.
    pub currency: String,
    /// An integer. Its unit is not documented; cents, unless the seller says otherwise.
    pub sale_price: i64,
    /// Like `R$`.
    pub currency_symbol: String,
}

impl SuggestionBody {
    /// The code of a SKU as the number the schema wants, which is one of 32 bits. Codes that a
    /// number can't hold to the letter are better not sent: the path has them in any case.
    #[must_use]
    pub fn numeric_code(sku: &SkuId) -> Option<i32> {
        let number: i32 = sku.as_str().parse().ok()?;
        (number.to_string() == sku.as_str()).then_some(number)
    }
}

fn exactly<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    Exact(*number).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> SuggestionBody {
        let specification = |name: &str, values: [&str; 2]| SuggestionSpecification {
            field_name: name.to_owned(),
            field_values: values.map(str::to_owned).to_vec(),
        };
        SuggestionBody {
            product_id: "321".to_owned(),
            product_name: "Product sample".to_owned(),
            product_description: "sample".to_owned(),
            brand_name: "Brand 1".to_owned(),
            sku_name: "Sku sample".to_owned(),
            seller_id: "seller1".to_owned(),
            height: 1,
            width: 2,
            length: 3,
            weight: 500,
            updated: (),
            ref_id: Some("REFID123".to_owned()),
            ean: Some(Ean::Text("7908010136043".to_owned())),
            seller_stock_keeping_unit_id: Some(2_000_037),
            category_full_path: "Category 1".to_owned(),
            images: vec![SuggestionImage {
                image_name: "Principal".to_owned(),
                image_url: "https://images.example/1.jpg".to_owned(),
            }],
            product_specifications: vec![specification("Fabric", ["Cotton", "Velvet"])],
            sku_specifications: vec![specification("Color", ["Red", "Blue"])],
            measurement_unit: "un".to_owned(),
            unit_multiplier: Decimal::ONE,
            available_quantity: 111,
            pricing: SuggestionPricing {
                currency: "BRL".to_owned(),
                sale_price: 399,
                currency_symbol: "R$".to_owned(),
            },
        }
    }

    #[test]
    fn the_body_has_the_spelling_of_the_schema() {
        insta::assert_snapshot!(serde_json::to_string_pretty(&body()).unwrap(), @r#"
{
  "ProductId": "321",
  "ProductName": "Product sample",
  "ProductDescription": "sample",
  "BrandName": "Brand 1",
  "SkuName": "Sku sample",
  "SellerId": "seller1",
  "Height": 1,
  "Width": 2,
  "Length": 3,
  "Weight": 500,
  "Updated": null,
  "RefId": "REFID123",
  "EAN": "7908010136043",
  "SellerStockKeepingUnitId": 2000037,
  "CategoryFullPath": "Category 1",
  "Images": [
    {
      "imageName": "Principal",
      "imageUrl": "https://images.example/1.jpg"
    }
  ],
  "ProductSpecifications": [
    {
      "fieldName": "Fabric",
      "fieldValues": [
        "Cotton",
        "Velvet"
      ]
    }
  ],
  "SkuSpecifications": [
    {
      "fieldName": "Color",
      "fieldValues": [
        "Red",
        "Blue"
      ]
    }
  ],
  "MeasurementUnit": "un",
  "UnitMultiplier": 1,
  "AvailableQuantity": 111,
  "Pricing": {
    "Currency": "BRL",
    "SalePrice": 399,
    "CurrencySymbol": "R$"
  }
}
"#);
    }

    #[test]
    fn what_is_not_known_is_not_sent() {
        let body = SuggestionBody {
            ref_id: None,
            ean: Some(Ean::List(["7908010136043".to_owned()])),
            seller_stock_keeping_unit_id: None,
            unit_multiplier: "0.250".parse().unwrap(),
            ..body()
        };
        let written = serde_json::to_value(&body).unwrap();
        assert_eq!(written["EAN"], serde_json::json!(["7908010136043"]));
        assert_eq!(written["UnitMultiplier"], 0.25);
        assert!(written.get("RefId").is_none());
        assert!(written.get("SellerStockKeepingUnitId").is_none());
    }

    #[test]
    fn only_a_code_that_is_a_number_to_the_letter_is_sent_as_one() {
        for (code, number) in [
            ("2000037", Some(2_000_037)),
            ("0", Some(0)),
            ("007", None),
            ("+7", None),
            ("7908010136043", None),
            ("A1", None),
        ] {
            let sku = SkuId::parse(code).unwrap();
            assert_eq!(SuggestionBody::numeric_code(&sku), number, "{code}");
        }
    }
}
