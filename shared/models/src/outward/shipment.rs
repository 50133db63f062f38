//! The tracking number of an invoice's package (C8, protocol §3.7).

use serde::Serialize;

use crate::Instant;
use crate::erp::Shipment;

/// The body of C8: all four fields, always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentBody {
    /// The carrier; may be empty.
    pub courier: String,
    /// The carrier's number of the package.
    pub tracking_number: String,
    /// Where the buyer can follow it; may be empty.
    pub tracking_url: String,
    /// When it left: a date, or a date and time.
    pub dispatched_date: String,
}

impl ShipmentBody {
    /// A shipment; `sent_at` is when the ERP's message was sent. One of the two published schemas
    /// requires `dispatchedDate` as a text, so that moment stands in for a date the ERP does not
    /// name: the package was with its carrier by then.
    #[must_use]
    pub fn of(shipment: &Shipment, sent_at: Instant) -> Self {
        let dispatched_date = shipment.dispatched_date.clone();
        Self {
            courier: shipment.courier.clone(),
            tracking_number: shipment.tracking_number.clone(),
            tracking_url: shipment.tracking_url.clone(),
            dispatched_date: dispatched_date.unwrap_or_else(|| sent_at.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(dispatched_date: Option<&str>) -> String {
        let shipment = Shipment {
            courier: "Correios".to_owned(),
            tracking_number: "SR000987654321".to_owned(),
            tracking_url: String::new(),
            dispatched_date: dispatched_date.map(str::to_owned),
        };
        let sent_at = Instant::parse("2026-11-22T08:00:00Z").unwrap();
        serde_json::to_string(&ShipmentBody::of(&shipment, sent_at)).unwrap()
    }

    #[test]
    fn a_date_goes_out_as_the_erp_writes_it() {
        insta::assert_snapshot!(written(Some("2026-11-21")), @r#"{"courier":"Correios","trackingNumber":"SR000987654321","trackingUrl":"","dispatchedDate":"2026-11-21"}"#);
    }

    #[test]
    fn the_message_s_time_stands_in_for_a_date() {
        insta::assert_snapshot!(written(None), @r#"{"courier":"Correios","trackingNumber":"SR000987654321","trackingUrl":"","dispatchedDate":"2026-11-22T08:00:00.000Z"}"#);
    }
}
