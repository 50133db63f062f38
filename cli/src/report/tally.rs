//! The sums under way: orders are added one by one and forgotten.

use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;
use feirante_models::erp::InvoiceType;
use feirante_models::{Cents, Instant, SkuId};
use feirante_seller::fees::expected;
use feirante_seller::order::Order;
use feirante_store::orders::RecordedRefusal;
use serde::Serialize;

use super::figures::{Earned, Figures, Share, is_canceled, stands};

/// What a row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    /// A marketplace.
    Marketplace,
    /// A day, in UTC.
    Day,
    /// A month, in UTC.
    Month,
    /// A SKU.
    Sku,
}

impl By {
    /// What rows are named by.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Marketplace => "marketplace",
            Self::Day => "day",
            Self::Month => "month",
            Self::Sku => "sku",
        }
    }
}

/// The sums.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) by: By,
    /// Rows by their names.
    pub(super) rows: BTreeMap<String, Figures>,
    /// Of all orders. Of SKUs it is more than the rows add up to: services, discounts and what is charged
    /// for an order as such are no SKU's.
    pub(super) total: Figures,
    /// SKUs that orders were refused for.
    pub(super) unmet: BTreeMap<SkuId, Unmet>,
}

/// Orders that a SKU was missing for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Unmet {
    pub(super) orders: u64,
    /// Units of the SKU they were of.
    pub(super) units: i64,
}

impl Tally {
    pub(super) fn of(by: By) -> Self {
        Self {
            by,
            rows: BTreeMap::new(),
            total: Figures::default(),
            unmet: BTreeMap::new(),
        }
    }

    /// Adds an order; `None`: the sums are more than can be counted.
    pub(super) fn add(&mut self, order: &Order) -> Option<()> {
        let share = Share::of(order)?;
        self.total.add(&share)?;
        let name = match self.by {
            By::Marketplace => order.account.to_string(),
            By::Day => day(order.placed_at),
            By::Month => month(order.placed_at),
            By::Sku => {
                for (sku, share) in by_sku(order)? {
                    self.row(sku.to_string()).add(&share)?;
                }
                return Some(());
            }
        };
        self.row(name).add(&share)
    }

    /// Adds an order that was refused.
    pub(super) fn refuse(&mut self, recorded: &RecordedRefusal) -> Option<()> {
        let refusal = &recorded.refusal;
        let (code, times) = (refusal.reason.code().as_str(), recorded.count);
        self.total.refuse(code, times)?;
        let missing = refusal.reason.missing();
        let names: Vec<String> = match self.by {
            By::Marketplace => vec![refusal.account.to_string()],
            By::Day => vec![day(recorded.first_at)],
            By::Month => vec![month(recorded.first_at)],
            By::Sku => match missing {
                Some(sku) => vec![sku.to_string()],
                None => refusal.units.keys().map(SkuId::to_string).collect(),
            },
        };
        for name in names {
            self.row(name).refuse(code, times)?;
        }
        if let Some(sku) = missing {
            let unmet = self.unmet.entry(sku.clone()).or_default();
            unmet.orders += 1;
            let units = refusal.units.get(sku).copied().unwrap_or(0);
            unmet.units = unmet.units.checked_add(units)?;
        }
        Some(())
    }

    fn row(&mut self, name: String) -> &mut Figures {
        self.rows.entry(name).or_default()
    }
}

/// What an order adds to the row of each of its SKUs. A difference of the payment is none of a SKU's.
fn by_sku(order: &Order) -> Option<BTreeMap<&SkuId, Share>> {
    let expected = expected(order);
    let (stands, is_canceled) = (stands(order), is_canceled(order));
    let mut shares = BTreeMap::<&SkuId, Share>::new();
    for (index, line) in order.lines.iter().enumerate() {
        let goods = line.price.checked_mul(line.quantity.get())?;
        let share = shares.entry(&line.sku).or_default();
        share.is_canceled = is_canceled;
        share.units = share.units.checked_add(line.quantity.get())?;
        share.sales = share.sales.checked_add(goods)?;
        share.shipping = share.shipping.checked_add(line.shipping_price)?;
        let fee = expected
            .as_ref()
            .and_then(|expected| expected.lines.get(index));
        share.earned = match (stands, fee, share.earned) {
            (false, ..) => Earned::Nothing,
            (true, None, _) => Earned::Unknown,
            (true, Some(fee), before) => {
                let (fees, payout) = match before {
                    Earned::Expected { fees, payout } => (fees, payout),
                    _ => (Cents::ZERO, Cents::ZERO),
                };
                let rest = goods.checked_add(line.shipping_price)?.checked_sub(*fee)?;
                Earned::Expected {
                    fees: fees.checked_add(*fee)?,
                    payout: payout.checked_add(rest)?,
                }
            }
        };
    }
    add_returns(order, &mut shares)?;
    Some(shares)
}

/// Adds what came back of each SKU, at the price of the first line that has it: a return invoice is over
/// all it brings back together.
fn add_returns(order: &Order, shares: &mut BTreeMap<&SkuId, Share>) -> Option<()> {
    let invoices = order.invoices.iter();
    let back = invoices.filter(|invoice| invoice.kind == InvoiceType::Input && invoice.is_sent());
    for (sku, units) in back.flat_map(|invoice| &invoice.units) {
        let line = order.lines.iter().find(|line| line.sku == *sku);
        if let (Some(line), Some(share)) = (line, shares.get_mut(sku)) {
            let value = line.price.checked_mul(*units)?;
            let before = share.returned.unwrap_or(Cents::ZERO);
            share.returned = Some(before.checked_add(value)?);
        }
    }
    Some(())
}

/// RFC 3339 begins with the day, and that with the month.
fn day(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}

fn month(at: Instant) -> String {
    at.to_string().chars().take(7).collect()
}

/// The names of all rows, those of SKUs that are only out of stock among them.
pub(super) fn names<'a>(
    tally: &'a Tally,
    more: impl IntoIterator<Item = &'a SkuId>,
) -> BTreeSet<&'a str> {
    let rows = tally.rows.keys().map(String::as_str);
    rows.chain(more.into_iter().map(SkuId::as_str)).collect()
}

#[cfg(test)]
mod tests;
