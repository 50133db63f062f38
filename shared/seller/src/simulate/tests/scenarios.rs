use super::*;

#[test]
fn sim_01_a_storefront_gets_price_and_stock_but_no_delivery() {
    let answer = answer(&storefront(&[("2000037", 1)]));
    assert_eq!(answer["country"], Value::Null);
    assert_eq!(answer["postalCode"], Value::Null);
    assert_eq!(answer["items"][0]["price"], 7390);
    assert_eq!(answer["logisticsInfo"][0]["slas"], json!([]));
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 99);
    assert_eq!(answer.get("allowMultipleDeliveries"), None);
}

#[test]
fn sim_02_a_checkout_gets_every_delivery_that_serves_it() {
    let answer = answer(&checkout(&[("2000037", 1)]));
    assert_eq!(answer["postalCode"], "22251-030");
    assert_eq!(answer["allowMultipleDeliveries"], true);
    assert_eq!(slas(&answer, 0), ["Normal", "Expressa"]);
    assert_eq!(answer["logisticsInfo"][0]["slas"][1]["price"], 1000);
}

#[test]
fn sim_03_a_purchase_context_gets_the_bytes_its_body_would_get() {
    let (settings, offers) = (fixture::settings(), fixture::offers());
    let query = "purchaseContext=%7B%22items%22%3A%5B%7B%22id%22%3A%222000037%22%2C%22quantity%22%3A1%2C%22seller%22%3A%221%22%7D%5D%2C%22country%22%3A%22BRA%22%7D&sc=1&an=mkt1";
    let body = br#"{"items":[{"id":"2000037","quantity":1,"seller":"1"}],"country":"BRA"}"#;
    let [got, posted] = [
        SimulationRequest::read_purchase_context(query, None),
        SimulationRequest::read(body, "sc=1&an=mkt1", None),
    ]
    .map(|request| {
        let request = request.unwrap();
        let marketplace = &settings.marketplaces[0];
        let response = told(&settings, marketplace, &request, &offers, fixture::now());
        serde_json::to_string(&response).unwrap()
    });
    assert_eq!(got, posted);
    assert!(
        got.starts_with(r#"{"country":"BRA","postalCode":null,"items":[{"id":"2000037""#),
        "{got}"
    );
    assert!(got.contains(r#""slas":[]"#), "{got}");
}

#[test]
fn sim_04_more_than_there_is_gets_what_there_is() {
    let answer = answer(&checkout(&[("34562", 9)]));
    assert_eq!(answer["items"][0]["quantity"], 5);
    assert_eq!(answer["logisticsInfo"][0]["quantity"], 5);
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 5);
    assert_eq!(slas(&answer, 0), ["Normal", "Expressa"]);
}

#[test]
fn sim_05_nothing_in_stock_has_a_price_and_no_logistics() {
    let answer = answer(&checkout(&[("5837", 1)]));
    assert_eq!(answer["items"][0]["quantity"], 0);
    assert_eq!(answer["items"][0]["price"], 1500);
    assert_eq!(answer["logisticsInfo"], json!([]));
}

#[test]
fn sim_08_an_unknown_sku_is_left_out() {
    let answer = answer(&checkout(&[("nope", 1)]));
    assert_eq!(
        (&answer["items"], &answer["logisticsInfo"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn sim_10_a_default_country_turns_a_lone_postal_code_into_an_address() {
    let settings = fixture::settings();
    let body = json!({"items": [{"id": "2000037", "quantity": 1, "seller": "1"}], "postalCode": "22251-030"});
    let read = |default| SimulationRequest::read(body.to_string().as_bytes(), "", default);
    let refused = read(settings.shipping.default_country).unwrap_err();
    assert_eq!(refused.code.as_str(), "ES003");
    let request = read(Some(settings.seller.ships_to[0])).unwrap();
    let marketplace = &settings.marketplaces[0];
    let offers = fixture::offers();
    let response = told(&settings, marketplace, &request, &offers, fixture::now());
    assert_eq!(response.logistics_info[0].slas.len(), 2);
}

#[test]
fn sim_13_where_nobody_delivers_the_stock_is_still_told() {
    let answer = answer(&at(&[("2000037", 1)], "99999-000"));
    assert_eq!(answer["items"][0]["quantity"], 1);
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 99);
    assert_eq!(answer["logisticsInfo"][0]["slas"], json!([]));
}

#[test]
fn sim_14_what_is_only_picked_up_names_its_pickup_point() {
    let answer = answer(&checkout(&[("77", 1)]));
    let logistics = &answer["logisticsInfo"][0];
    assert_eq!(
        logistics["deliveryChannels"],
        json!([{"id": "pickup-in-point", "stockBalance": 3}])
    );
    assert_eq!(
        logistics["slas"],
        json!([{
            "id": "Loja10", "name": "Retirada na loja", "deliveryChannel": "pickup-in-point",
            "price": 0, "shippingEstimate": "0bd", "availableDeliveryWindows": [],
            "pickupStoreInfo": {
                "isPickupStore": true, "friendlyName": "Loja 10", "additionalInfo": "",
                "address": {
                    "addressType": "pickup", "receiverName": null, "addressId": "loja-10",
                    "postalCode": "22250-040", "city": "Rio de Janeiro", "state": "RJ",
                    "country": "BRA", "street": "Praia de Botafogo", "number": "300",
                    "neighborhood": "Botafogo", "complement": "Loja 10", "reference": "",
                    "geoCoordinates": [-43.182_563_5, -22.944_350_4],
                },
            },
        }])
    );
}

#[test]
fn sim_16_the_old_spelling_of_seller_is_answered_in_the_new_one() {
    let answer = answer(&json!({"items": [{"id": "2000037", "quantity": 1, "Seller": "1"}]}));
    assert_eq!(answer["items"][0]["seller"], "1");
    assert_eq!(answer["items"][0].get("Seller"), None);
}

#[test]
fn sim_33_without_a_list_price_it_is_the_price() {
    let mut offers = fixture::offers();
    let offer = fixture::offer("new", 500, None, 1);
    offers.insert(offer.sku.clone(), offer);
    let answer = answer_of(&fixture::settings(), &offers, &checkout(&[("new", 1)]));
    assert_eq!(answer["items"][0]["listPrice"], 500);
}

#[test]
fn sim_35_offerings_are_a_list_even_when_there_are_none() {
    let answer = answer(&checkout(&[("2000037", 1), ("34562", 1)]));
    assert_eq!(answer["items"][0]["offerings"], json!([]));
    assert_eq!(
        answer["items"][1]["offerings"],
        json!([{"type": "Embalagem", "id": "6", "name": "Embalagem de presente", "price": 250}])
    );
}

#[test]
fn windows_are_those_of_the_next_working_days() {
    let answer = answer(&checkout(&[("W1", 2)]));
    assert_eq!(slas(&answer, 0), ["Normal", "Agendada"]);
    let windows = answer["logisticsInfo"][0]["slas"][1]["availableDeliveryWindows"]
        .as_array()
        .unwrap();
    // It is Friday the 20th there: the next seven days hold the working days of a week.
    assert_eq!(windows.len(), 5);
    assert_eq!(
        windows[0],
        json!({
            "startDateUtc": "2026-11-23T11:00:00+00:00",
            "endDateUtc": "2026-11-23T16:00:00+00:00",
            "price": 300,
        })
    );
    assert_eq!(windows[4]["startDateUtc"], "2026-11-27T11:00:00+00:00");
}

#[test]
fn the_protocols_example_is_answered_to_the_letter() {
    let mut settings = fixture::settings();
    settings
        .shipping
        .methods
        .retain(|method| method.id != "Expressa");
    let mut offers = fixture::offers();
    offers
        .get_mut(&fixture::sku("34562"))
        .unwrap()
        .offerings
        .clear();
    let body = br#"{"items":[{"id":"2000037","quantity":1,"seller":"1"},{"id":"34562","quantity":9,"seller":"1"},{"id":"nope","quantity":1,"seller":"1"}],"country":"BRA","postalCode":"22251-030"}"#;
    let request = SimulationRequest::read(body, "", None).unwrap();
    let response = told(
        &settings,
        &settings.marketplaces[0],
        &request,
        &offers,
        fixture::now(),
    );
    assert_eq!(
        serde_json::to_string(&response).unwrap(),
        concat!(
            r#"{"country":"BRA","postalCode":"22251-030","allowMultipleDeliveries":true,"items":["#,
            r#"{"id":"2000037","requestIndex":0,"price":7390,"listPrice":7490,"quantity":1,"seller":"1","merchantName":null,"measurementUnit":"un","unitMultiplier":1,"priceTags":[],"priceValidUntil":null,"offerings":[]},"#,
            r#"{"id":"34562","requestIndex":1,"price":890,"listPrice":990,"quantity":5,"seller":"1","merchantName":null,"measurementUnit":"un","unitMultiplier":1,"priceTags":[],"priceValidUntil":null,"offerings":[]}],"#,
            r#""logisticsInfo":["#,
            r#"{"itemIndex":0,"quantity":1,"stockBalance":99,"shipsTo":["BRA"],"deliveryChannels":[{"id":"delivery","stockBalance":99}],"#,
            r#""slas":[{"id":"Normal","name":"Entrega Normal","deliveryChannel":"delivery","price":200,"shippingEstimate":"5bd","availableDeliveryWindows":[],"pickupStoreInfo":null}]},"#,
            r#"{"itemIndex":1,"quantity":5,"stockBalance":5,"shipsTo":["BRA"],"deliveryChannels":[{"id":"delivery","stockBalance":5}],"#,
            r#""slas":[{"id":"Normal","name":"Entrega Normal","deliveryChannel":"delivery","price":200,"shippingEstimate":"5bd","availableDeliveryWindows":[],"pickupStoreInfo":null}]}]}"#,
        )
    );
}
