//! The command line: what it refuses and how, and what its commands do to a running system.

mod program;

mod commands;
mod listings;
mod marketplace;
mod mistakes;
mod orders;
mod redrive;
