//! Requests delivered to a marketplace that answers as told, over HTTP, with the gates in an embedded
//! database. The tests' own clock goes as they say; only a request's own milliseconds pass.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod answers;
mod held;
mod keys;
mod marketplace;
mod notes;
mod world;
