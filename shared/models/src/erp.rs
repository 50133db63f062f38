//! The ERP's messages, one module per queue.
//!
//! JSON; unknown fields are ignored, an absent field and null are the same. A mistake is named by
//! its JSON pointer, so that a dead letter says what to mend.

mod cancellations;
mod catalog;
mod invoices;
mod offers;
mod order_reference;
mod tracking;

pub use cancellations::{CancellationAction, CancellationMessage};
pub use catalog::{Catalog, Image, Specification};
pub use invoices::{InvoiceItem, InvoiceMessage, InvoiceType};
pub use offers::{
    Dimensions, OfferMessage, OfferingMessage, PriceMessage, SkuMessage, StockAdjustmentMessage,
    StockMessage,
};
pub use order_reference::OrderReference;
pub use tracking::{Progress, Shipment, TrackingEvent, TrackingMessage};
