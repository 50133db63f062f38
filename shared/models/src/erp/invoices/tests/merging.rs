use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn items(lines: &Value) -> Vec<InvoiceItem> {
    read(&with(&json!({"items": lines}))).items
}

#[test]
fn lines_of_one_sku_become_one_in_the_place_of_the_first() {
    let items = items(&json!([
        {"id": "b", "quantity": 1, "price": 100, "description": "second"},
        {"id": "a", "quantity": 2, "price": 50},
        {"id": "b", "quantity": 3, "price": 101, "description": "first"},
        {"id": "b", "quantity": 1, "price": 100, "description": "first"},
    ]));
    let read: Vec<_> = items
        .iter()
        .map(|item| (item.sku.as_str(), item.quantity.get(), item.price.get()))
        .collect();
    // (100 + 303 + 100) / 5 = 100.6
    assert_eq!(read, [("b", 5, 101), ("a", 2, 50)]);
    assert_eq!(items[0].description.as_deref(), Some("first; second"));
}

#[test]
fn half_a_cent_is_rounded_up() {
    for (prices, price) in [
        ([100, 101], 101),
        ([100, 100], 100),
        ([0, 0], 0),
        ([0, 1], 1),
    ] {
        let lines = prices.map(|price| json!({"id": "a", "quantity": 1, "price": price}));
        assert_eq!(
            items(&json!(lines))[0].price,
            Cents::new(price),
            "{prices:?}"
        );
    }
}

#[test]
fn the_greatest_price_survives_merging() {
    let line = |price: i64| json!({"id": "a", "quantity": 1, "price": price});
    let items = items(&json!([line(i64::MAX), line(0)]));
    assert_eq!(items[0].price, Cents::new(i64::MAX / 2 + 1));
}

#[test]
fn what_can_t_be_counted_is_named_by_the_line_that_is_too_much() {
    let line = |id: &str, quantity: i64, price: i64| json!({"id": id, "quantity": quantity, "price": price});
    for (lines, mistake) in [
        (
            json!([line("a", 1, i64::MAX), line("b", 1, 1)]),
            "ES002: /items/1/price: adds up to more than can be counted",
        ),
        (
            json!([line("a", 2, i64::MAX)]),
            "ES002: /items/0/price: adds up to more than can be counted",
        ),
        (
            json!([
                line("a", 1, 1),
                line("b", 1_000_000_000, 1),
                line("a", 1_000_000_000, 1)
            ]),
            "ES004: /items/2/quantity: makes more than a thousand million units",
        ),
    ] {
        assert_eq!(refusal(&with(&json!({"items": lines}))), mistake);
    }
}

prop_compose! {
    fn line()(sku in 0..4, quantity in 1..1_000_i64, price in 0..1_000_000_i64) -> Value {
        json!({"id": format!("sku {sku}"), "quantity": quantity, "price": price})
    }
}

proptest! {
    #[test]
    fn merging_keeps_units_and_to_half_a_cent_per_unit_the_amount(
        lines in prop::collection::vec(line(), 1..12),
    ) {
        let mut written = BTreeMap::<&str, (i64, i64)>::new();
        for line in &lines {
            let [quantity, price] = ["quantity", "price"].map(|name| line[name].as_i64().unwrap());
            let (units, amount) = written.entry(line["id"].as_str().unwrap()).or_default();
            *units += quantity;
            *amount += quantity * price;
        }
        let items = items(&json!(lines));
        prop_assert_eq!(items.len(), written.len());
        for item in &items {
            let (units, amount) = written[item.sku.as_str()];
            prop_assert_eq!(item.quantity.get(), units);
            let error = item.price.get() * units - amount;
            prop_assert!(-units < 2 * error && 2 * error <= units, "{} of {}", error, units);
        }
    }
}
