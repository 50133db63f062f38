//! Which routes there are and what verbs they serve (protocol §1.1, §6).

use serde_json::json;

use super::{ORDERS, ROUTES, SIMULATION};
use crate::harness::bodies::{cart, naming, o1};
use crate::harness::{Marketplace, System};

#[tokio::test(flavor = "multi_thread")]
async fn a_route_says_which_verbs_it_serves() {
    let system = System::start().await;
    for base in ["k9", "k9/api"] {
        let marketplace = Marketplace::new(&system.ready().api, base);
        for (path, allowed) in ROUTES {
            for verb in [
                "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW",
            ] {
                if allowed.contains(verb) {
                    continue;
                }
                let reply = marketplace.send(marketplace.request(verb, path)).await;
                assert_eq!(reply.status, 405, "{verb} {base}{path}");
                // SIM-30
                assert_eq!(reply.headers["allow"], allowed, "{verb} {base}{path}");
                if verb != "HEAD" {
                    assert_eq!(reply.code(), "ES010", "{verb} {base}{path}");
                }
            }
        }
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_served_under_both_bases_and_no_other_is() {
    let system = System::start().await;
    let api = Marketplace::new(&system.ready().api, "k9/api");
    // SIM-28
    let path = format!("{SIMULATION}?sc=1&affiliateId=ABC&x=1&=&%zz=%&an=other");
    let reply = api.post(&path, &cart(&[("2000037", 1)])).await;
    assert_eq!(reply.status, 200);
    let placed = api
        .post(&format!("{ORDERS}?an=mkt1&sc=1"), &json!([o1("1-01")]))
        .await;
    assert_eq!(placed.json()[0]["orderId"], "mkt1-1-01");
    let authorized = api
        .post("/pvt/orders/mkt1-1-01/fulfill?x=1", &naming("1-01"))
        .await;
    assert_eq!(authorized.status, 200);
    // Decoded once: an escaped id is the id, one escaped twice is none.
    let escaped = api.authorize("mkt1%2D1-01", &naming("1-01")).await;
    assert_eq!(escaped.body, authorized.body);
    let twice = api.authorize("mkt1%252D1-01", &naming("1-01")).await;
    assert_eq!((twice.status, twice.code().as_str()), (404, "ES009"));
    let canceled = api.cancel("mkt1-1-01", &json!({})).await;
    assert_eq!(canceled.status, 200);

    let root = Marketplace::new(&system.ready().api, "k9/..");
    for (marketplace, verb, path) in [
        (&system.marketplace, "GET", ""),
        (&system.marketplace, "GET", "/"),
        (&system.marketplace, "POST", "/pvt/orders/"),
        (&system.marketplace, "POST", "/pub/orders"),
        (&system.marketplace, "POST", "/pvt/orderforms/simulation"),
        (&system.marketplace, "POST", "/api/api/pvt/orders"),
        (&system.marketplace, "POST", "/pvt/orders/mkt1-1-01"),
        (&system.marketplace, "POST", "/pvt/orders//cancel"),
        // MOD-01: order modifications are not offered, in any of their spellings.
        (
            &api,
            "POST",
            "/pvt/orders/mkt1-1-01/changes/c1/send-agreement",
        ),
        (&api, "PATCH", "/order-system/orders/mkt1-1-01/changes"),
        (
            &system.marketplace,
            "POST",
            "/pvt/orders/mkt1-1-01/changes/preview",
        ),
        // Sellers that take payments would serve these.
        (&api, "POST", "/installments/options"),
        (&api, "POST", "/pvt/payment"),
        (&root, "GET", "/favicon.ico"),
        (&root, "POST", "/"),
    ] {
        let request = marketplace.request(verb, path).body("{}");
        let reply = marketplace.send(request).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (404, "ES009"),
            "{verb} {path}"
        );
    }
    system.stop().await;
}
