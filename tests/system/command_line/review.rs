//! `feirante orders release` and `reject`: what a person decides about an order that is held for its
//! prices, and what follows from it.

use serde_json::{Value, json};

use super::program::{Ended, feirante};
use crate::harness::bodies::{naming, order};
use crate::harness::{Market, Setup, System, eventually};
use crate::outward::{QUICK, Say, Scripted, authorize, facing_orders, invoice, place};

/// Where the fixture has its bands.
const NO_BANDS: &str = "# [[marketplaces.divergence]]";

/// Every order is held.
const REVIEW: &str = "[[marketplaces.divergence]]\nup_to_percent = 100\ndecision = \"review\"\n#";

/// A reason with characters that JSON takes and a queue does not.
const ODD: &str = "Sold\u{ffff} below\u{fffe} cost";

async fn orders(system: &System, arguments: &[&str]) -> Ended {
    let database = ["--dynamodb", &system.ready().dynamodb];
    feirante(&[&["orders"], arguments, &database].concat()).await
}

async fn reviewing(market: &Scripted) -> System {
    let setup = facing_orders(market, QUICK).seller(NO_BANDS, REVIEW);
    setup.start().await
}

/// An order of one unit at 70.00, which is 73.90 by our prices.
async fn held(system: &System, id: &str) -> String {
    let id = place(system, order(id, &[("2000037", 1, 7000)])).await;
    system.erp.sees("order.needsReview", &id).await;
    id
}

