//! `feirante simulate`: the endpoint's own answer, and the reasons of it.

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::program::{Ended, Files, feirante};
use crate::harness::{Setup, System};

const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");

async fn simulate(system: &System, arguments: &[&str]) -> Ended {
    let mut command = vec!["simulate", "--dynamodb", &system.ready().dynamodb];
    command.extend(arguments);
    feirante(&command).await
}

async fn as_json(system: &System, arguments: &[&str]) -> Value {
    let mut command = arguments.to_vec();
    command.push("--json");
    let ended = simulate(system, &command).await;
    serde_json::from_str(ended.succeeded()).unwrap()
}

/// A seller with rules of price and stock.
fn setup() -> Setup {
    let rules = "price_adjustment = { percent = 5.0, add = 100, ending = 90 }\n\
                 stock = { safety = 9, cap = 60 }\n[marketplaces.inbound]";
    Setup::new()
        .seller("[marketplaces.inbound]", rules)
        .second_marketplace()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_what_the_endpoint_tells_whatever_the_cart() {
    let system = setup().start().await;
    let skus = ["2000037", "34562", "5837", "nobody-knows"];
    let places = [
        None,
        Some("22251-030"),
        Some("22000000"),
        Some("01000-000"),
        Some("x"),
    ];
    let mut random = rand::rngs::StdRng::seed_from_u64(7);
    for _ in 0..25 {
        let lines: Vec<(&str, u32)> = (0..random.random_range(1..5))
            .map(|_| {
                (
                    *skus.choose(&mut random).unwrap(),
                    random.random_range(1..120),
                )
            })
            .collect();
        let place = *places.choose(&mut random).unwrap();
        let channel = *["1", "2"].choose(&mut random).unwrap();
        let (account, key, seller) = *[("mkt1", "k9", "seller1"), ("mkt2", "q7", "seller2")]
            .choose(&mut random)
            .unwrap();

        let items: Vec<Value> = lines
            .iter()
            .map(|(sku, quantity)| json!({"id": sku, "quantity": quantity, "seller": seller}))
            .collect();
        let body = json!({
            "items": items, "postalCode": place, "country": place.map(|_| "BRA"), "sc": channel,
        });
        let endpoint = crate::harness::Marketplace::new(&system.ready().api, key);
        let told = endpoint.simulate(&body).await;
        assert_eq!(told.status, 200, "{body}");

        let cart: Vec<String> = lines
            .iter()
            .map(|(sku, quantity)| format!("{sku}={quantity}"))
            .collect();
        let mut arguments: Vec<&str> = cart.iter().map(String::as_str).collect();
        arguments.extend(["--marketplace", account, "--sales-channel", channel]);
        if let Some(place) = place {
            arguments.extend(["--to", place, "--country", "BRA"]);
        }
        let shown = as_json(&system, &arguments).await;
        assert_eq!(shown["response"], told.json(), "{arguments:?}");
        // Each line is answered, with its reasons, or left out for one.
        assert_eq!(
            shown["lines"].as_array().unwrap().len(),
            lines.len(),
            "{shown}"
        );
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_why() {
    let system = setup().start().await;
    let cart = [
        "2000037=2",
        "34562=9",
        "nobody-knows",
        "--marketplace",
        "mkt1",
    ];
    let to = |place| [&cart[..], &["--to", place]].concat();
    let told = simulate(&system, &to("22251-030")).await;
    for words in [
        "2000037: 2 at ",
        "base price 73.90",
        "stock 99, of which it may sell 60 (stock: 9 kept back, at most 60)",
        "34562: 0 of 9 at ",
        "adjusted by 5 % and 1.00, ending in 90: 78.90",
        "fixed price",
        "from main",
        "not offered: not for this SKU",
        "nobody-knows: is not sold: the ERP has not told of it",
    ] {
        assert!(
            told.succeeded().contains(words),
            "no {words} in {}",
            told.out
        );
    }
    let told = simulate(&system, &to("01000-000")).await;
    let words = "not offered: the address is in none of its areas";
    assert!(told.succeeded().contains(words), "{}", told.out);

    // A seller file that is not in force is tried without being applied.
    let files = Files::new();
    let file = files.write(
        "seller.toml",
        SELLER.replace("price = 200  ", "price = 321  "),
    );
    let arguments = [
        "2000037",
        "--to",
        "22251-030",
        "--file",
        file.to_str().unwrap(),
    ];
    let tried = as_json(&system, &arguments).await;
    let sla = &tried["response"]["logisticsInfo"][0]["slas"][0];
    assert_eq!((&sla["id"], &sla["price"]), (&json!("Normal"), &json!(321)));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_asked_is_named() {
    let system = setup().start().await;
    let refused = simulate(&system, &["2000037"]).await;
    assert!(
        refused.refused()[0].contains("--marketplace"),
        "{refused:?}"
    );
    assert!(refused.refused()[0].contains("mkt1, mkt2"), "{refused:?}");
    let refused = simulate(&system, &["2000037", "--marketplace", "mkt3"]).await;
    assert!(refused.refused()[0].contains("mkt3"), "{refused:?}");
    let country = [
        "2000037",
        "--marketplace",
        "mkt1",
        "--to",
        "1",
        "--country",
        "BR",
    ];
    let refused = simulate(&system, &country).await;
    assert!(refused.refused()[0].contains("country"), "{refused:?}");
    system.stop().await;
}
