//! What lines cost.

use feirante_models::Cents;

use super::Line;

/// What lines add up to, in cents. An order's total may be another: services are in it that no line
/// has, and what a marketplace puts on top of it or takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    /// Σ price × quantity.
    pub items: Cents,
    /// Σ shipping.
    pub shipping: Cents,
}

impl Costs {
    /// The costs of `lines`, unless they are beyond counting.
    #[must_use]
    pub fn of(lines: &[Line]) -> Option<Self> {
        let goods = |line: &Line| line.price.checked_mul(line.quantity.get());
        let items = lines
            .iter()
            .try_fold(Cents::ZERO, |sum, line| sum.checked_add(goods(line)?));
        let shipping = Cents::checked_sum(lines.iter().map(|line| line.shipping_price));
        let (items, shipping) = items.zip(shipping)?;
        Some(Self { items, shipping })
    }
}
