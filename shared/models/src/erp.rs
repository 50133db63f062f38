//! The ERP's messages, one module per queue.
//!
//! JSON; unknown fields are ignored, an absent field and null are the same. A mistake is named by
//! its JSON pointer, so that a dead letter says what to mend.

mod cancellations;
mod offers;

pub use cancellations::{CancellationAction, CancellationMessage, OrderReference};
pub use offers::{
    Catalog, Dimensions, Image, OfferMessage, OfferingMessage, PriceMessage, SkuMessage,
    Specification, StockAdjustmentMessage, StockMessage,
};
