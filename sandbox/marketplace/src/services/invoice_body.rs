//! Reading an invoice (protocol §3.6).

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::body::{field, object, optional_text, text, whole, wrong};
use super::reply::Reply;
use crate::books::{Invoice, InvoiceItem, InvoiceKind, Package, Settings, Tracking, Verbs};

/// The invoice of a body, and the body itself.
pub(super) fn read(
    body: &[u8],
    settings: &Settings,
    now: Timestamp,
) -> Result<(Invoice, Value), Reply> {
    let fields = object(body)?;
    let kind = match text(&fields, "type")?.as_str() {
        "Output" => InvoiceKind::Output,
        "Input" => InvoiceKind::Input,
        _ => return Err(wrong("type", "must be Output or Input")),
    };
    let issuance_date = optional_text(&fields, "issuanceDate")?;
    if settings.verbs == Verbs::Ord && issuance_date.is_none() {
        return Err(wrong("issuanceDate", "is required"));
    }
    let invoice = Invoice {
        kind,
        number: text(&fields, "invoiceNumber")?,
        value: value(&fields, settings)?,
        issuance_date,
        items: items(&fields)?,
        key: optional_text(&fields, "invoiceKey")?,
        url: optional_text(&fields, "invoiceUrl")?,
        embedded: optional_text(&fields, "embeddedInvoice")?,
        at: now,
        times: 1,
        package: Package {
            tracking: tracking(&fields)?,
            ..Package::default()
        },
    };
    Ok((invoice, Value::Object(fields)))
}

/// How to follow the package, if there is a tracking number.
pub(super) fn tracking(fields: &Map<String, Value>) -> Result<Option<Tracking>, Reply> {
    let Some(tracking_number) = optional_text(fields, "trackingNumber")? else {
        return Ok(None);
    };
    Ok(Some(Tracking {
        courier: optional_text(fields, "courier")?,
        tracking_number,
        tracking_url: optional_text(fields, "trackingUrl")?,
        dispatched_date: optional_text(fields, "dispatchedDate")?,
    }))
}

/// Cents, as a number or, as the Orders schema has it, a string. That schema wants them above zero;
/// the other one does not say.
fn value(fields: &Map<String, Value>, settings: &Settings) -> Result<i64, Reply> {
    let least = i64::from(settings.verbs == Verbs::Ord);
    let value =
        field(fields, "invoiceValue").ok_or_else(|| wrong("invoiceValue", "is required"))?;
    match value {
        Value::String(digits) => digits.parse().ok(),
        number => whole(number),
    }
    .filter(|cents| *cents >= least)
    .ok_or_else(|| wrong("invoiceValue", "must be a whole number of cents above zero"))
}

fn items(fields: &Map<String, Value>) -> Result<Vec<InvoiceItem>, Reply> {
    let items = field(fields, "items").and_then(Value::as_array);
    items
        .filter(|items| !items.is_empty())
        .ok_or_else(|| wrong("items", "is required"))?
        .iter()
        .map(|item| read_item(item).ok_or_else(|| wrong("items", "need id, quantity and price")))
        .collect()
}

fn read_item(item: &Value) -> Option<InvoiceItem> {
    let id = match item.get("id")? {
        Value::String(id) if !id.is_empty() => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    Some(InvoiceItem {
        id,
        quantity: whole(item.get("quantity")?).filter(|quantity| *quantity > 0)?,
        price: whole(item.get("price")?).filter(|price| *price >= 0)?,
    })
}
