//! Writing a listing: one write, conditional on the version its decision read.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use feirante_seller::listing::Listing;

use super::{Listings, item};
use crate::StoreError;
use crate::attributes::number;
use crate::retry::{Attempt, Budget, attempt};

/// How a write ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is written: the listing with its new version.
    Written(Box<Listing>),
    /// Nothing is: another write came first. The listing as it stands now; decide again.
    Overtaken(Box<Listing>),
}

impl Listings {
    /// Writes `listing`, unless another version was written since it was read.
    ///
    /// # Errors
    /// When the outcome could not be learned in time, or the listing is gone.
    pub async fn put(&self, listing: &Listing, budget: Budget) -> Result<Put, StoreError> {
        const OPERATION: &str = "PutItem";
        let mut written = listing.clone();
        written.version += 1;
        let mut call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item::encode(&written)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        call = if listing.version == 0 {
            call.condition_expression("attribute_not_exists(#sku)")
                .expression_attribute_names("#sku", item::SKU)
        } else {
            call.condition_expression("#version = :read")
                .expression_attribute_names("#version", item::VERSION)
                .expression_attribute_values(":read", number(listing.version))
        };
        let tries = AtomicU32::new(0);
        let found = budget
            .run(OPERATION, || async {
                tries.fetch_add(1, Ordering::Relaxed);
                let error = match call.clone().send().await {
                    Ok(_) => return Ok(Attempt::Done(None)),
                    Err(error) => error,
                };
                if let Some(PutItemError::ConditionalCheckFailedException(failed)) =
                    error.as_service_error()
                {
                    let gone = || StoreError::corrupt("a listing", "is gone");
                    let found = failed.item().cloned().ok_or_else(gone)?;
                    return Ok(Attempt::Done(Some(found)));
                }
                attempt(OPERATION, Err(error))
            })
            .await?;
        let Some(found) = found else {
            return Ok(Put::Written(Box::new(written)));
        };
        let found = item::decode(found)?;
        // A try whose answer was lost was written all the same.
        if tries.into_inner() > 1 && found == written {
            return Ok(Put::Written(Box::new(written)));
        }
        Ok(Put::Overtaken(Box::new(found)))
    }
}
