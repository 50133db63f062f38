//! SKUs that are not sold any more.

use serde_json::{Value, json};

use super::{stands, told_of_the_fixture};
use crate::harness::Setup;
use crate::outward::{QUICK, Scripted, facing};

const SKU: &str = "2000037";

fn inactive(sku: &str) -> Value {
    json!({"type": "sku", "sku": sku, "active": false, "name": "Camisa azul M"})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pending_suggestion_of_a_deactivated_sku_is_taken_back() {
    let system = Setup::new()
        .seller("[[warehouses]]", &format!("{QUICK}\n[[warehouses]]"))
        .marketplace()
        .start()
        .await;
    let market = system.market();
    market
        .get(&format!(
            "suggestions/mkt1/{SKU}?until_status=pending&within=20s"
        ))
        .await;
    stands(&system, SKU, "suggested").await;
    assert_eq!(
        market
            .get("suggestions/mkt1")
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );

    system.erp.send("offers", inactive(SKU)).await;
    stands(&system, SKU, "unknown").await;
    assert_eq!(market.get("suggestions/mkt1").await, json!([]));
    // Who has not decided about it is told nothing else of it.
    let calls = market.get(&format!("calls?sku={SKU}&account=mkt1")).await;
    let notified = calls.as_array().unwrap().iter().any(|call| {
        let url = call["url"].as_str().unwrap();
        url.ends_with("/price") || url.ends_with("/inventory")
    });
    assert!(!notified, "{calls}");
    assert_eq!(market.get("violations").await, json!([]));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_that_sells_a_deactivated_sku_is_told_to_look() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    told_of_the_fixture(&system, &market).await;
    system.erp.send("offers", inactive(SKU)).await;
    market.hears(&format!("/{SKU}/inventory"), 1).await;
    market.hears(&format!("/{SKU}/price"), 1).await;
    stands(&system, SKU, "bound").await;
    system.erp.settled("notifications").await;
    let heard = market.heard("").into_iter().map(|one| one.call);
    let heard: Vec<_> = heard.collect();
    assert!(heard.iter().all(|call| call.contains(SKU)), "{heard:?}");
    assert!(
        !heard.iter().any(|call| call.contains("/suggestions/")),
        "{heard:?}"
    );
    system.stop().await;
}
