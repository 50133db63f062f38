//! The two ways of tracking and of agreements: one is tried, then the other, and what works is told.

use feirante_marketplace::{AgreementWay, Failure, TrackingWay, Ways};

use crate::fixture::{agree, at, client, credentials, progress, send, shipment};
use crate::server::{Seen, Server, response};

const SHIPMENT: &str = "/mkt1/api/oms/pvt/orders/959311095-01/invoice/NFe-00001";

fn tracking(way: TrackingWay) -> Ways {
    Ways {
        tracking: Some(way),
        ..Ways::default()
    }
}

/// A server that serves one verb.
async fn serving(verb: &'static str, otherwise: u16) -> Server {
    Server::answering(move |seen: &Seen| {
        let served = seen.method.as_str() == verb;
        response(if served { 200 } else { otherwise }, "{}")
    })
    .await
}

#[tokio::test]
async fn the_other_verb_is_tried_once_and_learned() {
    for otherwise in [404, 405] {
        let server = serving("POST", otherwise).await;
        let answer = send(&shipment(&at(&server.url), None)).await.unwrap();
        assert_eq!(answer.learned, Some(tracking(TrackingWay::Post)));
        assert_eq!(
            server.lines(),
            [format!("PATCH {SHIPMENT}"), format!("POST {SHIPMENT}")]
        );
    }
}

#[tokio::test]
async fn a_services_endpoint_of_the_order_is_tried_with_post_first() {
    let server = serving("PUT", 405).await;
    let services = format!("{}/mkt1/api/oms", server.url);
    let answer = send(&progress(&at(&server.url), Some(&services)))
        .await
        .unwrap();
    assert_eq!(answer.learned, Some(tracking(TrackingWay::PatchPut)));
    let verbs: Vec<_> = server.seen().into_iter().map(|seen| seen.method).collect();
    assert_eq!(verbs, ["POST", "PUT"]);
}

#[tokio::test]
async fn so_is_one_that_the_seller_file_names() {
    let server = Server::always(200, "").await;
    let mut marketplace = at(&server.url);
    marketplace.endpoints.services_named = true;
    let answer = send(&shipment(&marketplace, None)).await.unwrap();
    assert_eq!(answer.learned, None);
    assert_eq!(server.lines(), [format!("POST {SHIPMENT}")]);
}

#[tokio::test]
async fn a_learned_verb_comes_first_and_is_no_news() {
    let server = serving("POST", 405).await;
    let ways = Ways {
        agreement: Some(AgreementWay::OrderSystem),
        ..tracking(TrackingWay::Post)
    };
    let call = shipment(&at(&server.url), None);
    let answer = client().send(&call, &credentials(), &ways).await.unwrap();
    assert_eq!(answer.learned, None);
    assert_eq!(server.lines(), [format!("POST {SHIPMENT}")]);
}

#[tokio::test]
async fn what_was_learned_is_unlearned_without_forgetting_the_rest() {
    let server = serving("PATCH", 405).await;
    let ways = Ways {
        agreement: Some(AgreementWay::OrderSystem),
        ..tracking(TrackingWay::Post)
    };
    let call = shipment(&at(&server.url), None);
    let answer = client().send(&call, &credentials(), &ways).await.unwrap();
    assert_eq!(
        answer.learned,
        Some(Ways {
            agreement: Some(AgreementWay::OrderSystem),
            ..tracking(TrackingWay::PatchPut)
        })
    );
}

#[tokio::test]
async fn an_order_that_neither_verb_finds_is_not_found() {
    for (first, second) in [(404, 404), (404, 405), (405, 404)] {
        let server = Server::answering(move |seen: &Seen| {
            let status = if seen.method == "PATCH" {
                first
            } else {
                second
            };
            response(status, format!("said {status}"))
        })
        .await;
        assert_eq!(
            send(&shipment(&at(&server.url), None)).await.unwrap_err(),
            Failure::NotFound {
                detail: "said 404".to_owned(),
                unknown_sku: false
            }
        );
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn where_neither_verb_is_served_it_is_refused() {
    let server = Server::always(405, "no").await;
    assert_eq!(
        send(&shipment(&at(&server.url), None)).await.unwrap_err(),
        Failure::Refused {
            status: 405,
            detail: "no".to_owned()
        }
    );
}

#[tokio::test]
async fn the_second_verb_s_failure_counts_where_it_is_served() {
    let server = Server::answering(|seen: &Seen| match seen.method.as_str() {
        "PATCH" => response(405, ""),
        _ => response(429, "slow"),
    })
    .await;
    let failure = send(&shipment(&at(&server.url), None)).await.unwrap_err();
    assert_eq!(failure.to_string(), "429: slow");
}

#[tokio::test]
async fn no_other_failure_makes_a_second_request() {
    for status in [400, 401, 403, 408, 409, 422, 429, 500, 503] {
        let server = Server::always(status, "").await;
        let failure = send(&shipment(&at(&server.url), None)).await.unwrap_err();
        assert_eq!(failure.status(), Some(status));
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_agreement_has_another_route() {
    let server = Server::answering(|seen: &Seen| {
        let served = seen.uri.path().contains("/order-system/");
        response(if served { 200 } else { 404 }, "")
    })
    .await;
    let answer = send(&agree(&at(&server.url), None)).await.unwrap();
    assert_eq!(
        answer.learned.unwrap().agreement,
        Some(AgreementWay::OrderSystem)
    );
    assert_eq!(
        server.lines(),
        [
            "POST /mkt1/api/oms/pvt/orders/959311095-01/changes/change-1/send-agreement?accountName=mkt1",
            "POST /mkt1/api/order-system/orders/959311095-01/changes/change-1/send-agreement?accountName=mkt1",
        ]
    );
}
