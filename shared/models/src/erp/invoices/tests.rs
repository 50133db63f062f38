mod hash;
mod merging;
mod values;

use serde_json::{Value, json};

use super::*;

/// The sample of the contract.
fn sample() -> Value {
    json!({
        "orderId": "mkt1-959311095-01", "type": "Output", "invoiceNumber": "NFe-00001",
        "issuanceDate": "2026-11-21T00:00:00Z", "invoiceValue": 7590,
        "items": [{"id": "2000037", "quantity": 1, "price": 7390}],
        "invoiceKey": null, "invoiceUrl": null, "embeddedInvoice": null,
        "courier": null, "trackingNumber": null, "trackingUrl": null, "dispatchedDate": null,
        "restock": false,
    })
}

/// The sample with other fields.
fn with(fields: &Value) -> Value {
    let mut message = sample();
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

fn read(message: &Value) -> InvoiceMessage {
    InvoiceMessage::read(message.to_string().as_bytes()).unwrap()
}

fn refusal(message: &Value) -> String {
    InvoiceMessage::read(message.to_string().as_bytes())
        .unwrap_err()
        .to_string()
}
