//! What the ERP says of SKUs and prices.

mod any_order;
mod prices;

use std::collections::HashMap;

use feirante_models::Cents;
use feirante_seller::offer::{Offer, Offering};
use feirante_store::offers::Update;
use serde_json::{Value, json};

use crate::database::{OFFERS, TestDatabase, budget};
use crate::samples::{adjustment, at, count, price_message, sku, sku_message};

impl TestDatabase {
    /// What is held of a SKU.
    pub(crate) async fn offer(&self, code: &str) -> Option<Offer> {
        self.offers
            .read(&[sku(code)], budget())
            .await
            .unwrap()
            .remove(&sku(code))
    }

    async fn put_sku(&self, message: Value, seconds: i64) -> Update {
        self.offers
            .put_sku(&sku_message(message), at(seconds), budget())
            .await
            .unwrap()
    }

    async fn set_price(&self, message: Value, seconds: i64) -> Update {
        self.offers
            .set_price(&price_message(message), at(seconds), at(seconds), budget())
            .await
            .unwrap()
    }
}

fn full() -> Value {
    json!({
        "sku": "1", "active": true, "name": "Sabão", "weightGrams": 500,
        "dimensionsCm": {"height": 1.5, "width": 2, "length": 3},
        "measurementUnit": "kg", "unitMultiplier": 0.5, "shippingMethods": ["Normal", "Loja10"],
        "offerings": [{"type": "Embalagem", "id": 6, "name": "Presente", "price": 250}],
        "catalog": {
            "productName": "Sabão", "ean": 7_908_010_136_043_i64,
            "brand": " Feira ", "category": "Limpeza/Sabão",
        },
    })
}

#[tokio::test]
async fn a_sku_is_read_as_it_was_written() {
    let db = TestDatabase::start().await;
    assert_eq!(db.put_sku(full(), 1).await, Update::Applied);
    let offer = db.offer("1").await.unwrap();
    let expected = Offer {
        active: true,
        name: Some("Sabão".to_owned()),
        weight_grams: 500,
        dimensions: sku_message(full()).dimensions_cm,
        brand: Some("Feira".to_owned()),
        category: Some("Limpeza/Sabão".to_owned()),
        measurement_unit: "kg".to_owned(),
        unit_multiplier: "0.5".parse().unwrap(),
        shipping_methods: Some(vec!["Normal".to_owned(), "Loja10".to_owned()]),
        offerings: vec![Offering {
            kind: "Embalagem".to_owned(),
            id: "6".to_owned(),
            name: "Presente".to_owned(),
            price: Cents::new(250),
        }],
        ..Offer::unknown(sku("1"))
    };
    assert_eq!(offer, expected);
}

#[tokio::test]
async fn new_data_of_a_sku_replaces_all_but_its_prices_and_stock() {
    let db = TestDatabase::start().await;
    db.put_sku(full(), 1).await;
    db.set_price(json!({"sku": "1", "price": 100}), 1).await;
    db.offers
        .count_stock(&count("1", "main", 7), at(1), budget())
        .await
        .unwrap();
    let before = db.offer("1").await.unwrap();
    db.put_sku(json!({"sku": "1", "active": false, "name": "Soap"}), 2)
        .await;
    let expected = Offer {
        name: Some("Soap".to_owned()),
        prices: before.prices,
        stock: before.stock,
        ..Offer::unknown(sku("1"))
    };
    assert_eq!(db.offer("1").await.unwrap(), expected);
    // The catalog is gone too.
    let item = db
        .client
        .get_item()
        .table_name(OFFERS)
        .key(
            "sku",
            aws_sdk_dynamodb::types::AttributeValue::S("1".to_owned()),
        )
        .key(
            "part",
            aws_sdk_dynamodb::types::AttributeValue::S("CATALOG".to_owned()),
        )
        .send()
        .await
        .unwrap()
        .item
        .unwrap();
    assert!(!item.contains_key("catalog"), "{item:?}");
}

#[tokio::test]
async fn an_empty_list_of_methods_is_not_no_list() {
    let db = TestDatabase::start().await;
    let message = |methods: Value| json!({"sku": "1", "active": true, "name": "a", "shippingMethods": methods});
    db.put_sku(message(json!([])), 1).await;
    assert_eq!(
        db.offer("1").await.unwrap().shipping_methods,
        Some(Vec::new())
    );
    db.put_sku(message(Value::Null), 2).await;
    assert_eq!(db.offer("1").await.unwrap().shipping_methods, None);
}

#[tokio::test]
async fn prices_and_stock_wait_for_their_sku() {
    let db = TestDatabase::start().await;
    db.set_price(json!({"sku": "1", "price": 100}), 5).await;
    db.offers
        .count_stock(&count("1", "main", 7), at(5), budget())
        .await
        .unwrap();
    let early = db.offer("1").await.unwrap();
    assert_eq!((early.active, early.name.as_deref()), (false, None));
    db.put_sku(json!({"sku": "1", "active": true, "name": "a"}), 1)
        .await;
    let offer = db.offer("1").await.unwrap();
    assert!(offer.active);
    assert_eq!((offer.prices, offer.stock), (early.prices, early.stock));
}

#[tokio::test]
async fn more_skus_than_one_call_takes_are_read_each_once() {
    let db = TestDatabase::start().await;
    let codes: Vec<_> = (0..230).map(|number| number.to_string()).collect();
    for code in &codes {
        let sent = db
            .offers
            .count_stock(&count(code, "main", 1), at(1), budget())
            .await;
        assert_eq!(sent.unwrap(), Update::Applied);
    }
    // Repeated and unknown ones among them.
    let asked: Vec<_> = codes
        .iter()
        .chain(&codes)
        .map(String::as_str)
        .chain(["nope"])
        .map(sku)
        .collect();
    let found = db.offers.read(&asked, budget()).await.unwrap();
    assert_eq!(found.len(), codes.len());
    assert!(db.offers.read(&[], budget()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_adjustment_is_made_once() {
    let db = TestDatabase::start().await;
    let adjust = async |code: &str, id: &str, delta| {
        let message = adjustment(id, code, "main", delta);
        db.offers
            .adjust_stock(&message, at(0), budget())
            .await
            .unwrap()
    };
    let stock = async || {
        db.offer("1")
            .await
            .unwrap()
            .stock
            .into_values()
            .next()
            .unwrap()
    };
    for (id, delta, update, on_hand) in [
        ("1", 5, Update::Applied, 5),
        ("1", 5, Update::Outdated, 5),
        ("2", 5, Update::Applied, 10),
        ("1", -9, Update::Outdated, 10),
        ("3", -12, Update::Applied, -2),
    ] {
        assert_eq!(adjust("1", id, delta).await, update);
        let stock = stock().await;
        assert_eq!(
            (stock.on_hand, stock.available, stock.reserved),
            (on_hand, on_hand, 0)
        );
    }
    // The same id about another SKU is another adjustment.
    assert_eq!(adjust("2", "1", 1).await, Update::Applied);
    let both = db
        .offers
        .read(&[sku("1"), sku("2")], budget())
        .await
        .unwrap();
    let on_hand: HashMap<_, _> = both
        .values()
        .map(|offer| {
            (
                offer.sku.as_str(),
                offer.stock.values().next().unwrap().on_hand,
            )
        })
        .collect();
    assert_eq!(on_hand, HashMap::from([("1", -2), ("2", 1)]));
}
