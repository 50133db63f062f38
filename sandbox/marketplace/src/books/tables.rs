//! The tables behind the books, and the records their changes are.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Offer, Order, Settings, Suggestion, Violation};
use crate::options::AccountOptions;

/// How many violations are remembered. Far fewer prove the point; a seller gone wild must not fill
/// the memory.
const MOST_VIOLATIONS: usize = 10_000;

/// One change: a row as it is now. The last one of a row wins, so they can be written and read
/// again without knowing what happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "table", rename_all = "camelCase")]
pub(crate) enum Record {
    /// An order.
    Order(Box<Order>),
    /// What is believed of a SKU.
    Offer(Offer),
    /// Whether a SKU is in the catalog.
    Binding {
        account: String,
        sku: String,
        bound: bool,
    },
    /// A suggestion; none if it was deleted.
    Suggestion {
        account: String,
        sku: String,
        suggestion: Option<Box<Suggestion>>,
    },
    /// One more violation.
    Violation(Violation),
    /// How an account behaves.
    Settings {
        account: String,
        settings: Box<Settings>,
    },
    /// All before it counts no more.
    Reset,
}

/// Account and name within it.
type Key = (String, String);

/// Everything the marketplace knows, in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    orders: BTreeMap<Key, Order>,
    offers: BTreeMap<Key, Offer>,
    bindings: BTreeSet<Key>,
    /// Bindings that were taken away: those the options start with must not come back.
    unbound: BTreeSet<Key>,
    suggestions: BTreeMap<Key, Suggestion>,
    violations: Vec<Violation>,
    settings: BTreeMap<String, Settings>,
}

impl Tables {
    /// What is so from the start.
    pub(super) fn initial(accounts: &[AccountOptions]) -> Self {
        let mut tables = Self::default();
        for options in accounts {
            let account = &options.account;
            tables
                .settings
                .insert(account.clone(), options.settings.clone());
            tables
                .bindings
                .extend(options.bound.iter().map(|sku| key(account, sku)));
        }
        tables
    }

    /// Makes a change.
    pub(super) fn apply(&mut self, record: Record) {
        match record {
            Record::Order(order) => {
                self.orders.insert(key(&order.account, &order.id), *order);
            }
            Record::Offer(offer) => {
                self.offers.insert(key(&offer.account, &offer.sku), offer);
            }
            Record::Binding {
                account,
                sku,
                bound,
            } => {
                let key = (account, sku);
                if bound {
                    self.unbound.remove(&key);
                    self.bindings.insert(key);
                } else {
                    self.bindings.remove(&key);
                    self.unbound.insert(key);
                }
            }
            Record::Suggestion {
                account,
                sku,
                suggestion,
            } => {
                match suggestion {
                    Some(suggestion) => self.suggestions.insert((account, sku), *suggestion),
                    None => self.suggestions.remove(&(account, sku)),
                };
            }
            Record::Violation(violation) => {
                if self.violations.len() < MOST_VIOLATIONS {
                    self.violations.push(violation);
                }
            }
            Record::Settings { account, settings } => {
                self.settings.insert(account, *settings);
            }
            Record::Reset => *self = Self::default(),
        }
    }

    /// Records that make these tables of those the options start with.
    pub(super) fn records(&self) -> Vec<Record> {
        let settings = self
            .settings
            .iter()
            .map(|(account, settings)| Record::Settings {
                account: account.clone(),
                settings: Box::new(settings.clone()),
            });
        let bindings = self.bindings.iter().map(|key| (key, true));
        let unbound = self.unbound.iter().map(|key| (key, false));
        let bindings = bindings
            .chain(unbound)
            .map(|((account, sku), bound)| Record::Binding {
                account: account.clone(),
                sku: sku.clone(),
                bound,
            });
        let suggestions =
            self.suggestions
                .iter()
                .map(|((account, sku), suggestion)| Record::Suggestion {
                    account: account.clone(),
                    sku: sku.clone(),
                    suggestion: Some(Box::new(suggestion.clone())),
                });
        settings
            .chain(bindings)
            .chain(suggestions)
            .chain(self.offers.values().cloned().map(Record::Offer))
            .chain(
                self.orders
                    .values()
                    .map(|order| Record::Order(Box::new(order.clone()))),
            )
            .chain(self.violations.iter().cloned().map(Record::Violation))
            .collect()
    }

    pub(super) fn order(&self, account: &str, id: &str) -> Option<&Order> {
        self.orders.get(&key(account, id))
    }

    pub(super) fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    pub(super) fn offer(&self, account: &str, sku: &str) -> Option<&Offer> {
        self.offers.get(&key(account, sku))
    }

    pub(super) fn offers(&self, account: &str) -> impl Iterator<Item = &Offer> {
        self.offers
            .values()
            .filter(move |offer| offer.account == account)
    }

    pub(super) fn is_bound(&self, account: &str, sku: &str) -> bool {
        self.bindings.contains(&key(account, sku))
    }

    pub(super) fn bindings(&self, account: &str) -> impl Iterator<Item = &str> {
        self.bindings
            .iter()
            .filter(move |(bound_at, _)| bound_at == account)
            .map(|(_, sku)| sku.as_str())
    }

    pub(super) fn suggestion(&self, account: &str, sku: &str) -> Option<&Suggestion> {
        self.suggestions.get(&key(account, sku))
    }

    pub(super) fn suggestions(&self, account: &str) -> impl Iterator<Item = &Suggestion> {
        self.suggestions
            .values()
            .filter(move |suggestion| suggestion.account == account)
    }

    pub(super) fn violations(&self) -> &[Violation] {
        &self.violations
    }

    pub(super) fn settings(&self, account: &str) -> Settings {
        self.settings.get(account).cloned().unwrap_or_default()
    }

    pub(super) fn all_settings(&self) -> &BTreeMap<String, Settings> {
        &self.settings
    }
}

fn key(account: &str, name: &str) -> Key {
    (account.to_owned(), name.to_owned())
}
