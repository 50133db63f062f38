//! From when on a count of stock knows of an invoice. Too early a moment sells units twice, too late
//! a one hides some until the next count: where a date leaves it open, it is late.

use serde_json::json;

use super::*;

/// A message of 2026-11-21 at 15:30 UTC.
const SENT_AT: &str = "2026-11-21T15:30:00Z";

fn issued_at(issuance_date: Option<&str>) -> String {
    let message = json!({
        "orderId": "mkt1-1-01",
        "type": "Output",
        "invoiceNumber": "N-1",
        "issuanceDate": issuance_date,
        "invoiceValue": 100,
        "items": [{"id": "a", "quantity": 1, "price": 100}],
    });
    let message = InvoiceMessage::read(message.to_string().as_bytes()).unwrap();
    let sent_at = Instant::parse(SENT_AT).unwrap();
    Invoice::of(&message, sent_at).issued_at.to_string()
}

#[test]
fn a_date_with_its_time_is_believed() {
    for (written, meant) in [
        ("2026-11-21T09:12:44Z", "2026-11-21T09:12:44.000Z"),
        ("2026-11-21T09:12:44-03:00", "2026-11-21T12:12:44.000Z"),
        ("2026-10-02T09:12:44.123Z", "2026-10-02T09:12:44.123Z"),
    ] {
        assert_eq!(issued_at(Some(written)), meant);
    }
}

#[test]
fn without_a_date_it_is_when_the_message_was_sent() {
    assert_eq!(issued_at(None), "2026-11-21T15:30:00.000Z");
}

#[test]
fn a_date_to_come_is_when_the_message_was_sent() {
    for written in ["2026-11-21T15:30:01Z", "2026-11-22", "2099-01-01T00:00:00Z"] {
        assert_eq!(issued_at(Some(written)), "2026-11-21T15:30:00.000Z");
    }
}

#[test]
fn todays_date_alone_is_when_the_message_was_sent() {
    for written in ["2026-11-21", "2026-11-21T00:00:00Z"] {
        assert_eq!(issued_at(Some(written)), "2026-11-21T15:30:00.000Z");
    }
}

/// A count of that day's morning knows nothing of an invoice of its afternoon.
#[test]
fn an_earlier_date_alone_is_not_before_that_day_is_over() {
    for (written, day_after) in [
        ("2026-11-20", "2026-11-21"),
        ("2026-11-20T00:00:00Z", "2026-11-21"),
        ("2026-10-02", "2026-10-03"),
    ] {
        let issued_at = issued_at(Some(written));
        assert!(
            *issued_at >= *day_after,
            "{written} is taken for {issued_at}"
        );
        assert!(*issued_at <= *"2026-11-21T15:30:00.000Z");
    }
}

#[test]
fn an_invoice_keeps_of_its_message_what_later_decisions_need() {
    let message = json!({
        "orderId": "mkt1-1-01",
        "type": "Input",
        "invoiceNumber": "N-1",
        "invoiceValue": 300,
        "items": [
            {"id": "a", "quantity": 1, "price": 100},
            {"id": "b", "quantity": 1, "price": 100},
            {"id": "a", "quantity": 2, "price": 50},
        ],
        "restock": true,
    });
    let message = InvoiceMessage::read(message.to_string().as_bytes()).unwrap();
    let invoice = Invoice::of(&message, Instant::parse(SENT_AT).unwrap());
    let units: Vec<_> = invoice
        .units
        .iter()
        .map(|(sku, units)| (sku.as_str(), *units))
        .collect();
    assert_eq!(units, [("a", 3), ("b", 1)]);
    assert_eq!(invoice.kind, InvoiceType::Input);
    assert_eq!(invoice.value, Cents::new(300));
    assert_eq!(invoice.stage, Stage::Pending);
    assert!(invoice.restock);
    assert_eq!(invoice.content_hash, message.content_hash());
}
