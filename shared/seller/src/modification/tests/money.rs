//! What a modification makes of an order's prices, shipping and total.

use super::*;

fn total_after(body: Value) -> (Vec<Row>, i64) {
    let two = order(vec![line("a", "main", 2), line("b", "main", 1)]);
    assert_eq!(two.total.get(), 3450);
    let offers = offers(&[("a", 9, 0), ("b", 9, 0), ("c", 9, 0)]);
    let modified = modify(&settings(false), &two, body, &offers).unwrap();
    let costs = modified.order.total.get() - two.total.get();
    assert_eq!(modified.difference.total(), Some(Cents::new(costs)));
    (lines(&modified.order), modified.order.total.get())
}

fn row(sku: &str, units: i64, price: i64, shipping: i64) -> Row {
    (sku.to_owned(), units, price, shipping, "main".to_owned())
}

#[test]
fn a_lines_shipping_goes_with_its_last_unit() {
    let remove = |sku, quantity| json!({"remove": {"items": [{"id": sku, "quantity": quantity}]}});
    let rest = vec![row("a", 1, 1000, 200), row("b", 1, 1000, 200)];
    assert_eq!(total_after(remove("a", 1)), (rest, 2450));
    assert_eq!(
        total_after(remove("a", 2)),
        (vec![row("b", 1, 1000, 200)], 1250)
    );
}

#[test]
fn what_replaces_is_delivered_as_what_it_replaces_unless_told() {
    let replace = |quantity: i64, to: Value| {
        let from = json!({"items": [{"id": "a", "quantity": quantity}]});
        json!({"replace": [{"from": from, "to": to}]})
    };
    // All of the line: its shipping too. Its price is what the SKU costs in the order, or now.
    let to = json!({"items": [{"id": "c", "quantity": 1}]});
    let expected = vec![row("b", 1, 1000, 200), row("c", 1, 1200, 200)];
    assert_eq!(total_after(replace(2, to)), (expected, 2650));
    let to = json!({"items": [{"id": "a", "quantity": 3}]});
    let expected = vec![row("b", 1, 1000, 200), row("a", 3, 1000, 200)];
    assert_eq!(total_after(replace(2, to)), (expected, 4450));
    // A part of it: its shipping stays.
    let to = json!({"items": [{"id": "a", "quantity": 1, "price": 700}]});
    let expected = vec![
        row("a", 1, 1000, 200),
        row("b", 1, 1000, 200),
        row("a", 1, 700, 0),
    ];
    assert_eq!(total_after(replace(1, to)), (expected, 3150));
    // Told.
    let to = json!({
        "items": [{"id": "c", "quantity": 1, "price": 900}],
        "shippingData": {"logisticsInfo": [{"itemIndex": 0, "selectedSla": "Normal", "price": 350}]},
    });
    let expected = vec![row("b", 1, 1000, 200), row("c", 1, 900, 350)];
    assert_eq!(total_after(replace(2, to)), (expected, 2500));
}

#[test]
fn what_is_put_on_is_delivered_as_all_else_is_and_costs_no_more_shipping() {
    let add = json!({"add": {"items": [{"id": "c", "quantity": 2}]}, "manualDiscountValue": 40});
    let expected = vec![
        row("a", 2, 1000, 200),
        row("b", 1, 1000, 200),
        row("c", 2, 1200, 0),
    ];
    assert_eq!(total_after(add), (expected, 3450 + 2400 - 40));
}

#[test]
fn what_can_not_be_told_is_refused() {
    let mut other = line("a", "main", 1);
    other.price = Cents::new(900);
    other.shipping_method = Some("Expressa".to_owned());
    let order = order(vec![line("a", "main", 2), other]);
    let offers = offers(&[("a", 9, 0), ("c", 9, 0)]);
    let refused = |body| refusal(modify(&settings(false), &order, body, &offers));
    let items = |item: Value| json!({"items": [item]});
    for (body, code) in [
        // Which line, at what price, delivered how.
        (
            json!({"remove": items(json!({"id": "a", "quantity": 1}))}),
            "SalesOrderSystem026",
        ),
        (
            json!({"remove": items(json!({"id": "a", "quantity": 1, "price": 950}))}),
            "SalesOrderSystem026",
        ),
        (
            json!({"add": items(json!({"id": "c", "quantity": 1}))}),
            "SalesOrderSystem012",
        ),
        // What the order has not.
        (
            json!({"remove": items(json!({"id": "c", "quantity": 1}))}),
            "SalesOrderSystem010",
        ),
        (
            json!({"remove": items(json!({"id": "a", "quantity": 3, "price": 1000}))}),
            "SalesOrderSystem011",
        ),
        (
            json!({"add": {
                "items": [{"id": "c", "quantity": 1}],
                "shippingData": {"logisticsInfo": [{"itemIndex": 0, "selectedSla": "Agendada"}]},
            }}),
            "SalesOrderSystem013",
        ),
        (json!({"manualDiscountValue": 100_000}), "CHK0034"),
    ] {
        assert_eq!(refused(body.clone()), code, "{body}");
    }
    let told = json!({"remove": items(json!({"id": "a", "quantity": 2, "price": 1000}))});
    let left = modify(&settings(false), &order, told, &offers).unwrap();
    assert_eq!(lines(&left.order), [row("a", 1, 900, 200)]);
}

#[test]
fn something_is_left_of_an_order() {
    let order = order(vec![line("a", "main", 2)]);
    let all = json!({"remove": {"items": [{"id": "a", "quantity": 2}]}});
    let refused = modify(&settings(false), &order, all, &HashMap::new());
    assert_eq!(refused.unwrap_err().code, Code::IllegalTransition);
}
