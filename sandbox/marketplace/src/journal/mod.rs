//! Every call in both directions: what was asked, what was answered, when, how long it took.
//!
//! A call is begun with [`Journal::begin`] and ended on the [`Entry`] it returns. The journal keeps
//! as many calls as the options say; counts by name and status are kept for ever.

mod call;
mod entry;
mod mask;
mod statistics;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub use call::{Call, Direction, Outcome};
pub(crate) use entry::{Beginning, Entry};
pub use statistics::Statistics;

use crate::name::CallName;

/// The journal.
pub(crate) struct Journal {
    keep: usize,
    pages: Mutex<Pages>,
    /// The id of the last call, for those who wait.
    last: watch::Sender<u64>,
}

#[derive(Default)]
struct Pages {
    calls: VecDeque<Arc<Call>>,
    last: u64,
    statistics: BTreeMap<CallName, Statistics>,
}

/// Which calls to show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Only calls that ended after the one of this id.
    pub(crate) since: u64,
    /// Only calls of this name.
    pub(crate) name: Option<CallName>,
    /// Only calls about this account.
    pub(crate) account: Option<String>,
    /// Only calls about this order.
    pub(crate) order: Option<String>,
    /// Only calls about this SKU.
    pub(crate) sku: Option<String>,
}

impl Journal {
    /// A journal of the last `keep` calls.
    pub(crate) fn new(keep: usize) -> Arc<Self> {
        Arc::new(Self {
            keep,
            pages: Mutex::default(),
            last: watch::Sender::new(0),
        })
    }

    /// Begins a call.
    pub(crate) fn begin(self: &Arc<Self>, beginning: &Beginning<'_>) -> Entry {
        Entry::begin(Arc::clone(self), beginning)
    }

    /// The calls that pass the filter, in the order they ended.
    pub(crate) fn calls(&self, filter: &Filter) -> Vec<Arc<Call>> {
        let pages = self.pages();
        let calls = pages.calls.iter().filter(|call| filter.lets(call));
        calls.cloned().collect()
    }

    /// Counts by call name, of all calls there ever were.
    pub(crate) fn statistics(&self) -> BTreeMap<CallName, Statistics> {
        self.pages().statistics.clone()
    }

    /// The id of the last call that ended, now and whenever it changes.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// Forgets all calls and their counts. Ids go on.
    pub(crate) fn forget(&self) {
        let mut pages = self.pages();
        pages.calls.clear();
        pages.statistics.clear();
    }

    /// Writes down a call that is over.
    fn add(&self, mut call: Call) {
        let mut pages = self.pages();
        pages.last += 1;
        call.id = pages.last;
        pages.statistics.entry(call.name).or_default().count(&call);
        pages.calls.push_back(Arc::new(call));
        while pages.calls.len() > self.keep {
            pages.calls.pop_front();
        }
        self.last.send_replace(pages.last);
    }

    /// The pages; a panic while they were locked can at most have lost a call.
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filter {
    fn lets(&self, call: &Call) -> bool {
        let matches =
            |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
        call.id > self.since
            && self.name.is_none_or(|name| name == call.name)
            && matches(&self.account, &call.account)
            && matches(&self.order, &call.order)
            && matches(&self.sku, &call.sku)
    }
}
