//! Orders: where each stands (`STATE`), as it was placed (`BODY`) and paid (`BODY#PAYMENT`), and what is
//! owed to the marketplace about it (`INVOICE#{number}`, `CANCELLATION`, `CHANGE#{id}`). And orders that were refused
//! (`REFUSAL#{orderId}`).

mod authorize;
mod change;
mod days;
mod decide;
mod due;
mod item;
mod list;
mod owed;
mod parts;
mod payment;
mod place;
mod read;
mod refusals;
mod waiting;

use aws_sdk_dynamodb::Client;

pub use authorize::Authorized;
pub use change::{Changed, Shortage};
pub use days::DayPage;
pub use decide::Decided;
pub use due::DuePage;
pub use item::{Due, from_stream_image};
pub use list::{Dossier, OrderSummary};
pub use parts::{Beside, Known, Part};
pub use place::{NewOrder, Placed, Reservation};
pub use refusals::RecordedRefusal;

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
