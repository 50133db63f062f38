use super::*;
use serde_json::{Value, json};

use crate::settings::{SalePrice, Settings};

fn missing(edit: impl FnOnce(&mut Product)) -> Vec<String> {
    let settings = fixture::settings();
    let mut product = shirt();
    edit(&mut product);
    suggestion(&settings, &settings.marketplaces[0], &product, at(0))
        .err()
        .unwrap_or_default()
        .missing
}

fn suggested(settings: &Settings, product: &Product) -> Value {
    let body = suggestion(settings, &settings.marketplaces[0], product, at(0)).unwrap();
    serde_json::to_value(body).unwrap()
}

#[test]
fn a_sku_is_suggested_as_it_is_sold() {
    let body = suggested(&fixture::settings(), &shirt());
    assert_eq!(body["ProductId"], "321");
    assert_eq!(body["SkuName"], "2000037");
    assert_eq!(body["SellerId"], "seller1");
    assert_eq!(body["CategoryFullPath"], "Roupas/Camisas");
    assert_eq!(
        (&body["Height"], &body["Width"], &body["Length"]),
        (&json!(1), &json!(25), &json!(31))
    );
    assert_eq!(body["Weight"], 500);
    assert_eq!(body["EAN"], "7908010136043");
    assert_eq!(body["SellerStockKeepingUnitId"], 2_000_037);
    assert_eq!(body["AvailableQuantity"], 99);
    assert_eq!(
        body["Images"],
        json!([{"imageName": "Principal", "imageUrl": "https://images.example/2000037.jpg"}])
    );
    assert_eq!(
        body["Pricing"],
        json!({"Currency": "BRL", "SalePrice": 7390, "CurrencySymbol": "R$"})
    );
}

#[test]
fn marketplaces_differ_in_what_they_take() {
    let mut settings = fixture::settings();
    settings.marketplaces[0].suggestions.ean_as_array = true;
    settings.marketplaces[0].suggestions.sale_price = SalePrice::Units;
    settings.seller.currency = "CHF".to_owned();
    let mut product = shirt();
    for (cents, units) in [(7390, 74), (7349, 73), (7350, 74), (7399, 74), (40, 0)] {
        product.offer.prices[0].price = feirante_models::Cents::new(cents);
        let body = suggested(&settings, &product);
        assert_eq!(body["Pricing"]["SalePrice"], units, "{cents}");
        assert_eq!(body["Pricing"]["CurrencySymbol"], "CHF");
        assert_eq!(body["EAN"], json!(["7908010136043"]));
    }
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let bare = missing(|product| *product = Product::unknown(fixture::sku("A1")));
    assert_eq!(
        bare,
        [
            "price: is missing",
            "dimensionsCm: is missing",
            "catalog.productId: is missing",
            "catalog.productName: is missing",
            "catalog.description: is missing",
            "catalog.brand: is missing",
            "name: is missing",
            "weightGrams: is missing",
            "catalog.category: is missing",
            "catalog.images: has none",
            "catalog.ean: is missing, and so is catalog.refId: one of both is needed",
        ]
    );
}

/// An edit of the catalog.
fn catalog(product: &mut Product) -> &mut Catalog {
    product.catalog.as_mut().unwrap()
}

#[test]
fn what_a_marketplace_would_refuse_or_lose_is_refused_here() {
    assert_eq!(missing(|_| ()), Vec::<String>::new());
    assert_eq!(
        missing(|p| catalog(p).product_name = Some("é".repeat(150))),
        Vec::<String>::new()
    );
    assert_eq!(
        missing(|p| catalog(p).product_name = Some("é".repeat(151))),
        ["catalog.productName: is longer than 150 characters"]
    );
    assert_eq!(
        missing(|p| catalog(p).brand = Some(" ".to_owned())),
        ["catalog.brand: is missing"]
    );
    let reference = |p: &mut Product| {
        catalog(p).ean = None;
        catalog(p).ref_id = Some("R".to_owned());
    };
    assert_eq!(missing(reference), Vec::<String>::new());
    for url in [
        "http://images.example/1.jpg",
        "images.example/1.jpg",
        "https://",
        "",
    ] {
        assert_eq!(
            missing(|p| catalog(p).images[0].url = url.to_owned()),
            ["catalog.images[0].url: is no https address"],
            "{url}"
        );
    }
    assert_eq!(
        missing(|p| p.offer.dimensions.as_mut().unwrap().width = Decimal::ZERO),
        ["dimensionsCm.width: is no length"]
    );
    assert_eq!(
        missing(|p| p.offer.unit_multiplier = -Decimal::ONE),
        ["unitMultiplier: is not above zero"]
    );
}
