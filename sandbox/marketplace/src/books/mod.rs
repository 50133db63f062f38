//! What the marketplace knows: orders, offers, suggestions, bindings, violations, settings.
//!
//! All changes go through [`Books`], one at a time, and are kept (see [`crate::keep`]) before the
//! method returns. Whoever waits for something to become so uses [`Books::until`].

mod accepted;
mod invoice;
mod modification;
mod offer;
mod order;
mod settings;
mod suggestion;
mod tables;
mod violation;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

pub use accepted::Accepted;
pub use invoice::{Invoice, InvoiceItem, InvoiceKind, Package, PackageEvent, Tracking};
pub(crate) use modification::modified;
pub use modification::{Modification, ModificationState};
pub use offer::Offer;
pub use order::{
    Authorization, Cancellation, CancellationOutcome, Line, Order, Status, TimelineEntry,
};
pub use settings::{Permission, PlacementShape, RateLimit, Settings, SimulateVia, Verbs};
pub use suggestion::{Match, Suggestion, SuggestionStatus, SuggestionVersion};
pub(crate) use tables::Record;
pub use violation::Violation;

use crate::keep::{Keep, KeepError};
use crate::options::Options;
use tables::Tables;

/// The marketplace's memory.
pub(crate) struct Books {
    kept: Mutex<Kept>,
    /// Counts the changes, for those who wait.
    changes: watch::Sender<u64>,
    /// What the books start from when there is nothing kept, and after a reset.
    initial: Tables,
}

/// The tables, and where their changes are written down.
struct Kept {
    tables: Tables,
    keep: Option<Keep>,
}

impl Books {
    /// Opens the books: as they were left, if the options name a file, and with the accounts'
    /// settings and bindings where none were left.
    ///
    /// # Errors
    ///
    /// The file can't be read or written, or holds what no books wrote.
    pub(crate) fn open(options: &Options) -> Result<Self, KeepError> {
        let initial = Tables::initial(&options.accounts);
        let mut tables = initial.clone();
        let keep = match &options.data {
            None => None,
            Some(path) => {
                for record in Keep::read(path)? {
                    tables.apply(record);
                }
                Some(Keep::start(path, &tables.records())?)
            }
        };
        Ok(Self {
            kept: Mutex::new(Kept { tables, keep }),
            changes: watch::Sender::new(0),
            initial,
        })
    }

    // Orders

    /// The order of that marketplace id.
    pub(crate) fn order(&self, account: &str, id: &str) -> Option<Order> {
        self.lock().tables.order(account, id).cloned()
    }

    /// All orders, by account and id.
    pub(crate) fn orders(&self) -> Vec<Order> {
        self.lock().tables.orders().cloned().collect()
    }

    /// Writes a new order down, or an order anew.
    pub(crate) fn write_order(&self, order: Order) {
        self.write(Record::Order(order.into()));
    }

    /// Changes an order while nobody else can; `None` if there is no such order. If `change` fails,
    /// the order stays as it was.
    pub(crate) fn change_order<T, E>(
        &self,
        account: &str,
        id: &str,
        change: impl FnOnce(&mut Order) -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        let mut kept = self.lock();
        let mut order = kept.tables.order(account, id)?.clone();
        let result = change(&mut order);
        if result.is_ok() {
            self.write_to(&mut kept, Record::Order(order.into()));
        }
        Some(result)
    }

    /// [`Books::change_order`] with a change that can't fail.
    pub(crate) fn update_order<T>(
        &self,
        account: &str,
        id: &str,
        change: impl FnOnce(&mut Order) -> T,
    ) -> Option<T> {
        let changed = self.change_order(account, id, |order| {
            Ok::<T, std::convert::Infallible>(change(order))
        })?;
        let Ok(value) = changed;
        Some(value)
    }

    // Offers and bindings

    /// What is believed of a SKU; `None` if nothing was ever told.
    pub(crate) fn offer(&self, account: &str, sku: &str) -> Option<Offer> {
        self.lock().tables.offer(account, sku).cloned()
    }

    /// All offers of an account, by SKU.
    pub(crate) fn offers(&self, account: &str) -> Vec<Offer> {
        self.lock().tables.offers(account).cloned().collect()
    }

    /// Changes what is believed of a SKU; one never heard of starts as [`Offer::unknown`].
    pub(crate) fn update_offer<T>(
        &self,
        account: &str,
        sku: &str,
        change: impl FnOnce(&mut Offer) -> T,
    ) -> T {
        let mut kept = self.lock();
        let mut offer = kept
            .tables
            .offer(account, sku)
            .cloned()
            .unwrap_or_else(|| Offer::unknown(account, sku));
        let value = change(&mut offer);
        self.write_to(&mut kept, Record::Offer(offer));
        value
    }

