//! An order of the plan, and how it may end.

use std::collections::{BTreeMap, BTreeSet};

use feirante_sandbox_marketplace::Status;

use super::MessageId;

/// An order.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The marketplace's account.
    pub(crate) account: &'static str,
    /// The marketplace's id of the order group.
    pub(crate) group: String,
    /// What is bought.
    pub(crate) lines: Vec<Line>,
    /// Whether it is paid.
    pub(crate) paid: bool,
    /// What the shopper or the bank does while the ERP speaks.
    pub(crate) act: Option<Act>,
    /// What kind of life it has, for people.
    pub(crate) life: &'static str,
    /// How it may end: one way, or several where two things race.
    pub(crate) endings: Vec<Ending>,
}

/// A line of an order.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) quantity: i64,
    /// Of one, in cents.
    pub(crate) price: i64,
    /// The way of delivery, which decides the warehouse.
    pub(crate) sla: &'static str,
    /// Of the whole line, in cents.
    pub(crate) shipping: i64,
    pub(crate) warehouse: &'static str,
}

/// Something that happens to an order at the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// The shopper wants to cancel.
    Cancel,
    /// The payment is denied.
    DenyPayment,
}

/// One way an order may end, on both sides.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    /// Where it stands at the marketplace.
    pub(crate) theirs: Status,
    /// Where it stands at the seller.
    pub(crate) ours: &'static str,
    /// Its invoices, in no order.
    pub(crate) invoices: Vec<Invoice>,
    /// Its events besides `delivery.failed`.
    pub(crate) events: Vec<&'static str>,
    /// An event that may be among them.
    pub(crate) perhaps: Option<&'static str>,
    /// Messages that are refused then, with their status. All others have their effect.
    pub(crate) refused: BTreeMap<MessageId, u16>,
}

/// The direction of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Output,
    Input,
}

/// An invoice and its package.
#[derive(Debug, Clone)]
pub(crate) struct Invoice {
    pub(crate) kind: Kind,
    pub(crate) number: String,
    /// In cents.
    pub(crate) value: i64,
    /// SKU, units, price of one in cents; each SKU once.
    pub(crate) items: Vec<(String, i64, i64)>,
    /// Whether what comes back can be sold again.
    pub(crate) restock: bool,
    pub(crate) shipment: Option<Shipment>,
    pub(crate) progress: BTreeSet<Event>,
    pub(crate) delivered: bool,
}

/// The tracking number of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shipment {
    pub(crate) courier: &'static str,
    pub(crate) number: String,
    pub(crate) url: String,
    pub(crate) dispatched: &'static str,
}

/// Something that happened to a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) city: String,
    pub(crate) description: String,
    /// RFC 3339, UTC, with three digits of a second.
    pub(crate) date: String,
}

impl Order {
    /// The marketplace's id.
    pub(crate) fn id(&self) -> String {
        format!("{}-01", self.group)
    }

    /// The seller's id.
    pub(crate) fn seller_id(&self) -> String {
        format!("{}-{}", self.account, self.id())
    }

    /// What it costs in all, in cents.
    pub(crate) fn total(&self) -> i64 {
        let lines = self.lines.iter();
        lines
            .map(|line| line.price * line.quantity + line.shipping)
            .sum()
    }
}

/// What an order does to the stock of a SKU at one place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// Units it still holds.
    pub(crate) reserved: i64,
    /// Units that left for good.
    pub(crate) left: i64,
}

impl Ending {
    /// What the order does to the stock in this ending, by SKU and warehouse.
    pub(crate) fn effects(&self, order: &Order) -> BTreeMap<(String, &'static str), Effect> {
        let units = |kind| {
            let mut units = BTreeMap::<&str, i64>::new();
            for invoice in self.invoices.iter().filter(|one| one.kind == kind) {
                for (sku, quantity, _) in &invoice.items {
                    if kind == Kind::Output || invoice.restock {
                        *units.entry(sku).or_default() += quantity;
                    }
                }
            }
            units
        };
        let value = |kind| {
            let of_kind = self.invoices.iter().filter(move |one| one.kind == kind);
            of_kind.map(|one| one.value).sum::<i64>()
        };
        let complete = value(Kind::Output) == order.total();
        let (mut sold, mut back) = (units(Kind::Output), units(Kind::Input));
        let mut effects = BTreeMap::<_, Effect>::new();
        for line in &order.lines {
            let shipped = match complete {
                true => line.quantity,
                false => take(&mut sold, line),
            };
            let returned = take(&mut back, line);
            let effect = effects
                .entry((line.sku.clone(), line.warehouse))
                .or_default();
            // Only a canceled order lets go of what it has not shipped.
            if self.ours != "canceled" {
                effect.reserved += line.quantity - shipped;
            }
            effect.left += shipped - returned;
        }
        effects
    }
}

/// As much of a line as is left of its SKU's units.
fn take<'a>(units: &mut BTreeMap<&'a str, i64>, line: &'a Line) -> i64 {
    let left = units.entry(line.sku.as_str()).or_default();
    let taken = line.quantity.min(*left);
    *left -= taken;
    taken
}
