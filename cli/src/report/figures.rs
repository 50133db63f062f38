//! What a row of the report adds up.

use std::collections::BTreeMap;

use feirante_models::Cents;
use feirante_models::erp::InvoiceType;
use feirante_seller::fees::{difference, expected};
use feirante_seller::order::{Order, State};
use serde::Serialize;

/// Sums of orders, or of the lines of a SKU; amounts are in cents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Figures {
    /// Orders placed, those canceled later among them.
    pub(super) orders: u64,
    /// Their units.
    pub(super) units: i64,
    /// Their goods.
    pub(super) sales: Cents,
    /// Their shipping.
    pub(super) shipping: Cents,
    /// What their totals have beyond both: services, less discounts.
    pub(super) other: Cents,
    /// Orders canceled, or expired unpaid, and what they were worth.
    pub(super) canceled: u64,
    pub(super) canceled_value: Cents,
    /// Orders of which something came back, and the return invoices' value.
    pub(super) returned: u64,
    pub(super) returned_value: Cents,
    /// What the marketplaces are expected to keep of orders that stand.
    pub(super) fees: Cents,
    /// What the seller is expected to get of them.
    pub(super) payout: Cents,
    /// Orders that stand and of whose fees nothing is known: they are in neither.
    pub(super) unknown_fees: u64,
    /// Orders that stand for which a marketplace announced another payment, and by how much in all.
    pub(super) differing: u64,
    pub(super) difference: Cents,
    /// Orders refused, by the code the marketplace was told.
    pub(super) refused: BTreeMap<&'static str, Refusals>,
}

/// Orders refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Refusals {
    /// How many.
    pub(super) orders: u64,
    /// How often, since marketplaces try again.
    pub(super) times: u64,
}

/// What one order adds to a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) units: i64,
    pub(super) sales: Cents,
    pub(super) shipping: Cents,
    pub(super) other: Cents,
    pub(super) is_canceled: bool,
    pub(super) returned: Option<Cents>,
    pub(super) earned: Earned,
    pub(super) difference: Option<Cents>,
}

/// What is expected of an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Earned {
    /// Nothing any more: it was canceled, or came back whole.
    #[default]
    Nothing,
    /// Nobody knows.
    Unknown,
    /// These fees and this payout.
    Expected { fees: Cents, payout: Cents },
}

impl Share {
    /// What a whole order adds; `None`: more than can be counted.
    pub(super) fn of(order: &Order) -> Option<Self> {
        let mut share = Self {
            is_canceled: is_canceled(order),
            ..Self::default()
        };
        let returned = returned(order);
        if !returned.is_empty() {
            share.returned = Some(Cents::checked_sum(returned)?);
        }
        for line in &order.lines {
            let goods = line.price.checked_mul(line.quantity.get())?;
            share.units = share.units.checked_add(line.quantity.get())?;
            share.sales = share.sales.checked_add(goods)?;
            share.shipping = share.shipping.checked_add(line.shipping_price)?;
        }
        let of_lines = share.sales.checked_add(share.shipping)?;
        share.other = order.total.checked_sub(of_lines)?;
        if stands(order) {
            share.difference = difference(order);
            share.earned = expected(order).map_or(Earned::Unknown, |expected| Earned::Expected {
                fees: expected.fees,
                payout: expected.payout,
            });
        }
        Some(share)
    }

    /// What it is worth.
    pub(super) fn value(&self) -> Option<Cents> {
        Cents::checked_sum([self.sales, self.shipping, self.other])
    }
}

/// Whether an order is paid for in the end: it was not canceled and did not come back whole.
pub(super) fn stands(order: &Order) -> bool {
    !is_canceled(order) && !matches!(order.state, State::Returned { .. })
}

pub(super) const fn is_canceled(order: &Order) -> bool {
    matches!(order.state, State::Canceled { .. } | State::Expired { .. })
}

/// What each return invoice that the marketplace has is over.
fn returned(order: &Order) -> Vec<Cents> {
    let invoices = order.invoices.iter();
    let back = invoices.filter(|invoice| invoice.kind == InvoiceType::Input && invoice.is_sent());
    back.map(|invoice| invoice.value).collect()
}

impl Figures {
    /// Adds what an order is to the row; `None`: it is more than can be counted.
    pub(super) fn add(&mut self, share: &Share) -> Option<()> {
        self.orders += 1;
        self.units = self.units.checked_add(share.units)?;
        self.sales = self.sales.checked_add(share.sales)?;
        self.shipping = self.shipping.checked_add(share.shipping)?;
        self.other = self.other.checked_add(share.other)?;
        if share.is_canceled {
            self.canceled += 1;
            self.canceled_value = self.canceled_value.checked_add(share.value()?)?;
        }
        if let Some(value) = share.returned {
            self.returned += 1;
            self.returned_value = self.returned_value.checked_add(value)?;
        }
        match share.earned {
            Earned::Nothing => {}
            Earned::Unknown => self.unknown_fees += 1,
            Earned::Expected { fees, payout } => {
                self.fees = self.fees.checked_add(fees)?;
                self.payout = self.payout.checked_add(payout)?;
            }
        }
        if let Some(difference) = share.difference {
            self.differing += 1;
            self.difference = self.difference.checked_add(difference)?;
        }
        Some(())
    }

    /// Adds an order that was refused so often.
    pub(super) fn refuse(&mut self, code: &'static str, times: u64) -> Option<()> {
        let refused = self.refused.entry(code).or_default();
        refused.orders += 1;
        refused.times = refused.times.checked_add(times)?;
        Some(())
    }
}
