//! `feirante listings`: where each SKU stands at each marketplace.

use serde_json::{Value, json};

use super::program::{Ended, feirante};
use crate::harness::{System, eventually};
use crate::outward::{QUICK, Say, Scripted, facing};

async fn listings(system: &System, arguments: &[&str]) -> Ended {
    let database = ["--dynamodb", &system.ready().dynamodb];
    feirante(&[&["listings"], arguments, &database].concat()).await
}

async fn listed(system: &System, arguments: &[&str]) -> Vec<Value> {
    let ended = listings(system, &[arguments, &["--json"]].concat()).await;
    serde_json::from_str(ended.succeeded()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sku_is_listed_with_what_keeps_it_from_the_marketplace() {
    let market = Scripted::start().await;
    let unknown = "Seller StockKeepingUnit 5837 not found for this seller id seller1";
    let unknown = Say::Full(404, Vec::new(), json!(unknown).to_string());
    market.says_always("changenotification/seller1/5837", unknown);
    market.says(
        "/2000037/price",
        [Say::Full(400, Vec::new(), "No such seller".to_owned())],
    );
    let system = facing(&market, QUICK).start().await;
    eventually("every SKU to be somewhere", async || {
        let bound = listed(&system, &["--state", "bound"]).await.len();
        let error = listed(&system, &["--state", "error"]).await.len();
        (bound == 4 && error == 2).then_some(())
    })
    .await;
    let shown = listings(&system, &[]).await;
    let lines: Vec<&str> = shown.succeeded().lines().collect();
    let all = lines.join("\n");
    for words in [
        "SKU",
        "34562",
        "bound",
        "5837",
        "error",
        "catalog",
        "400",
        "No such seller",
    ] {
        assert!(all.contains(words), "{words}: {all}");
    }
    assert_eq!(lines.last(), Some(&"6 listings"));
    let one = listed(&system, &["--sku", "34562"]).await;
    assert_eq!((one.len(), &one[0]["state"]), (1, &json!("bound")));
    assert_eq!(listed(&system, &["--marketplace", "mkt2"]).await.len(), 0);
    assert_eq!(listed(&system, &["--limit", "3"]).await.len(), 3);
    assert!(
        !listings(&system, &["--state", "lost"])
            .await
            .refused()
            .is_empty()
    );
    system.stop().await;
}
