//! SKUs the marketplace does not know.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{UNKNOWN, stands, told_of_the_fixture};
use crate::harness::{Market, Setup, System};
use crate::outward::{QUICK, Say, Scripted, facing, kill};

const SKU: &str = "2000037";

async fn with_a_marketplace() -> System {
    Setup::new()
        .seller("[[warehouses]]", &format!("{QUICK}\n[[warehouses]]"))
        .marketplace()
        .start()
        .await
}

async fn suggested(market: &Market, version: u32) {
    let path =
        format!("suggestions/mkt1/{SKU}?until_status=pending&until_version={version}&within=20s");
    market.get(&path).await;
}

/// Verb and path of the calls about a SKU, none twice in a row.
async fn calls(market: &Market, sku: &str) -> Vec<String> {
    let calls = market.get(&format!("calls?sku={sku}&account=mkt1")).await;
    let received = calls.as_array().unwrap().iter();
    let received = received.filter(|call| call["direction"] == "received");
    let text = |call: &Value, field: &str| call[field].as_str().unwrap().to_owned();
    let mut lines: Vec<_> = received
        .map(|call| format!("{} {}", text(call, "method"), text(call, "url")))
        .collect();
    lines.dedup();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_sku_is_suggested_and_after_its_approval_priced_and_in_stock() {
    let system = with_a_marketplace().await;
    let market = system.market();
    // CAT-02.
    suggested(&market, 1).await;
    stands(&system, SKU, "suggested").await;
    let offers = market.get("offers/mkt1").await;
    assert!(
        offers
            .as_array()
            .unwrap()
            .iter()
            .all(|offer| offer["price"].is_null()),
        "{offers}"
    );
    market
        .post(&format!("suggestions/mkt1/{SKU}/approve"), json!({}))
        .await;
    stands(&system, SKU, "bound").await;
    let offer = format!("offers/mkt1/{SKU}?until_price=7390&until_stock=99&within=20s");
    assert_eq!(market.get(&offer).await["available"], true);
    let calls = calls(&market, SKU).await;
    assert_eq!(
        calls[..3],
        [
            "POST /mkt1/api/sku-binding/pvt/skuseller/changenotification/seller1/2000037",
            "PUT /mkt1/suggestions/seller1/2000037",
            "GET /mkt1/suggestions/seller1/2000037",
        ]
    );
    for (index, kind) in ["price", "inventory"].iter().enumerate() {
        let path = format!("/mkt1/api/notificator/seller1/changenotification/2000037/{kind}");
        assert_eq!(calls[3 + index], format!("POST {path}"));
    }
    // CAT-07: the fixture's soap has no size, and its candle no catalog at all.
    for (sku, missing) in [("34562", "dimensionsCm"), ("5837", "catalog.ean")] {
        let listing = stands(&system, sku, "error").await;
        let known = serde_json::to_string(&listing).unwrap();
        assert!(known.contains(missing), "{known}");
        let path = format!("suggestions/mkt1/{sku}");
        assert!(
            !self::calls(&market, sku)
                .await
                .iter()
                .any(|call| call.contains(&path))
        );
    }
    assert_eq!(market.get("violations").await, json!([]));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_suggestion_lacks_is_told_and_mended_by_the_erp() {
    let system = with_a_marketplace().await;
    let market = system.market();
    let sku = |catalog: Value| {
        json!({
            "type": "sku", "sku": "mug", "active": true, "name": "Caneca", "weightGrams": 300,
            "dimensionsCm": {"height": 9.5, "width": 8, "length": 8}, "catalog": catalog,
        })
    };
    let mut catalog = json!({
        "productId": "9", "productName": "Caneca", "description": "Azul", "brand": "Feira",
        "category": "Casa/Mesa", "images": [{"name": "Principal", "url": "http://i.example/1.jpg"}],
    });
    system
        .erp
        .send(
            "offers",
            json!({"type": "price", "sku": "mug", "price": 2500}),
        )
        .await;
    system.erp.send("offers", sku(catalog.clone())).await;
    stands(&system, "mug", "error").await;
    // The fixture's own are there too.
    let letter = loop {
        let letter = system.erp.dead_letter("notifications").await;
        if letter.body.contains("\"mug\"") && letter.detail.contains("catalog") {
            break letter;
        }
    };
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "422")
    );
    for missing in ["catalog.ean", "catalog.refId", "https"] {
        assert!(letter.detail.contains(missing), "{}", letter.detail);
    }
    catalog["ean"] = json!("7908010136999");
    catalog["images"][0]["url"] = json!("https://i.example/1.jpg");
    system.erp.send("offers", sku(catalog)).await;
    let pending = market
        .get("suggestions/mkt1/mug?until_status=pending&within=20s")
        .await;
    assert_eq!(pending["sku"], "mug", "{pending}");
    system.stop().await;
}

