//! The marketplace's calls to a seller, against a seller that answers by script.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod authorization;
mod cancellation;
mod faults;
mod modification;
mod placement;
mod refresh;
mod restart;
mod seller;
mod shopping;
mod world;
