//! Offers: what is sold, at which prices, and how much of it there is.
//!
//! `OFFER` items are small, since every reservation rewrites one; what only suggestions need is in
//! `CATALOG` items.

mod adjust;
mod count;
mod departures;
pub(crate) mod item;
pub(crate) mod movements;
mod prices;
mod product;
mod products;
pub(crate) mod read;
mod scan;
mod update;

use aws_sdk_dynamodb::Client;

pub use product::{ProductChange, from_stream_images, is_of_offers};
pub use products::Page;
pub use update::Update;

/// The Offers table.
#[derive(Debug, Clone)]
pub struct Offers {
    client: Client,
    table: String,
}

impl Offers {
    /// The table called `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
        }
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }
}
