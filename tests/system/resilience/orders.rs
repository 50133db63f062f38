//! Orders while the database fails: refused for the moment, and done once when the call comes again.

use futures::future::join_all;
use serde_json::json;

use super::{OUTAGES, behind_a_door, soon};
use crate::harness::bodies::{naming, o1};
use crate::harness::proxy::{Door, Fault};
use crate::harness::{Reply, Setup, System};

/// As often as a call tries, and more.
const EVERY_TIME: usize = 1000;

fn is_to_be_repeated(reply: &Reply) {
    assert_eq!((reply.status, reply.code().as_str()), (503, "ES503"));
    let after: u32 = reply.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(after > 0);
}

async fn holds_one_order(system: &System, reserved: i64) {
    assert_eq!(system.orders().await.len(), 1);
    let stock = system.stock("2000037").await;
    assert_eq!((stock.reserved, stock.available), (reserved, 99 - reserved));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placement_the_database_can_not_take_is_refused_and_its_retry_makes_one_order() {
    join_all(OUTAGES.map(async |outage| {
        let (door, system) = behind_a_door().await;
        door.shut("place-order", outage);
        let body = json!([o1("r-1")]);
        let what = format!("placement, {outage:?}");
        is_to_be_repeated(&soon(&what, system.marketplace.place(&body)).await);
        assert!(system.orders().await.is_empty());
        door.heal();
        let placed = system.marketplace.place(&body).await;
        assert_eq!(placed.json()[0]["orderId"], "mkt1-r-1");
        let again = system.marketplace.place(&body).await;
        assert_eq!((again.status, again.body), (200, placed.body));
        holds_one_order(&system, 1).await;
        system.stop().await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn authorization_and_cancellation_wait_for_the_database_too() {
    join_all(OUTAGES.map(async |outage| {
        let (door, system) = behind_a_door().await;
        system.marketplace.place(&json!([o1("r-1")])).await;
        door.shut("authorize-fulfillment", outage);
        door.shut("cancel-order", outage);
        let body = naming("r-1");
        let what = format!("authorization, {outage:?}");
        let authorize = || system.marketplace.authorize("mkt1-r-1", &body);
        is_to_be_repeated(&soon(&what, authorize()).await);
        let what = format!("cancellation, {outage:?}");
        let cancel = || system.marketplace.cancel("mkt1-r-1", &body);
        is_to_be_repeated(&soon(&what, cancel()).await);
        holds_one_order(&system, 1).await;
        door.heal();
        assert_eq!(cancel().await.json()["orderId"], "mkt1-r-1");
        let refused = authorize().await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "ES018"));
        holds_one_order(&system, 0).await;
        system.stop().await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_never_read_its_settings_takes_no_order_until_it_can() {
    let door = Door::open().await;
    door.shut("place-order", Fault::Refuse);
    let setup = Setup::new().options(|options| {
        door.lead(options);
        options.processes = 1;
    });
    let system = setup.start().await;
    let body = json!([o1("r-1")]);
    is_to_be_repeated(
        &soon(
            "placement without settings",
            system.marketplace.place(&body),
        )
        .await,
    );
    door.heal();
    assert_eq!(system.marketplace.place(&body).await.status, 200);
    holds_one_order(&system, 1).await;
    system.stop().await;
}

/// The write that does the deed, as often lost as this.
#[derive(Debug, Clone, Copy)]
struct Lost {
    function: &'static str,
    write: &'static str,
    times: usize,
}

/// Makes a call whose writes happen and whose answers get lost. Where only one is lost the call
/// itself finds out; where all are, its repeat does. What it got in the end.
async fn answered_in_the_end(door: &Door, lost: Lost, call: impl AsyncFn() -> Reply) -> Reply {
    door.strike(lost.function, lost.write, Fault::LoseAnswer, lost.times);
    let first = soon(&format!("{lost:?}"), call()).await;
    door.heal();
    if lost.times == 1 {
        assert_eq!(first.status, 200, "{lost:?}");
    } else {
        is_to_be_repeated(&first);
    }
    let repeat = call().await;
    assert_eq!(repeat.status, 200, "{lost:?}");
    if lost.times == 1 {
        assert_eq!(first.body, repeat.body, "{lost:?}");
    }
    let once_more = call().await;
    assert_eq!(once_more.body, repeat.body, "{lost:?}");
    repeat
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deed_whose_answer_was_lost_is_done_once_and_answered_the_same() {
    join_all([1, EVERY_TIME].map(async |times| {
        let (door, system) = behind_a_door().await;
        let lost = |function, write| Lost {
            function,
            write,
            times,
        };
        let body = naming("r-1");

        let placed = answered_in_the_end(
            &door,
            lost("place-order", "TransactWriteItems"),
            async || system.marketplace.place(&json!([o1("r-1")])).await,
        )
        .await;
        assert_eq!(placed.json()[0]["orderId"], "mkt1-r-1");
        holds_one_order(&system, 1).await;

        let authorized = answered_in_the_end(
            &door,
            lost("authorize-fulfillment", "UpdateItem"),
            async || system.marketplace.authorize("mkt1-r-1", &body).await,
        )
        .await;
        assert_eq!(authorized.json()["orderId"], "mkt1-r-1");
        holds_one_order(&system, 1).await;

        // The ERP is asked first, and says yes.
        let asked = answered_in_the_end(
            &door,
            lost("cancel-order", "TransactWriteItems"),
            async || system.marketplace.cancel("mkt1-r-1", &body).await,
        )
        .await;
        assert!(asked.body.is_empty());
        door.strike(
            "resolve-cancellation",
            "TransactWriteItems",
            Fault::LoseAnswer,
            1,
        );
        let yes = json!({"orderId": "mkt1-r-1", "action": "confirm"});
        system.erp.send("cancellations", yes).await;
        system.erp.sees("order.canceled", "mkt1-r-1").await;
        holds_one_order(&system, 0).await;
        let story = [
            "order.placed",
            "order.authorized",
            "order.cancellationRequested",
            "order.canceled",
        ];
        assert_eq!(system.erp.seen_of("mkt1-r-1"), story);
        system.stop().await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_whose_answer_was_lost_releases_once() {
    join_all([1, EVERY_TIME].map(async |times| {
        let (door, system) = behind_a_door().await;
        system.marketplace.place(&json!([o1("r-1")])).await;
        let lost = Lost {
            function: "cancel-order",
            write: "TransactWriteItems",
            times,
        };
        let body = naming("r-1");
        let cancel = async || system.marketplace.cancel("mkt1-r-1", &body).await;
        let canceled = answered_in_the_end(&door, lost, cancel).await;
        assert!(canceled.json()["receipt"].is_string());
        holds_one_order(&system, 0).await;
        system.stop().await;
    }))
    .await;
}
