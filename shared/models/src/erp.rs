//! The ERP's messages, one module per queue.
//!
//! JSON; unknown fields are ignored, an absent field and null are the same. A mistake is named by
//! its JSON pointer, so that a dead letter says what to mend.

mod cancellations;
mod catalog;
mod offers;

pub use cancellations::{CancellationAction, CancellationMessage, OrderReference};
pub use catalog::{Catalog, Image, Specification};
pub use offers::{
    Dimensions, OfferMessage, OfferingMessage, PriceMessage, SkuMessage, StockAdjustmentMessage,
    StockMessage,
};
