//! What an order is expected to bring in.

use feirante_seller::fees::{difference, expected};
use feirante_seller::order::Order;
use serde_json::{Value, json};

/// For programs, in cents; null where nothing is known.
pub(super) fn json(order: &Order) -> Value {
    let Some(expected) = expected(order) else {
        return Value::Null;
    };
    json!({
        "fees": expected.fees,
        "feesOfLines": expected.lines,
        "payout": expected.payout,
        "announced": order.fees.as_ref().and_then(|terms| terms.announced),
        "difference": expected.difference,
    })
}

/// In words.
pub(super) fn told(order: &Order) -> String {
    let mut text = match expected(order) {
        Some(expected) => format!("fees {}, payout {}", expected.fees, expected.payout),
        None => "fees unknown".to_owned(),
    };
    let terms = order.fees.as_ref();
    let announced = terms.map_or(order.differing_payment_value, |terms| terms.announced);
    if let (Some(announced), Some(difference)) = (announced, difference(order)) {
        text.push_str(&format!(
            "; the marketplace announced {announced}, which differs by {difference}"
        ));
    }
    text
}
