//! Orders: where each stands (`STATE`), as it was placed (`BODY`), and what is owed to the
//! marketplace about it (`INVOICE#{number}`, `CANCELLATION`).

mod authorize;
mod change;
mod decide;
mod due;
mod item;
mod list;
mod owed;
mod parts;
mod place;
mod read;
mod waiting;

use aws_sdk_dynamodb::Client;

pub use authorize::Authorized;
pub use change::{Changed, Shortage};
pub use decide::Decided;
pub use item::from_stream_image;
pub use list::{Dossier, OrderSummary};
pub use parts::{Beside, Known, Part};
pub use place::{NewOrder, Placed, Reservation};

pub use crate::transaction::ACTIONS_PER_TRANSACTION;

/// The Orders table.
#[derive(Debug, Clone)]
pub struct Orders {
    client: Client,
    table: String,
}

impl Orders {
    /// The table called `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
        }
    }
}
