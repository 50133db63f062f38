//! The documents disagree about the verbs (protocol §8 D7): the account shows which it serves.

use super::{C8, C9, invoiced};
use crate::harness::eventually;
use crate::outward::{QUICK, Say, Scripted, facing_orders, kill, progress, shipment};

fn verbs(market: &Scripted, part: &str) -> Vec<String> {
    let heard = market.heard(part).into_iter();
    heard
        .map(|one| one.call.split(' ').next().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_wants_other_verbs_is_asked_in_vain_once() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    for part in [C8, C9] {
        market.says_always(
            &format!("POST /api/oms/pvt/orders/1-01{part}"),
            Say::Status(405),
        );
        market.says_always(
            &format!("POST /api/oms/pvt/orders/1-02{part}"),
            Say::Status(405),
        );
    }
    let (first, second) = (
        invoiced(&system, "1-01").await,
        invoiced(&system, "1-02").await,
    );
    system
        .erp
        .send("tracking", shipment(&first, "NFe-1", "SR1"))
        .await;
    market.hears(C8, 2).await;
    system.erp.settled("tracking").await;
    assert_eq!(verbs(&market, C8), ["POST", "PATCH"]);
    // The two requests say the same.
    let tried = market.heard(C8);
    assert_eq!(tried[0].body, tried[1].body);
    // What goes for tracking numbers goes for where packages are.
    system
        .erp
        .send("tracking", progress(&first, "NFe-1", &["Posted"], false))
        .await;
    market.hears(C9, 1).await;
    system.erp.settled("tracking").await;
    assert_eq!(verbs(&market, C9), ["PUT"]);

    // It is remembered by the system, not by a process.
    let killed = kill(&system, "send-tracking");
    assert!(killed > 0);
    eventually("the end of its processes", async || {
        (kill(&system, "send-tracking") == 0).then_some(())
    })
    .await;
    system
        .erp
        .send("tracking", shipment(&second, "NFe-1", "SR2"))
        .await;
    system
        .erp
        .send("tracking", progress(&second, "NFe-1", &["Delivered"], true))
        .await;
    system.erp.sees("order.delivered", &second).await;
    assert_eq!(verbs(&market, C8), ["POST", "PATCH", "PATCH"]);
    assert_eq!(verbs(&market, C9), ["PUT", "PUT"]);
    system.stop().await;
}

/// An account may change its mind as well.
#[tokio::test(flavor = "multi_thread")]
async fn verbs_that_are_served_no_more_are_learned_anew() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    market.says(
        &format!("POST /api/oms/pvt/orders/1-01{C8}"),
        [Say::Status(405)],
    );
    system
        .erp
        .send("tracking", shipment(&id, "NFe-1", "SR1"))
        .await;
    market.hears(C8, 2).await;
    system.erp.settled("tracking").await;
    market.says_always(
        &format!("PATCH /api/oms/pvt/orders/1-01{C8}"),
        Say::Status(404),
    );
    for number in ["SR2", "SR3"] {
        system
            .erp
            .send("tracking", shipment(&id, "NFe-1", number))
            .await;
        system.erp.settled("tracking").await;
    }
    assert_eq!(
        verbs(&market, C8),
        ["POST", "PATCH", "PATCH", "POST", "POST"]
    );
    system.stop().await;
}
