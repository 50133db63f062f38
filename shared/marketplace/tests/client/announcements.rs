//! Announcements: SKU Bindings first, the classic route behind it, and what a 404 means.

use feirante_marketplace::{AnnouncementWay, Failure, Ways};

use crate::fixture::{announce, at, client, credentials, send};
use crate::server::{Seen, Server, response};

const UNKNOWN: &str = "Seller StockKeepingUnit 2000037 not found for this seller id seller1";

type Said = (u16, &'static str);

/// A server with an answer for each route.
async fn routes(bindings: Said, classic: Said) -> Server {
    Server::answering(move |seen: &Seen| {
        let (status, body) = if seen.uri.path().contains("/sku-binding/") {
            bindings
        } else {
            classic
        };
        response(status, body)
    })
    .await
}

/// What both routes tried give, and how many were tried.
async fn failure(bindings: Said, classic: Said) -> (Failure, usize) {
    let server = routes(bindings, classic).await;
    let failure = send(&announce(&at(&server.url))).await.unwrap_err();
    (failure, server.seen().len())
}

fn unknown(detail: &str) -> Failure {
    Failure::NotFound {
        detail: detail.to_owned(),
        unknown_sku: true,
    }
}

#[tokio::test]
async fn a_known_sku_is_one_call() {
    for status in [200, 202, 204] {
        let server = routes((status, ""), (500, "")).await;
        let answer = send(&announce(&at(&server.url))).await.unwrap();
        assert_eq!((answer.status, answer.learned), (status, None));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn the_documented_404_is_an_unknown_sku_in_every_dress() {
    for body in [
        UNKNOWN,
        "\"Seller StockKeepingUnit 2000037 not found for this seller id seller1\"",
        r#"{"error":{"code":"1","message":"seller stockkeepingunit 2000037 NOT FOUND for this seller id seller1"}}"#,
        "\u{feff}Seller StockKeepingUnit a/b\tç not found\r\nfor this seller id s",
    ] {
        let (failure, calls) = failure((404, body), (500, "")).await;
        assert!(
            matches!(
                failure,
                Failure::NotFound {
                    unknown_sku: true,
                    ..
                }
            ),
            "{body}: {failure:?}"
        );
        assert_eq!(calls, 1, "{body}");
    }
}

#[tokio::test]
async fn the_classic_route_stands_in_and_is_learned() {
    let learned = Ways {
        announcement: Some(AnnouncementWay::Classic),
        ..Ways::default()
    };
    for bindings in [
        (403, "no"),
        (404, "<html><title>Not Found</title></html>"),
        (404, ""),
        (405, ""),
    ] {
        let server = routes(bindings, (204, "")).await;
        let answer = send(&announce(&at(&server.url))).await.unwrap();
        assert_eq!(answer.learned, Some(learned), "{bindings:?}");
        assert_eq!(
            server.lines()[1],
            "POST /mkt1/api/catalog_system/pvt/skuseller/changenotification/seller1/2000037"
        );
    }
    let server = routes((403, "no"), (200, "")).await;
    let call = announce(&at(&server.url));
    let again = client()
        .send(&call, &credentials(), &learned)
        .await
        .unwrap();
    assert_eq!(again.learned, None);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_learned_classic_route_gives_way_too() {
    let learned = Ways {
        announcement: Some(AnnouncementWay::Classic),
        ..Ways::default()
    };
    let server = routes((200, ""), (403, "")).await;
    let call = announce(&at(&server.url));
    let answer = client()
        .send(&call, &credentials(), &learned)
        .await
        .unwrap();
    let bindings = Some(AnnouncementWay::Bindings);
    assert_eq!(answer.learned.unwrap().announcement, bindings);
}

#[tokio::test]
async fn the_more_telling_failure_is_told() {
    let edit = "needs the permission Catalog API › General › Edit Product: one";
    let skus = "needs the permission Catalog › Marketplace › Seller SKUs: two";
    let either = "needs the permission Catalog API › General › Edit Product or Catalog › Marketplace › Seller SKUs: two";
    let refused = |status, detail: &str| Failure::Refused {
        status,
        detail: detail.to_owned(),
    };
    let lost = Failure::NotFound {
        detail: "one".to_owned(),
        unknown_sku: false,
    };
    for (bindings, classic, expected) in [
        ((403, "one"), (404, UNKNOWN), unknown(UNKNOWN)),
        ((404, "one"), (404, UNKNOWN), unknown(UNKNOWN)),
        ((404, "one"), (404, "two"), lost.clone()),
        ((404, "one"), (405, "two"), lost),
        ((403, "one"), (404, "two"), refused(403, edit)),
        ((404, "one"), (403, "two"), refused(403, skus)),
        ((403, "one"), (403, "two"), refused(403, either)),
        ((403, "one"), (400, "two"), refused(400, "two")),
        ((405, "one"), (405, "two"), refused(405, "one")),
    ] {
        assert_eq!(failure(bindings, classic).await, (expected, 2));
    }
    let (limited, _) = failure((403, "one"), (429, "two")).await;
    assert_eq!(limited.to_string(), "429: two");
}

#[tokio::test]
async fn other_failures_are_final_for_both_routes() {
    for status in [400, 401, 429, 500] {
        let (failure, calls) = failure((status, "one"), (200, "")).await;
        assert_eq!((failure.status(), calls), (Some(status), 1));
    }
}
