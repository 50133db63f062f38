use feirante_models::SkuId;
use feirante_models::erp::{Image, OfferMessage};
use feirante_seller::offer::{PriceEntry, Stock};
use serde_json::{Value, json};

use super::*;

fn read(message: &Value) -> OfferMessage {
    OfferMessage::read(message.to_string().as_bytes()).unwrap()
}

/// A SKU with everything.
fn held() -> Product {
    let mut product = Product::unknown(SkuId::parse("1").unwrap());
    let offer = &mut product.offer;
    offer.active = true;
    offer.name = Some("Camisa ".to_owned());
    offer.weight_grams = 500;
    offer.shipping_methods = Some(vec!["Normal".to_owned()]);
    offer.prices = vec![
        PriceEntry::base(Cents::new(7390)),
        PriceEntry {
            marketplace: Some(feirante_models::AccountName::parse("mkt1").unwrap()),
            sales_channel: Some("2".to_owned()),
            list_price: Some(Cents::new(9000)),
            ..PriceEntry::base(Cents::new(7000))
        },
    ];
    let main = feirante_models::WarehouseId::parse("main").unwrap();
    let stock = Stock {
        on_hand: 9,
        reserved: 2,
        available: 7,
        as_of: Instant::parse("2026-11-21T10:00:00Z").ok(),
    };
    offer.stock.insert(main, stock);
    let specification = |name: &str, value: &str| Specification {
        name: name.to_owned(),
        values: vec![value.to_owned()],
    };
    product.catalog = Some(Catalog {
        brand: Some("Feira".to_owned()),
        images: vec![Image {
            name: "a".to_owned(),
            url: "b".to_owned(),
        }],
        sku_specifications: vec![
            specification("Cor", "Azul"),
            specification("Aro", "9"),
            specification("Cor", "Verde"),
        ],
        ..Catalog::default()
    });
    product
}

#[test]
fn what_is_known_changes_nothing_however_it_is_said() {
    let same = [
        json!({"type": "sku", "sku": "1", "active": true, "name": "Camisa", "weightGrams": 500,
            "measurementUnit": "un", "unitMultiplier": 1.00, "shippingMethods": ["Normal"],
            "catalog": {"brand": "Feira", "description": "", "images": [{"name": "a", "url": "b"}],
                "skuSpecifications": [{"name": "Aro", "values": ["9"]},
                    {"name": "Cor", "values": ["Azul", "Verde"]}]}}),
        json!({"type": "price", "sku": "1", "price": 7390}),
        json!({"type": "price", "sku": "1", "price": 7000, "listPrice": 9000, "marketplace": "mkt1",
            "salesChannel": "2"}),
        json!({"type": "price", "sku": "1", "price": null, "marketplace": "mkt1"}),
        json!({"type": "stock", "sku": "1", "warehouse": "main", "onHand": 9, "asOf": "2026-11-22"}),
    ];
    for message in &same {
        assert_eq!(
            compare(&read(message), &held()),
            Outcome::Nothing,
            "{message}"
        );
    }
    for message in Facts::of(&held()).messages(Instant::now()) {
        assert_eq!(compare(&message, &held()), Outcome::Nothing, "{message:?}");
    }
}

#[test]
fn what_changes_is_told_with_what_it_was() {
    for (message, change) in [
        (
            json!({"type": "sku", "sku": "1", "active": false, "name": "Camisa", "weightGrams": 500}),
            json!({"change": "sku", "sku": "1",
                "fields": ["active", "shipping_methods", "brand", "images", "spec"],
                "lost": ["shipping_methods", "brand", "images", "spec"]}),
        ),
        (
            json!({"type": "price", "sku": "1", "price": 7990, "floor": 7000}),
            json!({"change": "price", "sku": "1", "place": "", "before": 7390, "after": 7990,
                "fields": ["floor"]}),
        ),
        (
            json!({"type": "price", "sku": "1", "price": null, "marketplace": "mkt1", "salesChannel": "2"}),
            json!({"change": "price", "sku": "1", "place": "mkt1/2", "before": 7000, "after": null,
                "fields": []}),
        ),
        (
            json!({"type": "price", "sku": "1", "price": 7390, "validFrom": "2026-12-01"}),
            json!({"change": "price", "sku": "1", "place": "from 2026-12-01T00:00:00.000Z",
                "before": null, "after": 7390, "fields": []}),
        ),
        (
            json!({"type": "stock", "sku": "1", "warehouse": "main", "onHand": 8, "asOf": "2026-11-22"}),
            json!({"change": "stock", "sku": "1", "warehouse": "main", "before": 9, "after": 8}),
        ),
        (
            json!({"type": "stock", "sku": "1", "warehouse": "loja", "onHand": 0}),
            json!({"change": "stock", "sku": "1", "warehouse": "loja", "before": null, "after": 0}),
        ),
        (
            json!({"type": "stockAdjustment", "id": "a", "sku": "1", "warehouse": "main", "delta": 1}),
            json!({"change": "adjustment", "sku": "1", "warehouse": "main", "delta": 1}),
        ),
    ] {
        let Outcome::Change(found) = compare(&read(&message), &held()) else {
            panic!("nothing comes of {message}");
        };
        assert_eq!(serde_json::to_value(found).unwrap(), change, "{message}");
    }
    let unknown = Product::unknown(SkuId::parse("1").unwrap());
    let message = json!({"type": "sku", "sku": "1", "active": true, "name": "Camisa"});
    let new = Change::NewSku {
        sku: "1".to_owned(),
        name: "Camisa".to_owned(),
    };
    assert_eq!(compare(&read(&message), &unknown), Outcome::Change(new));
}

#[test]
fn a_count_older_than_the_one_held_comes_to_nothing() {
    let count = |as_of: &str| {
        let count =
            json!({"type": "stock", "sku": "1", "warehouse": "main", "onHand": 8, "asOf": as_of});
        compare(&read(&count), &held())
    };
    assert_eq!(count("2026-11-21T10:00:00Z"), Outcome::Outdated);
    assert!(matches!(count("2026-11-21T10:00:01Z"), Outcome::Change(_)));
}
