//! Which delivery methods serve an address, for which SKU, when, and at what price.

mod cart;
mod postal;
mod promise;
mod rate;
mod reasons;
mod region;
mod route;
mod table;
mod weight;
mod windows;
mod workdays;

pub use cart::limited_methods;
pub(crate) use cart::{Parcel, Routes};
pub use postal::{InvalidPostalCodes, PostalCode, PostalCodes};
pub use promise::{Dispatch, Promise};
pub use rate::{Load, Rated};
pub use reasons::{Considered, Excluded, FreightBasis, Handled, RateBasis};
pub(crate) use route::Route;
pub use table::{Overlap, RateRow, RateTable, ZonedRow};
pub use weight::Weight;
pub use windows::{LimitedSlot, Occupancy, SlotId, limited_slots, slot_now, slot_of};
pub use workdays::{Workdays, is_plain_workday};

#[cfg(test)]
mod tests;
