//! The invoices of an order: what they add up to, and which units leave or come back with each
//! (protocol §3.6).

use std::collections::BTreeMap;

use feirante_models::erp::{InvoiceMessage, InvoiceType};
use feirante_models::{Cents, Instant, InvoiceNumber, SkuId};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::order::{Line, StockMovements};

/// An order's invoices in the order they were accepted. One that the marketplace refused is not
/// among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger(Vec<Invoice>);

/// An invoice as far as later decisions need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Unique in its order.
    pub number: InvoiceNumber,
    /// Sale or return.
    #[serde(rename = "type")]
    pub kind: InvoiceType,
    /// What it is over, shipping included, in cents.
    pub value: Cents,
    /// Units by SKU.
    pub units: BTreeMap<SkuId, i64>,
    /// From when on the ERP's counts know of it.
    pub issued_at: Instant,
    /// Whether what a return brings back can be sold again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restock: bool,
    /// Hash of what the marketplace is sent.
    pub content_hash: String,
    /// How far it has come.
    pub stage: Stage,
}

/// How far an invoice has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The marketplace was told and never answered: it may have it. Kept for the record; it counts
    /// for nothing and holds nothing back until it is sent again.
    #[serde(rename = "given_up")]
    GivenUp,
    /// The marketplace is being told.
    Pending,
    /// The marketplace has it.
    Sent,
    /// And the tracking number of its package.
    Shipped,
    /// Its package has reached the buyer.
    Delivered,
}

impl Stage {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GivenUp => "given up",
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
        }
    }
}

impl Invoice {
    /// A message's invoice; `sent_at` is when the message was sent.
    #[must_use]
    pub fn of(message: &InvoiceMessage, sent_at: Instant) -> Self {
        Self {
            number: message.number.clone(),
            kind: message.kind,
            value: message.value,
            units: message
                .items
                .iter()
                .map(|item| (item.sku.clone(), item.quantity.get()))
                .collect(),
            issued_at: issued_at(message.issuance_date, sent_at),
            restock: message.restock,
            content_hash: message.content_hash(),
            stage: Stage::Pending,
        }
    }

    /// Whether the marketplace has it.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.stage >= Stage::Sent
    }

    /// Whether the marketplace has it or is being told.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.stage > Stage::GivenUp
    }
}

/// When an invoice was issued, as far as counts of stock go. A date alone says too little: a count
/// of that morning may know nothing of an invoice of the afternoon, and taking it for newer would
/// sell the units twice. So it is not before that day is over, and never after its message.
fn issued_at(issuance_date: Option<Instant>, sent_at: Instant) -> Instant {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    match issuance_date {
        Some(date) if date.millis() % DAY != 0 => date.min(sent_at),
        Some(date) => date.plus(SignedDuration::from_hours(24)).min(sent_at),
        None => sent_at,
    }
}

impl Ledger {
    /// All invoices.
    pub fn iter(&self) -> impl Iterator<Item = &Invoice> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The invoice of this number.
    #[must_use]
    pub fn get(&self, number: &InvoiceNumber) -> Option<&Invoice> {
        self.0.iter().find(|invoice| invoice.number == *number)
    }

    /// Whether the marketplace is being told of an invoice of this type.
    #[must_use]
    pub fn has_pending(&self, kind: InvoiceType) -> bool {
        self.of_kind(kind)
            .any(|invoice| invoice.stage == Stage::Pending)
    }

    /// Whether the marketplace may have an invoice of this type that it was told of in vain.
    #[must_use]
    pub fn has_given_up(&self, kind: InvoiceType) -> bool {
        self.of_kind(kind)
            .any(|invoice| invoice.stage == Stage::GivenUp)
    }

    /// The invoices of this type that count: the marketplace has them or is being told.
    pub fn counted(&self, kind: InvoiceType) -> impl Iterator<Item = &Invoice> {
        self.of_kind(kind).filter(|invoice| invoice.counts())
    }

    /// What is left of `total` once all invoices of this type that count are sent, in cents.
    #[must_use]
    pub fn residual(&self, kind: InvoiceType, total: Cents) -> Cents {
        left(total, self.counted(kind))
    }

    /// What the marketplace has no invoices of this type for, in cents.
    #[must_use]
    pub fn unsent(&self, kind: InvoiceType, total: Cents) -> Cents {
        left(total, self.sent(kind))
    }

