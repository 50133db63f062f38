//! C1 to C4.

use super::*;

const C1: &str = "/api/catalog_system/pvt/skuseller/changenotification";
const C2: &str = "/api/sku-binding/pvt/skuseller/changenotification";

#[tokio::test]
async fn a_known_sku_is_200_and_an_unknown_one_the_documented_404() {
    let market = Market::open().await;
    for base in [C1, C2] {
        let known = market.notify(&format!("{base}/seller1/{BOUND}")).await;
        assert_eq!((known.status.as_u16(), known.text.as_str()), (200, ""));

        let unknown = market.notify(&format!("{base}/seller1/a%2Fb%20c")).await;
        let sentence = "Seller StockKeepingUnit a/b c not found for this seller id seller1";
        assert_eq!(unknown.status, 404);
        assert_eq!(unknown.json(), sentence);
    }
    market.set(json!({ "plainTextNotFound": true })).await;
    let unknown = market.notify(&format!("{C2}/seller1/nope")).await;
    assert_eq!(
        unknown.text,
        "Seller StockKeepingUnit nope not found for this seller id seller1"
    );
    assert!(
        unknown.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
}

#[tokio::test]
async fn the_sku_of_another_seller_is_unknown() {
    let market = Market::open().await;
    let answer = market.notify(&format!("{C2}/seller2/{BOUND}")).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_sellers_code_alone_is_never_found() {
    let market = Market::open().await;
    for base in [C1, C2] {
        let answer = market.notify(&format!("{base}/{BOUND}")).await;
        assert_eq!(answer.status, 404);
        assert!(!answer.text.contains("for this seller id"), "{answer:?}");
    }
}

#[tokio::test]
async fn an_account_may_serve_one_way_of_announcing_only() {
    let market = Market::open().await;
    market.set(json!({ "bindingAnnouncements": false })).await;
    let gone = market.notify(&format!("{C2}/seller1/{BOUND}")).await;
    assert_eq!(gone.status, 404);
    assert!(gone.text.starts_with("<html>"));
    assert_eq!(
        market.notify(&format!("{C1}/seller1/{BOUND}")).await.status,
        200
    );

    market
        .set(json!({ "bindingAnnouncements": true, "classicAnnouncements": false }))
        .await;
    assert_eq!(
        market.notify(&format!("{C2}/seller1/{BOUND}")).await.status,
        200
    );
    assert_eq!(
        market.notify(&format!("{C1}/seller1/{BOUND}")).await.status,
        404
    );
}

#[tokio::test]
async fn price_and_inventory_notifications_are_202_and_counted_apart() {
    let market = Market::open().await;
    let base = format!("/api/notificator/seller1/changenotification/{BOUND}");
    for kind in ["price", "inventory", "price"] {
        let answer = market.notify(&format!("{base}/{kind}")).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, ""));
    }
    let offer = market.world.books.offer("mkt1", BOUND).unwrap();
    assert_eq!(offer.price_notifications, 2);
    assert_eq!(offer.inventory_notifications, 1);
    assert!(offer.notified_at.is_some());
    assert!(market.world.books.offer("mkt2", BOUND).is_none());
}

#[tokio::test]
async fn notifications_of_an_unknown_seller_are_404() {
    let market = Market::open().await;
    let path = format!("/api/notificator/somebody/changenotification/{BOUND}/inventory");
    assert_eq!(market.notify(&path).await.status, 404);
    assert!(market.world.books.offer("mkt1", BOUND).is_none());
}

#[tokio::test]
async fn bindings_can_be_made_and_taken_away() {
    let market = Market::open().await;
    let announce = format!("{C2}/seller1/s%20k%20u");
    assert_eq!(market.notify(&announce).await.status, 404);
    let binding = "bindings/mkt1/s%20k%20u";
    assert_eq!(market.control(Method::PUT, binding, None).await.status, 204);
    assert_eq!(market.notify(&announce).await.status, 200);
    let bound = market
        .control(Method::GET, "bindings/mkt1", None)
        .await
        .json();
    assert_eq!(bound, json!([BOUND, "s k u"]));
    assert_eq!(
        market.control(Method::DELETE, binding, None).await.status,
        204
    );
    assert_eq!(market.notify(&announce).await.status, 404);
}
