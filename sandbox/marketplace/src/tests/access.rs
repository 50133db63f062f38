//! Who gets in, and what there is.

use super::*;

#[tokio::test]
async fn a_call_without_credentials_is_401_and_a_violation() {
    let market = Market::open().await;
    let url = format!(
        "{}/api/notificator/seller1/changenotification/{BOUND}/price",
        market.running.account_url("mkt1")
    );
    let response = market
        .client
        .post(&url)
        .header("X-VTEX-API-AppKey", KEY)
        .send()
        .await
        .unwrap();
    Answer::read(response).await.assert_envelope(401, "missing");

    let violations = market.world.books.violations();
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].rule, "missing-credentials");
    assert_eq!(violations[0].account, "mkt1");
    assert!(violations[0].detail.contains("x-vtex-api-apptoken"));
}

#[tokio::test]
async fn wrong_credentials_are_403() {
    let market = Market::open().await;
    let url = market.running.account_url("mkt1") + "/suggestions";
    let response = market
        .client
        .get(&url)
        .header("X-VTEX-API-AppKey", KEY)
        .header("X-VTEX-API-AppToken", "another")
        .send()
        .await
        .unwrap();
    Answer::read(response)
        .await
        .assert_envelope(403, "Access denied");
    assert_eq!(market.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn a_path_that_does_not_exist_is_404_and_no_json() {
    let market = Market::open().await;
    for path in [
        "/api/oms/pvt/orders",
        "/api/nothing",
        "",
        "/api//oms/pvt/orders/1/invoice",
    ] {
        let answer = market.call(Method::POST, path, None).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.starts_with("<html>"), "{path}");
        assert_eq!(answer.headers["content-type"], "text/html");
    }
    let elsewhere = format!("{}/nobody/suggestions", market.running.url());
    let answer = market
        .try_call(Method::GET, &elsewhere, None)
        .await
        .unwrap();
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_permission_that_is_missing_is_403_for_its_calls_alone() {
    let market = Market::open().await;
    let calls = [
        (
            "sellerSkus",
            Method::POST,
            format!("/api/catalog_system/pvt/skuseller/changenotification/seller1/{BOUND}"),
        ),
        (
            "editProduct",
            Method::POST,
            format!("/api/sku-binding/pvt/skuseller/changenotification/seller1/{BOUND}"),
        ),
        (
            "viewSeller",
            Method::POST,
            format!("/api/notificator/seller1/changenotification/{BOUND}/price"),
        ),
        (
            "sendSuggestion",
            Method::PUT,
            "/suggestions/seller1/new".to_owned(),
        ),
        ("suggestions", Method::GET, "/suggestions".to_owned()),
        (
            "notifyInvoice",
            Method::POST,
            format!("/api/oms/pvt/orders/{ORDER}/invoice?an=mkt1"),
        ),
        (
            "cancelOrder",
            Method::POST,
            format!("/api/oms/pvt/orders/{ORDER}/cancel?an=mkt1"),
        ),
        (
            "sendAgreement",
            Method::POST,
            format!("/api/oms/pvt/orders/{ORDER}/changes/c1/send-agreement?accountName=mkt1"),
        ),
    ];
    for (denied, _, _) in &calls {
        market.set(json!({ "deniedPermissions": [denied] })).await;
        for (needed, method, path) in &calls {
            let answer = market.call(method.clone(), path, None).await;
            assert_eq!(
                answer.status == 403,
                needed == denied,
                "{needed} without {denied}"
            );
        }
    }
}

#[tokio::test]
async fn a_return_needs_a_permission_more() {
    let market = Market::open().await;
    market
        .set(json!({ "deniedPermissions": ["notifyRefund"] }))
        .await;
    market.invoice(&output("1", TOTAL)).await.assert_receipt();
    market
        .invoice(&input("2", TOTAL))
        .await
        .assert_envelope(403, "permission");
}

#[tokio::test]
async fn another_verb_is_405_and_says_which() {
    let market = Market::open().await;
    for (method, path, allow) in [
        (
            Method::GET,
            "/api/sku-binding/pvt/skuseller/changenotification/seller1/1",
            "POST",
        ),
        (Method::PUT, "/api/oms/pvt/orders/1/invoice", "POST"),
        (Method::POST, "/suggestions/seller1/1", "GET, PUT, DELETE"),
        (Method::DELETE, "/suggestions/seller1/1/versions", "GET"),
    ] {
        let answer = market.call(method, path, None).await;
        answer.assert_envelope(405, "verb");
        assert_eq!(answer.headers["allow"], allow, "{path}");
    }
}

#[tokio::test]
async fn a_call_that_lost_the_query_of_its_services_endpoint_is_refused() {
    let market = Market::open().await;
    let path = format!("/api/oms/pvt/orders/{ORDER}/invoice");
    for lost in [
        path.clone(),
        format!("{path}?an=mkt2"),
        format!("{path}?an="),
    ] {
        let answer = market.post(&lost, &output("1", TOTAL)).await;
        answer.assert_envelope(400, "an is required");
    }
    assert_eq!(market.broken(), ["lost-query"; 3]);
    assert_eq!(market.order().invoices, []);

    // An order whose endpoint has no query needs none.
    let bare = market.running.account_url("mkt1") + "/api/oms";
    market.update_order(|order| order.services_endpoint = bare);
    market
        .post(&path, &output("1", TOTAL))
        .await
        .assert_receipt();
}

#[tokio::test]
async fn an_account_name_must_be_usable_in_a_path() {
    for name in ["", "control", "a/b", "mkt1"] {
        let options = Options::new(vec![account("mkt1"), account(name)]);
        let error = start(options).await.err().unwrap();
        assert!(matches!(error, crate::StartError::Account(of) if of == name));
    }
}
