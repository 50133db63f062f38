//! Simulation (protocol §3.1, §6).

mod context;
mod request;

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};

use crate::harness::bodies::{cart, shelf};
use crate::harness::{Marketplace, Setup, System};

const ROUTE: &str = "/pvt/orderForms/simulation";

/// The rows of an answer as `[position, quantity]`, those of the goods and those of their delivery.
fn rows(answer: &Value) -> (Value, Value) {
    let pairs = |list: &str, position: &str| {
        let rows = answer[list].as_array().unwrap().iter();
        rows.map(|row| json!([row[position], row["quantity"]]))
            .collect()
    };
    (
        pairs("items", "requestIndex"),
        pairs("logisticsInfo", "itemIndex"),
    )
}

/// The ids of the delivery options of a row.
fn slas(answer: &Value, row: usize) -> Vec<&str> {
    let slas = answer["logisticsInfo"][row]["slas"].as_array().unwrap();
    slas.iter().map(|sla| sla["id"].as_str().unwrap()).collect()
}

async fn simulated(marketplace: &Marketplace, request: &Value) -> Value {
    let reply = marketplace.simulate(request).await;
    assert_eq!(reply.status, 200, "{request}: {reply:?}");
    reply.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_is_told_price_and_stock_and_no_delivery() {
    let system = System::start().await;
    // SIM-01, SIM-35
    let answer = simulated(&system.marketplace, &shelf(&[("2000037", 1)])).await;
    assert_eq!(answer["country"], json!(null));
    assert_eq!(answer["postalCode"], json!(null));
    assert_eq!(answer["items"][0]["price"], 7390);
    assert_eq!(answer["items"][0]["offerings"], json!([]));
    assert_eq!(answer["logisticsInfo"][0]["slas"], json!([]));
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 99);

    // SIM-16, and the lower-case spelling goes first. Ids may be numbers, every digit counts.
    for (item, seller) in [
        (json!({"id": "2000037", "quantity": 1, "Seller": "1"}), "1"),
        (
            json!({"id": "2000037", "quantity": 1, "Seller": "2", "seller": "01"}),
            "01",
        ),
        (json!({"id": 2_000_037, "quantity": 1.0, "seller": 1}), "1"),
    ] {
        let answer = simulated(&system.marketplace, &json!({"items": [item]})).await;
        assert_eq!(answer["items"][0]["seller"], seller, "{answer}");
        assert_eq!(answer["items"][0]["id"], "2000037");
        assert_eq!(answer["items"][0].get("Seller"), None);
    }
    let reply = system
        .marketplace
        .post_text(
            ROUTE,
            r#"{"items":[{"id":9007199254740993,"quantity":1,"seller":"1"}]}"#,
        )
        .await;
    assert_eq!(reply.json()["items"][0]["id"], "9007199254740993");

    // An empty cart is one, too.
    let answer = simulated(&system.marketplace, &json!({"items": []})).await;
    assert_eq!(
        (&answer["items"], &answer["logisticsInfo"]),
        (&json!([]), &json!([]))
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_going_to_a_served_address_is_told_how_it_is_delivered() {
    let system = System::start().await;
    let normal = json!({
        "id": "Normal", "name": "Entrega Normal", "deliveryChannel": "delivery", "price": 200,
        "shippingEstimate": "5bd", "availableDeliveryWindows": [], "pickupStoreInfo": null,
    });
    let express = json!({
        "id": "Expressa", "name": "Entrega Expressa", "deliveryChannel": "delivery", "price": 1000,
        "shippingEstimate": "2bd", "availableDeliveryWindows": [], "pickupStoreInfo": null,
    });
    let item = |sku: &str, index: u32, price: u32, list_price: u32, quantity: u32| {
        json!({
            "id": sku, "requestIndex": index, "price": price, "listPrice": list_price,
            "quantity": quantity, "seller": "1", "merchantName": null, "measurementUnit": "un",
            "unitMultiplier": 1, "priceTags": [], "priceValidUntil": null, "offerings": [],
        })
    };
    let row = |index: u32, quantity: u32, stock: u32| {
        json!({
            "itemIndex": index, "quantity": quantity, "stockBalance": stock, "shipsTo": ["BRA"],
            "deliveryChannels": [{"id": "delivery", "stockBalance": stock}],
            "slas": [normal, express],
        })
    };
    let mut soap = item("34562", 1, 890, 990, 5);
    soap["offerings"] =
        json!([{"type": "Embalagem", "id": "6", "name": "Embalagem de presente", "price": 250}]);
    // The protocol's example (§3.1): one line that can be had, one short, one unknown. SIM-02, SIM-04
    let request = cart(&[("2000037", 1), ("34562", 9), ("nope", 1)]);
    let answer = simulated(&system.marketplace, &request).await;
    let expected = json!({
        "country": "BRA", "postalCode": "22251-030", "allowMultipleDeliveries": true,
        "items": [item("2000037", 0, 7390, 7490, 1), soap],
        "logisticsInfo": [row(0, 1, 99), row(1, 5, 5)],
    });
    assert_eq!(answer, expected);

    // SIM-14
    let answer = simulated(&system.marketplace, &cart(&[("77", 1)])).await;
    let row = &answer["logisticsInfo"][0];
    assert_eq!(slas(&answer, 0), ["Loja10"]);
    let sla = &row["slas"][0];
    assert_eq!(sla["deliveryChannel"], "pickup-in-point");
    assert_eq!(sla["pickupStoreInfo"]["isPickupStore"], true);
    assert_eq!(sla["pickupStoreInfo"]["address"]["addressType"], "pickup");
    assert_eq!(
        row["deliveryChannels"],
        json!([{"id": "pickup-in-point", "stockBalance": 3}])
    );

    // Windows cost extra, lie ahead and are sorted.
    let answer = simulated(&system.marketplace, &cart(&[("W1", 1)])).await;
    assert_eq!(slas(&answer, 0), ["Normal", "Agendada"]);
    let windows = answer["logisticsInfo"][0]["slas"][1]["availableDeliveryWindows"].clone();
    let mut last = jiff::Timestamp::now();
    for window in windows.as_array().unwrap() {
        let [start, end] = ["startDateUtc", "endDateUtc"]
            .map(|name| window[name].as_str().unwrap().parse().unwrap());
        assert!(last < start && start < end, "{windows}");
        assert_eq!(window["price"], 300);
        last = end;
    }
    assert!(windows.as_array().unwrap().len() >= 4, "{windows}");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_without_a_failure() {
    let system = Setup::new().sku("no list price", 4321, 2).start().await;
    let marketplace = &system.marketplace;
    // SIM-05
    let answer = simulated(marketplace, &cart(&[("5837", 1)])).await;
    assert_eq!(rows(&answer), (json!([[0, 0]]), json!([])));
    assert_eq!(answer["items"][0]["price"], 1500);
    // Beside a line that can be had, it has its row.
    let answer = simulated(marketplace, &cart(&[("5837", 1), ("34562", 1)])).await;
    assert_eq!(
        rows(&answer),
        (json!([[0, 0], [1, 1]]), json!([[0, 0], [1, 1]]))
    );
    assert_eq!(answer["logisticsInfo"][0]["slas"], json!([]));
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 0);
    // SIM-08, with ids that no SKU can have
    let long = "x".repeat(101);
    for sku in ["unknown", long.as_str(), "a\u{1}b", "é/?#%"] {
        let answer = simulated(marketplace, &cart(&[(sku, 1)])).await;
        assert_eq!(rows(&answer), (json!([]), json!([])), "{sku:?}");
    }
    // Unknown ones among known ones: positions stay those of the request.
    let answer = simulated(
        marketplace,
        &cart(&[("a", 1), ("34562", 2), ("b", 1), ("2000037", 1)]),
    )
    .await;
    assert_eq!(
        rows(&answer),
        (json!([[1, 2], [3, 1]]), json!([[1, 2], [3, 1]]))
    );
    // SIM-13
    let mut far = cart(&[("2000037", 1)]);
    far["postalCode"] = json!("99999-000");
    let answer = simulated(marketplace, &far).await;
    assert_eq!(answer["items"][0]["quantity"], 1);
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 99);
    assert_eq!(answer["logisticsInfo"][0]["slas"], json!([]));
    // SIM-33
    let answer = simulated(marketplace, &shelf(&[("no list price", 1)])).await;
    assert_eq!(answer["items"][0]["listPrice"], 4321);
    // Lines of one SKU share its stock, the earlier first; each is told all of it.
    let answer = simulated(
        marketplace,
        &cart(&[("34562", 3), ("2000037", 1), ("34562", 3), ("34562", 1)]),
    )
    .await;
    let shares = json!([[0, 3], [1, 1], [2, 2], [3, 0]]);
    assert_eq!(rows(&answer), (shares.clone(), shares));
    for row in [0, 2, 3] {
        assert_eq!(answer["logisticsInfo"][row]["stockBalance"], 5);
    }
    // Nobody has as much as that, and it is a number all the same.
    for quantity in [4_294_967_296, i64::MAX] {
        let answer = simulated(marketplace, &cart(&[("34562", quantity)])).await;
        assert_eq!(answer["items"][0]["quantity"], 5, "{quantity}");
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_call_is_answered_before_the_marketplace_gives_up() {
    let system = System::start().await;
    // RES-05. Of calls that come together all but one need an instance of their own.
    let calls = (0..4).map(|_| async {
        let started = Instant::now();
        let reply = system.marketplace.simulate(&cart(&[("2000037", 1)])).await;
        (reply.status, started.elapsed())
    });
    for (status, took) in join_all(calls).await {
        assert_eq!(status, 200);
        assert!(took < Duration::from_millis(2500), "{took:?}");
    }
    system.stop().await;
}
