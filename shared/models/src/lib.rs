//! The wire types of the marketplace's protocol and of the ERP's messages, and the values both are
//! made of: money, quantities, ids and times.
//!
//! Tolerant in what it reads, exact in what it writes: one place turns bytes into checked values
//! ([`read`]), and nothing behind it checks again. No I/O.

pub mod answers;
pub mod cancellation;
pub mod erp;
pub mod events;
pub mod fields;
pub mod fulfillment;
mod hash;
pub mod ids;
pub mod modification;
pub mod money;
mod object;
pub mod outward;
pub mod placement;
pub mod problem;
pub mod quantity;
pub mod queue;
pub mod read;
pub mod simulation;
pub mod time;
mod wire;

pub use ids::{
    AccountName, ChangeRequestId, InvoiceNumber, MarketplaceOrderId, OrderId, SkuId, WarehouseId,
};
pub use money::Cents;
pub use problem::{Code, ModificationCode, Problem};
pub use quantity::Quantity;
pub use time::Instant;
