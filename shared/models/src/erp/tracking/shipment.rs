//! The tracking number of a package.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::hash;
use crate::object::Object;
use crate::problem::Problem;

/// A package on its way, as its carrier knows it (protocol §3.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// The carrier's name; empty if the ERP gives none.
    pub courier: String,
    /// The carrier's number of the package; never empty.
    pub tracking_number: String,
    /// Where the buyer can follow it; empty if the ERP gives none.
    pub tracking_url: String,
    /// When it left, as the ERP writes it: a date, or a date and time.
    pub dispatched_date: Option<String>,
}

/// Characters of a carrier's name or a tracking number.
const LONGEST_NAME: usize = 200;

/// Characters of an address.
const LONGEST_URL: usize = 2_000;

impl Shipment {
    /// Reads the shipment of a message; none without a tracking number, whatever else is there.
    pub(in crate::erp) fn read(message: &Object<'_>) -> Result<Option<Self>, Problem> {
        let courier = message.optional_text("courier", LONGEST_NAME)?;
        let tracking_number = message.optional_text("trackingNumber", LONGEST_NAME)?;
        let tracking_url = message.optional_text("trackingUrl", LONGEST_URL)?;
        let dispatched_date = match message.optional_instant("dispatchedDate")? {
            Some(_) => message.optional_text("dispatchedDate", LONGEST_NAME)?,
            None => None,
        };
        Ok(tracking_number.map(|tracking_number| Self {
            courier: courier.unwrap_or_default(),
            tracking_number,
            tracking_url: tracking_url.unwrap_or_default(),
            dispatched_date,
        }))
    }

    /// Equal for equal shipments: 16 hex digits.
    #[must_use]
    pub fn hash(&self) -> String {
        let content = json!([
            self.courier,
            self.tracking_number,
            self.tracking_url,
            self.dispatched_date,
        ]);
        hash::hex(content.to_string().as_bytes(), 8)
    }
}
