//! All offers, page by page.

use std::collections::BTreeSet;

use serde_json::json;

use crate::database::{OFFERS, TestDatabase, budget};
use crate::samples::{at, price_message, sku_message};

async fn codes(database: &TestDatabase) -> (BTreeSet<String>, usize) {
    let (mut codes, mut pages, mut after) = (BTreeSet::new(), 0, None);
    loop {
        let page = database.offers.page(after.as_ref(), budget()).await;
        let (products, next) = page.unwrap();
        for product in products {
            assert!(codes.insert(product.offer.sku.to_string()), "{product:?}");
        }
        pages += 1;
        after = next;
        if after.is_none() {
            return (codes, pages);
        }
    }
}

#[tokio::test]
async fn every_offer_is_on_one_page() {
    let database = TestDatabase::start().await;
    assert_eq!(codes(&database).await.0, BTreeSet::new());
    let mut expected = BTreeSet::new();
    // Each with a part that only suggestions need.
    for index in 0..130 {
        let code = format!("ção {index}");
        let message = json!({
            "sku": code, "active": true, "name": "a", "catalog": {"productName": "a"},
        });
        let message = sku_message(message);
        let put = database.offers.put_sku(&message, at(0), budget());
        put.await.unwrap();
        expected.insert(code);
    }
    let price = price_message(json!({"sku": "priced alone", "price": 1}));
    let set = database.offers.set_price(&price, at(0), at(0), budget());
    set.await.unwrap();
    expected.insert("priced alone".to_owned());
    let (found, pages) = codes(&database).await;
    assert_eq!(found, expected);
    assert!(pages >= 3, "{pages}");
}

#[tokio::test]
async fn an_offer_that_can_t_be_read_keeps_no_other_back() {
    use aws_sdk_dynamodb::types::AttributeValue::S;
    let database = TestDatabase::start().await;
    let broken = database.client.put_item().table_name(OFFERS);
    let broken = broken
        .item("sku", S("broken".to_owned()))
        .item("part", S("OFFER".to_owned()))
        .item("active", S("perhaps".to_owned()));
    broken.send().await.unwrap();
    let message = json!({"sku": "1", "active": true, "name": "a"});
    let message = sku_message(message);
    let put = database.offers.put_sku(&message, at(0), budget());
    put.await.unwrap();
    assert_eq!(codes(&database).await.0, ["1".to_owned()].into());
}
