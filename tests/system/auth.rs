//! Who may call (protocol §2.1, §6).

mod bodies;
mod rotation;
mod routes;

use crate::harness::bodies::{o1, shelf};
use crate::harness::{Marketplace, Reply, Setup, System};

const SIMULATION: &str = "/pvt/orderForms/simulation";
const ORDERS: &str = "/pvt/orders";
const FULFILL: &str = "/pvt/orders/mkt1-959311095-01/fulfill";
const CANCEL: &str = "/pvt/orders/mkt1-959311095-01/cancel";

/// Every route, with the verbs it serves.
const ROUTES: [(&str, &str); 4] = [
    (SIMULATION, "GET, POST"),
    (ORDERS, "POST"),
    (FULFILL, "POST"),
    (CANCEL, "POST"),
];

/// A simulation that carries these headers and this body.
async fn call(
    marketplace: &Marketplace,
    headers: &[(&str, &str)],
    body: impl Into<Vec<u8>>,
) -> Reply {
    let request = marketplace.request("POST", SIMULATION).body(body.into());
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    marketplace.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_a_call_carries_must_be_right_in_whichever_form() {
    let system = Setup::new()
        .seller(
            "required = false",
            "required = false\nuser = \"hub\"\npassword = \"p:w\"",
        )
        .start()
        .await;
    let body = shelf(&[("2000037", 1)]).to_string();
    let right: [&[(&str, &str)]; 10] = [
        &[],
        &[("authorization", r#"VTEX key="K" token="T""#)],
        &[("authorization", r#"vtex token="T" key="K""#)],
        &[("authorization", r#"Vtex key="K", token="T""#)],
        &[("authorization", r#"VTEX key='K',token='T'"#)],
        &[("Authorization", "Basic aHViOnA6dw==")],
        &[("authorization", "basic aHViOnA6dw==")],
        &[("X-VTEX-API-AppKey", "K"), ("X-VTEX-API-AppToken", "T")],
        &[
            ("authorization", r#"VTEX key="K" token="T""#),
            ("x-vtex-api-appkey", "K"),
            ("x-vtex-api-apptoken", "T"),
        ],
        &[
            ("x-vtex-operation-id", "9f"),
            ("traceparent", "00-1-2-00"),
            ("cookie", "a=b"),
        ],
    ];
    for headers in right {
        let reply = call(&system.marketplace, headers, body.clone()).await;
        assert_eq!(reply.status, 200, "{headers:?}");
    }
    // AUTH-03 and its like: one character off, one half missing, another form beside a right one.
    let wrong: [&[(&str, &str)]; 14] = [
        &[("authorization", r#"VTEX key="K" token="U""#)],
        &[("authorization", r#"VTEX key="K" token="TT""#)],
        &[("authorization", r#"VTEX key="K" token="""#)],
        &[("authorization", r#"VTEX key="k" token="T""#)],
        &[("authorization", r#"VTEX key="T" token="K""#)],
        &[("authorization", r#"VTEX token="T""#)],
        &[("authorization", "VTEX")],
        &[("authorization", "Bearer T")],
        &[("authorization", "Basic aHViOnB3")],
        &[("authorization", "Basic not base64")],
        &[("authorization", "")],
        &[("x-vtex-api-appkey", "K")],
        &[("x-vtex-api-appkey", "K"), ("x-vtex-api-apptoken", "t")],
        &[
            ("authorization", r#"VTEX key="K" token="T""#),
            ("x-vtex-api-appkey", "K"),
            ("x-vtex-api-apptoken", "X"),
        ],
    ];
    for headers in wrong {
        let reply = call(&system.marketplace, headers, body.clone()).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (401, "ES007"),
            "{headers:?}"
        );
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn required_credentials_are_required_of_every_route() {
    let system = Setup::new()
        .seller("required = false", "required = true")
        .start()
        .await;
    // AUTH-01
    for (path, _) in ROUTES {
        let reply = system.marketplace.post(path, &o1("959311095-01")).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (401, "ES007"),
            "{path}"
        );
    }
    assert!(system.orders().await.is_empty());
    let credentials = [("authorization", r#"VTEX key="K" token="T""#)];
    let body = shelf(&[("2000037", 1)]).to_string();
    let reply = call(&system.marketplace, &credentials, body).await;
    assert_eq!(reply.status, 200);
    // No user is configured, so no user is right.
    let basic = [("authorization", "Basic Og==")];
    let reply = call(&system.marketplace, &basic, "{}").await;
    assert_eq!(reply.status, 401);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_no_marketplace_is_told_nothing() {
    let system = System::start().await;
    // AUTH-04
    for key in [
        "zzz",
        "k",
        "k99",
        "K9",
        "k9%00",
        "mkt1",
        "%6b%39%39",
        "k9%2Fapi",
    ] {
        let stranger = Marketplace::new(&system.ready().api, key);
        for (path, _) in ROUTES {
            // Nor whether a verb, a media type or a body would be right.
            for (verb, body) in [("POST", "{"), ("PUT", "{}")] {
                let reply = stranger.send(stranger.request(verb, path).body(body)).await;
                assert_eq!(
                    (reply.status, reply.code().as_str()),
                    (403, "ES008"),
                    "{key}{path}"
                );
                assert!(!reply.message().contains("mkt1"));
                assert_eq!(reply.headers.get("allow"), None);
            }
        }
    }
    system.stop().await;
}
