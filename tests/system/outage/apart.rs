//! One marketplace's trouble is not another's, and a marketplace in trouble is left alone.

use std::time::{Duration, Instant};

use super::whole;
use crate::harness::{System, eventually};
use crate::outward::{
    QUICK, Say, Scripted, attempts, dossier, facing_orders, facing_two, orders_alone, sell, sell_at,
};

/// What nothing stands in the way of arrives within this time.
const SECONDS: Duration = Duration::from_secs(5);

/// How long a request may take: that long a marketplace that hangs can hold all instances once,
/// before it is known to hang.
const TIME_OUT: Duration = Duration::from_secs(8);

/// Two marketplaces, and orders that they have sold and that are to be invoiced.
struct Two {
    first: Scripted,
    second: Scripted,
    system: System,
    /// Of the first marketplace, then of the second.
    orders: [Vec<String>; 2],
}

impl Two {
    async fn start() -> Self {
        let (first, second) = (Scripted::start().await, Scripted::start().await);
        let delivery = QUICK.replace(
            "failures = 1000, pause = \"1s\", longest_pause = \"1s\"",
            "failures = 5, pause = \"1s\", longest_pause = \"1s\"",
        );
        let system = orders_alone(facing_two(&first, &second, &delivery))
            .start()
            .await;
        let other = system.second_marketplace();
        let mut orders = [Vec::new(), Vec::new()];
        for index in 0..12 {
            orders[0].push(sell(&system, &format!("1-{index:02}")).await);
        }
        for index in 0..6 {
            orders[1].push(sell_at(&other, &format!("2-{index:02}")).await);
        }
        Self {
            first,
            second,
            system,
            orders,
        }
    }

    /// Sends the first marketplace all its invoices.
    async fn trouble(&self) {
        for order in &self.orders[0] {
            self.system.erp.send("invoices", whole(order)).await;
        }
    }

    /// Sends the second some of its own: how long it takes until they are there.
    async fn beside(&self, orders: &[String]) -> Duration {
        let before = self.second.heard("/invoice").len();
        let sent = Instant::now();
        for order in orders {
            self.system.erp.send("invoices", whole(order)).await;
        }
        let heard = self.second.hears("/invoice", before + orders.len()).await;
        heard
            .iter()
            .map(|one| one.at.saturating_duration_since(sent))
            .max()
            .unwrap()
    }

    /// The first marketplace is well again, and gets everything; nobody was told another's key.
    async fn end(self) {
        self.first.recovers();
        for order in self.orders.iter().flatten() {
            self.system.erp.sees("order.invoiced", order).await;
        }
        for (market, token) in [
            (&self.first, "outbound-token"),
            (&self.second, "token-mkt2"),
        ] {
            for one in market.heard("") {
                assert_eq!(one.header("x-vtex-api-apptoken"), token);
            }
        }
        assert_eq!(self.second.heard("").len(), self.orders[1].len());
        self.system.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_that_hangs_delays_no_other() {
    let two = Two::start().await;
    two.first.says_always("/invoice", Say::Nothing);
    two.trouble().await;
    two.first.hears("/invoice", 1).await;
    let (early, late) = two.orders[1].split_at(3);
    let took = two.beside(early).await;
    eprintln!("beside one that begins to hang: {took:?}");
    assert!(took < TIME_OUT + SECONDS, "{took:?}");
    // Once it is known to hang, it is asked by one request at a time.
    two.first.hears("/invoice", 5).await;
    two.first.cut_off().await;
    let took = two.beside(late).await;
    eprintln!("beside one that hangs: {took:?}");
    assert!(took < SECONDS, "{took:?}");
    two.first.cut_off().await;
    two.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_that_limits_our_rate_delays_no_other() {
    let two = Two::start().await;
    let limited = Say::Full(429, vec![("retry-after", "1".to_owned())], String::new());
    two.first.says_always("/invoice", limited);
    two.trouble().await;
    two.first.hears("/invoice", 1).await;
    let took = two.beside(&two.orders[1]).await;
    eprintln!("beside one that limits: {took:?}");
    assert!(took < SECONDS, "{took:?}");
    two.end().await;
}

/// After so many failures in a row the marketplace is left alone for a while, then asked by one
/// request, and gets the rest when that succeeds.
#[tokio::test(flavor = "multi_thread")]
async fn the_breaker_holds_back_what_would_fail_and_lets_it_go_after_one_success() {
    const PAUSE: Duration = Duration::from_secs(3);
    let market = Scripted::start().await;
    let delivery = QUICK.replace(
        "failures = 1000, pause = \"1s\", longest_pause = \"1s\"",
        "failures = 2, pause = \"3s\", longest_pause = \"3s\"",
    );
    let system = facing_orders(&market, &delivery).start().await;
    let mut orders = Vec::new();
    for index in 0..8 {
        orders.push(sell(&system, &format!("1-{index:02}")).await);
    }
    market.says("/invoice", [Say::Status(503), Say::Status(503)]);
    system.erp.send("invoices", whole(&orders[0])).await;
    let opened = market.hears("/invoice", 2).await[1].at;
    eventually("the second attempt to be counted", async || {
        attempts(&system, &orders[0], "NFe-1")
            .await
            .filter(|made| *made == 2)
    })
    .await;
    for order in &orders[1..] {
        system.erp.send("invoices", whole(order)).await;
    }
    for order in &orders {
        system.erp.sees("order.invoiced", order).await;
    }
    let heard = market.heard("/invoice");
    let after = heard[2].at - opened;
    assert!(after >= PAUSE, "{after:?}");
    // What was held had not been attempted, and was not refused after it.
    assert_eq!(heard.len(), 2 + orders.len());
    for order in &orders[1..] {
        let shown = serde_json::to_string(&dossier(&system, order).await.order).unwrap();
        assert!(shown.contains(r#""attempts":1"#), "{shown}");
    }
    system.stop().await;
}
