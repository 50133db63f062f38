use super::*;
use proptest::prelude::*;

fn read(body: &str) -> Result<SimulationRequest, Problem> {
    SimulationRequest::read(body.as_bytes(), "", None)
}

fn refusal(body: &str) -> String {
    read(body).unwrap_err().to_string()
}

/// A request of one line with the given fields.
fn line(fields: &str) -> String {
    format!(r#"{{"items":[{{{fields}}}]}}"#)
}

/// A request of one good line and the given fields beside it.
fn with(fields: &str) -> String {
    format!(r#"{{"items":[{{"id":"1","quantity":1,"seller":"1"}}],{fields}}}"#)
}

fn decimals(pair: [&str; 2]) -> Option<[Decimal; 2]> {
    Some(pair.map(|number| number.parse().unwrap()))
}

#[test]
fn a_line_is_read_in_every_spelling() {
    for fields in [
        r#""id":"1","quantity":2,"seller":"01""#,
        r#""id":1,"quantity":2.0,"Seller":"01""#,
        r#""quantity":2,"Seller":"x","seller":"01","id":"1","unknown":[{"a":[1e999]}]"#,
        r#""id":"1","quantity":2,"seller":"01","Seller":"x""#,
        r#""id":"1","quantity":2,"seller":null,"Seller":"01""#,
    ] {
        let request = read(&line(fields)).unwrap();
        let item = &request.items[0];
        assert_eq!(
            (item.id.as_str(), item.seller.as_str()),
            ("1", "01"),
            "{fields}"
        );
        assert_eq!(item.quantity.get(), 2, "{fields}");
    }
}

#[test]
fn of_a_repeated_key_the_last_holds() {
    let request = read(
        r#"{"items":"x","country":5,"items":[{"quantity":"x","id":[],"id":"2","quantity":3,"seller":1}],"country":"BRA"}"#,
    )
    .unwrap();
    assert_eq!(request.items[0].id, "2");
    assert_eq!(request.items[0].quantity.get(), 3);
    assert_eq!(request.country, Country::parse("BRA").ok());
}

#[test]
fn an_id_keeps_every_digit_and_a_hopeless_one_is_no_sku() {
    let request = read(&line(r#""id":9007199254740993,"quantity":1,"seller":1"#)).unwrap();
    assert_eq!(request.items[0].id, "9007199254740993");
    assert_eq!(request.items[0].seller, "1");
    for id in ["x".repeat(101), "a\\u0000b".to_owned()] {
        let request = read(&line(&format!(r#""id":"{id}","quantity":1,"seller":"1""#))).unwrap();
        assert_eq!(request.items[0].sku, None);
        assert!(request.skus().is_empty());
    }
}

#[test]
fn a_wrong_or_missing_field_is_named() {
    for (body, start) in [
        ("{}".to_owned(), "ES002: /items: "),
        (r#"{"items":null}"#.to_owned(), "ES002: /items: "),
        (r#"{"items":{}}"#.to_owned(), "ES002: /items: "),
        (r#"{"items":[5]}"#.to_owned(), "ES002: /items/0: "),
        (line(r#""quantity":1,"seller":"1""#), "ES002: /items/0/id: "),
        (
            line(r#""id":" ","quantity":1,"seller":"1""#),
            "ES002: /items/0/id: ",
        ),
        (
            line(r#""id":true,"quantity":1,"seller":"1""#),
            "ES002: /items/0/id: ",
        ),
        (
            line(r#""id":"1","seller":"1""#),
            "ES002: /items/0/quantity: ",
        ),
        (line(r#""id":"1","quantity":1"#), "ES002: /items/0/seller: "),
        (
            with(r#""country":"BR","postalCode":"1""#),
            "ES002: /country: ",
        ),
        (with(r#""country":5"#), "ES002: /country: "),
        (with(r#""postalCode":[]"#), "ES002: /postalCode: "),
    ] {
        assert!(
            refusal(&body).starts_with(start),
            "{body}: {}",
            refusal(&body)
        );
    }
}

#[test]
fn a_quantity_is_a_positive_integer() {
    for quantity in [
        "0",
        "-1",
        "1.5",
        "\"1\"",
        "[]",
        "9223372036854775808",
        "1e40",
        "true",
    ] {
        let body = line(&format!(r#""id":"1","quantity":{quantity},"seller":"1""#));
        assert!(
            refusal(&body).starts_with("ES004: /items/0/quantity: "),
            "{quantity}"
        );
    }
    let most = read(&line(
        r#""id":"1","quantity":9223372036854775807,"seller":"1""#,
    ))
    .unwrap();
    assert_eq!(most.items[0].quantity.get(), Quantity::MAX);
}

#[test]
fn what_is_no_json_object_is_es001() {
    for body in [
        "[]",
        "\"x\"",
        "null",
        "{\"items\":[",
        "",
        "{\"items\":[] // none\n}",
    ] {
        assert!(refusal(body).starts_with("ES001"), "{body}");
    }
}

#[test]
fn no_line_is_legal_and_a_thousand_and_one_are_not() {
    assert!(read(r#"{"items":[]}"#).unwrap().items.is_empty());
    let many = vec![r#"{"id":"1","quantity":1,"seller":"1"}"#; MAX_ITEMS + 1].join(",");
    assert!(refusal(&format!(r#"{{"items":[{many}]}}"#)).starts_with("ES005: /items: "));
}

#[test]
fn a_place_needs_a_country_and_a_postal_code_or_coordinates() {
    let places = |fields: &str| read(&with(fields)).unwrap().destination().is_some();
    assert!(places(r#""country":"bra","postalCode":"22251-030""#));
    assert!(places(r#""country":"BRA","geoCoordinates":[-43.1,-22.9]"#));
    assert!(!places(r#""country":"BRA""#));
    assert!(!places(
        r#""country":"BRA","postalCode":" ","geoCoordinates":[]"#
    ));
    assert!(!places(r#""country":"","postalCode":"""#));
    assert!(!places(r#""geoCoordinates":[-43.1,-22.9]"#));
    assert!(!places(r#""country":null,"postalCode":null"#));
}

#[test]
fn a_postal_code_without_country_is_refused_unless_there_is_a_default() {
    let body = with(r#""postalCode":"22251-030""#);
    assert!(refusal(&body).starts_with("ES003"));
    let brazil = Country::parse("BRA").ok();
    let request = SimulationRequest::read(body.as_bytes(), "", brazil).unwrap();
    assert_eq!(request.destination().map(|place| place.country), brazil);
    let storefront = SimulationRequest::read(br#"{"items":[]}"#, "", brazil).unwrap();
    assert_eq!(storefront.country, None);
}

#[test]
fn coordinates_are_two_usable_numbers_or_none_at_all() {
    let of = |json: &str| {
        read(&with(&format!(r#""geoCoordinates":{json}"#)))
            .unwrap()
            .coordinates
    };
    let rio = decimals(["-43.1825635", "-22.9443504"]);
    assert_eq!(of("[-43.1825635,-22.9443504]"), rio);
    assert_eq!(of(r#"["-43.1825635"," -2.29443504e1 "]"#), rio);
    for none in [
        "[]",
        "[-22.9]",
        "[1,2,3]",
        "[null,1]",
        r#"["a","b"]"#,
        "null",
        "5",
        "{}",
        "[[1],[2]]",
        "[1e400,1]",
        "[181,0]",
        r#"["",""]"#,
    ] {
        assert_eq!(of(none), None, "{none}");
    }
}

#[test]
fn the_sales_channel_of_the_query_wins() {
    let read = |query| SimulationRequest::read(with(r#""sc":2"#).as_bytes(), query, None).unwrap();
    let request = read("an=mkt1&sc=1");
    assert_eq!(request.sales_channel.as_deref(), Some("1"));
    assert_eq!(request.overruled_sales_channel.as_deref(), Some("2"));
    for query in ["", "sc=", "sc=%", "sc=2"] {
        let request = read(query);
        assert_eq!(request.sales_channel.as_deref(), Some("2"), "{query}");
        assert_eq!(request.overruled_sales_channel, None, "{query}");
    }
}

#[test]
fn a_purchase_context_is_read_as_the_body_would_be() {
    let query = "purchaseContext=%7B%22items%22%3A%5B%7B%22id%22%3A%222000037%22%2C%22quantity%22%3A1%2C%22seller%22%3A%221%22%7D%5D%2C%22country%22%3A%22BRA%22%7D&sc=1&an=mkt1";
    let body = br#"{"items":[{"id":"2000037","quantity":1,"seller":"1"}],"country":"BRA"}"#;
    assert_eq!(
        SimulationRequest::read_purchase_context(query, None),
        SimulationRequest::read(body, "sc=1", None),
    );
}

#[test]
fn an_unreadable_purchase_context_is_es006_and_a_wrong_field_in_it_is_not() {
    for (query, start) in [
        ("", "ES006: purchaseContext is missing"),
        ("purchaseContext=", "ES006: purchaseContext is empty"),
        ("purchaseContext=%7", "ES006: purchaseContext has a broken"),
        ("purchaseContext=%FF", "ES006: purchaseContext is not UTF-8"),
        (
            "purchaseContext=%7B%22items%22",
            "ES006: purchaseContext is not valid JSON",
        ),
        (
            "purchaseContext=[]",
            "ES006: purchaseContext is not a JSON object",
        ),
        ("purchaseContext=%257B%257D", "ES006"),
        (
            "purchaseContext={}&purchaseContext={\"items\":[]}",
            "ES002: /items: ",
        ),
        (
            "purchaseContext={\"items\":[{\"id\":1,\"seller\":1,\"quantity\":0}]}",
            "ES004: /items/0/quantity: ",
        ),
        (
            "purchaseContext={\"items\":[],\"postalCode\":\"1\"}",
            "ES003",
        ),
    ] {
        let refusal = SimulationRequest::read_purchase_context(query, None).unwrap_err();
        assert!(refusal.to_string().starts_with(start), "{query}: {refusal}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(body in any::<Vec<u8>>(), query in "\\PC*") {
        let _ = SimulationRequest::read(&body, &query, None);
        let _ = SimulationRequest::read_purchase_context(&format!("purchaseContext={query}"), None);
    }

    #[test]
    fn any_json_in_any_field_is_read_or_refused_by_name(
        field in prop::sample::select(vec!["items", "country", "postalCode", "geoCoordinates", "sc"]),
        value in prop::sample::select(vec![
            "null", "{}", "[]", "[[]]", "-1", "1e999", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "true", "[{}]",
        ]),
    ) {
        let body = format!(r#"{{"items":[],"{field}":{value}}}"#);
        if let Err(problem) = read(&body) {
            prop_assert_eq!(problem.code.status(), 400);
            prop_assert!(problem.code == Code::NotJson || problem.message.starts_with('/'), "{}", problem);
        }
    }
}