    /// Whether the marketplace has invoices of this type for all of `total`. A total of 0 takes an
    /// invoice too.
    #[must_use]
    pub fn is_complete(&self, kind: InvoiceType, total: Cents) -> bool {
        self.sent(kind).next().is_some() && self.unsent(kind, total) <= Cents::ZERO
    }

    /// The least any sold package has come; `None` before the marketplace has an invoice.
    #[must_use]
    pub fn furthest_of_all(&self) -> Option<Stage> {
        let stages = self.sent(InvoiceType::Output);
        stages.map(|invoice| invoice.stage).min()
    }

    /// The units that `number` moves, by where they are reserved or were taken from. Of a SKU in
    /// several lines the first line's go first, and of a line at several places the first place's. The invoice that completes the total takes what is
    /// left: nothing of the order will be invoiced after it.
    #[must_use]
    pub fn movements(
        &self,
        number: &InvoiceNumber,
        lines: &[Line],
        total: Cents,
    ) -> StockMovements {
        let Some(invoice) = self.get(number) else {
            return StockMovements::new();
        };
        let before: Vec<&Invoice> = self
            .sent(invoice.kind)
            .filter(|other| other.number != *number)
            .collect();
        let with = left(total, before.iter().copied().chain([invoice]));
        let completes = invoice.kind == InvoiceType::Output && with == Cents::ZERO;
        let mut skip = BTreeMap::new();
        for (sku, units) in before.iter().flat_map(|other| &other.units) {
            *skip.entry(sku).or_insert(0_i64) += units;
        }
        let mut take: BTreeMap<&SkuId, i64> = invoice.units.iter().map(|(s, n)| (s, *n)).collect();
        let mut movements = StockMovements::new();
        let parts = lines
            .iter()
            .flat_map(|line| line.parts().map(|(place, units)| (&line.sku, place, units)));
        for (sku, warehouse, quantity) in parts {
            let mut here = quantity.get();
            let skip = skip.entry(sku).or_default();
            let skipped = here.min(*skip);
            *skip -= skipped;
            here -= skipped;
            let take = take.entry(sku).or_default();
            let taken = if completes { here } else { here.min(*take) };
            *take -= taken.min(*take);
            if taken > 0 {
                *movements
                    .entry(sku.clone())
                    .or_default()
                    .entry(warehouse.clone())
                    .or_default() += taken;
            }
        }
        movements
    }

    /// The ledger with `invoice` in it; one of the same number is replaced.
    #[must_use]
    pub(crate) fn with(&self, invoice: Invoice) -> Self {
        let mut ledger = self.without(&invoice.number);
        ledger.0.push(invoice);
        ledger
    }

    /// The ledger without this invoice.
    #[must_use]
    pub(crate) fn without(&self, number: &InvoiceNumber) -> Self {
        let others = self.0.iter().filter(|other| other.number != *number);
        Self(others.cloned().collect())
    }

    /// The ledger with this invoice at `stage`, if it was not further already.
    #[must_use]
    pub(crate) fn at_stage(&self, number: &InvoiceNumber, stage: Stage) -> Self {
        let mut ledger = self.clone();
        for invoice in ledger.0.iter_mut().filter(|other| other.number == *number) {
            invoice.stage = invoice.stage.max(stage);
        }
        ledger
    }

    /// The ledger after the marketplace never answered about this invoice.
    #[must_use]
    pub(crate) fn given_up(&self, number: &InvoiceNumber) -> Self {
        let mut ledger = self.clone();
        let of_number = |invoice: &&mut Invoice| invoice.number == *number && !invoice.is_sent();
        for invoice in ledger.0.iter_mut().filter(of_number) {
            invoice.stage = Stage::GivenUp;
        }
        ledger
    }

    fn sent(&self, kind: InvoiceType) -> impl Iterator<Item = &Invoice> {
        self.of_kind(kind).filter(|invoice| invoice.is_sent())
    }

    fn of_kind(&self, kind: InvoiceType) -> impl Iterator<Item = &Invoice> {
        self.0.iter().filter(move |invoice| invoice.kind == kind)
    }
}

/// `total` less what `invoices` are over. What has been accepted never exceeds a total, so nothing
/// is lost where a sum does not fit.
fn left<'a>(total: Cents, invoices: impl Iterator<Item = &'a Invoice>) -> Cents {
    let sum = Cents::checked_sum(invoices.map(|invoice| invoice.value));
    sum.and_then(|sum| total.checked_sub(sum))
        .unwrap_or(Cents::ZERO)
}

#[cfg(test)]
mod tests;
