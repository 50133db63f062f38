//! A modification of an order (protocol §3.12, §4.4), and what it makes of the order.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Line, Order};

/// A modification of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Modification {
    /// Its id.
    pub change_request_id: String,
    /// How far it is.
    pub state: ModificationState,
    /// What was sent (R6).
    pub body: Value,
    /// The order's lines once it is applied.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// What the order costs then, in cents.
    #[serde(default)]
    pub total: i64,
}

/// How far a modification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ModificationState {
    /// R6 was answered.
    Requested,
    /// The seller sent `Acknowledgment` (C11).
    Acknowledged,
    /// `Confirmation` was sent to the seller (R8).
    ConfirmationAsked,
    /// The seller sent `Confirmation` (C11).
    Applied,
    /// It was called off (R7).
    Canceled,
}

impl ModificationState {
    /// Whether something is still to happen with it.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Applied | Self::Canceled)
    }
}

/// The lines and the total of an order after the modification `body`.
///
/// Shipping goes with a line's last unit, and what takes its place inherits it, unless its own is told.
///
/// # Errors
/// What of it the order does not allow.
pub(crate) fn modified(order: &Order, body: &Value) -> Result<(Vec<Line>, i64), String> {
    let mut lines = order.lines.clone();
    for item in items(&body["remove"]) {
        take_off(&mut lines, item)?;
    }
    let mut added = Vec::new();
    for replacement in body["replace"].as_array().into_iter().flatten() {
        let mut shipping = 0;
        for item in items(&replacement["from"]) {
            shipping += take_off(&mut lines, item)?;
        }
        put_on(&mut added, &replacement["to"], shipping)?;
    }
    put_on(&mut added, &body["add"], 0)?;
    lines.extend(added);
    if lines.is_empty() {
        return Err("nothing would be left of the order".to_owned());
    }
    let cents = |name: &str| body[name].as_i64().unwrap_or(0);
    let manual = cents("manualIncrementValue") - cents("manualDiscountValue");
    let total = order.total - costs(&order.lines) + costs(&lines) + manual;
    if total < 0 {
        return Err(format!("it would cost {total}"));
    }
    Ok((lines, total))
}

fn costs(lines: &[Line]) -> i64 {
    let cost = |line: &Line| line.quantity * line.price + line.shipping;
    lines.iter().map(cost).sum()
}

fn items(group: &Value) -> impl Iterator<Item = &Value> {
    group["items"].as_array().into_iter().flatten()
}

/// Takes the units of an item from the SKU's last line on; the shipping of the lines that are gone.
fn take_off(lines: &mut Vec<Line>, item: &Value) -> Result<i64, String> {
    let (sku, mut units) = sku_and_units(item)?;
    let mut shipping = 0;
    for index in (0..lines.len()).rev() {
        let line = &mut lines[index];
        if line.sku != sku || units == 0 {
            continue;
        }
        let taken = units.min(line.quantity);
        units -= taken;
        line.quantity -= taken;
        if line.quantity == 0 {
            shipping += lines.remove(index).shipping;
        }
    }
    if units > 0 {
        return Err(format!("the order lacks {units} of SKU {sku}"));
    }
    Ok(shipping)
}

/// Puts the items of a part on, each as a line of its own; the first costs `shipping` if its own is not
/// told.
fn put_on(lines: &mut Vec<Line>, group: &Value, mut shipping: i64) -> Result<(), String> {
    let logistics = &group["shippingData"]["logisticsInfo"];
    for (index, item) in items(group).enumerate() {
        let (sku, quantity) = sku_and_units(item)?;
        let mut rows = logistics.as_array().into_iter().flatten();
        let row = rows.find(|row| row["itemIndex"].as_u64() == Some(index as u64));
        let told = row.and_then(|row| row["price"].as_i64());
        lines.push(Line {
            sku: sku.to_owned(),
            quantity,
            price: item["price"]
                .as_i64()
                .ok_or_else(|| format!("SKU {sku} has no price"))?,
            shipping: told.unwrap_or(shipping),
        });
        shipping = 0;
    }
    Ok(())
}

fn sku_and_units(item: &Value) -> Result<(&str, i64), String> {
    let units = item["quantity"].as_i64().filter(|units| *units > 0);
    item["id"]
        .as_str()
        .zip(units)
        .ok_or_else(|| format!("{item} has no id or no quantity"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn line(sku: &str, quantity: i64, price: i64) -> Line {
        Line {
            sku: sku.to_owned(),
            quantity,
            price,
            shipping: 200,
        }
    }

    fn order() -> Order {
        let lines = vec![line("a", 2, 1000), line("b", 1, 500)];
        let now = Timestamp::UNIX_EPOCH;
        Order::new("mkt1", "1-01", lines, 2950, String::new(), json!({}), now)
    }

    /// A line in short: SKU, units, shipping.
    type Row = (String, i64, i64);

    fn after(body: Value) -> Result<(Vec<Row>, i64), String> {
        let (lines, total) = modified(&order(), &body)?;
        let lines = lines.into_iter();
        Ok((
            lines
                .map(|line| (line.sku, line.quantity, line.shipping))
                .collect(),
            total,
        ))
    }

    #[test]
    fn units_go_and_come_with_their_shipping() {
        let row = |sku: &str, units, shipping| (sku.to_owned(), units, shipping);
        let less = json!({"remove": {"items": [{"id": "a", "quantity": 1}]}});
        assert_eq!(
            after(less),
            Ok((vec![row("a", 1, 200), row("b", 1, 200)], 1950))
        );
        let other = json!({
            "replace": [{
                "from": {"items": [{"id": "b", "quantity": 1}]},
                "to": {"items": [{"id": "c", "quantity": 2, "price": 300}]},
            }],
            "manualDiscountValue": 50,
        });
        assert_eq!(
            after(other),
            Ok((vec![row("a", 2, 200), row("c", 2, 200)], 3000))
        );
        let more = json!({"add": {
            "items": [{"id": "a", "quantity": 1, "price": 900}],
            "shippingData": {"logisticsInfo": [{"itemIndex": 0, "price": 100}]},
        }});
        let lines = vec![row("a", 2, 200), row("b", 1, 200), row("a", 1, 100)];
        assert_eq!(after(more), Ok((lines, 3950)));
    }

    #[test]
    fn what_the_order_has_not_is_not_taken_off() {
        for body in [
            json!({"remove": {"items": [{"id": "a", "quantity": 3}]}}),
            json!({"remove": {"items": [{"id": "c", "quantity": 1}]}}),
            json!({"remove": {"items": [{"id": "a", "quantity": 2}, {"id": "b", "quantity": 1}]}}),
            json!({"manualDiscountValue": 2951}),
            json!({"add": {"items": [{"id": "c", "quantity": 1}]}}),
        ] {
            assert!(after(body.clone()).is_err(), "{body}");
        }
    }
}
