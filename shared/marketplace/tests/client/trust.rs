//! Whom the credentials are told.

use feirante_marketplace::{Failure, Unaddressable, calls};
use feirante_models::outward::CancelBody;
use feirante_models::{MarketplaceOrderId, SkuId};

use crate::fixture::{announce, at, cancel, invoice, order, public, send, suggest};
use crate::server::{Server, response};

#[test]
fn public_hosts_are_the_default() {
    for (call, target) in [
        (
            announce(&public()),
            "POST https://mkt1.vtexcommercestable.com.br/api/sku-binding/pvt/skuseller/changenotification/seller1/2000037",
        ),
        (
            suggest(&public()),
            "PUT https://api.vtex.com/mkt1/suggestions/seller1/2000037",
        ),
        (
            cancel(&public()),
            "POST https://mkt1.vtexcommercestable.com.br/api/oms/pvt/orders/959311095-01/cancel",
        ),
    ] {
        let shown = format!("{call:?}");
        assert!(shown.contains(target), "{shown}");
    }
}

#[test]
fn a_call_is_shown_without_its_query() {
    let named = "https://mkt1.vtexcommercestable.com.br/api/oms?an=mkt1&token=s3cret";
    let call = calls::cancel(&public(), Some(named), &order(), &CancelBody::new("x")).unwrap();
    let shown = format!("{call:?}");
    assert!(
        shown.contains("/api/oms/pvt/orders/959311095-01/cancel"),
        "{shown}"
    );
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn an_endpoint_off_the_list_gets_no_call_and_the_seller_file_s_does() {
    let trap = Server::always(200, "").await;
    let server = Server::always(200, "").await;
    let marketplace = at(&server.url);
    let trap_port = trap.url.rsplit(':').next().unwrap();
    let host = server.url.strip_prefix("http://").unwrap();
    for endpoint in [
        trap.url.clone(),
        format!("{}/api/oms?an=mkt1", trap.url),
        format!("http://{host}@127.0.0.1:{trap_port}"),
        format!("http://localhost:{trap_port}"),
        format!("http://2130706433:{trap_port}"),
        format!("http://127.0.0.1:{trap_port}\\@{host}/"),
        format!("http://127.0.0.1:{trap_port}#{host}"),
        "http://169.254.169.254/latest".to_owned(),
    ] {
        let body = CancelBody::new("x");
        let call = calls::cancel(&marketplace, Some(&endpoint), &order(), &body).unwrap();
        send(&call).await.unwrap();
        assert_eq!(
            server.lines().pop().unwrap(),
            "POST /mkt1/api/oms/pvt/orders/959311095-01/cancel",
            "{endpoint}"
        );
    }
    assert_eq!(server.seen().len(), 8);
    assert!(trap.seen().is_empty());
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let trap = Server::always(200, "").await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/take?token=1", trap.url);
        let server = Server::answering(move |_| {
            let mut response = response(status, "");
            response
                .headers_mut()
                .insert("location", target.parse().unwrap());
            response
        })
        .await;
        assert_eq!(
            send(&invoice(&at(&server.url))).await.unwrap_err(),
            Failure::Unavailable {
                status: Some(status),
                retry_after: None,
                detail: "a redirect to 127.0.0.1, which is not followed".to_owned(),
            }
        );
    }
    assert!(trap.seen().is_empty());
}

#[tokio::test]
async fn an_id_never_leaves_its_place_in_the_path() {
    let server = Server::always(200, "").await;
    let marketplace = at(&server.url);
    for (code, segment) in [
        ("a/../b", "a%2F..%2Fb"),
        ("x?an=evil#f", "x%3Fan%3Devil%23f"),
        ("50% ção", "50%25%20%C3%A7%C3%A3o"),
    ] {
        let sku = SkuId::parse(code).unwrap();
        send(&calls::price_changed(&marketplace, &sku).unwrap())
            .await
            .unwrap();
        assert_eq!(
            server.lines().pop().unwrap(),
            format!("POST /mkt1/api/notificator/seller1/changenotification/{segment}/price")
        );
    }
}

#[test]
fn what_no_url_can_name_is_no_call() {
    let marketplace = public();
    for id in [".", ".."] {
        let sku = SkuId::parse(id).unwrap();
        let order = MarketplaceOrderId::parse(id).unwrap();
        let refused = [
            calls::announce(&marketplace, &sku),
            calls::inventory_changed(&marketplace, &sku),
            calls::suggestion(&marketplace, &sku),
            calls::cancel(&marketplace, None, &order, &CancelBody::new("x")),
        ];
        for call in refused {
            assert!(matches!(call, Err(Unaddressable::Segment(_))), "{call:?}");
        }
    }
}
