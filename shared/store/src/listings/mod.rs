//! Listings: where each SKU stands at each marketplace.

mod find;
mod item;
mod read;
mod write;

use aws_sdk_dynamodb::Client;

pub use find::{Key, Page};
pub use write::Put;

/// The Listings table.
#[derive(Debug, Clone)]
pub struct Listings {
    client: Client,
    table: String,
}

impl Listings {
    /// The table called `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
        }
    }
}
