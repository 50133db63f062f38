//! The server as the AWS SDK sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batches;
mod durability;
mod fifo;
mod messages;
mod queues;
mod redrive;
mod server;
