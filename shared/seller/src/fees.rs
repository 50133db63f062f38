//! What a marketplace is expected to keep of an order, and what the seller is expected to get.
//!
//! An order keeps the terms it was placed under, as the seller file had them then; the amounts follow
//! from them and from the order as it stands. So an order that is modified expects other amounts
//! without anything being written, and none of them can contradict its lines.
//!
//! The commission fields that a placement's items carry have no documented unit (protocol §3.2): they
//! are kept as they came and nothing is computed with them.

use std::collections::BTreeMap;

use feirante_models::{Cents, SkuId};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::offer::Offer;
use crate::order::{Line, Order};
use crate::settings::{Fees, PaymentValue};

/// The terms of an order, as they were when it was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeeTerms {
    /// Percent of goods, services and discounts that no other commission is about.
    pub commission_percent: Decimal,
    /// Percent of the goods of these SKUs, where it is another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub commissions: BTreeMap<SkuId, Decimal>,
    /// Percent of shipping.
    pub freight_commission_percent: Decimal,
    /// Cents for each unit.
    pub fixed_per_item: Cents,
    /// Cents for the order.
    pub fixed_per_order: Cents,
    /// What the marketplace said it will pay, in cents (`marketplacePaymentValue`, protocol §3.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<Cents>,
    /// What it means by that.
    pub announced_is: PaymentValue,
}

/// What is expected of an order; `fees + payout` is its total, and neither is below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What the marketplace keeps of each line, in their order: at most what the line is worth.
    pub lines: Vec<Cents>,
    /// What it keeps of the order besides: the fixed part, and the commission of what the total has
    /// beyond its lines, which is below zero where that is a discount.
    pub beside: Cents,
    /// All it keeps: the lines' and `beside`.
    pub fees: Cents,
    /// What the seller gets.
    pub payout: Cents,
    /// By how much the marketplace announced something else; `None`: it announced just this, or
    /// nothing.
    pub difference: Option<Cents>,
}

impl FeeTerms {
    /// The terms of an order of these SKUs, for which the marketplace announced to pay `announced`.
    #[must_use]
    pub fn of<'a>(
        fees: &Fees,
        offers: impl IntoIterator<Item = &'a Offer>,
        announced: Option<Cents>,
    ) -> Self {
        let mut terms = Self {
            commission_percent: fees.commission_percent,
            commissions: BTreeMap::new(),
            freight_commission_percent: fees.freight_commission_percent,
            fixed_per_item: fees.fixed_per_item,
            fixed_per_order: fees.fixed_per_order,
            announced,
            announced_is: fees.payment_value,
        };
        for offer in offers {
            terms.include(fees, offer);
        }
        terms
    }

    /// The same terms for an order that a modification has changed (protocol §3.12): what was
    /// announced was of the order before. SKUs it brings in are charged by `fees`.
    #[must_use]
    pub fn modified<'a>(
        mut self,
        fees: Option<&Fees>,
        added: impl IntoIterator<Item = &'a Offer>,
    ) -> Self {
        self.announced = None;
        if let Some(fees) = fees {
            for offer in added {
                self.include(fees, offer);
            }
        }
        self
    }

    fn include(&mut self, fees: &Fees, offer: &Offer) {
        let mut selected = fees.categories.iter();
        let percent = selected
            .find(|commission| commission.selection.matches(offer))
            .map_or(fees.commission_percent, |found| found.commission_percent);
        if percent == self.commission_percent {
            // It may have been on the order before, at another.
            self.commissions.remove(&offer.sku);
        } else {
            self.commissions.insert(offer.sku.clone(), percent);
        }
    }

    /// What the marketplace keeps of a line, and what the line is worth.
    fn of_line(&self, line: &Line) -> Option<(Cents, Cents)> {
        let goods = line.price.checked_mul(line.quantity.get())?;
        let worth = goods.checked_add(line.shipping_price)?;
        let commission = self.commissions.get(&line.sku);
        let commission = share(goods, *commission.unwrap_or(&self.commission_percent))?;
        let freight = share(line.shipping_price, self.freight_commission_percent)?;
        let fixed = self.fixed_per_item.checked_mul(line.quantity.get());
        let fee = fixed.and_then(|fixed| Cents::checked_sum([commission, freight, fixed]));
        // What is beyond counting is beyond what the line is worth.
        Some((fee.map_or(worth, |fee| fee.min(worth)), worth))
    }
}

/// What is expected of an order; `None`: nobody knows, since the seller file had no fees when it was
/// placed, or an amount is beyond counting.
#[must_use]
pub fn expected(order: &Order) -> Option<Expected> {
    let terms = order.fees.as_ref()?;
    let mut lines = Vec::with_capacity(order.lines.len());
    let (mut of_lines, mut worth) = (Cents::ZERO, Cents::ZERO);
    for line in &order.lines {
        let (fee, line_worth) = terms.of_line(line)?;
        of_lines = of_lines.checked_add(fee)?;
        worth = worth.checked_add(line_worth)?;
        lines.push(fee);
    }
    let rest = share(order.total.checked_sub(worth)?, terms.commission_percent)?;
    let all = Cents::checked_sum([of_lines, rest, terms.fixed_per_order])?;
    // Nobody keeps more than the buyer pays, nor pays for selling.
    let fees = all.min(order.total).max(Cents::ZERO);
    let payout = order.total.checked_sub(fees)?;
    let meant = match terms.announced_is {
        PaymentValue::Payout => payout,
        PaymentValue::Total => order.total,
    };
    let announced = terms.announced;
    Some(Expected {
        beside: fees.checked_sub(of_lines)?,
        lines,
        fees,
        payout,
        difference: announced.and_then(|announced| other(announced, meant)),
    })
}

/// By how much a marketplace announced to pay something else than is expected, in cents. Where no fees
/// are known the order's total is.
#[must_use]
pub fn difference(order: &Order) -> Option<Cents> {
    match order.fees {
        Some(_) => expected(order)?.difference,
        None => other(order.differing_payment_value?, order.total),
    }
}

fn other(announced: Cents, meant: Cents) -> Option<Cents> {
    let difference = announced.checked_sub(meant)?;
    (difference != Cents::ZERO).then_some(difference)
}

/// So many percent of an amount, half a cent being rounded up (of a discount: to the greater
/// discount).
fn share(amount: Cents, percent: Decimal) -> Option<Cents> {
    Decimal::from(amount.get())
        .checked_mul(percent)?
        .checked_div(Decimal::ONE_HUNDRED)?
        .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
        .to_i64()
        .map(Cents::new)
}

#[cfg(test)]
mod tests;
