//! Messages that came before what they need, and how much of them is kept.

use std::collections::BTreeMap;

use feirante_models::{Instant, InvoiceNumber};
use serde::{Deserialize, Serialize};

use super::{Package, RefusedTracking};

/// Messages that wait for one invoice and its tracking number, at most.
pub const MOST_OF_AN_INVOICE: usize = 50;

/// Their bytes, at most. They are in the invoice's item, of which the database takes 400 KB, and
/// what the marketplace has been told has to fit beside them.
pub const MOST_BYTES_OF_AN_INVOICE: usize = 192 * 1024;

/// Messages that wait with one order, at most: an invoice that was numbered wrongly never comes, and
/// each change of the order looks at all that waits.
pub const MOST_OF_AN_ORDER: usize = 250;

/// Their bytes, at most.
pub const MOST_BYTES_OF_AN_ORDER: usize = 1024 * 1024;

/// A message that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Its text.
    pub message: String,
    /// When it was first sent. Not known where an older version wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
}

impl Package {
    /// `message`, which was sent at `sent_at`, as it waits here: where the same one waits already, it
    /// is as old as that.
    #[must_use]
    pub fn as_it_waits(&self, hash: &str, message: &str, sent_at: Instant) -> Waiting {
        let before = self.waiting.get(hash).and_then(|before| before.sent_at);
        Waiting {
            message: message.to_owned(),
            sent_at: Some(before.map_or(sent_at, |before| before.min(sent_at))),
        }
    }
}

/// All that waits with an order: by invoice, and there by the messages' hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitingRoom(BTreeMap<InvoiceNumber, BTreeMap<String, Waiting>>);

impl WaitingRoom {
    /// What waits in an order's packages.
    #[must_use]
    pub fn of(packages: BTreeMap<InvoiceNumber, Package>) -> Self {
        let waiting = |(number, package): (_, Package)| (number, package.waiting);
        Self(packages.into_iter().map(waiting).collect())
    }

    /// That one more message may wait for `number`. One that waits already needs no more room.
    ///
    /// # Errors
    /// What is full.
    pub fn admit(
        &self,
        number: &InvoiceNumber,
        hash: &str,
        message: &str,
    ) -> Result<(), RefusedTracking> {
        let of_invoice = self.0.get(number);
        if of_invoice.is_some_and(|waiting| waiting.contains_key(hash)) {
            return Ok(());
        }
        let of_invoice = Size::of(of_invoice.into_iter().flatten()).with(message);
        if !of_invoice.fits(MOST_OF_AN_INVOICE, MOST_BYTES_OF_AN_INVOICE) {
            return Err(RefusedTracking::FullInvoice(number.clone()));
        }
        let of_order = Size::of(self.0.values().flatten()).with(message);
        if !of_order.fits(MOST_OF_AN_ORDER, MOST_BYTES_OF_AN_ORDER) {
            return Err(RefusedTracking::FullOrder);
        }
        Ok(())
    }

    /// All of it in the order it was first sent in. What an older version wrote was sent before.
    #[must_use]
    pub fn in_order(self) -> Vec<Waiting> {
        let mut waiting: Vec<_> = self.0.into_values().flatten().collect();
        waiting.sort_by(|(hash, one), (other_hash, other)| {
            (one.sent_at, hash).cmp(&(other.sent_at, other_hash))
        });
        waiting.into_iter().map(|(_, waiting)| waiting).collect()
    }
}

/// How much waits.
#[derive(Clone, Copy)]
struct Size {
    messages: usize,
    bytes: usize,
}

impl Size {
    fn of<'a>(waiting: impl Iterator<Item = (&'a String, &'a Waiting)>) -> Self {
        let none = Self {
            messages: 0,
            bytes: 0,
        };
        waiting.fold(none, |size, (_, waiting)| size.with(&waiting.message))
    }

    const fn with(self, message: &str) -> Self {
        Self {
            messages: self.messages + 1,
            bytes: self.bytes + message.len(),
        }
    }

    const fn fits(self, messages: usize, bytes: usize) -> bool {
        self.messages <= messages && self.bytes <= bytes
    }
}
