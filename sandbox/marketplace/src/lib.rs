//! A marketplace to try a seller against, written from the protocol alone: it shares no code with
//! the seller it tests.
//!
//! [`Marketplace::start`] serves all its accounts on one port of 127.0.0.1, everything of an
//! account under `/{account}`:
//!
//! - *services* (protocol §5.2) are what the seller calls: the catalog's notifications, suggestions,
//!   invoices, tracking, cancellations. Bases: `{url}/{account}` for the API and for suggestions,
//!   `{url}/{account}/api/oms?an={account}` as the services endpoint of placements.
//! - the *driver* (protocol §5.1) calls the seller, as a shopper, an indexer or a payment makes it;
//!   *checks* (protocol §5.4) judge the seller's answers.
//! - *books* are what the marketplace knows, *faults* what it does wrong on purpose, the *journal*
//!   every call in both directions.
//! - *control*, under `/control`, is a JSON API for tests and people; see the module `control`.

mod books;
mod checks;
mod control;
mod driver;
mod faults;
mod journal;
mod keep;
mod name;
mod options;
mod server;
mod services;
#[cfg(test)]
mod tests;
mod world;

pub use books::{
    Accepted, Authorization, Cancellation, CancellationOutcome, Invoice, InvoiceItem, InvoiceKind,
    Line, Match, Modification, ModificationState, Offer, Order, Package, PackageEvent, Permission,
    PlacementShape, RateLimit, Settings, SimulateVia, Status, Suggestion, SuggestionStatus,
    SuggestionVersion, TimelineEntry, Tracking, Verbs, Violation,
};
pub use faults::{AccountFaults, Down, Fault, FaultRule, RouteFaults};
pub use journal::{Call, Direction, Outcome, Statistics};
pub use keep::KeepError;
pub use name::CallName;
pub use options::{AccountOptions, Options, Timings};
pub use server::{Marketplace, Running, StartError};
