//! What is told of an attempt: a line in the log, and metrics.

use feirante_lambda::metrics::{Metric, Metrics};
use feirante_marketplace::Call;
use feirante_models::Instant;
use feirante_seller::settings::Marketplace;

use crate::Outcome;

/// The marketplace was asked.
pub(crate) fn made(marketplace: &Marketplace, call: &Call, outcome: &Outcome, now: Instant) {
    let attempts = outcome.attempts();
    let mut metrics = Metrics::of("delivery");
    let delivered = matches!(outcome, Outcome::Delivered(..) | Outcome::UnknownSku { .. });
    metrics.add(Metric::Deliveries, i64::from(delivered));
    metrics.add(Metric::DeliveryFailures, i64::from(!delivered));
    if let (true, Some(first_at)) = (delivered, attempts.first_at) {
        let delay = now.millis() - first_at.millis();
        metrics.add(Metric::DeliveryDelay, delay);
    }
    metrics.write();
    tell(marketplace, call, outcome);
}

/// It was not: the request waits, or can't be made.
pub(crate) fn not_made(marketplace: &Marketplace, call: &Call, outcome: &Outcome) {
    let mut metrics = Metrics::of("delivery");
    metrics.add(Metric::Held, 1);
    metrics.write();
    tell(marketplace, call, outcome);
}

/// A request is told as its URL without the query: that names its order or SKU, and nothing in it is
/// secret or personal.
fn tell(marketplace: &Marketplace, call: &Call, outcome: &Outcome) {
    let (account, request) = (marketplace.account.as_str(), format!("{call:?}"));
    let attempts = outcome.attempts();
    let (attempt, last) = (attempts.count, attempts.last.as_ref());
    let status = last.and_then(|last| last.status);
    match outcome {
        Outcome::Delivered(answer, _) => {
            let status = answer.status;
            tracing::info!(account, request, attempt, status, "delivered");
        }
        Outcome::UnknownSku { detail, .. } => {
            tracing::info!(
                account,
                request,
                attempt,
                status,
                detail,
                "the SKU is not known"
            );
        }
        Outcome::Wait { until, why, .. } => {
            let until = until.to_string();
            tracing::info!(account, request, attempt, status, until, why, "waits");
        }
        Outcome::Refused { status, detail, .. } => {
            tracing::warn!(
                account,
                request,
                attempt,
                status,
                detail,
                "refused for good"
            );
        }
    }
}
