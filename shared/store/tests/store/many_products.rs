//! Many SKUs with both of their parts.

use std::collections::BTreeMap;

use serde_json::json;

use crate::database::{TestDatabase, budget};
use crate::samples::{adjustment, at, count, price_message, sku, sku_message};

/// More than fit on a page, since each has two parts and the memory of adjustments between them.
const SKUS: usize = 300;

#[tokio::test]
async fn every_sku_comes_once_and_whole_however_the_pages_fall() {
    let database = TestDatabase::start().await;
    let offers = &database.offers;
    for number in 0..SKUS {
        let code = format!("sku-{number}");
        let message =
            json!({"sku": code, "active": true, "name": code, "catalog": {"ean": number}});
        let message = sku_message(message);
        offers.put_sku(&message, at(0), budget()).await.unwrap();
        if number % 3 == 0 {
            let adjustment = adjustment("a", &code, "main", 1);
            let adjusted = offers.adjust_stock(&adjustment, at(0), budget()).await;
            adjusted.unwrap();
        }
    }
    let price = price_message(json!({"sku": "no-data", "price": 5}));
    offers
        .set_price(&price, at(0), at(0), budget())
        .await
        .unwrap();

    let (mut found, mut pages, mut page) = (BTreeMap::new(), 0, None);
    loop {
        let (some, next) = offers.all_products(page, budget()).await.unwrap();
        pages += 1;
        for product in some {
            let twice = found.insert(product.offer.sku.clone(), product);
            assert_eq!(twice, None);
        }
        page = next;
        if page.is_none() {
            break;
        }
    }
    assert!(pages > 1);
    assert_eq!(found.len(), SKUS + 1);
    for product in found.values() {
        let alone = offers.product(&product.offer.sku, budget()).await.unwrap();
        assert_eq!(*product, alone);
    }
}

#[tokio::test]
async fn given_skus_are_read_with_both_parts() {
    let database = TestDatabase::start().await;
    let offers = &database.offers;
    let message =
        sku_message(json!({"sku": "1", "active": true, "name": "x", "catalog": {"ean": 1}}));
    offers.put_sku(&message, at(0), budget()).await.unwrap();
    let counted = count("2", "main", 9);
    offers.count_stock(&counted, at(0), budget()).await.unwrap();
    // More than one call asks for.
    let mut asked: Vec<_> = (0..120).map(|number| sku(&number.to_string())).collect();
    asked.push(sku("1"));
    let found = offers.products(&asked, budget()).await.unwrap();
    assert_eq!(found.len(), 2);
    for code in ["1", "2"] {
        let alone = offers.product(&sku(code), budget()).await.unwrap();
        assert_eq!(found[&sku(code)], alone);
    }
}
