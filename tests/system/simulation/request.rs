//! What a simulation may ask, and what is refused (protocol §2.3, §2.4, §3.1).

use serde_json::{Value, json};

use super::{ROUTE, simulated, slas};
use crate::harness::bodies::shelf;
use crate::harness::{Setup, System, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_is_refused_with_the_place_of_the_mistake() {
    let system = System::start().await;
    let item = r#"{"id":"2000037","quantity":1,"seller":"1"}"#;
    let with = |field: &str| format!(r#"{{"items":[{item}],{field}}}"#);
    let quantity = |quantity: &str| {
        format!(r#"{{"items":[{{"id":"1","seller":"1","quantity":{quantity}}}]}}"#)
    };
    let many = vec![item; 1001].join(",");
    let deep = with(&format!(r#""x":{}1{}"#, "[".repeat(128), "]".repeat(128)));
    let cases = [
        (with(r#""postalCode":"22251-030""#), "ES003", "/country"), // SIM-10
        (r#"{"items":["#.to_owned(), "ES001", ""),                  // SIM-19
        ("[]".to_owned(), "ES001", ""),                             // SIM-20
        ("\"x\"".to_owned(), "ES001", ""),
        ("null".to_owned(), "ES001", ""),
        (String::new(), "ES001", ""),
        (
            format!(r#"{{"items":[{item}] // all of it{}}}"#, '\n'),
            "ES001",
            "",
        ),
        (deep, "ES001", "128"),
        (quantity("-1"), "ES004", "/items/0/quantity"), // SIM-21
        (quantity("0"), "ES004", "/items/0/quantity"),
        (quantity("1.5"), "ES004", "/items/0/quantity"),
        (quantity("null"), "ES00", "/items/0/quantity"),
        (quantity("\"1\""), "ES004", "/items/0/quantity"),
        (quantity("1e400"), "ES004", "/items/0/quantity"),
        (
            quantity("9223372036854775808"),
            "ES004",
            "/items/0/quantity",
        ),
        (
            quantity("-9223372036854775809"),
            "ES004",
            "/items/0/quantity",
        ),
        (format!(r#"{{"items":[{many}]}}"#), "ES005", "/items"),
        ("{}".to_owned(), "ES002", "/items"),
        (r#"{"items":null}"#.to_owned(), "ES002", "/items"),
        (r#"{"items":{}}"#.to_owned(), "ES002", "/items"),
        (r#"{"items":[5]}"#.to_owned(), "ES002", "/items/0"),
        (
            r#"{"items":[{"quantity":1,"seller":"1"}]}"#.to_owned(),
            "ES002",
            "/items/0/id",
        ),
        (
            r#"{"items":[{"id":"1","quantity":1}]}"#.to_owned(),
            "ES002",
            "/items/0/seller",
        ),
        (
            with(r#""country":"BR","postalCode":"22251-030""#),
            "ES002",
            "/country",
        ),
        (with(r#""country":{}"#), "ES002", "/country"),
    ];
    for (body, code, place) in cases {
        let reply = system.marketplace.post_text(ROUTE, body.clone()).await;
        let case = &body[..body.len().min(90)];
        assert_eq!(reply.status, 400, "{case}");
        assert!(reply.code().starts_with(code), "{case}: {reply:?}");
        assert!(
            reply.message().contains(place),
            "{case}: {}",
            reply.message()
        );
    }
    let not_text = system
        .marketplace
        .request("POST", ROUTE)
        .header("content-type", "application/json")
        .body(b"{\"items\":[],\"a\":\"\xff\"}".to_vec());
    let reply = system.marketplace.send(not_text).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "ES001"));

    // What looks odd and is none of these.
    let nested = with(&format!(r#""x":{}1{}"#, "[".repeat(127), "]".repeat(127)));
    let twice = r#"{"items":[],"items":[{"id":"34562","quantity":99,"quantity":1,"seller":"1"}]}"#;
    let full = format!(r#"{{"items":[{}]}}"#, vec![item; 1000].join(","));
    let odd = with(
        r#""selectedSla":7,"clientProfileData":[],"shippingData":"x","marketingData":{"coupon":1},
           "paymentData":null,"priceTables":{},"storeId":-1,"unknown":[{}]"#,
    );
    for (body, quantity) in [(nested, 1), (twice.to_owned(), 1), (full, 1), (odd, 1)] {
        let reply = system.marketplace.post_text(ROUTE, body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.json()["items"][0]["quantity"], quantity);
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_may_be_a_postal_code_or_coordinates_in_either_order() {
    let system = System::start().await;
    let with = |fields: Value| {
        let mut request = shelf(&[("2000037", 1)]);
        for (name, value) in fields.as_object().unwrap() {
            request[name] = value.clone();
        }
        request
    };
    let served = ["Normal", "Expressa"];
    for (fields, expected) in [
        (
            json!({"country": "BRA", "geoCoordinates": [-43.18, -22.94]}),
            &served[..],
        ),
        (
            json!({"country": "BRA", "geoCoordinates": [-22.94, -43.18]}),
            &served,
        ),
        (
            json!({"country": "BRA", "geoCoordinates": ["-22.94", "-43.18"]}),
            &served,
        ),
        (json!({"country": "bra", "postalCode": "22251030"}), &served),
        (
            json!({"country": "BRA", "postalCode": " 22.251-030 "}),
            &served,
        ),
        (json!({"country": "BRA", "postalCode": 22_251_030}), &served),
        (
            json!({"country": "BRA", "geoCoordinates": [2.35, 48.85]}),
            &[],
        ),
        (json!({"country": "BRA", "geoCoordinates": [-22.94]}), &[]),
        (json!({"country": "BRA", "geoCoordinates": []}), &[]),
        (
            json!({"country": "BRA", "geoCoordinates": [1e300, "x"]}),
            &[],
        ),
        (
            json!({"country": "BRA", "geoCoordinates": null, "postalCode": ""}),
            &[],
        ),
        (json!({"country": "ARG", "postalCode": "22251-030"}), &[]),
        (json!({"country": "", "postalCode": "  "}), &[]),
        (
            json!({"country": "  ", "geoCoordinates": [-43.18, -22.94]}),
            &[],
        ),
        (json!({"country": "BRA"}), &[]),
    ] {
        let answer = simulated(&system.marketplace, &with(fields.clone())).await;
        assert_eq!(slas(&answer, 0), expected, "{fields}");
        assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 99, "{fields}");
    }
    // What was sent comes back as it was; blank is nothing.
    for (fields, country, code) in [
        (
            json!({"country": "BRA", "postalCode": "22.251-030"}),
            json!("BRA"),
            json!("22.251-030"),
        ),
        (json!({"country": "BRA"}), json!("BRA"), json!(null)),
        (
            json!({"country": "", "postalCode": ""}),
            json!(null),
            json!(null),
        ),
    ] {
        let answer = simulated(&system.marketplace, &with(fields)).await;
        assert_eq!(
            (&answer["country"], &answer["postalCode"]),
            (&country, &code)
        );
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_those_of_the_sales_channel_of_the_query_or_else_of_the_body() {
    let system = Setup::new()
        .seller(
            r#"sales_channels = ["1"]"#,
            r#"sales_channels = ["1", "2"]"#,
        )
        .start()
        .await;
    let marketplace = &system.marketplace;
    let for_channel_2 = json!({"type": "price", "sku": "34562", "price": 700, "marketplace": "mkt1", "salesChannel": "2"});
    system.erp.send("offers", for_channel_2).await;
    let price = async |query: &str, channel: Value| {
        let mut request = shelf(&[("34562", 1)]);
        request["sc"] = channel;
        let answer = marketplace.post(&format!("{ROUTE}{query}"), &request).await;
        assert_eq!(answer.status, 200);
        answer.json()["items"][0]["price"].as_i64()
    };
    eventually("the channel's price", async || {
        (price("?sc=2", Value::Null).await == Some(700)).then_some(())
    })
    .await;
    for (query, channel, expected) in [
        ("", json!(null), Some(890)),
        ("", json!("2"), Some(700)),
        ("", json!(2), Some(700)),
        ("", json!(" "), Some(890)),
        ("?sc=2", json!("1"), Some(700)),
        ("?sc=1", json!("2"), Some(890)),
        ("?sc=", json!("2"), Some(700)),
        (
            "?an=other&affiliateId=ABC&sc=%32&x=%zz",
            json!(null),
            Some(700),
        ),
        ("?sc=9", json!(null), None),
        ("", json!("9"), None),
    ] {
        let answered = price(query, channel.clone()).await;
        assert_eq!(answered, expected, "{query} {channel}");
    }
    system.stop().await;
}
