//! Something owed to a marketplace about an order, from whoever holds its message.
//!
//! Whoever makes the request has taken its turn first, by a conditional write: of two functions that
//! hold the same message one makes it. One that dies leaves its turn to the next after a while.

use feirante_lambda::batch::Failure;
use feirante_marketplace::Call;
use feirante_models::{Instant, OrderId};
use feirante_seller::delivery::Attempts;
use feirante_seller::lifecycle::Finality;
use feirante_seller::order::Sent;
use feirante_seller::settings::Marketplace;
use feirante_seller::turns::{Holder, Turns};
use feirante_store::Orders;
use feirante_store::orders::{Known, Part};
use jiff::SignedDuration;

use crate::times::{RECORD_TIME, TURN};
use crate::{Dispatcher, Outcome, Stopped};

/// One request about an order.
#[derive(Debug, Clone, Copy)]
pub struct Errand<'a> {
    /// Where its turns are kept.
    pub orders: &'a Orders,
    /// The order.
    pub order: &'a OrderId,
    /// What it is about.
    pub part: Part<'a>,
    /// Hash of its content.
    pub request: &'a str,
}

/// How a request ended, with the turns to write beside what it brought about.
#[derive(Debug)]
pub enum Done {
    /// The marketplace took it.
    Sent(Sent, Turns),
    /// It is given up.
    GivenUp {
        /// Whether the marketplace said no.
        finality: Finality,
        /// Its answer's status, or what ours would have been.
        status: u16,
        /// What is wrong.
        detail: String,
        /// The turns after it.
        turns: Turns,
    },
}

impl Errand<'_> {
    /// The turns with one taken now.
    #[must_use]
    pub fn taken(turns: &Turns, now: Instant) -> Turns {
        let turn = SignedDuration::try_from(TURN).unwrap_or(SignedDuration::MAX);
        turns.taken(now.plus(turn), somebody())
    }

    /// Takes the turn, if it is due and nobody else has it.
    ///
    /// # Errors
    /// When to come back, or that the database does not answer.
    pub async fn take(&self, turns: &Turns, now: Instant) -> Result<Turns, Failure> {
        if let Some(until) = turns.later(self.request, now) {
            let why = if turns.has_no_room(self.request, now) {
                "others of its order keep failing, and there is no room for one more"
            } else {
                "its next attempt is not due"
            };
            let why = why.to_owned();
            return Err(Failure::Wait { until, why });
        }
        let taken = Self::taken(turns, now);
        let budget = feirante_store::Budget::of(RECORD_TIME);
        let changed = self
            .orders
            .change_turns(self.order, self.part, turns, &taken, budget)
            .await?;
        if changed {
            return Ok(taken);
        }
        Err(Self::somebody_else(now))
    }

    fn somebody_else(now: Instant) -> Failure {
        Failure::Wait {
            until: now.plus(SignedDuration::from_secs(1)),
            why: "somebody else is at it".to_owned(),
        }
    }

    /// Lets go of what is left of a request that will not be made any more: somebody else has told
    /// its news, or it has none any more.
    ///
    /// # Errors
    /// When to come back: somebody is at it, whose turns would bring it back.
    pub async fn forget(&self, turns: &Turns, now: Instant) -> Result<(), Failure> {
        if !turns.has_put_off(self.request) {
            return Ok(());
        }
        let budget = feirante_store::Budget::of(RECORD_TIME);
        let forgotten = turns.forgotten(self.request, somebody());
        let free = !turns.are_taken(now)
            && self
                .orders
                .change_turns(self.order, self.part, turns, &forgotten, budget)
                .await?;
        if free {
            return Ok(());
        }
        Err(Self::somebody_else(now))
    }

    /// Makes the request for whoever has taken the turn.
    ///
    /// # Errors
    /// When to come back. Where that can't be written, ever, it is given up: nobody knows how often
    /// the marketplace was asked.
    pub async fn make(
        &self,
        dispatcher: &Dispatcher,
        marketplace: &Marketplace,
        call: &Call,
        taken: &Turns,
    ) -> Result<Done, Stopped> {
        let attempts = taken.attempts(self.request);
        let outcome = dispatcher
            .deliver(marketplace, call, &attempts, Instant::now())
            .await;
        let settled = || taken.settled(self.request);
        match outcome {
            Outcome::Delivered(answer, attempts) => {
                let sent = Sent {
                    attempts: attempts.count,
                    receipt: answer.receipt.receipt,
                };
                Ok(Done::Sent(sent, settled()))
            }
            Outcome::Wait {
                until,
                why,
                attempts,
            } => {
                let later = taken.put_off(self.request, attempts);
                let budget = feirante_store::Budget::of(RECORD_TIME);
                let written = self
                    .orders
                    .change_turns(self.order, self.part, taken, &later, budget);
                if let Err(error) = written.await {
                    let (order, part) = (self.order, self.part);
                    let over = self.orders.beside(order, part, &settled(), Known::Nothing);
                    return Err(Stopped::untold(error, over.unwrap_or_default()));
                }
                Err(Failure::Wait { until, why }.into())
            }
            Outcome::Refused { status, detail, .. } => Ok(Done::GivenUp {
                finality: finality(self.part, status, &attempts),
                status,
                detail,
                turns: settled(),
            }),
            Outcome::UnknownSku { detail, .. } => Ok(Done::GivenUp {
                finality: Finality::Refused,
                status: 404,
                detail,
                turns: settled(),
            }),
        }
    }
}

