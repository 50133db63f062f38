//! What a marketplace is told of a package: how it is said, and what the order becomes by it.

use feirante_marketplace::{Call, Unaddressable, calls};
use feirante_models::Instant;
use feirante_models::erp::{Progress, Shipment};
use feirante_models::outward::{ProgressBody, ShipmentBody};
use feirante_seller::lifecycle::{Outcome, progress_sent, shipment_sent};
use feirante_seller::order::{Order, Sent};
use feirante_seller::settings::Marketplace;

use crate::Tracking;

/// Something the marketplace is told of a package.
pub(crate) enum News {
    Shipment(Shipment),
    Progress(Progress),
}

impl News {
    /// The request that tells it.
    pub(crate) fn call(
        &self,
        marketplace: &Marketplace,
        order: &Order,
        tracking: &Tracking<'_>,
    ) -> Result<Call, Unaddressable> {
        let services = order.services_endpoint.as_deref();
        let (theirs, number) = (
            &order.marketplace_order_id,
            &tracking.message.invoice_number,
        );
        match self {
            Self::Shipment(shipment) => {
                let body = ShipmentBody::of(shipment, tracking.sent_at);
                calls::shipment(marketplace, services, theirs, number, &body)
            }
            Self::Progress(progress) => {
                let body = ProgressBody::of(progress);
                calls::progress(marketplace, services, theirs, number, &body)
            }
        }
    }

    /// The order once it is told.
    pub(crate) fn told(
        &self,
        order: &Order,
        tracking: &Tracking<'_>,
        sent: Sent,
        now: Instant,
    ) -> Outcome<()> {
        let number = &tracking.message.invoice_number;
        match self {
            Self::Shipment(_) => shipment_sent(order, number, sent, now),
            Self::Progress(progress) => {
                let (events, delivered) = (progress.events.len(), progress.is_delivered);
                progress_sent(order, number, events, delivered, sent, now)
            }
        }
    }
}
