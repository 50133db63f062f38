//! The tables against an embedded database, and against a scripted one for what a real one does
//! only when it is busy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod busy;
mod database;
mod offers;
mod orders;
mod samples;
mod settings;
mod stock;
