//! What the two halves of the marketplace share: the side that answers the seller and the side
//! that calls it.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::books::Books;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::options::Options;

/// Everything there is one of.
pub(crate) struct World {
    /// What the marketplace was started with.
    pub(crate) options: Options,
    /// Where it answers: `http://127.0.0.1:{port}`, without a slash at the end.
    pub(crate) url: String,
    /// Every call in both directions.
    pub(crate) journal: Arc<Journal>,
    /// What the marketplace knows: orders, offers, suggestions, violations, settings.
    pub(crate) books: Books,
    /// What goes wrong on purpose.
    pub(crate) faults: Faults,
    /// Where the services side leaves work for the driver.
    pub(crate) tasks: mpsc::UnboundedSender<Task>,
}

/// Work that a call of the seller's makes for the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// The seller said that price or stock changed (C3, C4): simulate, see
    /// [`Timings::refresh_after`](crate::Timings) and `coalesce`. Sent for every notification of a
    /// SKU that is bound; coalescing is the driver's.
    RefreshOffer {
        /// The account that was told.
        account: String,
        /// The seller's SKU code.
        sku: String,
    },
    /// The seller agreed to a step of a modification (C11); the order's books have it already.
    Agreed {
        /// The account of the order.
        account: String,
        /// The marketplace's order id.
        order: String,
        /// The modification.
        change_request: String,
    },
}

impl World {
    /// Leaves work for the driver. Once the marketplace stops there is nobody to do it.
    pub(crate) fn assign(&self, task: Task) {
        if self.tasks.send(task).is_err() {
            tracing::debug!("the driver has stopped; a task is left undone");
        }
    }

    /// The services endpoint that placements to the seller of this account name (protocol §5.1):
    /// with its query, to catch sellers that join paths carelessly.
    pub(crate) fn services_endpoint(&self, account: &str) -> String {
        format!("{}/{account}/api/oms?an={account}", self.url)
    }
}
