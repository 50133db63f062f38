//! The seller's decisions as pure functions: what can be sold, how it is delivered, and an order's lifecycle.

pub mod allocation;
pub mod channel;
pub mod delivery;
pub mod divergence;
pub mod fees;
#[cfg(test)]
mod fixture;
pub mod ledger;
pub mod lifecycle;
pub mod listing;
pub mod mapping;
mod modification;
pub mod offer;
pub mod order;
pub mod package;
pub mod placement;
pub mod pricing;
pub mod selection;
pub mod settings;
pub mod shipping;
pub mod simulate;
pub mod turns;
