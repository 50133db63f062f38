//! Schemas and types, held together: those we publish for the ERP against what reads its messages
//! and writes its events, and those the marketplace publishes against what it is sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod documents;
mod events;
mod exceptions;
mod mutations;
mod published;
mod queue;
mod samples;
