//! Stock at the seller: what the ERP counts, less what left with invoices, and what is reserved.

use std::collections::BTreeMap;

use super::{Everything, Verdict, differs};
use crate::plan::{Ending, Order, WAREHOUSES};

/// Compares every SKU at every place.
pub(super) fn compare(
    everything: Everything<'_>,
    endings: &[(&Order, &Ending)],
    verdict: &mut Verdict,
) {
    let mut effects = BTreeMap::<_, (i64, i64)>::new();
    for (order, ending) in endings {
        for (place, effect) in ending.effects(order) {
            let sum = effects.entry(place).or_default();
            sum.0 += effect.reserved;
            sum.1 += effect.left;
        }
    }
    for (sku, known) in &everything.plan.goods.skus {
        let Some(item) = everything.books.stock.get(sku) else {
            verdict
                .differences
                .push(format!("the seller has no SKU {sku}"));
            continue;
        };
        for warehouse in WAREHOUSES {
            let stock = known.stock[warehouse];
            let place = (sku.clone(), warehouse);
            let (reserved, left) = effects.get(&place).copied().unwrap_or_default();
            let on_hand = match stock.counted {
                true => stock.on_hand,
                false => stock.on_hand - left,
            };
            let number = |what: &str| item[format!("{what}:{warehouse}")].as_i64();
            let is = [number("onHand"), number("reserved"), number("available")];
            let should = [Some(on_hand), Some(reserved), Some(on_hand - reserved)];
            let what = format!("{sku} in {warehouse}: on hand, reserved, available");
            verdict.differences.extend(differs(&what, &is, &should));
        }
    }
}