/// Ids of the orders that wait for a person, once they are these.
async fn waiting(system: &System, expected: &[&str]) {
    // The index that lists them follows the order's write.
    eventually("the list", async || {
        let listed = orders(system, &["list", "--status", "needs_review", "--json"]).await;
        let listed: Value = serde_json::from_str(listed.succeeded()).unwrap();
        let ids = listed.as_array().unwrap().iter();
        let ids: Vec<&str> = ids.map(|one| one["orderId"].as_str().unwrap()).collect();
        (ids == expected).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_paid_while_it_was_held_ships_once_it_is_released() {
    let market = Scripted::start().await;
    let system = reviewing(&market).await;
    let id = held(&system, "1-01").await;
    let event = system.erp.sees("order.needsReview", &id).await;
    let prices = json!({"theirs": 7000, "ours": 7390});
    assert_eq!(event["data"]["review"], prices);
    waiting(&system, &[&id]).await;
    authorize(&system, &id).await;
    let event = system.erp.sees("order.authorized", &id).await;
    assert_eq!(event["data"]["held"], true);
    waiting(&system, &[&id]).await;
    for (arguments, words) in [
        (&["list"][..], [&*id, "authorized, held"]),
        (
            &["list", "--status", "needs_review"],
            ["authorized, held", "1 orders wait"],
        ),
        (
            &["show", &id],
            ["authorized, held for review", "(our price 73.90), held"],
        ),
    ] {
        let shown = orders(&system, arguments).await;
        let shown = shown.succeeded();
        assert!(words.iter().all(|word| shown.contains(word)), "{shown}");
    }

    let reason = "agreed with the marketplace";
    let arguments = [
        "release",
        "1-01",
        "--marketplace",
        "mkt1",
        "--by",
        "ana",
        "--reason",
        reason,
    ];
    let told = "Order mkt1-1-01: released at 70.00 (our price 73.90) by ana: agreed with the \
                marketplace. It is paid: the ERP is told to ship it.\n";
    assert_eq!(orders(&system, &arguments).await.succeeded(), told);
    let event = system.erp.sees("order.released", &id).await;
    assert_eq!(event["data"]["authorized"], true);
    assert_eq!(event["data"]["review"], prices);
    assert_eq!(event["data"]["reservations"][0]["quantity"], 1);
    waiting(&system, &[]).await;

    let message = invoice(&id, "NFe-1", 7200, &[("2000037", 1, 7000)]);
    system.erp.send("invoices", message).await;
    system.erp.sees("order.invoiced", &id).await;
    assert_eq!(
        system.erp.seen_of(&id),
        [
            "order.needsReview",
            "order.authorized",
            "order.released",
            "order.invoiced"
        ]
    );
    // It has been decided, whoever asks again.
    let again = orders(&system, &["release", &id]).await;
    let again = again.succeeded();
    assert!(
        again.contains("nothing to do: released at 70.00"),
        "{again}"
    );
    let late = orders(&system, &["reject", &id]).await;
    assert_eq!(
        late.refused(),
        [
            "error: order mkt1-1-01: the order has been released: it can be canceled, but not \
          rejected any more"
        ]
    );
    let shown = orders(&system, &["show", &id]).await;
    let words = "released at 70.00 (our price 73.90) by ana: agreed with the marketplace";
    assert!(shown.succeeded().contains(words), "{}", shown.out);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_released_before_it_is_paid_ships_once_it_is() {
    let system = Setup::new().seller(NO_BANDS, REVIEW).start().await;
    let id = held(&system, "1-01").await;
    let released = orders(&system, &["release", &id, "--by", "ana", "--json"]).await;
    let released: Value = serde_json::from_str(released.succeeded()).unwrap();
    assert_eq!(
        released,
        json!({
            "orderId": id, "decision": "released", "changed": true, "status": "placed",
            "held": false, "canceling": false, "theirs": 7000, "ours": 7390,
        })
    );
    let event = system.erp.sees("order.released", &id).await;
    assert_eq!(event["data"].get("authorized"), None);
    authorize(&system, &id).await;
    let event = system.erp.sees("order.authorized", &id).await;
    assert_eq!(event["data"].get("held"), None);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_rejected_is_canceled_at_the_marketplace() {
    let setup = Setup::new().seller(NO_BANDS, REVIEW).marketplace();
    let system = setup.start().await;
    let market = system.market();
    let theirs = bought(&market).await;
    let id = format!("mkt1-{theirs}");
    waiting(&system, &[&id]).await;
    let named = ["reject", &*theirs, "--marketplace", "mkt1", "--reason", ODD];
    let rejected = orders(&system, &[&named[..], &["--by", "ana"]].concat()).await;
    let told = format!(
        "rejected at 73.90 (our price 73.90) by ana: {ODD}. The marketplace is being told.\n"
    );
    assert!(rejected.succeeded().ends_with(&told), "{}", rejected.out);
    system.erp.sees("order.canceled", &id).await;
    let canceled = format!("orders/mkt1/{theirs}?until=canceled&within=20s");
    market.get(&canceled).await;
    assert_eq!(market.get("violations").await, json!([]));
    assert_eq!(system.status(&id).await, "canceled");
    assert_eq!(system.stock("2000037").await.reserved, 0);
    // Neither decision changes it now.
    let again = orders(&system, &["reject", &id, "--by", "ana"]).await;
    let again = again.succeeded();
    assert!(again.contains("nothing to do: rejected at"), "{again}");
    let late = orders(&system, &["release", &id, "--by", "ana"]).await;
    assert_eq!(
        late.refused(),
        [format!("error: order {id}: the order is canceled")]
    );
    waiting(&system, &[]).await;
    system.stop().await;
}

/// A paid order of one unit at the marketplace beside the seller.
async fn bought(market: &Market) -> String {
    let items = json!([{"sku": "2000037", "quantity": 1}]);
    let bought = market
        .post("buy", json!({"account": "mkt1", "items": items}))
        .await;
    let order = bought["orders"][0]["id"].as_str().unwrap().to_owned();
    let payment = json!({"account": "mkt1", "order": order, "waitMs": 20_000});
    market.post("pay", payment).await;
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_the_marketplace_will_not_cancel_is_held_until_it_is_decided_about_again() {
    let market = Scripted::start().await;
    let system = reviewing(&market).await;
    let id = held(&system, "1-01").await;
    authorize(&system, &id).await;
    let no = Say::Full(400, Vec::new(), "Order in separation".to_owned());
    market.says("/1-01/cancel", [no]);
    let rejected = orders(&system, &["reject", &id, "--by", "ana"]).await;
    rejected.succeeded();
    let event = system.erp.sees("delivery.failed", &id).await;
    assert_eq!(event["data"]["failure"]["kind"], "cancellation");
    assert_eq!(
        market.heard("/1-01/cancel")[0].json()["reason"],
        "The seller does not accept the price"
    );
    waiting(&system, &[&id]).await;
    let released = orders(&system, &["release", &id, "--by", "ana"]).await;
    assert!(released.succeeded().contains("the ERP is told to ship it"));
    system.erp.sees("order.released", &id).await;
    // What is left of the rejection cancels nothing any more, whoever sends it again.
    let letter = system.erp.dead_letter("cancellations").await;
    system.erp.send("cancellations", letter.body).await;
    system.erp.settled("cancellations").await;
    assert!(system.erp.dead_letter_now("cancellations").await.is_none());
    assert_eq!(market.heard("/1-01/cancel").len(), 1);
    assert_eq!(system.status(&id).await, "authorized");
    let message = invoice(&id, "NFe-1", 7200, &[("2000037", 1, 7000)]);
    system.erp.send("invoices", message).await;
    system.erp.sees("order.invoiced", &id).await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_the_marketplace_asks_to_cancel_is_not_released_before_that_has_its_answer() {
    let market = Scripted::start().await;
    let system = reviewing(&market).await;
    let id = held(&system, "1-01").await;
    authorize(&system, &id).await;
    let asked = system.marketplace.cancel(&id, &naming("1-01")).await;
    assert_eq!((asked.status, asked.body.len()), (200, 0));
    system.erp.sees("order.cancellationRequested", &id).await;
    let early = orders(&system, &["release", &id, "--by", "ana"]).await;
    assert_eq!(
        early.refused(),
        [format!(
            "error: order {id}: the marketplace asks to cancel the order: refuse or confirm that first"
        )]
    );
    let refuse = json!({"orderId": id, "action": "refuse"});
    system.erp.send("cancellations", refuse).await;
    system.erp.settled("cancellations").await;
    let released = orders(&system, &["release", &id, "--by", "ana"]).await;
    assert!(released.succeeded().contains("the ERP is told to ship it"));
    let event = system.erp.sees("order.released", &id).await;
    assert_eq!(event["data"]["authorized"], true);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_and_what_the_marketplace_does_meanwhile_leave_one_story() {
    let market = Scripted::start().await;
    let system = reviewing(&market).await;
    let ids = ["1-01", "1-02", "1-03", "1-04"];
    for theirs in ids {
        held(&system, theirs).await;
    }
    for (index, theirs) in ids.into_iter().enumerate() {
        let id = format!("mkt1-{theirs}");
        let decide = async || {
            let verb = if index < 2 { "release" } else { "reject" };
            orders(&system, &[verb, &id, "--by", "ana"]).await
        };
        let body = naming(theirs);
        // Each beside a payment; then, which may come too late, a cancellation.
        let (decided, paid) = tokio::join!(decide(), system.marketplace.authorize(&id, &body));
        assert_eq!(decided.status, Some(0), "{decided:?}");
        let end = if index < 2 {
            "order.released"
        } else {
            "order.canceled"
        };
        system.erp.sees(end, &id).await;
        let told = system.erp.seen_of(&id);
        if index < 2 {
            assert_eq!(paid.status, 200);
            system.erp.sees("order.authorized", &id).await;
            let events = system.erp.seen();
            let ships = |event: &&Value| {
                let (kind, data) = (event["type"].as_str().unwrap(), &event["data"]);
                event["subject"] == *id
                    && (kind == "order.authorized" && data["held"] != true
                        || kind == "order.released" && data["authorized"] == true)
            };
            assert_eq!(events.iter().filter(ships).count(), 1, "{events:#?}");
        } else {
            // Paid before it was canceled, or refused after.
            assert!([200, 409].contains(&paid.status), "{}", paid.status);
            assert!(!told.contains(&"order.released".to_owned()), "{told:?}");
            assert_eq!(market.heard(&format!("/{theirs}/cancel")).len(), 1);
        }
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_held_and_what_is_no_name_are_refused() {
    let system = System::start().await;
    let id = place(&system, order("1-01", &[("2000037", 1, 7390)])).await;
    for (arguments, mistake) in [
        (
            &["release", &*id, "--by", "ana"][..],
            "order mkt1-1-01: the order is not held for review",
        ),
        (
            &["reject", &id, "--by", "ana"],
            "order mkt1-1-01: the order is not held for review",
        ),
        (
            &["release", "mkt1-9-01", "--by", "ana"],
            "there is no order mkt1-9-01",
        ),
    ] {
        let refused = orders(&system, arguments).await;
        assert_eq!(refused.refused(), [format!("error: {mistake}")]);
    }
    for arguments in [
        &["reject", &*id, "--reason", " "][..],
        &["reject", &id, "--reason", &"x".repeat(501)],
        &["release", &id, "--by", "a\nb"],
    ] {
        let refused = orders(&system, arguments).await;
        assert_eq!(refused.status, Some(2), "{refused:?}");
    }
    assert_eq!(system.status(&id).await, "placed");
    system.stop().await;
}
