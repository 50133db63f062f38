//! Reservations that end unpaid (protocol §3.2, §4.2).

mod late;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::harness::bodies::{naming, o1, order};
use crate::harness::{Setup, Stock, System};

/// The schedule's event as EventBridge sends it.
fn tick(time: Timestamp) -> Value {
    json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event", "source": "aws.events", "account": "123456789012",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/expire"], "detail": {},
    })
}

fn in_days(days: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(24 * days)
}

/// Lets the schedule come round; says how many orders expired.
async fn expire(system: &System, time: Timestamp) -> Value {
    let summary = system.invoke("expire-reservations", tick(time)).await;
    assert_eq!(summary["failed"], 0, "{summary}");
    summary["expired"].clone()
}

/// The standard order with its lines' stock held for `lock`.
fn locked(id: &str, lock: Value) -> Value {
    let mut order = o1(id);
    order["shippingData"]["logisticsInfo"][0]["lockTTL"] = lock;
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_gives_its_stock_back_when_its_time_is_over() {
    let system = System::start().await;
    let sent = json!([o1("1-01"), order("1-02", &[("34562", 2, 890)])]);
    assert_eq!(system.marketplace.place(&sent).await.status, 200);
    let paid = json!([order("1-03", &[("34562", 1, 890)])]);
    assert_eq!(system.marketplace.place(&paid).await.status, 200);
    system
        .marketplace
        .authorize("mkt1-1-03", &naming("1-03"))
        .await;

    // Not before it is due.
    assert_eq!(expire(&system, in_days(7)).await, 0);
    assert_eq!(system.status("mkt1-1-01").await, "placed");
    assert_eq!(system.stock("2000037").await.reserved, 1);
    // Once, however often the schedule comes round.
    assert_eq!(expire(&system, in_days(9)).await, 2);
    assert_eq!(expire(&system, in_days(9)).await, 0);
    for (id, status) in [
        ("mkt1-1-01", "expired"),
        ("mkt1-1-02", "expired"),
        ("mkt1-1-03", "authorized"),
    ] {
        assert_eq!(system.status(id).await, status);
    }
    assert_eq!(
        system.stock("2000037").await,
        Stock {
            on_hand: 99,
            reserved: 0,
            available: 99
        }
    );
    assert_eq!(
        system.stock("34562").await,
        Stock {
            on_hand: 5,
            reserved: 1,
            available: 4
        }
    );
    system.erp.sees("order.expired", "mkt1-1-01").await;
    system.erp.sees("order.expired", "mkt1-1-02").await;

    // It can't be placed again, and its cancellation is confirmed without a second release.
    let again = system.marketplace.place(&json!([o1("1-01")])).await;
    assert_eq!((again.status, again.code().as_str()), (409, "ES013"));
    let canceled = system
        .marketplace
        .cancel("mkt1-1-01", &naming("1-01"))
        .await;
    assert_eq!(canceled.json()["orderId"], "mkt1-1-01");
    assert_eq!(
        system.stock("2000037").await,
        Stock {
            on_hand: 99,
            reserved: 0,
            available: 99
        }
    );
    system.erp.sees("order.canceled", "mkt1-1-01").await;
    assert_eq!(
        system.erp.seen_of("mkt1-1-01"),
        ["order.placed", "order.expired", "order.canceled"]
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_held_as_long_as_the_marketplace_asks_within_bounds() {
    let system = System::start().await;
    // At least eight days, at most thirty; business days are more than days.
    let locks = [
        ("none", Value::Null, 8),
        ("1h", json!("1h"), 8),
        ("0d", json!("0d"), 8),
        ("12d", json!("12d"), 12),
        ("10bd", json!("10bd"), 14),
        ("9000d", json!("9000d"), 30),
        ("huge", json!("99999999999999999999m"), 30),
    ];
    for (id, lock, _) in &locks {
        let reply = system.marketplace.place(&locked(id, lock.clone())).await;
        assert_eq!(reply.status, 200, "{id}: {reply:?}");
    }
    let minute = SignedDuration::from_mins(1);
    for days in [8, 12, 14, 30] {
        expire(&system, in_days(days) - minute).await;
        for (id, _, due) in &locks {
            let expected = if *due < days { "expired" } else { "placed" };
            assert_eq!(
                system.status(&format!("mkt1-{id}")).await,
                expected,
                "{id} before {days}"
            );
        }
        expire(&system, in_days(days) + minute).await;
        for (id, _, due) in &locks {
            let expected = if *due <= days { "expired" } else { "placed" };
            assert_eq!(
                system.status(&format!("mkt1-{id}")).await,
                expected,
                "{id} after {days}"
            );
        }
    }
    // The longest of an order's lines counts.
    let mut two = order("two", &[("34562", 1, 890), ("2000037", 1, 7390)]);
    two["shippingData"]["logisticsInfo"][1]["lockTTL"] = json!("20d");
    assert_eq!(system.marketplace.place(&two).await.status, 200);
    assert_eq!(expire(&system, in_days(19)).await, 0);
    assert_eq!(expire(&system, in_days(21)).await, 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_payment_takes_the_stock_again_if_it_is_still_there() {
    let system = Setup::new().sku("last one", 100, 1).start().await;
    let place = async |id: &str| {
        let sent = order(id, &[("last one", 1, 100)]);
        assert_eq!(system.marketplace.place(&sent).await.status, 200, "{id}");
    };
    place("1-01").await;
    assert_eq!(expire(&system, in_days(9)).await, 1);
    let late = system
        .marketplace
        .authorize("mkt1-1-01", &naming("1-01"))
        .await;
    assert_eq!(
        (late.status, &late.json()["orderId"]),
        (200, &json!("mkt1-1-01"))
    );
    assert_eq!(system.status("mkt1-1-01").await, "authorized");
    assert_eq!(
        system.stock("last one").await,
        Stock {
            on_hand: 1,
            reserved: 1,
            available: 0
        }
    );
    let again = system
        .marketplace
        .authorize("mkt1-1-01", &naming("1-01"))
        .await;
    assert_eq!(again.body, late.body);
    // It is firm now.
    assert_eq!(expire(&system, in_days(400)).await, 0);

    system.erp.send("offers", json!({"type": "stockAdjustment", "id": "1", "sku": "last one", "warehouse": "main", "delta": 1})).await;
    system.erp.settled("offers").await;
    place("1-02").await;
    assert_eq!(expire(&system, in_days(9)).await, 1);
    place("1-03").await;
    for _ in 0..2 {
        let gone = system
            .marketplace
            .authorize("mkt1-1-02", &naming("1-02"))
            .await;
        assert_eq!((gone.status, gone.code().as_str()), (409, "ES014"));
    }
    assert_eq!(system.status("mkt1-1-02").await, "expired");
    assert_eq!(
        system.stock("last one").await,
        Stock {
            on_hand: 2,
            reserved: 2,
            available: 0
        }
    );
    // Given back later it can't be had any more: the marketplace is being told so.
    system.marketplace.cancel("mkt1-1-03", &json!({})).await;
    let late = system
        .marketplace
        .authorize("mkt1-1-02", &naming("1-02"))
        .await;
    assert_eq!((late.status, late.code().as_str()), (409, "ES014"));
    assert_eq!(system.stock("last one").await.available, 1);
    system.erp.sees("order.expired", "mkt1-1-02").await;
    assert_eq!(
        system.erp.seen_of("mkt1-1-02"),
        ["order.placed", "order.expired"]
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_waits_for_a_person_is_kept() {
    let review = "[[marketplaces.divergence]]\nup_to_percent = 100\ndecision = \"review\"\n#";
    let system = Setup::new()
        .seller("# [[marketplaces.divergence]]", review)
        .start()
        .await;
    let sent = order("1-01", &[("2000037", 1, 1)]);
    assert_eq!(system.marketplace.place(&sent).await.status, 200);
    assert_eq!(expire(&system, in_days(400)).await, 0);
    assert_eq!(system.status("mkt1-1-01").await, "needs_review");
    assert_eq!(system.stock("2000037").await.reserved, 1);
    assert_eq!(system.marketplace.place(&sent).await.status, 200);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_orders_are_due_a_run_releases_them() {
    let system = Setup::new().sku("many", 100, 2000).start().await;
    // More than a page of each part of the index. 2 of a transaction's 100 writes an order, one for the
    // SKU.
    let orders = 49 * 9;
    for batch in 0..9 {
        let of = |index: usize| order(&format!("{batch}-{index}"), &[("many", 1, 100)]);
        let sent: Vec<_> = (0..49).map(of).collect();
        let reply = system.marketplace.place(&json!(sent)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    assert_eq!(system.stock("many").await.reserved, orders);
    assert_eq!(expire(&system, in_days(9)).await, orders);
    assert_eq!(expire(&system, in_days(9)).await, 0);
    assert_eq!(
        system.stock("many").await,
        Stock {
            on_hand: 2000,
            reserved: 0,
            available: 2000
        }
    );
    system.stop().await;
}
