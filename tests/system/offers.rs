//! SKUs, prices and stock as the ERP tells them (queue `erp-offers`).

mod refusals;

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};

use crate::harness::bodies::{cart, order, shelf};
use crate::harness::{Marketplace, Setup, Stock, System, eventually};

/// Times that follow each other, later than any of the fixture.
const FIRST: &str = "2030-01-01T00:00:00Z";
const SECOND: &str = "2030-01-01T00:00:00.0010000-00:00";
const THIRD: &str = "2030-01-02 00:00:00";

fn sku(sku: &str) -> Value {
    json!({"type": "sku", "sku": sku, "active": true, "name": sku})
}

fn price(sku: &str, price: impl Into<Value>) -> Value {
    json!({"type": "price", "sku": sku, "price": price.into()})
}

fn stock(sku: &str, on_hand: i64) -> Value {
    json!({"type": "stock", "sku": sku, "warehouse": "main", "onHand": on_hand})
}

fn adjustment(id: &str, sku: &str, delta: i64) -> Value {
    json!({"type": "stockAdjustment", "id": id, "sku": sku, "warehouse": "main", "delta": delta})
}

fn at(time: &str, mut message: Value) -> Value {
    message["asOf"] = json!(time);
    message
}

impl System {
    /// Sends messages at once and waits until they have taken effect.
    async fn offer(&self, messages: &[Value]) {
        join_all(
            messages
                .iter()
                .map(|message| self.erp.send("offers", message)),
        )
        .await;
        self.erp.settled("offers").await;
    }

    /// The same one after the other.
    async fn offer_in_turn(&self, messages: &[Value]) {
        for message in messages {
            self.offer(std::slice::from_ref(message)).await;
        }
    }
}

