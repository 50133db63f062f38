//! Looking, carts, and what stops a purchase before anything is sent.

use std::time::Duration;

use serde_json::json;

use super::seller::{Goods, Route, Script};
use super::world::{AUTHORIZATION, World};

#[tokio::test]
async fn a_storefront_asks_with_get_and_without_an_address() {
    let world = World::start().await;
    let browsed = world
        .post("browse", json!({"skus": ["2000037", "nope"]}))
        .await;
    let [first, second] = browsed["lines"].as_array().unwrap().as_slice() else {
        panic!("{browsed}");
    };
    assert_eq!(first["price"], 7390);
    assert_eq!(first["stock"], 99);
    assert_eq!(first["available"], true);
    assert_eq!(second["available"], false);

    let [asked] = &world.seller.received(Route::Simulate)[..] else {
        panic!("asked more than once");
    };
    assert_eq!(asked.method, "GET");
    assert!(
        asked
            .target
            .starts_with("/m/k9/pvt/orderForms/simulation?affiliateId=ABC&")
    );
    assert!(asked.target.contains("sc=1") && asked.target.contains("an=mkt1"));
    assert_eq!(
        asked.body,
        json!({"isCheckedIn": false, "items": [
            {"id": "2000037", "quantity": 1, "seller": "seller1"},
            {"id": "nope", "quantity": 1, "seller": "seller1"}]})
    );
    world.expect_no_violations().await;
}

