//! The cart in the query of a GET (protocol §3.1).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{ROUTE, slas};
use crate::harness::bodies::{cart, shelf};
use crate::harness::{Marketplace, Reply, Setup};

async fn get(marketplace: &Marketplace, query: &str) -> Reply {
    let request = marketplace.request("GET", &format!("{ROUTE}?{query}"));
    marketplace.send(request).await
}

fn encoded(context: &str) -> String {
    utf8_percent_encode(context, NON_ALPHANUMERIC).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_in_the_query_is_answered_like_the_same_body() {
    let system = Setup::new()
        .sku("50%25 off+1", 100, 1)
        .sku("ção & cia", 200, 1)
        .start()
        .await;
    let marketplace = &system.marketplace;
    // SIM-03
    let sample = "%7B%22items%22%3A%5B%7B%22id%22%3A%222000037%22%2C%22quantity%22%3A1%2C%22seller\
                  %22%3A%221%22%7D%5D%2C%22country%22%3A%22BRA%22%7D";
    let reply = get(
        marketplace,
        &format!("purchaseContext={sample}&sc=1&an=mkt1"),
    )
    .await;
    assert_eq!(reply.status, 200);
    let answer = reply.json();
    assert_eq!(answer["country"], "BRA");
    assert_eq!(slas(&answer, 0), [""; 0]);

    for request in [
        cart(&[("2000037", 1), ("nope", 2), ("34562", 9)]),
        shelf(&[("50%25 off+1", 1)]),
        shelf(&[("ção & cia", 1)]),
        json!({"items": []}),
    ] {
        let posted = marketplace.simulate(&request).await;
        let context = encoded(&request.to_string());
        // A plus is a space, in a text too.
        for context in [context.clone(), context.replace("%20", "+")] {
            let got = get(marketplace, &format!("an=mkt1&purchaseContext={context}")).await;
            assert_eq!(got.status, 200, "{context}");
            assert_eq!(got.body, posted.body, "{context}");
        }
    }
    // Decoded once: what is encoded in the text stays so. The rows prove that the SKUs were found.
    for sku in ["50%25 off+1", "ção & cia"] {
        let context = encoded(&shelf(&[(sku, 1)]).to_string());
        let got = get(marketplace, &format!("purchaseContext={context}")).await;
        assert_eq!(got.json()["items"][0]["id"], sku);
    }
    // The first of several holds, and its name may be encoded.
    let [first, second] = ["34562", "2000037"].map(|sku| encoded(&shelf(&[(sku, 1)]).to_string()));
    let query = format!("purchase%43ontext={first}&purchaseContext={second}");
    let got = get(marketplace, &query).await;
    assert_eq!(got.json()["items"][0]["id"], "34562");

    let context = encoded(&shelf(&[("2000037", 1)]).to_string());
    let double = context.replace('%', "%25");
    for query in [
        String::new(),
        "sc=1".to_owned(),
        "purchaseContext".to_owned(),
        "purchaseContext=".to_owned(),
        "purchaseContext=%7B".to_owned(),
        "purchaseContext=null".to_owned(),
        format!("purchaseContext={context}%"),
        format!("purchaseContext={context}%2"),
        format!("purchaseContext={context}%zz"),
        format!("purchaseContext={}", context.replacen("2000037", "%FF", 1)),
        format!("purchaseContext={double}"),
        format!("PURCHASECONTEXT={context}"),
    ] {
        let reply = get(marketplace, &query).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (400, "ES006"),
            "{query}"
        );
    }
    // What is JSON is refused like the body it stands for.
    let half = encoded(r#"{"items":[{"id":"1","quantity":0,"seller":"1"}]}"#);
    let reply = get(marketplace, &format!("purchaseContext={half}")).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "ES004"));
    system.stop().await;
}
