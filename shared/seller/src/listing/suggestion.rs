//! What a marketplace is told of a SKU it does not know (C5, protocol §3.10).

use std::collections::BTreeSet;

use feirante_models::erp::{Catalog, Dimensions, Specification};
use feirante_models::outward::{
    Ean, SuggestionBody, SuggestionImage, SuggestionPricing, SuggestionSpecification,
};
use feirante_models::{Cents, Instant};
use http::Uri;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Product;
use crate::mapping::{Name, Unmapped};
use crate::settings::{Marketplace, SalePrice, Settings};

/// Characters a marketplace takes of a product's name.
const LONGEST_NAME: usize = 150;

/// All that keeps a SKU from being suggested.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotReady {
    /// What the ERP has to mend, each with its place in the `sku` message.
    pub missing: Vec<String>,
    /// What the seller file has to map.
    pub unmapped: BTreeSet<Name>,
}

/// The suggestion of a SKU as it is now, under the marketplace's names.
///
/// # Errors
/// All that keeps it from being suggested.
pub fn suggestion(
    settings: &Settings,
    marketplace: &Marketplace,
    product: &Product,
    now: Instant,
) -> Result<SuggestionBody, NotReady> {
    let mut check = Check::default();
    let empty = Catalog::default();
    let catalog = product.catalog.as_ref().unwrap_or(&empty);
    let mapped = marketplace.mapping.apply(catalog);
    let offer = &product.offer;
    if offer.unit_multiplier <= Decimal::ZERO {
        check.note("unitMultiplier", "is not above zero");
    }
    let price = check.required(
        "price",
        product.price(&settings.promotions, marketplace, now),
    );
    let [height, width, length] = check.size(offer.dimensions);
    let has_reference = catalog.ean.is_some() || catalog.ref_id.is_some();
    let body = SuggestionBody {
        product_id: check.text("catalog.productId", catalog.product_id.as_deref()),
        product_name: check.name(catalog.product_name.as_deref()),
        product_description: check.text("catalog.description", catalog.description.as_deref()),
        brand_name: check.text("catalog.brand", mapped.brand.as_deref()),
        sku_name: check.text("name", offer.name.as_deref()),
        seller_id: marketplace.seller_id.clone(),
        height,
        width,
        length,
        weight: check.weight(offer.weight_grams),
        updated: (),
        ref_id: catalog.ref_id.clone(),
        ean: catalog.ean.clone().map(|ean| {
            if marketplace.suggestions.ean_as_array {
                Ean::List([ean])
            } else {
                Ean::Text(ean)
            }
        }),
        seller_stock_keeping_unit_id: SuggestionBody::numeric_code(&offer.sku),
        category_full_path: check.text("catalog.category", mapped.category.as_deref()),
        images: check.images(catalog),
        product_specifications: specifications(mapped.product_specifications),
        sku_specifications: specifications(mapped.sku_specifications),
        measurement_unit: offer.measurement_unit.clone(),
        unit_multiplier: offer.unit_multiplier,
        available_quantity: available(settings, product),
        pricing: SuggestionPricing {
            currency: settings.seller.currency.clone(),
            sale_price: price.map_or(0, |price| {
                sale_price(price.price, marketplace.suggestions.sale_price)
            }),
            currency_symbol: symbol(&settings.seller.currency).to_owned(),
        },
    };
    if !has_reference {
        check.note(
            "catalog.ean",
            "is missing, and so is catalog.refId: one of both is needed",
        );
    }
    let not_ready = NotReady {
        missing: check.missing,
        unmapped: match marketplace.mapping.unmapped {
            Unmapped::Pass => BTreeSet::new(),
            Unmapped::Hold => mapped.unmapped,
        },
    };
    if not_ready == NotReady::default() {
        Ok(body)
    } else {
        Err(not_ready)
    }
}

/// Notes what is missing, so that all of it is said at once.
#[derive(Default)]
struct Check {
    missing: Vec<String>,
}

impl Check {
    fn note(&mut self, place: &str, problem: &str) {
        self.missing.push(format!("{place}: {problem}"));
    }

    fn required<T>(&mut self, place: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.note(place, "is missing");
        }
        value
    }

    fn text(&mut self, place: &str, text: Option<&str>) -> String {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        self.required(place, text).unwrap_or_default().to_owned()
    }

    fn name(&mut self, name: Option<&str>) -> String {
        let name = self.text("catalog.productName", name);
        if name.chars().count() > LONGEST_NAME {
            self.note("catalog.productName", "is longer than 150 characters");
        }
        name
    }

    /// Height, width and length in whole centimetres: 2.5 need room for 3.
    fn size(&mut self, size: Option<Dimensions>) -> [u32; 3] {
        let Some(size) = self.required("dimensionsCm", size) else {
            return [0; 3];
        };
        [
            ("dimensionsCm.height", size.height),
            ("dimensionsCm.width", size.width),
            ("dimensionsCm.length", size.length),
        ]
        .map(|(place, side)| match side.ceil().to_u32() {
            Some(side) if side > 0 => side,
            _ => {
                self.note(place, "is no length");
                0
            }
        })
    }

    fn weight(&mut self, grams: i64) -> u32 {
        match u32::try_from(grams) {
            Ok(grams) if grams > 0 => grams,
            _ => {
                self.note("weightGrams", "is missing");
                0
            }
        }
    }

    fn images(&mut self, catalog: &Catalog) -> Vec<SuggestionImage> {
        if catalog.images.is_empty() {
            self.note("catalog.images", "has none");
        }
        for (index, image) in catalog.images.iter().enumerate() {
            if !is_https(&image.url) {
                let place = format!("catalog.images[{index}].url");
                self.note(&place, "is no https address");
            }
        }
        let suggested = catalog.images.iter().map(|image| SuggestionImage {
            image_name: image.name.clone(),
            image_url: image.url.clone(),
        });
        suggested.collect()
    }
}

fn is_https(url: &str) -> bool {
    url.parse().is_ok_and(|url: Uri| {
        url.scheme_str() == Some("https") && url.host().is_some_and(|host| !host.is_empty())
    })
}

fn specifications(of: Vec<Specification>) -> Vec<SuggestionSpecification> {
    of.into_iter()
        .map(|specification| SuggestionSpecification {
            field_name: specification.name,
            field_values: specification.values,
        })
        .collect()
}

/// Units in all of the seller file's warehouses.
fn available(settings: &Settings, product: &Product) -> i32 {
    let warehouses = settings.warehouses.iter().map(|warehouse| &warehouse.id);
    i32::try_from(product.offer.available(warehouses)).unwrap_or(i32::MAX)
}

/// The unit of the field is not documented (protocol §9): half a unit is rounded up.
const fn sale_price(price: Cents, unit: SalePrice) -> i64 {
    match unit {
        SalePrice::Cents => price.get(),
        SalePrice::Units => price.get() / 100 + (price.get() % 100) / 50,
    }
}

/// A currency's sign where VTEX is used most; any other's code says it as well.
fn symbol(currency: &str) -> &str {
    match currency {
        "BRL" => "R$",
        "ARS" | "CLP" | "COP" | "MXN" | "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "PEN" => "S/",
        "UYU" => "$U",
        code => code,
    }
}
