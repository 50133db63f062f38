//! Both parts of a SKU.

use feirante_seller::listing::Product;
use feirante_store::offers::{ProductChange, from_stream_images, is_of_offers};
use serde_json::{Value, json};

use crate::database::{OFFERS, TestDatabase, budget};
use crate::samples::{adjustment, at, count, price_message, sku, sku_message};

fn shirt() -> Value {
    json!({
        "sku": "1", "active": true, "name": "Camisa", "weightGrams": 500,
        "dimensionsCm": {"height": 1, "width": 2.5, "length": 30},
        "catalog": {"productId": 321, "ean": "7908010136043", "images": [{"name": "a", "url": "b"}]},
    })
}

type Image = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

/// A part of SKU 1 as the stream would have it.
async fn image(database: &TestDatabase, part: &str) -> serde_dynamo::Item {
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let found = database.client.get_item().table_name(OFFERS);
    let found = found.key("sku", text("1")).key("part", text(part));
    let found: Image = found.send().await.unwrap().item.unwrap_or_default();
    found.into()
}

fn keys(part: &str) -> serde_dynamo::Item {
    let keys = json!({"sku": "1", "part": part});
    serde_dynamo::to_item(keys).unwrap()
}

fn nothing() -> serde_dynamo::Item {
    Image::default().into()
}

#[tokio::test]
async fn both_parts_are_read_together() {
    let database = TestDatabase::start().await;
    let offers = &database.offers;
    let unknown = offers.product(&sku("1"), budget()).await.unwrap();
    assert_eq!(unknown, Product::unknown(sku("1")));

    let message = sku_message(shirt());
    offers.put_sku(&message, at(0), budget()).await.unwrap();
    let price = price_message(json!({"sku": "1", "price": 7390}));
    offers
        .set_price(&price, at(0), at(0), budget())
        .await
        .unwrap();
    let counted = count("1", "main", 9);
    offers.count_stock(&counted, at(0), budget()).await.unwrap();
    let adjusted = adjustment("a", "1", "main", -2);
    offers
        .adjust_stock(&adjusted, at(0), budget())
        .await
        .unwrap();

    let product = offers.product(&sku("1"), budget()).await.unwrap();
    assert_eq!(product.offer.dimensions, message.dimensions_cm);
    assert_eq!(product.catalog, message.catalog.map(|catalog| *catalog));
    assert_eq!(product.offer.name.as_deref(), Some("Camisa"));
    assert_eq!(product.offer.prices[0].price.get(), 7390);
    let stock: Vec<_> = product.offer.stock.values().collect();
    assert_eq!(stock[0].available, 7);
}

#[tokio::test]
async fn the_stream_says_what_an_offer_was_and_is() {
    let database = TestDatabase::start().await;
    let offers = &database.offers;
    let message = sku_message(shirt());
    offers.put_sku(&message, at(0), budget()).await.unwrap();
    let before = image(&database, "OFFER").await;
    let price = price_message(json!({"sku": "1", "price": 7390}));
    offers
        .set_price(&price, at(0), at(0), budget())
        .await
        .unwrap();
    let after = image(&database, "OFFER").await;

    let read = from_stream_images(keys("OFFER"), before.clone(), after).unwrap();
    let Some(ProductChange::Offer { old, new }) = read else {
        panic!("{read:?}");
    };
    assert_eq!(old.offer.dimensions, message.dimensions_cm);
    assert_eq!((old.offer.prices.len(), new.offer.prices.len()), (0, 1));
    // The first and the last of an item.
    let read = from_stream_images(keys("OFFER"), nothing(), before.clone()).unwrap();
    let Some(ProductChange::Offer { old, new }) = read else {
        panic!("{read:?}");
    };
    assert_eq!((*old, new.offer.active), (Product::unknown(sku("1")), true));
    let read = from_stream_images(keys("OFFER"), before, nothing()).unwrap();
    assert!(
        matches!(&read, Some(ProductChange::Offer { new, .. }) if **new == Product::unknown(sku("1"))),
        "{read:?}"
    );
}

#[tokio::test]
async fn a_catalog_changes_only_with_its_content() {
    let database = TestDatabase::start().await;
    let put = async |message: Value, seconds| {
        let message = sku_message(message);
        let put = database.offers.put_sku(&message, at(seconds), budget());
        put.await.unwrap();
        image(&database, "CATALOG").await
    };
    let first = put(shirt(), 0).await;
    let repeated = put(shirt(), 1).await;
    assert_ne!(first, repeated);
    let mut edited = shirt();
    edited["catalog"]["ean"] = json!("1");
    let edited = put(edited, 2).await;
    let change = |old: &serde_dynamo::Item, new: &serde_dynamo::Item| {
        from_stream_images(keys("CATALOG"), old.clone(), new.clone()).unwrap()
    };
    let changed = Some(ProductChange::Catalog { sku: sku("1") });
    assert_eq!(change(&first, &repeated), None);
    assert_eq!(change(&repeated, &edited), changed);
    assert_eq!(change(&nothing(), &edited), changed);
    assert_eq!(change(&edited, &nothing()), changed);
}

#[test]
fn what_is_no_part_of_a_sku_changes_nothing() {
    for other in [
        keys("ADJUSTMENT#1"),
        serde_dynamo::to_item(json!({"pk": "a", "sk": "b"})).unwrap(),
    ] {
        let read = from_stream_images(other, nothing(), nothing()).unwrap();
        assert_eq!(read, None);
    }
    assert!(is_of_offers(&keys("OFFER")));
    assert!(!is_of_offers(
        &serde_dynamo::to_item(json!({"pk": "a", "sk": "b"})).unwrap()
    ));
}

#[test]
fn what_can_t_be_read_is_no_change() {
    let item = json!({"sku": "1", "part": "OFFER", "active": "yes"});
    let broken: serde_dynamo::Item = serde_dynamo::to_item(item).unwrap();
    let error = from_stream_images(keys("OFFER"), nothing(), broken).unwrap_err();
    assert!(error.to_string().contains("offer 1"), "{error}");
}
