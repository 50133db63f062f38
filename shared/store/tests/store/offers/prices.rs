//! Prices: one for each place and beginning.

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::Cents;
use feirante_seller::offer::PriceEntry;
use feirante_store::offers::Update;
use serde_json::{Value, json};

use crate::database::{OFFERS, TestDatabase, budget};
use crate::samples::{at, price_message};

const DAY: i64 = 24 * 3600;

impl TestDatabase {
    /// Writes a price at a moment, in seconds, which it is so since `as_of`.
    async fn price_at(&self, message: Value, as_of: i64, now: i64) -> Update {
        let message = price_message(message);
        let set = self
            .offers
            .set_price(&message, at(as_of), at(now), budget());
        set.await.unwrap()
    }

    /// What is held of the prices of SKU 1, by price.
    async fn prices(&self) -> Vec<PriceEntry> {
        let mut prices = self.offer("1").await.unwrap().prices;
        prices.sort_by_key(|entry| (entry.price, entry.valid_from));
        prices
    }

    async fn cents(&self) -> Vec<i64> {
        let prices = self.prices().await;
        prices.iter().map(|entry| entry.price.get()).collect()
    }

    /// The names of what is held of SKU 1.
    async fn attributes(&self) -> Vec<String> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let call = self.client.get_item().table_name(OFFERS);
        let call = call.key("sku", text("1")).key("part", text("OFFER"));
        let item = call.send().await.unwrap().item.unwrap();
        item.into_keys().collect()
    }
}

/// A price of SKU 1 for everyone from some second on.
fn from(seconds: i64, price: i64) -> Value {
    json!({"sku": "1", "price": price, "validFrom": at(seconds)})
}

/// The same with an end.
fn between(seconds: i64, until: i64, price: i64) -> Value {
    json!({"sku": "1", "price": price, "validFrom": at(seconds), "validUntil": at(until)})
}

#[tokio::test]
async fn each_marketplace_and_channel_has_a_price_of_its_own() {
    let db = TestDatabase::start().await;
    let mut expected = Vec::new();
    for (index, (marketplace, channel)) in [
        (None, None),
        (Some("mkt1"), None),
        (Some("mkt1"), Some("1")),
        (Some("mkt1"), Some("a:b")),
    ]
    .into_iter()
    .enumerate()
    {
        let price = i64::try_from(index).unwrap();
        let (list_price, valid_until) = match channel {
            Some(_) => (Some(Cents::new(900)), Some(at(1000))),
            None => (None, None),
        };
        db.set_price(
            json!({
                "sku": "1", "price": price, "listPrice": list_price, "validUntil": valid_until,
                "marketplace": marketplace, "salesChannel": channel,
            }),
            1,
        )
        .await;
        expected.push(PriceEntry {
            marketplace: marketplace.map(|name| name.to_owned().try_into().unwrap()),
            sales_channel: channel.map(str::to_owned),
            list_price,
            valid_until,
            ..PriceEntry::base(Cents::new(price))
        });
    }
    let mut prices = db.offer("1").await.unwrap().prices;
    prices.sort_by_key(|entry| entry.price);
    assert_eq!(prices, expected);
}

#[tokio::test]
async fn a_price_taken_away_stays_away_until_a_newer_one() {
    let db = TestDatabase::start().await;
    db.set_price(json!({"sku": "1", "price": 100}), 1).await;
    assert_eq!(
        db.set_price(json!({"sku": "1", "price": null}), 3).await,
        Update::Applied
    );
    assert_eq!(db.offer("1").await.unwrap().prices, []);
    assert_eq!(
        db.set_price(json!({"sku": "1", "price": 200}), 2).await,
        Update::Outdated
    );
    assert_eq!(db.offer("1").await.unwrap().prices, []);
    assert_eq!(
        db.set_price(json!({"sku": "1", "price": 300}), 4).await,
        Update::Applied
    );
    assert_eq!(
        db.offer("1").await.unwrap().prices[0].price,
        Cents::new(300)
    );
}

#[tokio::test]
async fn prices_that_begin_at_different_times_stand_side_by_side() {
    let db = TestDatabase::start().await;
    db.price_at(json!({"sku": "1", "price": 1, "floor": 1}), 1, 1)
        .await;
    db.price_at(between(10, 20, 2), 2, 2).await;
    let mut own = from(10, 3);
    own["marketplace"] = json!("mkt1");
    own["salesChannel"] = json!("2");
    db.price_at(own, 3, 3).await;
    let expected = [
        PriceEntry {
            floor: Some(Cents::new(1)),
            ..PriceEntry::base(Cents::new(1))
        },
        PriceEntry {
            valid_from: Some(at(10)),
            valid_until: Some(at(20)),
            ..PriceEntry::base(Cents::new(2))
        },
        PriceEntry {
            marketplace: Some("mkt1".to_owned().try_into().unwrap()),
            sales_channel: Some("2".to_owned()),
            valid_from: Some(at(10)),
            ..PriceEntry::base(Cents::new(3))
        },
    ];
    assert_eq!(db.prices().await, expected);
}

