//! The whole system, tested from outside: a test is the marketplace and the ERP.
//!
//! Each test has a sandbox of its own on free ports, with the functions as processes. Modules are by
//! what is promised; `harness` is how a test speaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(unreachable_pub, reason = "the harness is the tests' library")]

mod addresses;
mod auth;
mod budgets;
mod cancellation;
mod channel_stock;
mod command_line;
mod contract;
mod documentation;
mod environment;
mod events;
mod expiry;
mod fulfillment;
mod fuzz;
mod harness;
mod invoices;
mod logs;
mod lost_answers;
mod metrics;
mod modifications;
mod notifications;
mod offers;
mod outage;
mod outward;
mod outward_budgets;
mod own_cancellation;
mod payment;
mod permissions;
mod placement;
mod races;
mod resilience;
mod resync;
mod samples;
mod simulation;
mod storm;
mod tracking;
mod waits;
mod warehouses;
mod windows;
