use super::*;
use feirante_models::simulation::MAX_ITEMS;

/// (position, quantity, stock) of each row of `logisticsInfo`.
fn rows(answer: &Value) -> Vec<(i64, i64, i64)> {
    let rows = answer["logisticsInfo"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            let [index, quantity, stock] =
                ["itemIndex", "quantity", "stockBalance"].map(|field| row[field].as_i64().unwrap());
            (index, quantity, stock)
        })
        .collect()
}

#[test]
fn rows_keep_the_positions_of_the_request() {
    let answer = answer(&checkout(&[
        ("nope", 1),
        ("2000037", 2),
        ("5837", 4),
        ("34562", 6),
    ]));
    assert_eq!(rows(&answer), [(1, 2, 99), (2, 0, 0), (3, 5, 5)]);
    let items = answer["items"].as_array().unwrap();
    let positions: Vec<_> = items
        .iter()
        .map(|item| item["requestIndex"].as_i64().unwrap())
        .collect();
    assert_eq!(positions, [1, 2, 3]);
}

#[test]
fn an_empty_line_among_others_keeps_its_row() {
    let answer = answer(&checkout(&[("5837", 1), ("2000037", 1)]));
    let empty = &answer["logisticsInfo"][0];
    assert_eq!(empty["slas"], json!([]));
    assert_eq!(
        empty["deliveryChannels"],
        json!([{"id": "delivery", "stockBalance": 0}])
    );
}

#[test]
fn lines_of_the_same_sku_share_its_stock_in_order() {
    let answer = answer(&checkout(&[
        ("34562", 3),
        ("2000037", 1),
        ("34562", 3),
        ("34562", 1),
    ]));
    assert_eq!(rows(&answer), [(0, 3, 5), (1, 1, 99), (2, 2, 5), (3, 0, 5)]);
    assert_eq!(slas(&answer, 2), ["Normal", "Expressa"]);
    assert!(slas(&answer, 3).is_empty());
}

#[test]
fn what_is_not_sold_here_is_left_out() {
    let mut offers = fixture::offers();
    offers.get_mut(&fixture::sku("2000037")).unwrap().active = false;
    offers
        .get_mut(&fixture::sku("34562"))
        .unwrap()
        .prices
        .clear();
    let answer = answer_of(
        &fixture::settings(),
        &offers,
        &checkout(&[("2000037", 1), ("34562", 1)]),
    );
    assert_eq!(
        (&answer["items"], &answer["logisticsInfo"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn only_the_sales_channels_of_the_marketplace_are_sold_to() {
    for (channel, sold) in [("1", 1), ("2", 0)] {
        let mut body = checkout(&[("2000037", 1)]);
        body["sc"] = json!(channel);
        assert_eq!(
            answer(&body)["items"].as_array().unwrap().len(),
            sold,
            "{channel}"
        );
    }
}

#[test]
fn no_lines_get_no_rows() {
    let answer = answer(&checkout(&[]));
    assert_eq!(
        (&answer["items"], &answer["logisticsInfo"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn a_19_digit_id_is_the_sku_of_its_digits() {
    let body = r#"{"items":[{"id":9007199254740993,"quantity":1,"seller":1}]}"#;
    let request = SimulationRequest::read(body.as_bytes(), "", None).unwrap();
    let settings = fixture::settings();
    let offers = fixture::offers();
    let response = told(
        &settings,
        &settings.marketplaces[0],
        &request,
        &offers,
        fixture::now(),
    );
    assert_eq!(response.items[0].id, "9007199254740993");
    assert_eq!(response.items[0].seller, "1");
}

#[test]
fn coordinates_serve_in_either_order_and_in_either_type() {
    let serves = |coordinates: Value| {
        let mut body = storefront(&[("2000037", 1)]);
        body["country"] = json!("BRA");
        body["geoCoordinates"] = coordinates;
        let answer = answer(&body);
        assert_eq!(answer["postalCode"], Value::Null);
        !slas(&answer, 0).is_empty()
    };
    assert!(serves(json!([-43.182_563_5, -22.944_350_4])));
    assert!(serves(json!(["-22.9443504", "-43.1825635"])));
    assert!(!serves(json!([-46.6, -23.5])));
    assert!(!serves(json!(["-22.9443504"])));
    assert!(!serves(json!([0, 0])));
}

#[test]
fn stock_below_zero_is_none() {
    let mut offers = fixture::offers();
    fixture::put(
        offers.get_mut(&fixture::sku("2000037")).unwrap(),
        "main",
        -4,
    );
    let answer = answer_of(
        &fixture::settings(),
        &offers,
        &checkout(&[("2000037", 1), ("34562", 1)]),
    );
    assert_eq!(rows(&answer), [(0, 0, 0), (1, 1, 5)]);
}

#[test]
fn a_line_is_never_larger_than_what_one_warehouse_can_bring() {
    let file = fixture::SELLER_FILE
        .replace(
            "[[warehouses]]\nid = \"main\"",
            "[[warehouses]]\nid = \"main\"\n[[warehouses]]\nid = \"far\"",
        )
        .replacen(
            "warehouses = [\"main\"]",
            "warehouses = [\"main\", \"far\"]",
            1,
        );
    let settings = Settings::parse(&file).unwrap();
    let mut offers = fixture::offers();
    let offer = offers.get_mut(&fixture::sku("34562")).unwrap();
    fixture::put(offer, "far", 3);
    fixture::put(offer, "closed", 50);

    let answer = answer_of(&settings, &offers, &checkout(&[("34562", 6)]));
    assert_eq!(rows(&answer), [(0, 5, 8)]);
    assert_eq!(slas(&answer, 0), ["Normal", "Expressa"]);

    let answer = answer_of(&settings, &offers, &checkout(&[("34562", 4), ("34562", 9)]));
    assert_eq!(rows(&answer), [(0, 4, 8), (1, 3, 8)]);
    assert_eq!(
        slas(&answer, 1),
        ["Normal"],
        "one unit is left for Expressa"
    );
}

#[test]
fn a_seller_that_takes_the_payment_names_its_gateway_account() {
    let mut settings = fixture::settings();
    settings.marketplaces[0].merchant_name = Some("gatewayaccount".to_owned());
    let answer = answer_of(&settings, &fixture::offers(), &checkout(&[("2000037", 1)]));
    assert_eq!(answer["items"][0]["merchantName"], "gatewayaccount");
}

#[test]
fn a_thousand_lines_are_answered_far_inside_the_deadline() {
    let body = checkout(&vec![("W1", 1); MAX_ITEMS]).to_string();
    let (settings, offers) = (fixture::settings(), fixture::offers());
    let started = std::time::Instant::now();
    let request = SimulationRequest::read(body.as_bytes(), "", None).unwrap();
    let response = told(
        &settings,
        &settings.marketplaces[0],
        &request,
        &offers,
        fixture::now(),
    );
    let json = serde_json::to_string(&response).unwrap();
    // A debug build beside other tests needs tens of milliseconds; the budget is 1.5 s.
    assert!(
        started.elapsed().as_millis() < 750,
        "{:?}",
        started.elapsed()
    );
    assert!(json.len() < 6_000_000);
    assert_eq!(
        response.items.iter().map(|item| item.quantity).sum::<i64>(),
        10
    );
}
