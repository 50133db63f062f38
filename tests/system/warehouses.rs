//! Stock at several places: what one lacks another may have.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::harness::bodies::{cart, naming, o1, order};
use crate::harness::{Setup, System};

/// Two warehouses for every delivery method, and `units` of a SKU at each.
async fn two_warehouses(main: i64, far: i64) -> System {
    supplied(Setup::new(), main, far).await
}

/// The same where methods may split lines.
async fn two_warehouses_that_share(main: i64, far: i64) -> System {
    let setup = Setup::new();
    let warehouses = "warehouses = [\"main\"]";
    let setup = setup.seller(warehouses, &format!("split = true\n{warehouses}"));
    supplied(setup, main, far).await
}

async fn supplied(setup: Setup, main: i64, far: i64) -> System {
    let system = setup
        .seller(
            "id = \"main\"",
            "id = \"main\"\n[[warehouses]]\nid = \"far\"",
        )
        .seller(
            "warehouses = [\"main\"]",
            "warehouses = [\"main\", \"far\"]",
        )
        .sku("two", 100, main)
        .start()
        .await;
    let count = json!({"type": "stock", "sku": "two", "warehouse": "far", "onHand": far});
    system.erp.send("offers", count).await;
    system.erp.settled("offers").await;
    system
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_at_once_get_all_there_is_at_both() {
    let system = two_warehouses(1, 5).await;
    let buyers = (0..6).map(|buyer| {
        let marketplace = &system.marketplace;
        async move {
            let order = order(&format!("buyer-{buyer}"), &[("two", 1, 100)]);
            marketplace.place(&json!([order])).await.status
        }
    });
    assert_eq!(join_all(buyers).await, [200; 6]);
    let late = json!([order("late", &[("two", 1, 100)])]);
    let refused = system.marketplace.place(&late).await;
    assert_eq!((refused.status, refused.code()), (409, "ES014".to_owned()));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_promised_and_taken_at_one_place() {
    let system = two_warehouses(3, 5).await;
    let promised = system
        .marketplace
        .simulate(&cart(&[("two", 8)]))
        .await
        .json();
    assert_eq!(promised["items"][0]["quantity"], 5);
    assert_eq!(promised["logisticsInfo"][0]["stockBalance"], 8);
    let place = async |id: &str, units| {
        let order = order(id, &[("two", units, 100)]);
        system.marketplace.place(&json!([order])).await.status
    };
    assert_eq!(place("eight", 8).await, 409);
    assert_eq!(place("five", 5).await, 200);
    assert_eq!(place("three", 3).await, 200);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_payment_takes_what_another_place_has() {
    let system = two_warehouses(1, 5).await;
    let place = async |id: &str| {
        let order = order(id, &[("two", 1, 100)]);
        assert_eq!(system.marketplace.place(&json!([order])).await.status, 200);
    };
    place("late").await;
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(9 * 24);
    let tick = json!({"time": later.to_string()});
    assert_eq!(
        system.invoke("expire-reservations", tick).await["expired"],
        1
    );
    place("faster").await;
    let paid = system
        .marketplace
        .authorize("mkt1-late", &naming("late"))
        .await;
    assert_eq!(paid.status, 200, "{paid:?}");
    assert_eq!(system.status("mkt1-late").await, "authorized");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_place_has_is_refused_and_nothing_is_kept() {
    let system = two_warehouses(1, 1).await;
    let mut both = o1("both");
    both["items"] = json!([{"id": "two", "quantity": 2, "seller": "1", "price": 100}]);
    let refused = system.marketplace.place(&json!([both])).await;
    assert_eq!((refused.status, refused.code()), (409, "ES014".to_owned()));
    assert!(system.orders().await.is_empty());
    assert_eq!(system.stock("two").await.reserved, 0);
    system.stop().await;
}

/// Who ships what of an order's only line, as an event says it.
fn reservations(event: &Value) -> Vec<(String, i64)> {
    let reservations = event["data"]["reservations"].as_array().unwrap().iter();
    let units = reservations.map(|reservation| {
        assert_eq!(
            (&reservation["itemIndex"], &reservation["sku"]),
            (&json!(0), &json!("two"))
        );
        let warehouse = reservation["warehouse"].as_str().unwrap().to_owned();
        (warehouse, reservation["quantity"].as_i64().unwrap())
    });
    units.collect()
}

fn at(places: &[(&str, i64)]) -> Vec<(String, i64)> {
    let place = |(place, units): &(&str, i64)| ((*place).to_owned(), *units);
    places.iter().map(place).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_split_where_its_method_may_and_the_erp_is_told_who_ships_what() {
    let system = two_warehouses_that_share(3, 5).await;
    let promised = system
        .marketplace
        .simulate(&cart(&[("two", 9)]))
        .await
        .json();
    assert_eq!(promised["items"][0]["quantity"], 8);
    let place = async |id: &str, units| {
        let order = order(id, &[("two", units, 100)]);
        system.marketplace.place(&json!([order])).await.status
    };
    assert_eq!(place("nine", 9).await, 409);
    assert_eq!(place("six", 6).await, 200);
    let placed = system.erp.sees("order.placed", "mkt1-six").await;
    assert_eq!(reservations(&placed), at(&[("main", 3), ("far", 3)]));
    assert_eq!(system.stock("two").await.available, 0);
    assert_eq!((place("two", 2).await, place("one", 1).await), (200, 409));
    // What is given back is where it was.
    let canceled = system.marketplace.cancel("mkt1-six", &naming("six")).await;
    assert_eq!(canceled.status, 200);
    assert_eq!(system.stock("two").await.available, 3);
    assert_eq!(place("again", 6).await, 200);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_payment_tells_the_erp_where_its_units_are_now() {
    let system = two_warehouses_that_share(2, 5).await;
    let place = async |id: &str, units| {
        let order = order(id, &[("two", units, 100)]);
        assert_eq!(system.marketplace.place(&json!([order])).await.status, 200);
    };
    place("late", 2).await;
    let placed = system.erp.sees("order.placed", "mkt1-late").await;
    assert_eq!(reservations(&placed), at(&[("main", 2)]));
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(9 * 24);
    let tick = json!({"time": later.to_string()});
    assert_eq!(
        system.invoke("expire-reservations", tick).await["expired"],
        1
    );
    place("one", 1).await;
    place("four", 4).await;
    let paid = system
        .marketplace
        .authorize("mkt1-late", &naming("late"))
        .await;
    assert_eq!(paid.status, 200, "{paid:?}");
    let authorized = system.erp.sees("order.authorized", "mkt1-late").await;
    assert_eq!(reservations(&authorized), at(&[("main", 1), ("far", 1)]));
    system.stop().await;
}
