//! A key that lacks a permission.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use feirante_sandbox::LogSink;
use serde_json::json;

use super::{stands, told_of_the_fixture};
use crate::harness::eventually;
use crate::outward::{QUICK, Say, Scripted, facing_two, invoice, sell};

/// Since March 2026 *View Seller* is enforced, and sellers were refused overnight.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_pauses_that_accounts_catalog_names_the_permission_and_nothing_else_waits() {
    const PAUSE: Duration = Duration::from_secs(2);
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let delivery = QUICK.replace(
        "[delivery.catalog]",
        "[delivery.catalog]\npaused_for = \"2s\"",
    );
    let lines = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&lines);
    let system = facing_two(&first, &second, &delivery)
        .options(|options| {
            options.logs = LogSink::Each(Arc::new(move |_, line| {
                seen.lock().unwrap().push(line.to_owned());
            }));
        })
        .start()
        .await;
    told_of_the_fixture(&system, &first).await;
    told_of_the_fixture(&system, &second).await;

    // CAT-12.
    first.says_always("/price", Say::Status(403));
    system
        .erp
        .send(
            "offers",
            json!({"type": "price", "sku": "34562", "price": 900}),
        )
        .await;
    let refused = first.hears("/34562/price", 1).await[0].at;
    let reason = "mkt1 refuses our key for price (403); it needs the permission \
                  Seller Register › View Seller";
    eventually("the reason in the log", async || {
        let lines = lines.lock().unwrap();
        let told = lines.iter().find(|line| line.contains(reason))?;
        told.contains("ERROR").then_some(())
    })
    .await;
    // Other changes wait with it, at this account.
    system
        .erp
        .send(
            "offers",
            json!({"type": "price", "sku": "77", "price": 255}),
        )
        .await;
    let count = json!({"type": "stock", "sku": "W1", "warehouse": "main", "onHand": 12});
    system.erp.send("offers", count).await;
    for call in ["/34562/price", "/77/price", "/W1/inventory"] {
        second.hears(call, 1).await;
    }
    // An invoice does not.
    let order = sell(&system, "1-01").await;
    let message = invoice(&order, "NFe-1", 7590, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", message).await;
    system.erp.sees("order.invoiced", &order).await;

    first.recovers();
    for call in ["/34562/price", "/77/price", "/W1/inventory"] {
        eventually(call, async || {
            let mut heard = first.heard(call).into_iter();
            heard.find(|one| one.at - refused >= PAUSE)
        })
        .await;
    }
    let catalog = first
        .heard("")
        .into_iter()
        .filter(|one| one.call.contains("notificator"));
    for one in catalog.filter(|one| one.at > refused) {
        assert!(
            one.at - refused >= PAUSE,
            "{}: {:?}",
            one.call,
            one.at - refused
        );
    }
    assert!(system.erp.dead_letter_now("notifications").await.is_none());
    stands(&system, "34562", "bound").await;
    system.stop().await;
}
