//! The command line: what it refuses and how, and what its commands do to a running system.

pub(crate) mod program;

mod apply;
mod commands;
mod demo;
mod export;
mod import;
mod listings;
mod marketplace;
mod mistakes;
mod orders;
mod redrive;
mod report;
mod resync;
mod review;
mod simulate;
mod unmapped;
