//! The DynamoDB tables: one module per kind of item, with its keys, attributes and expressions.
//!
//! Decisions are not made here. A write is conditional on what its decision read; when the
//! condition fails the caller gets what stands there now and decides again.

pub mod accounts;
mod attributes;
mod batch_get;
mod compressed;
mod error;
pub mod listings;
pub mod offers;
pub mod orders;
mod retry;
pub mod settings;
mod transaction;
mod verbatim;
mod windows;

pub use accounts::Accounts;
pub use error::{StoreError, told};
pub use listings::Listings;
pub use offers::Offers;
pub use orders::Orders;
pub use retry::Budget;
pub use settings::SettingsTable;
