//! Fulfillment simulation (R1 and R2, protocol §3.1): what the marketplace asks and what we answer.

mod country;
mod exact;
mod query;
mod request;
mod response;

pub use country::{Country, InvalidCountry};
pub use exact::Exact;
pub use query::sales_channel;
pub use request::{Destination, MAX_ITEMS, RequestedItem, SimulationRequest};
pub use response::{
    ChannelStock, DeliveryChannel, DeliveryWindow, LogisticsInfo, PickupAddress, PickupStoreInfo,
    PriceTag, SimulatedItem, SimulatedOffering, SimulationResponse, Sla,
};
