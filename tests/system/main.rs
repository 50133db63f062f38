//! The whole system, tested from outside: a test is the marketplace and the ERP.
//!
//! Each test has a sandbox of its own on free ports, with the functions as processes. Modules are by
//! what is promised; `harness` is how a test speaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(unreachable_pub, reason = "the harness is the tests' library")]

mod auth;
mod budgets;
mod cancellation;
mod command_line;
mod contract;
mod events;
mod expiry;
mod fulfillment;
mod fuzz;
mod harness;
mod offers;
mod permissions;
mod placement;
mod races;
mod resilience;
mod samples;
mod simulation;
mod warehouses;
