use feirante_models::{Quantity, WarehouseId};

use super::*;
use crate::order::{Place, Places};

mod issued_at;

/// Lines as SKU, warehouse, units.
fn lines(lines: &[(&str, &str, i64)]) -> Vec<Line> {
    let line = |(sku, warehouse, units): &(&str, &str, i64)| Line {
        sku: SkuId::parse(*sku).unwrap(),
        quantity: Quantity::new(*units).unwrap(),
        price: Cents::new(100),
        shipping_price: Cents::ZERO,
        shipping_method: None,
        places: WarehouseId::parse(*warehouse).unwrap().into(),
    };
    lines.iter().map(line).collect()
}

fn number(name: &str) -> InvoiceNumber {
    InvoiceNumber::parse(name).unwrap()
}

fn invoice(name: &str, kind: InvoiceType, value: i64, units: &[(&str, i64)]) -> Invoice {
    Invoice {
        number: number(name),
        kind,
        value: Cents::new(value),
        units: units
            .iter()
            .map(|(sku, units)| (SkuId::parse(*sku).unwrap(), *units))
            .collect(),
        issued_at: Instant::from_millis(0).unwrap(),
        restock: false,
        content_hash: name.to_owned(),
        stage: Stage::Pending,
    }
}

fn output(name: &str, value: i64, units: &[(&str, i64)]) -> Invoice {
    invoice(name, InvoiceType::Output, value, units)
}

fn input(name: &str, value: i64, units: &[(&str, i64)]) -> Invoice {
    invoice(name, InvoiceType::Input, value, units)
}

/// What each of `invoices` moves, if they are sent in this order: SKU, warehouse, units.
fn moved(lines: &[Line], total: i64, invoices: &[Invoice]) -> Vec<Vec<(String, String, i64)>> {
    let accepted = |ledger: Ledger, invoice: &Invoice| ledger.with(invoice.clone());
    let mut ledger = invoices.iter().fold(Ledger::default(), accepted);
    let mut all = Vec::new();
    for invoice in invoices {
        ledger = ledger.at_stage(&invoice.number, Stage::Sent);
        let movements = ledger.movements(&invoice.number, lines, Cents::new(total));
        let flat = movements.iter().flat_map(|(sku, places)| {
            let place = move |(place, units): (&WarehouseId, &i64)| {
                (sku.to_string(), place.to_string(), *units)
            };
            places.iter().map(place)
        });
        all.push(flat.collect());
    }
    all
}

fn units(sku: &str, place: &str, units: i64) -> (String, String, i64) {
    (sku.to_owned(), place.to_owned(), units)
}

#[test]
fn units_leave_the_first_line_first() {
    let lines = lines(&[("a", "main", 2), ("b", "main", 1), ("a", "far", 3)]);
    let invoices = [
        output("1", 10, &[("a", 1)]),
        output("2", 10, &[("a", 2), ("b", 1)]),
        output("3", 80, &[("a", 2)]),
    ];
    assert_eq!(
        moved(&lines, 100, &invoices),
        [
            vec![units("a", "main", 1)],
            vec![
                units("a", "far", 1),
                units("a", "main", 1),
                units("b", "main", 1)
            ],
            vec![units("a", "far", 2)],
        ]
    );
}

#[test]
fn two_lines_at_one_place_leave_together() {
    let lines = lines(&[("a", "main", 1), ("a", "main", 2)]);
    let invoices = [output("1", 10, &[("a", 2)]), output("2", 90, &[("a", 1)])];
    assert_eq!(
        moved(&lines, 100, &invoices),
        [vec![units("a", "main", 2)], vec![units("a", "main", 1)]]
    );
}

#[test]
fn the_invoice_that_completes_the_total_takes_what_is_left() {
    let lines = lines(&[("a", "main", 2), ("b", "far", 4)]);
    // Neither names all units, as where gifts are not on the invoice.
    let invoices = [output("1", 40, &[("a", 1)]), output("2", 60, &[("b", 1)])];
    assert_eq!(
        moved(&lines, 100, &invoices),
        [
            vec![units("a", "main", 1)],
            vec![units("a", "main", 1), units("b", "far", 4)],
        ]
    );
}

#[test]
fn which_invoice_completes_depends_on_what_was_sent_not_on_what_was_accepted() {
    let lines = lines(&[("a", "main", 3)]);
    let [first, second] = [output("1", 40, &[("a", 1)]), output("2", 60, &[("a", 1)])];
    let in_turn = moved(&lines, 100, &[first.clone(), second.clone()]);
    let other_way = moved(&lines, 100, &[second, first]);
    let expected = [vec![units("a", "main", 1)], vec![units("a", "main", 2)]];
    assert_eq!(in_turn, expected);
    assert_eq!(other_way, expected);
}

#[test]
fn a_unit_that_two_invoices_share_leaves_once() {
    let lines = lines(&[("a", "main", 1), ("b", "far", 1)]);
    let invoices = [
        output("1", 30, &[("a", 1)]),
        output("2", 30, &[("a", 1)]),
        output("3", 40, &[("a", 1)]),
    ];
    assert_eq!(
        moved(&lines, 100, &invoices),
        [
            vec![units("a", "main", 1)],
            vec![],
            vec![units("b", "far", 1)],
        ]
    );
}