#[tokio::test]
async fn the_verb_of_simulations_is_a_setting_that_a_request_may_override() {
    let world = World::start().await;
    world.settings(json!({"simulateVia": "post"})).await;
    world
        .post("browse", json!({"skus": ["2000037"], "country": "BRA"}))
        .await;
    world
        .post("browse", json!({"skus": ["2000037"], "via": "get"}))
        .await;
    world.settings(json!({"simulateVia": "get"})).await;
    world
        .post("cart", json!({"items": [{"sku": "2000037"}]}))
        .await;
    let verbs = world.seller.received(Route::Simulate);
    let verbs = verbs.iter().map(|asked| asked.method.as_str());
    assert_eq!(verbs.collect::<Vec<_>>(), ["POST", "GET", "GET"]);
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_cart_is_asked_about_with_its_address_and_credentials() {
    let world = World::start().await;
    let cart = world
        .post(
            "cart",
            json!({"items": [
                {"sku": "2000037", "quantity": 2},
                {"sku": "34562", "sla": "Agendada", "offerings": ["5"]}]}),
        )
        .await;
    let selection = &cart["selection"];
    assert_eq!(selection["itemsTotal"], 2 * 7390 + 890);
    // The window's 300 is part of the shipping; shipping is per line, not per unit.
    assert_eq!(selection["shippingTotal"], 200 + 800 + 300);
    assert_eq!(selection["servicesTotal"], 1000);
    assert_eq!(selection["total"], 2 * 7390 + 890 + 1300 + 1000);

    let asked = &world.seller.received(Route::Simulate)[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.headers["authorization"], AUTHORIZATION);
    assert_eq!(asked.headers["content-type"], "application/json");
    assert_eq!(asked.body["postalCode"], "22251-030");
    assert_eq!(asked.body["country"], "BRA");
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_cart_says_what_can_not_be_had_and_why() {
    let world = World::start().await;
    for (script, item, reason) in [
        (
            Script::Well,
            json!({"sku": "34562", "quantity": 9}),
            "only 5 of 9",
        ),
        (Script::Well, json!({"sku": "nope"}), "items: no row"),
        (
            Script::Well,
            json!({"sku": "2000037", "sla": "Drone"}),
            "no delivery Drone",
        ),
        (
            Script::Well,
            json!({"sku": "2000037", "offerings": ["6"]}),
            "no service 6",
        ),
        (
            Script::Status(500),
            json!({"sku": "2000037"}),
            "answered 500",
        ),
        (
            Script::Raw("application/json", "{".to_owned()),
            json!({"sku": "2000037"}),
            "no JSON",
        ),
        (
            Script::Tamper(|answer| answer["logisticsInfo"][0]["slas"] = json!([])),
            json!({"sku": "2000037"}),
            "not delivered there",
        ),
        (
            Script::Tamper(|answer| {
                let row = answer["items"][0].clone();
                answer["items"].as_array_mut().unwrap().push(row);
            }),
            json!({"sku": "2000037"}),
            "items: several rows",
        ),
        (
            Script::Tamper(|answer| answer["logisticsInfo"][0]["itemIndex"] = json!(7)),
            json!({"sku": "2000037"}),
            "logisticsInfo: no row",
        ),
        (
            Script::Tamper(|answer| answer["logisticsInfo"][0]["stockBalance"] = json!(0)),
            json!({"sku": "2000037"}),
            "no stock",
        ),
    ] {
        world.seller.script(Route::Simulate, [script]);
        let cart = world.post("cart", json!({"items": [item]})).await;
        assert_eq!(cart["selection"], json!(null), "{cart}");
        let seen = cart["reason"].as_str().unwrap();
        assert!(seen.ends_with(reason), "{seen:?}, not {reason:?}");
    }
}

#[tokio::test]
async fn a_simulation_that_takes_too_long_is_unavailable_and_a_violation() {
    let world = World::with(|options| {
        options.timings.simulation = Duration::from_millis(50);
    })
    .await;
    world.seller.script(Route::Simulate, [Script::Hang]);
    let cart = world
        .post("cart", json!({"items": [{"sku": "2000037"}]}))
        .await;
    assert_eq!(cart["reason"], "no answer within 50 ms");
    assert_eq!(world.broken_rules().await, ["answer-late"]);
}

#[tokio::test]
async fn a_flawed_answer_that_can_be_read_is_taken_and_listed() {
    let world = World::start().await;
    world.seller.script(
        Route::Simulate,
        [Script::Tamper(|answer| {
            answer["items"][0]["offerings"] = json!(null)
        })],
    );
    let cart = world
        .post("cart", json!({"items": [{"sku": "2000037"}]}))
        .await;
    assert_eq!(cart["selection"]["total"], 7590);
    let violations = world.violations().await;
    assert_eq!(violations[0].rule, "offerings-null");
    assert_eq!(violations[0].sku.as_deref(), Some("2000037"));
    assert_eq!(
        violations[0].detail,
        "simulate: offerings-null: /items/0: null or missing"
    );
}

#[tokio::test]
async fn a_purchase_stops_when_goods_or_shipping_cost_something_else_than_in_the_cart() {
    let world = World::start().await;
    for (price, freight, outcome) in [
        (7391, 200, "changedPriceValue"),
        (7390, 201, "changedFreightPrice"),
    ] {
        let mut goods = Goods {
            price: 7390,
            stock: 99,
            freight: 200,
        };
        world.seller.sell("2000037", goods);
        let cart = world
            .post("cart", json!({"items": [{"sku": "2000037"}]}))
            .await;
        goods.price = price;
        goods.freight = freight;
        world.seller.sell("2000037", goods);
        let bought = world.post("buy", json!({"cart": cart["cart"]})).await;
        assert_eq!(bought["outcome"], outcome);
        assert_eq!(bought["before"]["total"], 7590);
        assert_eq!(bought["now"]["total"], 7591);
    }
    assert!(world.seller.received(Route::Place).is_empty());
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_purchase_stops_when_stock_ran_out_since() {
    let world = World::start().await;
    let cart = world
        .post("cart", json!({"items": [{"sku": "34562", "quantity": 5}]}))
        .await;
    world.seller.sell(
        "34562",
        Goods {
            price: 890,
            stock: 4,
            freight: 200,
        },
    );
    let bought = world.post("buy", json!({"cart": cart["cart"]})).await;
    assert_eq!(bought["outcome"], "unavailable");
    assert_eq!(bought["reason"], "34562: only 4 of 5");
    assert!(world.seller.received(Route::Place).is_empty());
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_without_a_call() {
    let world = World::start().await;
    for (path, body, status) in [
        ("browse", json!({"account": "mkt1", "skus": []}), 400),
        ("browse", json!({"account": "mkt9", "skus": ["1"]}), 404),
        ("cart", json!({"account": "mkt1", "items": []}), 400),
        ("buy", json!({"account": "mkt1"}), 400),
        ("buy", json!({"account": "mkt1", "cart": "none"}), 404),
        ("pay", json!({"account": "mkt1", "order": "none"}), 404),
        ("cancel", json!({"account": "mkt1", "order": "none"}), 404),
    ] {
        let (seen, answer) = world.try_post(path, body).await;
        assert_eq!(seen, status, "{path}: {answer}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert!(world.seller.received(Route::Simulate).is_empty());
}
