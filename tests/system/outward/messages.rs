//! What the ERP sends.

use serde_json::{Value, json};

/// An invoice over `value` cents of `(sku, quantity, price)`.
pub fn invoice(order: &str, number: &str, value: i64, items: &[(&str, i64, i64)]) -> Value {
    let items: Vec<Value> = items
        .iter()
        .map(|(sku, quantity, price)| json!({"id": sku, "quantity": quantity, "price": price}))
        .collect();
    json!({
        "orderId": order, "type": "Output", "invoiceNumber": number,
        "issuanceDate": "2026-11-21T00:00:01Z", "invoiceValue": value, "items": items,
    })
}

/// The same the other way.
pub fn returned(order: &str, number: &str, value: i64, items: &[(&str, i64, i64)]) -> Value {
    with(
        invoice(order, number, value, items),
        json!({"type": "Input"}),
    )
}

/// A message with other fields, or more of them.
pub fn with(mut message: Value, fields: Value) -> Value {
    let fields = fields.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(fields);
    message
}

/// The tracking number of an invoice's package.
pub fn shipment(order: &str, invoice: &str, number: &str) -> Value {
    json!({
        "orderId": order, "invoiceNumber": invoice, "courier": "Correios",
        "trackingNumber": number, "trackingUrl": format!("https://t.example/{number}"),
        "dispatchedDate": "2026-11-22",
    })
}

/// Where a package has been: events by what happened, an hour apart.
pub fn progress(order: &str, invoice: &str, events: &[&str], delivered: bool) -> Value {
    let events: Vec<Value> = events
        .iter()
        .map(|event| {
            // The same event is of the same hour, whichever message tells of it.
            let hour = event.len() % 24;
            json!({
                "city": "Rio", "state": "RJ", "description": event,
                "date": format!("2026-11-23T{hour:02}:00:00Z"),
            })
        })
        .collect();
    json!({
        "orderId": order, "invoiceNumber": invoice, "isDelivered": delivered, "events": events,
    })
}

/// The seller's own cancellation.
pub fn cancel(order: &str, reason: &str) -> Value {
    json!({"orderId": order, "action": "cancel", "reason": reason})
}
