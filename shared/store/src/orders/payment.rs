//! How orders were paid, as the marketplace says it with an authorization (protocol §3.3). Personal, and
//! for the ERP alone: kept to the letter in an item of its own, which expires, and never in STATE.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use feirante_models::{Instant, OrderId};

use super::{Beside, Orders, item};
use crate::StoreError;
use crate::retry::Budget;

impl Orders {
    /// Puts what an authorization says of the payment, until `expires_at`. Written with the
    /// authorization and never after it: the first one counts.
    ///
    /// # Errors
    /// When it can't be written at all, which would be a defect.
    pub fn payment(
        &self,
        id: &OrderId,
        received: &str,
        expires_at: Instant,
    ) -> Result<Beside, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::kept(id, item::PAYMENT, received, expires_at)?))
            .build()?;
        Ok(Beside::of(TransactWriteItem::builder().put(put).build()))
    }

    /// What the authorization of an order said of its payment, to the letter, unless that has expired
    /// at `now`. Most say nothing.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn payment_data(
        &self,
        id: &OrderId,
        now: Instant,
        budget: Budget,
    ) -> Result<Option<String>, StoreError> {
        self.kept(id, item::PAYMENT, now, budget).await
    }
}
