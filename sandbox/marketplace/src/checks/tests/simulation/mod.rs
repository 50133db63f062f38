mod one_place;
mod several_places;

use jiff::Timestamp;

use super::super::simulation as check_simulation;
use super::*;
pub(super) use one_place::table;
pub(super) use several_places::others;

const LIMIT: Duration = Duration::from_millis(2_500);

/// A checkout with an available line, a short one, an unknown one, and a pickup.
fn request() -> Value {
    json!({
        "items": [
            {"id": "2000037", "quantity": 1, "seller": "1"},
            {"id": "34562", "quantity": 9, "seller": "1"},
            {"id": "nope", "quantity": 1, "seller": "1"},
            {"id": "77", "quantity": 2, "seller": "1"},
        ],
        "country": "BRA",
        "postalCode": "22251-030",
    })
}

fn answer() -> Value {
    serde_json::from_str(include_str!("checkout.json")).unwrap()
}

/// The answer to a request that has the SKU 77 in two lines.
fn twice(quantity: i64, first_stock: i64, second_stock: i64) -> Value {
    let mut body = answer();
    body["country"] = json!(null);
    body["postalCode"] = json!(null);
    let mut items = vec![body["items"][2].clone(), body["items"][2].clone()];
    let mut rows = vec![
        body["logisticsInfo"][2].clone(),
        body["logisticsInfo"][2].clone(),
    ];
    for (index, stock) in [first_stock, second_stock].into_iter().enumerate() {
        items[index]["requestIndex"] = json!(index);
        items[index]["quantity"] = json!(quantity);
        rows[index]["itemIndex"] = json!(index);
        rows[index]["quantity"] = json!(quantity);
        rows[index]["stockBalance"] = json!(stock);
        rows[index]["slas"] = json!([]);
    }
    body["items"] = json!(items);
    body["logisticsInfo"] = json!(rows);
    body
}

fn check(request: &Value, reply: &Reply) -> Vec<Violation> {
    let at = "2013-02-04T20:00:00Z".parse::<Timestamp>().unwrap();
    check_simulation(request, reply, at, LIMIT)
}

#[test]
fn a_whole_answer_breaks_nothing() {
    assert_eq!(check(&request(), &reply(&answer())), []);
}

#[test]
fn each_flaw_is_named_with_its_place() {
    for bad in table() {
        bad.expect(&check(&request(), &reply(&bad.apply(&answer()))));
    }
}

#[test]
fn flaws_of_several_places_are_found_too() {
    for (request, reply, expected) in others() {
        let mut found = rules(&check(&request, &reply));
        let mut expected = expected;
        found.sort_unstable();
        expected.sort_unstable();
        let body = String::from_utf8_lossy(&reply.body).into_owned();
        assert_eq!(found, expected, "{} {body}", reply.status);
    }
}

#[test]
fn an_indexing_answer_has_no_options_and_needs_no_multiple_deliveries() {
    let mut body = answer();
    body["country"] = json!("BRA");
    body["postalCode"] = json!(null);
    body.as_object_mut()
        .unwrap()
        .remove("allowMultipleDeliveries");
    for row in body["logisticsInfo"].as_array_mut().unwrap() {
        row["slas"] = json!([]);
    }
    let request = json!({"items": request()["items"], "country": "BRA", "postalCode": null});
    assert_eq!(check(&request, &reply(&body)), []);
}

#[test]
fn nothing_to_sell_is_a_good_answer() {
    let nothing = json!({"country": "BRA", "postalCode": "22251-030",
        "allowMultipleDeliveries": true, "items": [], "logisticsInfo": []});
    assert_eq!(check(&request(), &reply(&nothing)), []);

    let mut sold_out = answer();
    for row in sold_out["items"].as_array_mut().unwrap() {
        row["quantity"] = json!(0);
    }
    sold_out["logisticsInfo"] = json!([]);
    assert_eq!(check(&request(), &reply(&sold_out)), []);
}

#[test]
fn lines_of_one_sku_may_share_its_stock() {
    let request = json!({"items": [{"id": "77", "quantity": 2, "Seller": "1"},
                                   {"id": "77", "quantity": 2, "Seller": "1"}]});
    assert_eq!(check(&request, &reply(&twice(1, 3, 3))), []);
}