/// A marketplace under load denies good SKUs: a denial is shown, and offered once more (known issue
/// 970208).
#[tokio::test(flavor = "multi_thread")]
async fn a_denied_sku_says_why_and_is_offered_once_more_after_a_day() {
    let system = with_a_marketplace().await;
    let market = system.market();
    let tick = |hours: i64| {
        let time = Timestamp::now() + SignedDuration::from_hours(hours);
        json!({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()})
    };
    suggested(&market, 1).await;
    market
        .post(&format!("suggestions/mkt1/{SKU}/deny"), json!({}))
        .await;
    system.invoke("notify-marketplace", tick(1)).await;
    let denied = serde_json::to_value(stands(&system, SKU, "denied").await).unwrap();
    assert!(!denied["reason"].as_str().unwrap().is_empty(), "{denied}");
    system.invoke("notify-marketplace", tick(23)).await;
    stands(&system, SKU, "denied").await;
    system.invoke("notify-marketplace", tick(25)).await;
    suggested(&market, 2).await;
    market
        .post(&format!("suggestions/mkt1/{SKU}/deny"), json!({}))
        .await;
    system.invoke("notify-marketplace", tick(26)).await;
    stands(&system, SKU, "denied").await;
    // Not for ever.
    system.invoke("notify-marketplace", tick(100)).await;
    stands(&system, SKU, "denied").await;
    let versions = market.get(&format!("suggestions/mkt1/{SKU}")).await;
    assert_eq!(
        versions["versions"].as_array().unwrap().len(),
        2,
        "{versions}"
    );
    system.stop().await;
}

fn not_found(text: &str) -> Say {
    Say::Full(404, Vec::new(), text.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_of_what_is_in_the_catalog_already_makes_it_known() {
    let market = Scripted::start().await;
    let announcement = "/sku-binding/pvt/skuseller/changenotification/seller1/2000037";
    market.says(announcement, [not_found(UNKNOWN)]);
    market.says("PUT /mkt1/suggestions/seller1/2000037", [Say::Status(304)]);
    let system = facing(&market, QUICK).start().await;
    stands(&system, SKU, "bound").await;
    let calls = market.heard("").into_iter().map(|one| one.call);
    let calls: Vec<_> = calls.filter(|call| call.contains("2000037")).collect();
    assert_eq!(calls.len(), 4, "{calls:?}");
    assert!(
        calls[1].starts_with("PUT ") && calls[2].ends_with("/price"),
        "{calls:?}"
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_sku_is_not_suggested() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    // CAT-01.
    told_of_the_fixture(&system, &market).await;
    system
        .erp
        .send(
            "offers",
            json!({"type": "price", "sku": SKU, "price": 7400}),
        )
        .await;
    market.hears("/price", 1).await;
    stands(&system, SKU, "bound").await;
    assert!(
        market
            .heard("")
            .iter()
            .all(|one| !one.call.contains("/suggestions/"))
    );
    system.stop().await;
}

/// A path that leads nowhere is somebody's mistake, not an unknown SKU.
#[tokio::test(flavor = "multi_thread")]
async fn any_other_404_is_an_alarm_and_no_suggestion() {
    let market = Scripted::start().await;
    for end in [
        "/sku-binding/pvt/skuseller/changenotification/seller1/2000037",
        "/catalog_system/pvt/skuseller/changenotification/seller1/2000037",
    ] {
        market.says_always(end, not_found("<html>no such page</html>"));
    }
    let system = facing(&market, QUICK).start().await;
    let listing = serde_json::to_value(stands(&system, SKU, "error").await).unwrap();
    assert_eq!(listing["problem"]["status"], 404, "{listing}");
    let letter = system.erp.dead_letter("notifications").await;
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "404")
    );
    assert!(letter.body.contains(SKU));
    assert!(
        market
            .heard("")
            .iter()
            .all(|one| !one.call.contains("/suggestions/"))
    );
    system.stop().await;
}

/// The two routes of announcements need different permissions.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_serves_the_classic_announcement_is_remembered_for_it() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    told_of_the_fixture(&system, &market).await;
    let bindings = "/sku-binding/pvt/skuseller/changenotification/seller1";
    let classic = "/catalog_system/pvt/skuseller/changenotification/seller1";
    market.says(
        &format!("{bindings}/5837"),
        [Say::Status(403), Say::Status(403)],
    );
    market.says(
        &format!("{bindings}/77"),
        [Say::Status(403), Say::Status(403)],
    );
    for (sku, expected) in [("5837", 2), ("77", 1)] {
        let renamed = json!({
            "type": "sku", "sku": sku, "active": true, "name": sku,
            "catalog": {"productName": "another"},
        });
        system.erp.send("offers", renamed).await;
        market.hears(&format!("{classic}/{sku}"), 1).await;
        system.erp.settled("notifications").await;
        let calls = market.heard("").into_iter().map(|one| one.call);
        let calls: Vec<_> = calls.filter(|call| call.contains("skuseller")).collect();
        assert_eq!(calls.len(), expected, "{calls:?}");
        market.forget();
        // What was learned is in the table: a process that was not there knows it too.
        kill(&system, "notify-marketplace");
    }
    system.stop().await;
}
