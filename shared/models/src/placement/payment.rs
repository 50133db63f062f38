//! Who takes the payment, as a placement is answered (protocol §3.2).

use crate::object::{Echo, Object};
use crate::problem::Problem;

/// An order's `paymentData` with the seller's gateway account, as simulations name it; `None` where the
/// marketplace has named one itself.
pub(super) fn naming(order: &Object<'_>, merchant: &str) -> Result<Option<Echo>, Problem> {
    let mut payment = match order.get("paymentData") {
        None => Echo::default(),
        Some(json) if json.starts_with('{') => {
            let given = order.object("paymentData")?;
            if given.get("merchantName").is_some() {
                return Ok(None);
            }
            given.fields()
        }
        Some(_) => return Ok(None),
    };
    payment.set("merchantName", &merchant);
    Ok(Some(payment))
}
