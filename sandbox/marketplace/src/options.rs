//! What a marketplace is started with.

use std::path::PathBuf;
use std::time::Duration;

use crate::books::Settings;

/// What [`Marketplace::start`](crate::Marketplace::start) needs to know.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The accounts it serves, each under `/{account}`.
    pub accounts: Vec<AccountOptions>,
    /// Where the books are kept, so that they outlive a kill: a file, created if it is missing; its
    /// directory must exist. `None` keeps them in memory only.
    pub data: Option<PathBuf>,
    /// How many calls the journal remembers; older ones are forgotten, their counts stay.
    pub keep: usize,
    /// What the randomness of the faults starts from: the same seed, the same faults per call name.
    pub seed: u64,
    /// Whether calls must carry the query of the services endpoint their order was placed with.
    pub strict: bool,
    /// How long after a 429 calls may still come in that were on their way: no violation.
    pub backoff_grace: Duration,
    /// How the marketplace paces its own calls.
    pub timings: Timings,
}

/// One account: who it is, who its seller is, and how the two know each other.
#[derive(Clone, Debug)]
pub struct AccountOptions {
    /// The account's name: the first segment of all its paths, and the `an` of its queries.
    pub account: String,
    /// The id this marketplace knows the seller by.
    pub seller_id: String,
    /// The base URL of the seller's routes (protocol §1.1). May have a path and a query.
    pub fulfillment_endpoint: String,
    /// The `Authorization` header of the marketplace's calls, such as `VTEX key="K" token="T"`.
    pub authorization: Option<String>,
    /// The `X-VTEX-API-AppKey` the seller's calls must carry.
    pub app_key: String,
    /// The `X-VTEX-API-AppToken` the seller's calls must carry.
    pub app_token: String,
    /// The sales channel (`sc`) the account sells on.
    pub sales_channel: String,
    /// The SKUs that are in the catalog from the start, under the seller's codes.
    pub bound: Vec<String>,
    /// The settings it starts with; the control API changes them.
    pub settings: Settings,
}

/// How the marketplace paces its own calls (protocol §5.1). Tests shorten them.
#[derive(Clone, Debug)]
pub struct Timings {
    /// How long a simulation may take before its items count as unavailable.
    pub simulation: Duration,
    /// How long placements, authorizations and cancellations may take.
    pub call: Duration,
    /// After a price or inventory notification: the simulation is made this long after it.
    pub refresh_after: Duration,
    /// Repeated notifications of a SKU within this time make one simulation more, not many.
    pub coalesce: Duration,
    /// The wait before the first retry of an authorization; each further one is twice as long.
    pub authorize_retry: Duration,
    /// How often an authorization is tried in all.
    pub authorize_attempts: u32,
    /// The wait between two calls that ask for the same cancellation.
    pub recall_interval: Duration,
    /// How long the seller may think about a cancellation before the order is canceled without it:
    /// 30 days in real life.
    pub recall_limit: Duration,
    /// How long after payment a shopper's cancellation needs no second decision.
    pub cancel_window: Duration,
}

impl Options {
    /// Options for these accounts: a free port, books in memory, seed 0, strict.
    #[must_use]
    pub fn new(accounts: Vec<AccountOptions>) -> Self {
        Self {
            port: 0,
            accounts,
            data: None,
            keep: 10_000,
            seed: 0,
            strict: true,
            backoff_grace: Duration::from_millis(500),
            timings: Timings::default(),
        }
    }

    /// The options of the account of that name.
    pub(crate) fn account(&self, name: &str) -> Option<&AccountOptions> {
        self.accounts.iter().find(|account| account.account == name)
    }
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            simulation: Duration::from_millis(2_500),
            call: Duration::from_secs(10),
            refresh_after: Duration::from_millis(100),
            coalesce: Duration::from_secs(5),
            authorize_retry: Duration::from_secs(1),
            authorize_attempts: 8,
            recall_interval: Duration::from_secs(2),
            recall_limit: Duration::from_secs(30 * 24 * 60 * 60),
            cancel_window: Duration::from_secs(30 * 60),
        }
    }
}