/// Unit price and units of a SKU a marketplace is told; `None`: it is not sold.
async fn told(marketplace: &Marketplace, sku: &str) -> Option<(i64, i64)> {
    let answer = marketplace.simulate(&shelf(&[(sku, 1_000)])).await.json();
    let item = answer["items"].get(0)?;
    Some((
        item["price"].as_i64().unwrap(),
        item["quantity"].as_i64().unwrap(),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_wins_in_whatever_order_messages_come() {
    let system = System::start().await;
    // A SKU, a price and a count, each at three times, in every order of the times.
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for (index, order) in orders.into_iter().enumerate() {
        let name = format!("newest-{index}");
        let of = |moment: usize| {
            let time = [FIRST, SECOND, THIRD][moment];
            let mut data = at(time, sku(&name));
            data["offerings"] = json!([{"type": "t", "id": moment, "name": "n", "price": 1}]);
            let count = i64::try_from(moment).unwrap() + 1;
            [
                data,
                at(time, price(&name, 100 * count)),
                at(time, stock(&name, 10 * count)),
            ]
        };
        for moment in order {
            system.offer(&of(moment)).await;
        }
        assert_eq!(
            told(&system.marketplace, &name).await,
            Some((300, 30)),
            "{order:?}"
        );
        let answer = system
            .marketplace
            .simulate(&shelf(&[(&name, 1)]))
            .await
            .json();
        assert_eq!(answer["items"][0]["offerings"][0]["id"], "2", "{order:?}");
        // Again is nothing new, and a message without a time is as of when it was sent: before these.
        system.offer(&of(2)).await;
        system.offer(&[price(&name, 999), stock(&name, 999)]).await;
        assert_eq!(
            told(&system.marketplace, &name).await,
            Some((300, 30)),
            "{order:?}"
        );
    }

    // Without times, what is sent later is later. Price and stock wait for their SKU.
    system
        .offer_in_turn(&[price("early", 500), stock("early", 4)])
        .await;
    assert_eq!(told(&system.marketplace, "early").await, None);
    system.offer_in_turn(&[sku("early")]).await;
    assert_eq!(told(&system.marketplace, "early").await, Some((500, 4)));
    system
        .offer_in_turn(&[price("early", 600), stock("early", 3)])
        .await;
    assert_eq!(told(&system.marketplace, "early").await, Some((600, 3)));
    assert!(system.erp.dead_letter_now("offers").await.is_none());
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sku_is_sold_while_it_is_active_and_has_a_price_that_holds() {
    let system = Setup::new().sku("A", 100, 5).start().await;
    let marketplace = &system.marketplace;
    assert_eq!(told(marketplace, "A").await, Some((100, 5)));
    for (message, expected) in [
        (price("A", Value::Null), None),
        (price("A", 200), Some((200, 5))),
        (price("A", 0), Some((0, 5))),
        (at(FIRST, price("A", 300)), Some((300, 5))),
        (
            json!({"type": "sku", "sku": "A", "active": false, "name": "A"}),
            None,
        ),
    ] {
        system.offer(std::slice::from_ref(&message)).await;
        assert_eq!(told(marketplace, "A").await, expected, "{message}");
    }
    let refused = marketplace.place(&order("1-01", &[("A", 1, 300)])).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "ES014"));

    // A new SKU message replaces all of the earlier one, and nothing else.
    let mut full = at(FIRST, sku("A"));
    full["weightGrams"] = json!(500);
    full["measurementUnit"] = json!("kg");
    full["unitMultiplier"] = json!(0.5);
    full["shippingMethods"] = json!(["Loja10"]);
    full["offerings"] = json!([{"type": "Wrap", "id": 6, "name": "Gift", "price": 250}]);
    system.offer(&[full]).await;
    let answer = marketplace.simulate(&cart(&[("A", 1)])).await.json();
    assert_eq!(answer["items"][0]["measurementUnit"], "kg");
    assert_eq!(answer["items"][0]["unitMultiplier"], 0.5);
    assert_eq!(answer["items"][0]["offerings"][0]["id"], "6");
    assert_eq!(answer["logisticsInfo"][0]["slas"][0]["id"], "Loja10");
    system.offer(&[at(SECOND, sku("A"))]).await;
    let answer = marketplace.simulate(&cart(&[("A", 1)])).await.json();
    assert_eq!(answer["items"][0]["measurementUnit"], "un");
    assert_eq!(answer["items"][0]["unitMultiplier"], 1);
    assert_eq!(answer["items"][0]["offerings"], json!([]));
    assert_eq!(answer["logisticsInfo"][0]["slas"][0]["id"], "Normal");
    assert_eq!(told(marketplace, "A").await, Some((300, 5)));

    // A price has an end, which the marketplace is told; one that is over is none.
    let until = |time: &str| {
        let mut message = at(THIRD, price("A", 700));
        message["validUntil"] = json!(time);
        message["listPrice"] = json!(600);
        message
    };
    system.offer(&[until("2126-01-01T00:00:00Z")]).await;
    let answer = marketplace.simulate(&shelf(&[("A", 1)])).await.json();
    let item = &answer["items"][0];
    assert_eq!(item["priceValidUntil"], "2126-01-01T00:00:00.000Z");
    // Never a "from" price below the price.
    assert_eq!(
        (&item["price"], &item["listPrice"]),
        (&json!(700), &json!(700))
    );
    system
        .offer(&[at("2031-01-01", until("2020-01-01T00:00:00Z"))])
        .await;
    assert_eq!(told(marketplace, "A").await, None);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_closest_to_the_buyer_holds() {
    let system = Setup::new()
        .seller(
            r#"sales_channels = ["1"]"#,
            r#"sales_channels = ["1", "2"]"#,
        )
        .second_marketplace()
        .sku("A", 1000, 9)
        .start()
        .await;
    let special = |marketplace: &str, channel: Value, amount: Value| json!({"type": "price", "sku": "A", "price": amount, "marketplace": marketplace, "salesChannel": channel});
    let other = system.second_marketplace();
    let prices = async || {
        let on_channel_2 = system
            .marketplace
            .post("/pvt/orderForms/simulation?sc=2", &shelf(&[("A", 1)]))
            .await
            .json();
        [
            told(&system.marketplace, "A").await.unwrap().0,
            on_channel_2["items"][0]["price"].as_i64().unwrap(),
            told(&other, "A").await.unwrap().0,
        ]
    };
    for (message, expected) in [
        (
            special("mkt2", Value::Null, json!(1100)),
            [1000, 1000, 1100],
        ),
        (special("mkt1", json!("2"), json!(900)), [1000, 900, 1100]),
        (special("mkt1", Value::Null, json!(950)), [950, 900, 1100]),
        (price("A", 2000), [950, 900, 1100]),
        (special("mkt1", json!(2), Value::Null), [950, 950, 1100]),
        (
            special("mkt1", Value::Null, Value::Null),
            [2000, 2000, 1100],
        ),
        (
            special("mkt2", Value::Null, Value::Null),
            [2000, 2000, 2000],
        ),
        // Of a marketplace the seller does not have: kept for it, of no use to others.
        (special("mkt9", Value::Null, json!(1)), [2000, 2000, 2000]),
    ] {
        system.offer(std::slice::from_ref(&message)).await;
        assert_eq!(prices().await, expected, "{message}");
    }
    assert!(system.erp.dead_letter_now("offers").await.is_none());
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_adjustments_leave_reservations_alone() {
    let system = Setup::new().sku("A", 100, 10).start().await;
    let place = async |id: &str, units: i64| {
        system
            .marketplace
            .place(&order(id, &[("A", units, 100)]))
            .await
            .status
    };
    let is = |on_hand: i64, reserved: i64| Stock {
        on_hand,
        reserved,
        available: on_hand - reserved,
    };
    assert_eq!(place("1-01", 4).await, 200);
    assert_eq!(system.stock("A").await, is(10, 4));
    // Each adjustment once, however often it is told and whatever it says the second time.
    let mut other = adjustment("adj-1", "A", -3);
    other["delta"] = json!(-5);
    let down = adjustment("adj-1", "A", -3);
    system.offer(std::slice::from_ref(&down)).await;
    system
        .offer(&[down.clone(), down, other, adjustment("adj-2", "A", 1)])
        .await;
    assert_eq!(system.stock("A").await, is(8, 4));
    // A count says how many there are, reserved ones included; fewer than are reserved is possible
    // and sells nothing.
    system.offer(&[stock("A", 3)]).await;
    assert_eq!(system.stock("A").await, is(3, 4));
    assert_eq!(told(&system.marketplace, "A").await, Some((100, 0)));
    assert_eq!(place("1-02", 1).await, 409);
    let answer = system
        .marketplace
        .simulate(&shelf(&[("A", 1), ("2000037", 1)]))
        .await
        .json();
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 0);
    // Once released, they add up again.
    let canceled = system.marketplace.cancel("mkt1-1-01", &json!({})).await;
    assert_eq!(canceled.status, 200);
    assert_eq!(system.stock("A").await, is(3, 0));
    assert_eq!(place("1-03", 3).await, 200);
    // An adjustment of what nobody counted starts at nothing.
    system
        .offer_in_turn(&[sku("B"), price("B", 1), adjustment("adj-3", "B", 2)])
        .await;
    assert_eq!(told(&system.marketplace, "B").await, Some((1, 2)));
    // Stock the seller file has no place for is kept and not sold.
    let mut elsewhere = stock("B", 50);
    elsewhere["warehouse"] = json!("far");
    system.offer(&[elsewhere]).await;
    assert_eq!(told(&system.marketplace, "B").await, Some((1, 2)));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_takes_effect_within_two_seconds() {
    let system = System::start().await;
    let mut times = Vec::new();
    for round in 1..=5 {
        let sent = Instant::now();
        system
            .erp
            .send("offers", price("34562", 1000 + round))
            .await;
        eventually("the new price", async || {
            let (price, _) = told(&system.marketplace, "34562").await?;
            (price == 1000 + round).then_some(())
        })
        .await;
        times.push(sent.elapsed());
    }
    // The machine may be busy with something else for a moment.
    times.sort_unstable();
    assert!(times[2] < Duration::from_secs(2), "{times:?}");
    system.stop().await;
}