/// A holder of its own for each turn.
fn somebody() -> Holder {
    Holder::new(format!("{:032x}", rand::random::<u128>()))
}

/// Whether a status is the marketplace's no. What it was asked again and again without one may have
/// been done; and that it does not let us in, or does not find the order, says nothing of whether an
/// attempt `before` was. An invoice that was taken is taken once more; a cancellation that was taken is
/// refused while the marketplace is at it, and an agreement may be since it has that.
fn finality(part: Part<'_>, status: u16, before: &Attempts) -> Finality {
    let asked = before.count > 0;
    match status {
        408 | 409 | 425 | 429 => Finality::Unanswered,
        401 | 403 if asked => Finality::Unanswered,
        400 if asked && matches!(part, Part::Cancellation | Part::Agreement(_)) => {
            Finality::Unanswered
        }
        404 if asked && before.first_at != before.missing_since => Finality::Unanswered,
        400..500 => Finality::Refused,
        _ => Finality::Unanswered,
    }
}

#[cfg(test)]
mod tests {
    use feirante_models::{ChangeRequestId, InvoiceNumber};

    use super::*;

    #[test]
    fn a_no_is_believed_unless_an_earlier_attempt_may_have_been_done() {
        let at = |millis| Instant::from_millis(millis);
        let before = |count, first_at, missing_since| Attempts {
            count,
            first_at,
            missing_since,
            ..Attempts::default()
        };
        let first = before(0, None, None);
        let number = InvoiceNumber::parse("N-1").unwrap();
        let part = Part::Invoice(&number);
        let lost = before(1, at(1), None);
        let missing = before(3, at(1), at(1));
        let lost_then_missing = before(3, at(1), at(2));
        for status in [400, 401, 403, 404, 422] {
            assert_eq!(
                finality(part, status, &first),
                Finality::Refused,
                "{status}"
            );
        }
        // Sent again, an invoice that was taken is taken once more: a 400 says that it was not.
        assert_eq!(finality(part, 400, &lost), Finality::Refused);
        // A cancellation is not: the marketplace may be at it. Nor is an agreement.
        let change = ChangeRequestId::parse("c-1").unwrap();
        for part in [Part::Cancellation, Part::Agreement(&change)] {
            assert_eq!(finality(part, 400, &first), Finality::Refused);
            assert_eq!(finality(part, 400, &lost), Finality::Unanswered);
        }
        for status in [401, 403, 404, 409, 429, 503, 504] {
            assert_eq!(
                finality(part, status, &lost),
                Finality::Unanswered,
                "{status}"
            );
        }
        assert_eq!(finality(part, 404, &missing), Finality::Refused);
        assert_eq!(
            finality(part, 404, &lost_then_missing),
            Finality::Unanswered
        );
    }
}
