//! Delivery windows that only so many orders can have.

use serde_json::{Value, json};

use crate::harness::bodies::{cart, naming, order};
use crate::harness::proxy::Door;
use crate::harness::{Setup, System};

const SLOT: &str = "{ from = \"08:00\", to = \"13:00\", price = 300 }";

/// The fixture where every SKU may come in a morning, each of which `capacity` orders can have.
pub fn limited(setup: Setup, capacity: u32) -> Setup {
    let slot = SLOT.replace(" }", &format!(", capacity = {capacity} }}"));
    let listed = "only_listed = true               # offered only";
    setup
        .seller(SLOT, &slot)
        .seller(listed, "only_listed = false # offered only")
        .seller(
            r#"weekdays = ["mon", "tue", "wed", "thu", "fri"]"#,
            r#"weekdays = ["mon-sun"]"#,
        )
}

/// The windows that are offered.
pub async fn offered(system: &System, sku: &str) -> Vec<Value> {
    let answer = system.marketplace.simulate(&cart(&[(sku, 1)])).await.json();
    let slas = answer["logisticsInfo"][0]["slas"].as_array().unwrap();
    let scheduled = slas.iter().find(|sla| sla["id"] == "Agendada");
    let windows = scheduled.map(|sla| sla["availableDeliveryWindows"].as_array().unwrap());
    windows.cloned().unwrap_or_default()
}

/// An order whose lines all come in a window.
pub fn in_window(mut order: Value, window: &Value) -> Value {
    for row in order["shippingData"]["logisticsInfo"]
        .as_array_mut()
        .unwrap()
    {
        row["selectedSla"] = json!("Agendada");
        row["deliveryWindow"] = json!({
            "startDateUtc": window["startDateUtc"], "endDateUtc": window["endDateUtc"],
            "listPrice": window["price"],
        });
    }
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_window_is_neither_offered_nor_sold_until_somebody_gives_it_back() {
    let system = limited(Setup::new(), 1).sku("table", 100, 9).start().await;
    let windows = offered(&system, "table").await;
    assert_eq!(windows.len(), 7);
    let place = async |id: &str| {
        let order = order(id, &[("table", 1, 100), ("2000037", 1, 7390)]);
        system
            .marketplace
            .place(&json!([in_window(order, &windows[0])]))
            .await
    };
    assert_eq!(place("1-01").await.status, 200);
    assert_eq!(place("1-01").await.status, 200);
    assert_eq!(offered(&system, "table").await, windows[1..]);
    let refused = place("1-02").await;
    assert_eq!((refused.status, refused.code()), (409, "ES014".to_owned()));
    assert_eq!(system.stock("table").await.reserved, 1);
    let canceled = system
        .marketplace
        .cancel("mkt1-1-01", &naming("1-01"))
        .await;
    assert_eq!(canceled.status, 200);
    assert_eq!(offered(&system, "table").await, windows);
    assert_eq!(place("1-02").await.status, 200);

    // Expired it is free too. Who pays late has the goods all the same.
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(9 * 24);
    let tick = json!({"time": later.to_string()});
    assert_eq!(
        system.invoke("expire-reservations", tick).await["expired"],
        1
    );
    assert_eq!(offered(&system, "table").await, windows);
    assert_eq!(place("1-03").await.status, 200);
    let late = system
        .marketplace
        .authorize("mkt1-1-02", &naming("1-02"))
        .await;
    assert_eq!(late.status, 200, "{late:?}");
    assert_eq!(system.stock("table").await.reserved, 2);
    let canceled = system
        .marketplace
        .cancel("mkt1-1-03", &naming("1-03"))
        .await;
    assert_eq!(canceled.status, 200);
    assert_eq!(offered(&system, "table").await, windows);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_cost_no_call() {
    let door = Door::open().await;
    let setup = limited(Setup::new(), 5).options(|options| door.lead(options));
    let system = setup.sku("table", 100, 9).start().await;
    let windows = offered(&system, "table").await;
    door.start_counting();
    offered(&system, "table").await;
    assert_eq!(door.operations_of("simulate-fulfillment"), ["BatchGetItem"]);
    let order = in_window(order("1-01", &[("table", 1, 100)]), &windows[0]);
    let two = ["BatchGetItem", "TransactWriteItems"];
    for calls in [two.as_slice(), &["BatchGetItem"]] {
        door.start_counting();
        assert_eq!(system.marketplace.place(&json!([order])).await.status, 200);
        assert_eq!(door.operations_of("place-order"), calls);
    }
    door.start_counting();
    system
        .marketplace
        .cancel("mkt1-1-01", &naming("1-01"))
        .await;
    assert_eq!(door.operations_of("cancel-order"), two);
    system.stop().await;
}
