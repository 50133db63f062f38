//! The HTTP client of the marketplace's endpoints (protocol §1.2).
//!
//! [`calls`] makes the requests, [`Client`] sends them and tells what became of them. When a request is
//! made, and whether it is made again, is decided elsewhere.
//!
//! The credentials of a call go to the marketplace's own hosts alone: a [`Call`] can only be made
//! for a target that has been checked, and a redirect is never followed.

mod address;
mod answer;
mod call;
pub mod calls;
mod client;
mod credentials;
mod detail;
mod judge;
mod pause;
mod redact;
mod suggestion_query;
mod transport;
mod ways;

pub use address::Unaddressable;
pub use answer::{Answer, Failure};
pub use call::Call;
pub use client::{Client, Timeouts};
pub use credentials::{Credentials, InvalidCredentials};
pub use suggestion_query::{SuggestionFilter, SuggestionKind, SuggestionQuery};
pub use transport::NoClient;
pub use ways::{AgreementWay, AnnouncementWay, TrackingWay, Ways};
