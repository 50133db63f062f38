//! How many orders the ERP was told of, by what happened to them.

use feirante_lambda::metrics::{Metric, Metrics};
use feirante_models::events::EventType;

/// Events the ERP was told of.
#[derive(Debug, Default)]
pub(crate) struct Told(Vec<EventType>);

impl Told {
    /// What is counted, though it be none.
    const COUNTED: [Metric; 5] = [
        Metric::OrdersPlaced,
        Metric::OrdersAuthorized,
        Metric::OrdersInvoiced,
        Metric::OrdersCanceled,
        Metric::OrdersExpired,
    ];

    pub(crate) fn of(&mut self, event: EventType) {
        self.0.push(event);
    }

    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        for metric in Self::COUNTED {
            let of_it = self
                .0
                .iter()
                .filter(|event| counted(**event) == Some(metric));
            metrics.add(metric, i64::try_from(of_it.count()).unwrap_or(i64::MAX));
        }
    }
}

/// What an event is counted as.
const fn counted(event: EventType) -> Option<Metric> {
    match event {
        // A held order is told of in this event's place.
        EventType::Placed | EventType::NeedsReview => Some(Metric::OrdersPlaced),
        EventType::Authorized => Some(Metric::OrdersAuthorized),
        EventType::Invoiced => Some(Metric::OrdersInvoiced),
        EventType::Canceled => Some(Metric::OrdersCanceled),
        EventType::Expired => Some(Metric::OrdersExpired),
        EventType::Released
        | EventType::CancellationRequested
        | EventType::Returned
        | EventType::Delivered
        | EventType::Modified
        | EventType::DeliveryFailed => None,
    }
}
