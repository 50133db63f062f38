//! C5, C6 and the operator.

use super::*;

const PATH: &str = "/suggestions/seller1/new-1";

fn suggestion() -> Value {
    json!({
        "ProductName": "Product sample",
        "ProductId": "321",
        "ProductDescription": "sample",
        "BrandName": "Brand 1",
        "SkuName": "Sku sample",
        "SellerId": "seller1",
        "Height": 1,
        "Width": 1,
        "Length": 1,
        "Weight": 500,
        "RefId": "REFID123",
        "EAN": null,
        "CategoryFullPath": "Category 1",
        "Images": [{ "imageName": "Principal", "imageUrl": "https://images.example/1.jpg" }],
        "ProductSpecifications": [{ "fieldName": "Fabric", "fieldValues": ["Cotton"] }],
        "MeasurementUnit": "un",
        "UnitMultiplier": 1,
        "AvailableQuantity": 111,
        "Pricing": { "Currency": "BRL", "SalePrice": 399, "CurrencySymbol": "R$" },
        "Updated": null,
    })
}

async fn suggest(market: &Market, body: &Value) -> Answer {
    market.call(Method::PUT, PATH, Some(body)).await
}

async fn read(market: &Market) -> Value {
    let answer = market.call(Method::GET, PATH, None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_suggestion_waits_until_an_operator_approves_it_and_is_then_bound() {
    let market = Market::open().await;
    let answer = suggest(&market, &suggestion()).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    let pending = read(&market).await;
    assert_eq!(pending["itemId"], "new-1");
    assert_eq!(pending["status"], "Pending");
    assert_eq!(pending["version"], 1);
    assert_eq!(pending["matches"][0]["score"], 50);
    assert_eq!(pending["content"], suggestion());

    let approve = "suggestions/mkt1/new-1/approve";
    assert_eq!(
        market.control(Method::POST, approve, None).await.status,
        200
    );
    assert_eq!(read(&market).await["status"], "Approved");
    assert!(market.world.books.is_bound("mkt1", "new-1"));
    assert_eq!(suggest(&market, &suggestion()).await.status, 304);
    let deny = market
        .control(Method::POST, "suggestions/mkt1/new-1/deny", None)
        .await;
    assert_eq!(deny.status, 409);
}

#[tokio::test]
async fn a_denied_suggestion_can_be_made_anew() {
    let market = Market::open().await;
    suggest(&market, &suggestion()).await;
    market
        .control(Method::POST, "suggestions/mkt1/new-1/deny", None)
        .await;
    assert_eq!(read(&market).await["status"], "Denied");
    assert!(!market.world.books.is_bound("mkt1", "new-1"));

    let mut better = suggestion();
    better["ProductName"] = json!("A better name");
    assert_eq!(suggest(&market, &better).await.status, 200);
    let again = read(&market).await;
    assert_eq!(again["status"], "Pending");
    assert_eq!(again["version"], 2);
    assert_eq!(again["content"]["ProductName"], "A better name");
}

#[tokio::test]
async fn the_matcher_and_auto_approval_decide_by_themselves() {
    let market = Market::open().await;
    for (settings, status) in [
        (json!({ "matcherScore": 30 }), "Denied"),
        (json!({ "matcherScore": 31 }), "Pending"),
        (json!({ "matcherScore": 79 }), "Pending"),
        (
            json!({ "autoApprove": true, "matcherScore": 0 }),
            "Approved",
        ),
    ] {
        market.set(settings.clone()).await;
        suggest(&market, &suggestion()).await;
        assert_eq!(read(&market).await["status"], status, "{settings}");
    }
    assert!(market.world.books.is_bound("mkt1", "new-1"));
}

#[tokio::test]
async fn an_unmapped_brand_is_taken_but_scores_too_little() {
    let market = Market::open().await;
    market
        .set(json!({ "brands": ["Brand 2"], "matcherScore": 100 }))
        .await;
    assert_eq!(suggest(&market, &suggestion()).await.status, 200);
    let waiting = read(&market).await;
    assert_eq!(waiting["status"], "Pending");
    assert_eq!(waiting["matches"][0]["matchType"], "insufficientScore");
    market
        .set(json!({ "brands": ["Brand 1"], "categories": ["Category 1"] }))
        .await;
    suggest(&market, &suggestion()).await;
    assert_eq!(read(&market).await["status"], "Approved");
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_400_and_nothing_is_kept() {
    let market = Market::open().await;
    let absent = [
        "ProductName",
        "ProductId",
        "ProductDescription",
        "BrandName",
        "SkuName",
        "SellerId",
        "Height",
        "Width",
        "Length",
        "Weight",
        "RefId",
        "CategoryFullPath",
        "Images",
        "AvailableQuantity",
        "Pricing",
    ];
    let wrong = [
        ("ProductName", json!("x".repeat(151))),
        ("Height", json!(1.5)),
        ("Height", json!("1")),
        ("AvailableQuantity", json!(-1)),
        ("Images", json!([])),
        (
            "Images",
            json!([{ "imageName": "a", "imageUrl": "http://images.example/1.jpg" }]),
        ),
        (
            "Images",
            json!([{ "imageUrl": "https://images.example/1.jpg" }]),
        ),
        ("SellerStockKeepingUnitId", json!("abc")),
        (
            "SkuSpecifications",
            json!([{ "fieldName": "Color", "fieldValue": "Red" }]),
        ),
    ];
    let bodies = absent
        .into_iter()
        .map(|name| (name, Value::Null))
        .chain(wrong);
    for (name, value) in bodies {
        let mut body = suggestion();
        body[name] = value;
        suggest(&market, &body).await.assert_envelope(400, name);
    }
    for (name, value) in [
        ("Currency", json!("real")),
        ("CurrencySymbol", Value::Null),
        ("SalePrice", json!(3.99)),
    ] {
        let mut body = suggestion();
        body["Pricing"][name] = value;
        suggest(&market, &body).await.assert_envelope(400, name);
    }
    suggest(&market, &json!([]))
        .await
        .assert_envelope(400, "object");
    assert_eq!(market.call(Method::GET, PATH, None).await.status, 404);
}

#[tokio::test]
async fn an_ean_stands_for_a_ref_id_as_text_or_list() {
    let market = Market::open().await;
    for ean in [json!("7908010136043"), json!(["7908010136043"])] {
        let mut body = suggestion();
        body["RefId"] = Value::Null;
        body["EAN"] = ean;
        assert_eq!(suggest(&market, &body).await.status, 200);
    }
}

#[tokio::test]
async fn versions_can_be_listed_and_read() {
    let market = Market::open().await;
    suggest(&market, &suggestion()).await;
    let mut second = suggestion();
    second["AvailableQuantity"] = json!(5);
    suggest(&market, &second).await;

    let versions = market
        .call(Method::GET, &format!("{PATH}/versions"), None)
        .await
        .json();
    let numbers: Vec<_> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["version"])
        .collect();
    assert_eq!(numbers, [1, 2]);
    let first = market
        .call(Method::GET, &format!("{PATH}/versions/1"), None)
        .await
        .json();
    assert_eq!(first["content"], suggestion());
    let third = market
        .call(Method::GET, &format!("{PATH}/versions/3"), None)
        .await;
    assert_eq!(third.status, 404);
}

#[tokio::test]
async fn a_deleted_suggestion_is_gone_until_it_comes_again() {
    let market = Market::open().await;
    assert_eq!(market.call(Method::DELETE, PATH, None).await.status, 404);
    suggest(&market, &suggestion()).await;
    assert_eq!(market.call(Method::DELETE, PATH, None).await.status, 200);
    assert_eq!(market.call(Method::GET, PATH, None).await.status, 404);
    suggest(&market, &suggestion()).await;
    assert_eq!(read(&market).await["version"], 1);
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let market = Market::open().await;
    for number in 0..60 {
        let path = format!("/suggestions/seller1/sku-{number:02}");
        market.call(Method::PUT, &path, Some(&suggestion())).await;
    }
    market
        .control(Method::POST, "suggestions/mkt1/sku-07/approve", None)
        .await;

    let list = async |query: &str| {
        market
            .call(Method::GET, &format!("/suggestions{query}"), None)
            .await
    };
    let skus = |answer: &Answer| -> Vec<String> {
        let listed = answer.json()["data"].as_array().unwrap().clone();
        listed
            .iter()
            .map(|one| one["itemId"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = list("").await;
    assert_eq!(skus(&first).len(), 50);
    assert_eq!(
        first.json()["paging"],
        json!({ "from": 0, "to": 49, "total": 60 })
    );
    assert_eq!(skus(&list("?_from=58&_to=59").await), ["sku-58", "sku-59"]);
    assert_eq!(skus(&list("?status=accepted").await), ["sku-07"]);
    assert_eq!(list("?status=pending").await.json()["paging"]["total"], 59);
    assert_eq!(
        skus(&list("?q=SKU-1&_from=0&_to=1").await),
        ["sku-10", "sku-11"]
    );
    assert_eq!(skus(&list("?seller=another").await), Vec::<String>::new());
    assert_eq!(
        skus(&list("?type=insufficientScore").await),
        Vec::<String>::new()
    );
    list("?_from=0&_to=50").await.assert_envelope(400, "50");
    list("?_from=5&_to=4").await.assert_envelope(400, "_from");
    list("?_from=x").await.assert_envelope(400, "_from");
}

#[tokio::test]
async fn another_sellers_suggestions_are_not_here() {
    let market = Market::open().await;
    let path = "/suggestions/seller2/new-1";
    assert_eq!(
        market
            .call(Method::PUT, path, Some(&suggestion()))
            .await
            .status,
        404
    );
    suggest(&market, &suggestion()).await;
    assert_eq!(market.call(Method::GET, path, None).await.status, 404);
}
