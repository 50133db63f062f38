//! A timeline that has an end: once it is long, older entries of one kind are put together.
//!
//! Nobody misses them. Whoever had to hear of a change was told of it when its entry was the newest;
//! and what is decided by the timeline is whether something has happened at all, which its first entry
//! of that kind says.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::mem::discriminant;

use super::size::{MOST_BYTES_OF_TIMELINE, bytes};
use super::{Change, Entry};

/// Entries a timeline has before some of them are put together.
const MOST_ENTRIES: usize = 200;

/// Adds `entry`, the newest, and makes room for it. It stays as it is, and so does the first entry of
/// each kind.
pub(super) fn append(timeline: &mut Vec<Entry>, entry: Entry) {
    timeline.push(entry);
    let mut size: usize = timeline.iter().map(bytes).sum();
    while timeline.len() > MOST_ENTRIES || size > MOST_BYTES_OF_TIMELINE {
        let Some(index) = next_to_fold(timeline) else {
            return;
        };
        let entry = timeline.remove(index);
        size -= bytes(&entry);
        let of_its_kind = timeline.iter().position(|other| other.holds(&entry.change));
        let folded = match of_its_kind {
            Some(before) => {
                let before = timeline.remove(before);
                size -= bytes(&before);
                before.and(entry)
            }
            None => Entry::folded(entry),
        };
        size += bytes(&folded);
        timeline.insert(of_its_kind.unwrap_or(index), folded);
    }
}

/// The oldest entry, after the first, of the kind there are most of.
fn next_to_fold(timeline: &[Entry]) -> Option<usize> {
    let (_newest, older) = timeline.split_last()?;
    let mut kinds: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, entry) in older.iter().enumerate() {
        if !matches!(entry.change, Change::Folded { .. }) {
            let kind = kinds.entry(discriminant(&entry.change)).or_default();
            kind.push(index);
        }
    }
    let seconds = kinds
        .values()
        .filter_map(|of_kind| Some((of_kind.len(), Reverse(*of_kind.get(1)?))));
    seconds.max().map(|(_, Reverse(second))| second)
}

impl Entry {
    /// How many changes it stands for.
    #[must_use]
    pub const fn changes(&self) -> u64 {
        match self.change {
            Change::Folded { count, .. } => count,
            _ => 1,
        }
    }

    /// Whether changes like this one are put together in it.
    fn holds(&self, change: &Change) -> bool {
        match &self.change {
            Change::Folded { last, .. } => discriminant(last.as_ref()) == discriminant(change),
            _ => false,
        }
    }

    fn folded(self) -> Self {
        Self {
            at: self.at,
            change: Change::Folded {
                count: 1,
                until: self.at,
                last: Box::new(self.change),
            },
        }
    }

    /// With `later`, which is of the kind that is put together here.
    fn and(self, later: Self) -> Self {
        Self {
            at: self.at,
            change: Change::Folded {
                count: self.changes() + 1,
                until: later.at,
                last: Box::new(later.change),
            },
        }
    }
}

#[cfg(test)]
mod tests;