#[tokio::test]
async fn each_beginning_keeps_its_newest_message() {
    let db = TestDatabase::start().await;
    assert_eq!(db.price_at(from(10, 2), 5, 5).await, Update::Applied);
    assert_eq!(db.price_at(from(20, 3), 1, 6).await, Update::Applied);
    assert_eq!(db.price_at(from(10, 9), 4, 7).await, Update::Outdated);
    // The whole of it is replaced.
    assert_eq!(db.price_at(between(20, 30, 4), 2, 8).await, Update::Applied);
    assert_eq!(db.price_at(from(20, 5), 3, 9).await, Update::Applied);
    assert_eq!(db.cents().await, [2, 5]);
    assert_eq!(db.prices().await[1].valid_until, None);
    // Taken away, it stays away.
    let away = json!({"sku": "1", "price": null, "floor": 5, "validFrom": at(10)});
    assert_eq!(db.price_at(away, 8, 10).await, Update::Applied);
    assert_eq!(db.price_at(from(10, 2), 7, 11).await, Update::Outdated);
    assert_eq!(db.cents().await, [5]);
}

#[tokio::test]
async fn prices_that_have_long_been_over_are_forgotten_a_few_at_once() {
    let db = TestDatabase::start().await;
    db.price_at(json!({"sku": "1", "price": 100, "validUntil": at(1)}), 0, 0)
        .await;
    for day in 1..=3 {
        db.price_at(between(day * DAY, (day + 1) * DAY, day), day, day)
            .await;
    }
    let away = json!({"sku": "1", "price": null, "validFrom": at(9 * DAY)});
    db.price_at(away, 1, 1).await;
    // A month later all of them can go, but not sooner: an older message could bring them back.
    db.price_at(from(60 * DAY, 60), 5, 29 * DAY).await;
    assert_eq!(db.cents().await, [1, 2, 3, 60, 100]);
    db.price_at(from(60 * DAY, 60), 5, 31 * DAY).await;
    assert_eq!(db.cents().await, [60, 100]);
    let held = db.attributes().await;
    let dated = held.iter().filter(|name| name.starts_with("price@"));
    assert_eq!(dated.count(), 1, "{held:?}");
}

#[tokio::test]
async fn a_price_is_forgotten_when_another_has_followed_it_for_long() {
    let db = TestDatabase::start().await;
    let with_floor = |mut price: Value| {
        price["floor"] = json!(1);
        price
    };
    for day in 1..=4 {
        db.price_at(from(day * DAY, day), day, day).await;
    }
    db.price_at(with_floor(from(5 * DAY, 5)), 5, 5).await;
    let mut elsewhere = from(DAY, 7);
    elsewhere["marketplace"] = json!("mkt1");
    db.price_at(elsewhere, 5, 5).await;
    // The follower has an end, so what is before it comes back.
    db.price_at(between(6 * DAY, 90 * DAY, 6), 6, 6).await;
    db.price_at(from(80 * DAY, 80), 7, 34 * DAY).await;
    assert_eq!(db.cents().await, [1, 2, 3, 4, 5, 6, 7, 80]);
    db.price_at(from(80 * DAY, 80), 7, 36 * DAY).await;
    assert_eq!(db.cents().await, [5, 6, 7, 80]);
}

#[tokio::test]
async fn a_floor_that_still_counts_is_not_forgotten() {
    let db = TestDatabase::start().await;
    for day in 1..=5 {
        let mut price = from(day * DAY, day);
        if day == 1 {
            price["floor"] = json!(1);
        }
        db.price_at(price, day, day).await;
    }
    db.price_at(from(70 * DAY, 70), 6, 60 * DAY).await;
    assert_eq!(db.cents().await, [1, 2, 3, 4, 5, 70]);
    // One more that is over makes enough of them.
    db.price_at(from(6 * DAY, 6), 6, 6).await;
    db.price_at(from(70 * DAY, 70), 6, 60 * DAY).await;
    assert_eq!(db.cents().await, [1, 6, 70]);
}

#[tokio::test]
async fn a_channel_with_a_sign_in_it_is_read_as_it_was_written() {
    let db = TestDatabase::start().await;
    let price = AttributeValue::M(
        [("asOf", "1"), ("price", "5")]
            .map(|(name, value)| (name.to_owned(), AttributeValue::N(value.to_owned())))
            .into(),
    );
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = db.client.put_item().table_name(OFFERS);
    let put = put.item("sku", text("1")).item("part", text("OFFER"));
    put.item("price:mkt1:a@b", price).send().await.unwrap();
    let prices = db.prices().await;
    assert_eq!(prices[0].sales_channel.as_deref(), Some("a@b"));
    assert_eq!(prices[0].valid_from, None);
}
