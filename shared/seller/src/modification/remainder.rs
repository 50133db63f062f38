//! What is left of an order's lines once units are taken off.

use std::collections::BTreeSet;

use feirante_models::modification::Removal;
use feirante_models::{Cents, ModificationCode, Problem, Quantity, WarehouseId};

use super::refused;
use crate::order::{Line, Places, StockMovements};

/// An order's lines, from which units are taken.
#[derive(Debug)]
pub(super) struct Remainder {
    lines: Vec<Line>,
    freed: StockMovements,
}

/// What goes with units that are taken off.
#[derive(Debug, Default)]
pub(super) struct Freed {
    /// Shipping of the lines that are gone whole, in cents: a line's shipping goes with its last unit.
    pub(super) shipping_price: Cents,
    /// How they were delivered.
    pub(super) methods: Methods,
}

/// Delivery methods of lines, some of which may name none.
pub(super) type Methods = BTreeSet<Option<String>>;

impl Remainder {
    pub(super) fn of(lines: &[Line]) -> Self {
        Self {
            lines: lines.to_vec(),
            freed: StockMovements::new(),
        }
    }

    /// The lines, and the units that are not in them any more.
    pub(super) fn left(self) -> (Vec<Line>, StockMovements) {
        (self.lines, self.freed)
    }

    /// Takes units off: those of the SKU's last line first, and of a line those of its last place.
    ///
    /// # Errors
    /// When the order has no such item, or not as many; or when it is not told which of several.
    pub(super) fn take_off(&mut self, removal: &Removal, freed: &mut Freed) -> Result<(), Problem> {
        let sku = &removal.sku;
        let own = || self.lines.iter().filter(|line| line.sku == *sku);
        let prices: BTreeSet<Cents> = own().map(|line| line.price).collect();
        let meant = match (prices.len(), removal.price) {
            (0, _) => {
                let why = format!("the order has no SKU {sku}, or no more of it");
                return Err(refused(ModificationCode::NotInOrder, why));
            }
            (1, _) => None,
            (_, Some(price)) if prices.contains(&price) => Some(price),
            _ => {
                let why = format!("SKU {sku} has several prices in the order: which is not told");
                return Err(refused(ModificationCode::ItemUnclear, why));
            }
        };
        let is_meant =
            |line: &Line| line.sku == *sku && meant.is_none_or(|price| line.price == price);
        let ordered: i64 = own()
            .filter(|line| is_meant(line))
            .map(|line| line.quantity.get())
            .sum();
        let mut left = removal.quantity.get();
        if left > ordered {
            let why = format!("the order has {ordered} of SKU {sku}, and {left} are taken off");
            return Err(refused(ModificationCode::MoreThanOrdered, why));
        }
        for index in (0..self.lines.len()).rev() {
            if left == 0 {
                break;
            }
            let Some(line) = self.lines.get_mut(index).filter(|line| is_meant(line)) else {
                continue;
            };
            freed.methods.insert(line.shipping_method.clone());
            let taken = left.min(line.quantity.get());
            left -= taken;
            let mut parts: Vec<(WarehouseId, i64)> = line
                .parts()
                .map(|(place, units)| (place.clone(), units.get()))
                .collect();
            let places = self.freed.entry(sku.clone()).or_default();
            give_back(&mut parts, taken, |place, units| {
                *places.entry(place.clone()).or_default() += units;
            });
            let rest = Quantity::new(line.quantity.get() - taken).zip(Places::at(parts));
            match rest {
                Some((quantity, places)) => (line.quantity, line.places) = (quantity, places),
                None => {
                    let gone = self.lines.remove(index).shipping_price;
                    // Prices are none of them below zero, and their sum was counted when it was placed.
                    freed.shipping_price = freed.shipping_price.checked_add(gone).unwrap_or(gone);
                }
            }
        }
        Ok(())
    }
}

/// Takes so many units from the last of `parts` on.
fn give_back(
    parts: &mut [(WarehouseId, i64)],
    mut units: i64,
    mut given: impl FnMut(&WarehouseId, i64),
) {
    for (place, here) in parts.iter_mut().rev() {
        let taken = units.min(*here);
        if taken > 0 {
            *here -= taken;
            units -= taken;
            given(place, taken);
        }
    }
}