#[test]
fn what_comes_back_goes_where_it_came_from_and_no_more_than_that() {
    let lines = lines(&[("a", "main", 2), ("a", "far", 1)]);
    let sold = output("1", 100, &[("a", 3)]);
    let back = [
        input("2", 10, &[("a", 1)]),
        input("3", 10, &[("a", 1)]),
        // Completes the total, and brings back no unit it does not name.
        input("4", 80, &[("a", 1)]),
    ];
    let all: Vec<_> = std::iter::once(sold).chain(back).collect();
    assert_eq!(
        moved(&lines, 100, &all)[1..],
        [
            vec![units("a", "main", 1)],
            vec![units("a", "main", 1)],
            vec![units("a", "far", 1)],
        ]
    );
    let twice = [
        output("1", 100, &[("a", 3)]),
        input("2", 10, &[("a", 3)]),
        input("3", 90, &[("a", 3)]),
    ];
    assert_eq!(moved(&lines, 100, &twice)[2], []);
}

#[test]
fn an_invoice_nobody_knows_moves_nothing() {
    let lines = lines(&[("a", "main", 2)]);
    let movements = Ledger::default().movements(&number("1"), &lines, Cents::new(1));
    assert!(movements.is_empty());
}

#[test]
fn sums_tell_types_and_stages_apart() {
    let total = Cents::new(100);
    let ledger = Ledger::default()
        .with(output("1", 30, &[("a", 1)]))
        .with(output("2", 50, &[("a", 1)]))
        .with(input("3", 10, &[("a", 1)]))
        .at_stage(&number("1"), Stage::Sent);
    let cents = |cents: Cents| cents.get();
    assert_eq!(cents(ledger.residual(InvoiceType::Output, total)), 20);
    assert_eq!(cents(ledger.unsent(InvoiceType::Output, total)), 70);
    assert_eq!(cents(ledger.residual(InvoiceType::Input, total)), 90);
    assert_eq!(cents(ledger.unsent(InvoiceType::Input, total)), 100);
    assert!(ledger.has_pending(InvoiceType::Output));
    assert!(ledger.without(&number("3")).get(&number("3")).is_none());
    assert!(!ledger.without(&number("3")).has_pending(InvoiceType::Input));
}

#[test]
fn a_stage_is_never_lost() {
    let ledger = Ledger::default().with(output("1", 30, &[("a", 1)]));
    let stage = |ledger: &Ledger| ledger.get(&number("1")).unwrap().stage;
    let ledger = ledger.at_stage(&number("1"), Stage::Delivered);
    assert_eq!(
        stage(&ledger.at_stage(&number("1"), Stage::Sent)),
        Stage::Delivered
    );
    assert_eq!(ledger.at_stage(&number("2"), Stage::Sent), ledger);
}

#[test]
fn the_slowest_package_says_how_far_the_order_is() {
    let ledger = Ledger::default().with(output("1", 30, &[("a", 1)]));
    assert_eq!(ledger.furthest_of_all(), None, "nothing is sent");
    let ledger = ledger
        .at_stage(&number("1"), Stage::Delivered)
        .with(output("2", 30, &[("a", 1)]))
        .with(input("3", 30, &[("a", 1)]))
        .at_stage(&number("3"), Stage::Sent);
    assert_eq!(ledger.furthest_of_all(), Some(Stage::Delivered));
    let ledger = ledger.at_stage(&number("2"), Stage::Shipped);
    assert_eq!(ledger.furthest_of_all(), Some(Stage::Shipped));
}

#[test]
fn a_ledger_is_stored_as_the_list_of_its_invoices() {
    let ledger = Ledger::default()
        .with(output("1", 30, &[("a", 1)]))
        .with(Invoice {
            restock: true,
            ..input("2", 30, &[("a", 1)])
        })
        .at_stage(&number("1"), Stage::Shipped);
    let json = serde_json::to_value(&ledger).unwrap();
    assert_eq!(json[0]["stage"], "shipped");
    assert_eq!(json[0]["type"], "Output");
    assert_eq!(json[0]["units"], serde_json::json!({"a": 1}));
    assert_eq!(json[0].get("restock"), None);
    assert_eq!(json[1]["restock"], true);
    assert_eq!(serde_json::from_value::<Ledger>(json).unwrap(), ledger);
}

#[test]
fn the_units_of_a_split_line_leave_its_places_one_after_the_other() {
    let mut lines = lines(&[("1", "main", 5), ("1", "main", 1)]);
    let place = |warehouse: &str, units| Place {
        warehouse: WarehouseId::parse(warehouse).unwrap(),
        quantity: Quantity::new(units).unwrap(),
    };
    lines[0].places = Places::Several(vec![place("near", 2), place("far", 3)]);
    let invoices = [
        output("1", 100, &[("1", 1)]),
        output("2", 200, &[("1", 2)]),
        output("3", 300, &[]),
    ];
    assert_eq!(
        moved(&lines, 600, &invoices),
        [
            vec![units("1", "near", 1)],
            vec![units("1", "far", 1), units("1", "near", 1)],
            vec![units("1", "far", 2), units("1", "main", 1)],
        ]
    );
}
