//! What the ERP is told of an order that was modified: all of it as it is now.

use feirante_models::events::{LineEventData, ModificationEventData, TotalsEventData};
use feirante_seller::order::{Change, Costs, Line, Order};

/// The order as `change` modified it; `None` of any other change.
pub(crate) fn modification(order: &Order, change: &Change) -> Option<ModificationEventData> {
    let Change::ModificationApplied {
        change_request_id, ..
    } = change
    else {
        return None;
    };
    let known = order.modifications.get(change_request_id);
    Some(ModificationEventData {
        change_request_id: change_request_id.clone(),
        reason: known.map(|modification| modification.reason.clone()),
        lines: order.lines.iter().map(line).collect(),
        totals: totals(order)?,
    })
}

fn line(line: &Line) -> LineEventData {
    LineEventData {
        sku: line.sku.clone(),
        quantity: line.quantity,
        price: line.price,
        shipping_price: line.shipping_price,
        shipping_method: line.shipping_method.clone(),
    }
}

/// What was counted when the modification was applied can be counted.
fn totals(order: &Order) -> Option<TotalsEventData> {
    let Costs { items, shipping } = Costs::of(&order.lines)?;
    let of_lines = items.checked_add(shipping)?;
    Some(TotalsEventData {
        items,
        shipping,
        other: order.total.checked_sub(of_lines)?,
        total: order.total,
    })
}
