//! Placement (protocol §3.2, §6).

mod content;
mod refusals;

use serde_json::{Value, json};

use crate::harness::bodies::{naming, o1, order};
use crate::harness::{Setup, Stock, System};

/// A SKU's stock when `reserved` of `on_hand` units are taken.
fn stock(on_hand: i64, reserved: i64) -> Stock {
    Stock {
        on_hand,
        reserved,
        available: on_hand - reserved,
    }
}

/// The order as it is answered: what was sent, with our two fields.
fn answered(mut order: Value) -> Value {
    let id = order["marketplaceOrderId"].as_str().unwrap().to_owned();
    order["orderId"] = json!(format!("mkt1-{id}"));
    order["followUpEmail"] = json!("pedidos@feira.example");
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_comes_back_in_the_shape_it_came_in_with_an_id_of_ours() {
    let system = System::start().await;
    let order = o1("959311095-01");
    // ORD-01
    let placed = system.marketplace.place(&json!([order])).await;
    assert_eq!(placed.status, 200);
    assert_eq!(placed.json(), json!([answered(order.clone())]));
    assert_eq!(system.stock("2000037").await, stock(99, 1));
    // ORD-03
    let again = system.marketplace.place(&json!([order])).await;
    assert_eq!((again.status, &again.body), (200, &placed.body));
    // ORD-02: the same order, as an object this time.
    let object = system.marketplace.place(&order).await;
    assert_eq!((object.status, object.json()), (200, answered(order)));
    assert_eq!(system.stock("2000037").await, stock(99, 1));
    assert_eq!(system.orders().await.len(), 1);

    // Several orders come back in their order, those that were there already among them.
    let orders = json!([o1("b-02"), o1("959311095-01"), o1("a-01")]);
    let reply = system.marketplace.place(&orders).await;
    assert_eq!(
        reply.json(),
        json!([
            answered(o1("b-02")),
            answered(o1("959311095-01")),
            answered(o1("a-01"))
        ])
    );
    assert_eq!(system.stock("2000037").await, stock(99, 3));

    // An id that is long or needs escaping has a short one that does not, always the same.
    for id in ["x".repeat(100), "a/b ç?".to_owned()] {
        let first = system.marketplace.place(&json!([o1(&id)])).await.json();
        let ours = first[0]["orderId"].as_str().unwrap();
        assert!(
            ours.len() <= 50 && ours.chars().all(|c| c.is_ascii_alphanumeric()),
            "{ours}"
        );
        assert_eq!(first[0]["marketplaceOrderId"], id);
        let second = system.marketplace.place(&json!([o1(&id)])).await.json();
        assert_eq!(second, first);
        let authorized = system.marketplace.authorize(ours, &naming(&id)).await;
        assert_eq!(authorized.json()["marketplaceOrderId"], id);
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_may_have_as_many_skus_as_one_write_can_hold() {
    let names: Vec<String> = (0..99).map(|number| format!("many-{number}")).collect();
    let setup = names
        .iter()
        .fold(Setup::new(), |setup, sku| setup.sku(sku, 100, 10));
    let system = setup.start().await;
    let of = |id: &str, count: usize| {
        let lines: Vec<_> = names[..count]
            .iter()
            .map(|sku| (sku.as_str(), 1, 100))
            .collect();
        order(id, &lines)
    };
    let placed = system.marketplace.place(&json!([of("60-01", 60)])).await;
    assert_eq!(placed.status, 200, "{placed:?}");
    assert_eq!(placed.json()[0]["items"].as_array().unwrap().len(), 60);
    assert_eq!(system.stock("many-59").await, stock(10, 1));
    // Two writes for the order itself and one a SKU are a hundred.
    let placed = system.marketplace.place(&json!([of("98-01", 98)])).await;
    assert_eq!(placed.status, 200, "{placed:?}");
    assert_eq!(system.stock("many-97").await, stock(10, 1));
    for orders in [
        json!([of("99-01", 99)]),
        json!([of("97-01", 97), of("97-02", 1)]),
    ] {
        let reply = system.marketplace.place(&orders).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "ES005"));
    }
    // An order has to fit into one item.
    let lines = vec![("2000037", 1, 7390); 1001];
    let reply = system
        .marketplace
        .place(&json!([order("1001-01", &lines)]))
        .await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "ES005"));
    // Lines of one SKU are one write.
    let lines = vec![("2000037", 1, 7390); 99];
    let placed = system
        .marketplace
        .place(&json!([order("lines-01", &lines)]))
        .await;
    assert_eq!(placed.status, 200);
    assert_eq!(system.orders().await.len(), 3);
    assert_eq!(system.stock("many-0").await, stock(10, 2));
    // All of it is given back.
    let canceled = system.marketplace.cancel("mkt1-98-01", &json!({})).await;
    assert_eq!(canceled.status, 200);
    assert_eq!(system.stock("many-97").await, stock(10, 0));
    assert_eq!(system.stock("many-0").await, stock(10, 1));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_is_not_ours_is_decided_by_the_rules_or_else_accepted() {
    let at = |id: &str, price: i64| json!([order(id, &[("2000037", 1, price)])]);
    // ORD-14
    let system = System::start().await;
    for (id, price) in [("half", 3695), ("free", 0), ("dear", 1_000_000_000_000)] {
        let reply = system.marketplace.place(&at(id, price)).await;
        assert_eq!(reply.status, 200, "{id}");
        assert_eq!(reply.json()[0]["items"][0]["price"], price);
        system.erp.sees("order.placed", &format!("mkt1-{id}")).await;
    }
    // What the marketplace says it pays is never a reason to refuse.
    let mut other = o1("pays");
    other["marketplacePaymentValue"] = json!(-5);
    assert_eq!(system.marketplace.place(&other).await.status, 200);
    system.stop().await;

    let bands = "[[marketplaces.divergence]]\nup_to_percent = 5\ndecision = \"authorize\"\n\
                 [[marketplaces.divergence]]\nup_to_percent = 20\ndecision = \"review\"\n\
                 [[marketplaces.divergence]]\nup_to_percent = 100\ndecision = \"deny\"\n#";
    let system = Setup::new()
        .seller("# [[marketplaces.divergence]]", bands)
        .start()
        .await;
    for (id, price, event) in [
        ("5-below", 7021, "order.placed"),
        ("5-above", 7759, "order.placed"),
        ("more", 7020, "order.needsReview"),
        ("20", 5912, "order.needsReview"),
    ] {
        assert_eq!(
            system.marketplace.place(&at(id, price)).await.status,
            200,
            "{id}"
        );
        system.erp.sees(event, &format!("mkt1-{id}")).await;
    }
    for (id, price) in [("20-below", 5911), ("nothing", 0)] {
        let reply = system.marketplace.place(&at(id, price)).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (409, "ES015"),
            "{id}"
        );
    }
    assert_eq!(system.orders().await.len(), 4);
    assert_eq!(system.stock("2000037").await, stock(99, 4));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_of_two_marketplaces_do_not_meet() {
    let system = Setup::new().second_marketplace().start().await;
    let other = system.second_marketplace();
    let first = system.marketplace.place(&json!([o1("1-01")])).await;
    assert_eq!(first.json()[0]["orderId"], "mkt1-1-01");
    // The same number at another marketplace is another order.
    let second = other
        .place(&json!([order("1-01", &[("34562", 1, 890)])]))
        .await;
    assert_eq!(second.json()[0]["orderId"], "mkt2-1-01");
    assert_eq!(system.orders().await.len(), 2);
    // Neither can touch the other's, by our id or its own.
    for (id, theirs) in [("mkt1-1-01", "1-01"), ("mkt1-1-01", "mkt1-1-01")] {
        let authorized = other.authorize(id, &naming(theirs)).await;
        assert_eq!(
            (authorized.status, authorized.code().as_str()),
            (404, "ES009")
        );
        let canceled = other.cancel(id, &naming(theirs)).await;
        assert_eq!((canceled.status, canceled.code().as_str()), (404, "ES009"));
    }
    assert_eq!(system.stock("2000037").await, stock(99, 1));
    let canceled = other.cancel("1-01", &naming("1-01")).await;
    assert_eq!(canceled.json()["orderId"], "mkt2-1-01");
    assert_eq!(system.stock("34562").await, stock(5, 0));
    assert_eq!(system.stock("2000037").await, stock(99, 1));
    system.stop().await;
}
