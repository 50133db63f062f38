//! The tables against an embedded database, and against a scripted one for what a real one does
//! only when it is busy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod busy;
mod database;
mod late_counts;
mod listings;
mod many_products;
mod offers;
mod orders;
mod products;
mod samples;
mod scan;
mod settings;
mod shipping;
mod stock;
mod windows;
