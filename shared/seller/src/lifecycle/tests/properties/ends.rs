//! How telling the marketplace ends: with an answer, a late one, or none.

use super::event::End;
use super::*;

impl World {
    /// The marketplace answers, or never does. Of an invoice that was given up it may do so late.
    pub(super) fn invoice_ends(
        &mut self,
        number: &InvoiceNumber,
        end: End,
        shipped: bool,
        at: Instant,
    ) -> Result<(), TestCaseError> {
        let known = self.order.invoices.get(number);
        if known.is_none_or(Invoice::is_sent) {
            // An answer that is written twice changes nothing the second time.
            let again = invoice_sent(&self.order, number, shipped, sent(), at);
            prop_assert_eq!(again, Outcome::Unchanged(()));
            return Ok(());
        }
        let failed = |finality| {
            let what = failure(FailedDelivery::Invoice, Some(number.as_str()));
            undelivered(&self.order, what, finality, at)
        };
        let outcome = match end {
            End::Taken => invoice_sent(&self.order, number, shipped, sent(), at),
            End::Refused => failed(Finality::Refused),
            End::Unanswered => failed(Finality::Unanswered),
        };
        let changes = matches!(outcome, Outcome::Change(..));
        // Only an order that is over, or one that others have filled, has no place for it.
        let late = !self.on_their_way.contains(number);
        let over = self.order.status() == "canceled";
        prop_assert!(changes || late || over, "lost: {:?}", number);
        if end != End::Taken {
            self.failures += 1;
        }
        if changes {
            self.on_their_way.remove(number);
        }
        self.outcome(outcome)
    }

    pub(super) fn cancellation_ends(&mut self, end: End, at: Instant) -> Result<(), TestCaseError> {
        let late = self.cancel_may_be_late;
        if !self.order.is_canceling() && !late {
            return Ok(());
        }
        self.cancel_may_be_late = late || end == End::Unanswered;
        let returned = matches!(self.order.state, State::Returned { .. });
        let failed = |finality| {
            let what = failure(FailedDelivery::Cancellation, None);
            undelivered(&self.order, what, finality, at)
        };
        let outcome = match end {
            End::Taken => cancel_sent(&self.order, sent(), at),
            End::Refused if returned => refund_settled(&self.order, at),
            End::Refused => failed(Finality::Refused),
            End::Unanswered => failed(Finality::Unanswered),
        };
        if end == End::Unanswered || end == End::Refused && !returned {
            self.failures += 1;
        }
        self.outcome(outcome)
    }

    /// The marketplace does not answer about anything that is on its way.
    pub(super) fn gives_everything_up(&mut self) -> Result<(), TestCaseError> {
        self.now += 24;
        let at = hours(self.now);
        for number in self.on_their_way.clone() {
            self.invoice_ends(&number, End::Unanswered, false, at)?;
        }
        if self.order.is_canceling() {
            self.cancellation_ends(End::Unanswered, at)?;
        }
        for name in 0..5 {
            self.is_not_told(name, true, false)?;
        }
        prop_assert!(self.on_their_way.is_empty() && !self.order.is_canceling());
        prop_assert!(!self.order.modifications.is_telling());
        Ok(())
    }
}
