//! The client against servers on this machine: what it sends, and what it makes of what comes back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod announcements;
mod failures;
mod fixture;
mod published;
mod requests;
mod server;
mod successes;
mod tracking;
mod transport;
mod trust;
