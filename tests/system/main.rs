//! The whole system, tested from outside: a test is the marketplace and the ERP.
//!
//! Each test has a sandbox of its own on free ports, with the functions as processes. Modules are by
//! what is promised; `harness` is how a test speaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;
mod simulation;
