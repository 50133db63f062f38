//! Counting what should have happened by now: the alarms watch it.

use feirante_models::Instant;
use feirante_store::orders::Due;
use feirante_store::{Budget, StoreError};
use jiff::SignedDuration;

use crate::{COUNTING, ExpireReservations, NAME, Summary};

/// A reservation is released within a minute or two of its end; a quarter of an hour has seen many runs
/// fail, or none.
const OVERDUE_AFTER: SignedDuration = SignedDuration::from_mins(15);

impl ExpireReservations {
    /// Counts what is late at `now`. What can't be counted is left out, and is a failure of the run.
    pub(crate) async fn count_late(&self, now: Instant, summary: &mut Summary) {
        let budget = Budget::of(COUNTING);
        let count = |due, after: SignedDuration| {
            let by = now.plus(-after);
            self.orders.count_due(due, by, budget)
        };
        let (overdue, late) = tokio::join!(
            count(Due::Reservation, OVERDUE_AFTER),
            count(Due::Invoices, self.invoice_within),
        );
        summary.overdue_reservations = counted("reservations", overdue, summary);
        summary.late_invoices = counted("invoices", late, summary);
    }
}

fn counted(what: &str, counted: Result<u32, StoreError>, summary: &mut Summary) -> Option<u32> {
    counted
        .inspect_err(|error| {
            summary.failed += 1;
            tracing::error!(function = NAME, what, %error, "what is late can't be counted");
        })
        .ok()
}
