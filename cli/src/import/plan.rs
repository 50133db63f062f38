//! The second look at a file: what it would change, and so which of its messages are to be sent.

use std::time::Duration;

use feirante_models::erp::OfferMessage;
use feirante_models::{Instant, SkuId};
use feirante_seller::listing::Product;
use feirante_store::{Budget, Offers};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use serde::Serialize;

use super::compare::{Change, Outcome, compare};
use super::source::Entries;
use crate::export::messages::dated;
use crate::failure::Failure;

/// How long one question to the database may take.
const TIME: Duration = Duration::from_secs(30);

/// SKUs asked for at once.
const SKUS: usize = 50;

/// Questions under way at once.
const QUESTIONS: usize = 4;

/// What a file would change.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    pub(super) new_skus: u64,
    /// Known SKUs whose data change.
    pub(super) skus: u64,
    /// Those of them that lose data they had.
    pub(super) losing_data: u64,
    pub(super) prices: u64,
    pub(super) counts: u64,
    pub(super) adjustments: u64,
    /// Messages that say what is known.
    pub(super) unchanged: u64,
    /// Counts older than what is held.
    pub(super) outdated: u64,
    /// The first of the changes.
    pub(super) details: Vec<Change>,
    #[serde(skip)]
    pub(super) needed: Needed,
}

/// Which messages of a file are to be sent: a bit each.
#[derive(Debug, Default)]
pub(super) struct Needed {
    words: Vec<u64>,
    messages: u64,
}

impl Needed {
    fn push(&mut self, is_needed: bool) {
        if self.messages.is_multiple_of(64) {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(is_needed) << (self.messages % 64);
        }
        self.messages += 1;
    }

    /// Whether the message at `index` is to be sent.
    pub(super) fn contains(&self, index: u64) -> bool {
        let word = usize::try_from(index / 64).ok();
        let word = word.and_then(|word| self.words.get(word));
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// How many are to be sent from the one at `index` on.
    pub(super) fn from(&self, index: u64) -> u64 {
        (index..self.messages)
            .map(|index| u64::from(self.contains(index)))
            .sum()
    }
}

impl Plan {
    pub(super) const fn changes(&self) -> u64 {
        self.new_skus + self.skus + self.prices + self.counts + self.adjustments
    }

    fn add(&mut self, outcome: Outcome, details: usize, send_all: bool) {
        let needed = matches!(outcome, Outcome::Change(_)) || send_all;
        self.needed.push(needed);
        match outcome {
            Outcome::Nothing => self.unchanged += 1,
            Outcome::Outdated => self.outdated += 1,
            Outcome::Change(change) => {
                match &change {
                    Change::NewSku { .. } => self.new_skus += 1,
                    Change::Sku { lost, .. } => {
                        self.skus += 1;
                        self.losing_data += u64::from(!lost.is_empty());
                    }
                    Change::Price { .. } => self.prices += 1,
                    Change::Stock { .. } => self.counts += 1,
                    Change::Adjustment { .. } => self.adjustments += 1,
                }
                if self.details.len() < details {
                    self.details.push(change);
                }
            }
        }
    }
}

/// What the choices of the command line make of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planning {
    /// When what the file says was so, where it does not say.
    pub(super) as_of: Instant,
    /// So many changes are kept to be shown.
    pub(super) details: usize,
    /// Sends what is known too.
    pub(super) send_all: bool,
}

/// Compares a file, which has no mistakes, with what is known.
///
/// # Errors
/// When either can't be read.
pub(super) async fn plan(
    entries: Entries<'_>,
    offers: &Offers,
    planning: Planning,
    progress: &ProgressBar,
) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    let mut compared = std::pin::pin!(compared(entries, offers, planning));
    while let Some(outcomes) = compared.try_next().await? {
        for outcome in outcomes {
            plan.add(outcome, planning.details, planning.send_all);
            progress.inc(1);
        }
    }
    Ok(plan)
}

fn compared(
    entries: Entries<'_>,
    offers: &Offers,
    planning: Planning,
) -> impl Stream<Item = Result<Vec<Outcome>, Failure>> {
    let chunks = Chunks { entries };
    stream::iter(chunks)
        .map(move |chunk| async move {
            let messages = chunk?;
            let skus: Vec<SkuId> = messages
                .iter()
                .map(|message| message.sku().clone())
                .collect();
            let known = offers
                .products(&skus, Budget::of(TIME))
                .await
                .map_err(|error| {
                    Failure::system("what is known of the SKUs can't be read", &error)
                })?;
            let outcomes = messages.into_iter().map(|message| {
                let message = dated(message, planning.as_of);
                match known.get(message.sku()) {
                    Some(held) => compare(&message, held),
                    None => compare(&message, &Product::unknown(message.sku().clone())),
                }
            });
            Ok(outcomes.collect())
        })
        .buffered(QUESTIONS)
}

/// The messages of a file in portions that one question asks about.
struct Chunks<'a> {
    entries: Entries<'a>,
}

impl Iterator for Chunks<'_> {
    type Item = Result<Vec<OfferMessage>, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chunk: Vec<OfferMessage> = Vec::new();
        let mut skus = 0;
        for entry in self.entries.by_ref() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(failure) => return Some(Err(failure)),
            };
            for message in entry.messages {
                // Messages of a SKU mostly follow each other.
                let same = chunk.last().is_some_and(|last| last.sku() == message.sku());
                skus += usize::from(!same);
                chunk.push(message);
            }
            if skus >= SKUS {
                break;
            }
        }
        (!chunk.is_empty()).then_some(Ok(chunk))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_remembered_by_its_place() {
        let mut needed = Needed::default();
        (0..200).for_each(|index| needed.push(index % 7 == 0));
        let found: Vec<u64> = (0..300).filter(|index| needed.contains(*index)).collect();
        let expected: Vec<u64> = (0..200).filter(|index| index % 7 == 0).collect();
        assert_eq!(found, expected);
        assert_eq!(needed.from(0), 29);
        assert_eq!(needed.from(190), 1);
    }
}
