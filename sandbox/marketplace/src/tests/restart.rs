//! Books that outlive the marketplace.

use std::fs;
use std::path::Path;

use super::*;

fn kept_in(path: &Path) -> Options {
    let mut options = options();
    options.data = Some(path.to_owned());
    options
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("books.jsonl");
    let market = Market::open_with(kept_in(&path)).await;
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    market
        .invoice(&output("2", 9_999))
        .await
        .assert_envelope(400, "total");
    market.set(json!({ "matcherScore": 77 })).await;
    let price = format!("/api/notificator/seller1/changenotification/{BOUND}/price");
    assert_eq!(market.notify(&price).await.status, 202);
    market
        .control(Method::PUT, "bindings/mkt1/more", None)
        .await;
    market
        .control(Method::DELETE, &format!("bindings/mkt1/{BOUND}"), None)
        .await;
    let order = market.order();
    // As after a kill: nobody closes anything.
    drop(market);

    for _ in 0..2 {
        let market = Market::open_with(kept_in(&path)).await;
        assert_eq!(market.order(), order);
        assert_eq!(market.broken(), ["over-invoiced"]);
        assert_eq!(market.world.books.settings("mkt1").matcher_score, 77);
        assert_eq!(market.world.books.bindings("mkt1"), ["more"]);
        assert_eq!(market.world.books.bindings("mkt2"), [BOUND]);
        let offer = market.world.books.offer("mkt1", BOUND).unwrap();
        assert_eq!(offer.price_notifications, 1);
    }
    let market = Market::open_with(kept_in(&path)).await;
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    assert_eq!(
        market.order().repeats["invoice"],
        1,
        "it was answered before"
    );
}

#[tokio::test]
async fn a_torn_last_line_is_ignored() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("books.jsonl");
    let market = Market::open_with(kept_in(&path)).await;
    let before = market.order();
    let length = fs::metadata(&path).unwrap().len();
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    drop(market);
    let kept = fs::read(&path).unwrap();
    let cut = usize::try_from(length).unwrap() + 40;
    assert!(cut < kept.len());
    fs::write(&path, &kept[..cut]).unwrap();

    let market = Market::open_with(kept_in(&path)).await;
    assert_eq!(market.order(), before);
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    drop(market);
    let market = Market::open_with(kept_in(&path)).await;
    assert_eq!(market.only_invoice().number, "1");
}

#[tokio::test]
async fn a_broken_line_in_the_middle_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("books.jsonl");
    drop(Market::open_with(kept_in(&path)).await);
    let kept = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{{\"table\":\"reset\"}}\nnonsense\n{kept}")).unwrap();
    let error = start(kept_in(&path)).await.err().unwrap();
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert!(cause.unwrap().starts_with("line 2 of"));
}

#[tokio::test]
async fn a_reset_is_kept_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("books.jsonl");
    let market = Market::open_with(kept_in(&path)).await;
    market.control(Method::POST, "reset", None).await;
    drop(market);
    let (running, world) = start(kept_in(&path)).await.unwrap();
    assert_eq!(world.books.orders(), []);
    assert_eq!(world.books.bindings("mkt1"), [BOUND]);
    running.stop().await;
}
