//! The seller's decisions as pure functions: what can be sold, how it is delivered, and an order's lifecycle.

pub mod allocation;
pub mod divergence;
#[cfg(test)]
mod fixture;
pub mod lifecycle;
pub mod offer;
pub mod order;
pub mod placement;
pub mod pricing;
pub mod settings;
pub mod shipping;
pub mod simulate;