    /// Whether the SKU is in the catalog of the account.
    pub(crate) fn is_bound(&self, account: &str, sku: &str) -> bool {
        self.lock().tables.is_bound(account, sku)
    }

    /// All SKUs in the catalog of the account.
    pub(crate) fn bindings(&self, account: &str) -> Vec<String> {
        self.lock()
            .tables
            .bindings(account)
            .map(str::to_owned)
            .collect()
    }

    /// Puts the SKU into the catalog, or takes it out.
    pub(crate) fn bind(&self, account: &str, sku: &str, bound: bool) {
        self.write(Record::Binding {
            account: account.to_owned(),
            sku: sku.to_owned(),
            bound,
        });
    }

    // Suggestions

    /// The suggestion of that SKU.
    pub(crate) fn suggestion(&self, account: &str, sku: &str) -> Option<Suggestion> {
        self.lock().tables.suggestion(account, sku).cloned()
    }

    /// All suggestions of an account, by SKU.
    pub(crate) fn suggestions(&self, account: &str) -> Vec<Suggestion> {
        self.lock().tables.suggestions(account).cloned().collect()
    }

    /// Changes the suggestion of a SKU, `None` standing for "there is none" both ways. What is
    /// approved afterwards is bound.
    pub(crate) fn change_suggestion<T>(
        &self,
        account: &str,
        sku: &str,
        change: impl FnOnce(&mut Option<Suggestion>) -> T,
    ) -> T {
        let mut kept = self.lock();
        let before = kept.tables.suggestion(account, sku).cloned();
        let mut suggestion = before.clone();
        let value = change(&mut suggestion);
        if suggestion == before {
            return value;
        }
        let approved = suggestion
            .as_ref()
            .is_some_and(|suggestion| suggestion.status == SuggestionStatus::Approved);
        self.write_to(
            &mut kept,
            Record::Suggestion {
                account: account.to_owned(),
                sku: sku.to_owned(),
                suggestion: suggestion.map(Box::new),
            },
        );
        if approved {
            self.write_to(
                &mut kept,
                Record::Binding {
                    account: account.to_owned(),
                    sku: sku.to_owned(),
                    bound: true,
                },
            );
        }
        value
    }

    // Violations and settings

    /// Writes a violation down.
    pub(crate) fn violated(&self, violation: Violation) {
        tracing::warn!(
            account = violation.account,
            order = violation.order,
            sku = violation.sku,
            rule = violation.rule,
            detail = violation.detail,
            "the seller broke the protocol"
        );
        self.write(Record::Violation(violation));
    }

    /// All violations, the oldest first.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.lock().tables.violations().to_vec()
    }

    /// How the account behaves; the defaults for an account there is none of.
    pub(crate) fn settings(&self, account: &str) -> Settings {
        self.lock().tables.settings(account)
    }

    /// The settings of all accounts.
    pub(crate) fn all_settings(&self) -> BTreeMap<String, Settings> {
        self.lock().tables.all_settings().clone()
    }

    /// Makes the account behave so from now on.
    pub(crate) fn set(&self, account: &str, settings: Settings) {
        self.write(Record::Settings {
            account: account.to_owned(),
            settings: Box::new(settings),
        });
    }

    /// Forgets everything: the books are as they were when they were first opened.
    pub(crate) fn reset(&self) {
        let mut kept = self.lock();
        self.write_to(&mut kept, Record::Reset);
        for record in self.initial.records() {
            self.write_to(&mut kept, record);
        }
    }

    // Waiting

    /// Waits until `look` finds something in the books, at once and after every change; `None` if
    /// it does not within that time.
    pub(crate) async fn until<T>(
        &self,
        within: Duration,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> Option<T> {
        let mut changes = self.changes.subscribe();
        let found = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = look(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, found).await.unwrap_or(None)
    }

    fn write(&self, record: Record) {
        self.write_to(&mut self.lock(), record);
    }

    /// Keeps a change, makes it, and tells who waits.
    fn write_to(&self, kept: &mut Kept, record: Record) {
        if let Some(keep) = &mut kept.keep
            && let Err(error) = keep.append(&record)
        {
            // The marketplace goes on, as one whose disk is full would rather than lose a sale.
            tracing::error!(%error, "the books are not kept any more: a restart will forget");
            kept.keep = None;
        }
        kept.tables.apply(record);
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// The tables; a panic while they were locked left them whole, since records are applied whole.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
