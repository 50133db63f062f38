//! Deciding about an order that others may change at the same time.

use feirante_seller::lifecycle::Outcome;
use feirante_seller::order::Order;

use super::change::moves_stock;
use super::{Beside, Changed, Orders, Shortage};
use crate::StoreError;
use crate::offers::Offers;
use crate::retry::Budget;

/// How a decision ended.
#[derive(Debug)]
pub enum Decided<A> {
    /// It is written, if there was something to write.
    Settled(A),
    /// Nothing is: what it takes again is gone where it was to be taken.
    OutOfStock(Shortage),
}

/// What a decision came to.
enum Round<A> {
    Written(A),
    Unchanged(A),
    OutOfStock(Shortage),
}

impl Orders {
    /// Writes what `decide` makes of `order`; when another change comes first, asks it again about
    /// the order as it is then.
    ///
    /// # Errors
    /// What `decide` refuses, or that the outcome could not be learned in time.
    pub async fn decide<A, E: From<StoreError>>(
        &self,
        order: Order,
        offers: &Offers,
        budget: Budget,
        decide: impl FnMut(&Order) -> Result<Outcome<A>, E>,
    ) -> Result<Decided<A>, E> {
        let nothing = Beside::nothing();
        self.decide_with(order, offers, &nothing, budget, decide)
            .await
    }

    /// The same with `beside`, which is written with the change, and only with one.
    ///
    /// # Errors
    /// What `decide` refuses, or that the outcome could not be learned in time.
    pub async fn decide_with<A, E: From<StoreError>>(
        &self,
        order: Order,
        offers: &Offers,
        beside: &Beside,
        budget: Budget,
        decide: impl FnMut(&Order) -> Result<Outcome<A>, E>,
    ) -> Result<Decided<A>, E> {
        let rounds = self.rounds(order, Some(offers), beside, budget, decide);
        Ok(match rounds.await? {
            Round::Written(answer) | Round::Unchanged(answer) => Decided::Settled(answer),
            Round::OutOfStock(shortage) => Decided::OutOfStock(shortage),
        })
    }

    /// The same for what begins before a marketplace is told of it: `taken`, the turn to tell it, is
    /// written with the change, and only with one. No stock moves.
    ///
    /// # Errors
    /// What `decide` refuses, or that the outcome could not be learned in time.
    pub async fn begin<A, E: From<StoreError>>(
        &self,
        order: Order,
        taken: &Beside,
        budget: Budget,
        decide: impl FnMut(&Order) -> Result<Outcome<A>, E>,
    ) -> Result<A, E> {
        match self.rounds(order, None, taken, budget, decide).await? {
            Round::Written(answer) | Round::Unchanged(answer) => Ok(answer),
            Round::OutOfStock(_) => Err(moves_stock().into()),
        }
    }

    /// The same for what became of telling a marketplace: `told` is written whether or not the order
    /// changes, since the call was made. No stock moves.
    ///
    /// # Errors
    /// What `decide` refuses, or that the outcome could not be learned in time.
    pub async fn conclude<A, E: From<StoreError>>(
        &self,
        order: Order,
        told: &Beside,
        budget: Budget,
        decide: impl FnMut(&Order) -> Result<Outcome<A>, E>,
    ) -> Result<A, E> {
        match self.rounds(order, None, told, budget, decide).await? {
            Round::Written(answer) => Ok(answer),
            Round::Unchanged(answer) => {
                self.write_alone(told, budget).await?;
                Ok(answer)
            }
            Round::OutOfStock(_) => Err(moves_stock().into()),
        }
    }

    /// The same where units leave, come back or are free with it.
    ///
    /// # Errors
    /// What `decide` refuses, or that the outcome could not be learned in time.
    pub async fn conclude_with_stock<A, E: From<StoreError>>(
        &self,
        order: Order,
        offers: &Offers,
        told: &Beside,
        budget: Budget,
        decide: impl FnMut(&Order) -> Result<Outcome<A>, E>,
    ) -> Result<Decided<A>, E> {
        let rounds = self.rounds(order, Some(offers), told, budget, decide);
        Ok(match rounds.await? {
            Round::Written(answer) => Decided::Settled(answer),
            Round::Unchanged(answer) => {
                self.write_alone(told, budget).await?;
                Decided::Settled(answer)
            }
            Round::OutOfStock(shortage) => Decided::OutOfStock(shortage),
        })
    }

    async fn rounds<A, E: From<StoreError>>(
        &self,
        mut order: Order,
        offers: Option<&Offers>,
        beside: &Beside,
        budget: Budget,
        mut decide: impl FnMut(&Order) -> Result<Outcome<A>, E>,
    ) -> Result<Round<A>, E> {
        // Each time a decision is overtaken, somebody else's was written: of so many who write at once
        // all come to their turn, if only there is time. A count would leave out the last, who may have
        // told the marketplace already.
        while !budget.is_over() {
            let (transition, answer) = match decide(&order)? {
                Outcome::Unchanged(answer) => return Ok(Round::Unchanged(answer)),
                Outcome::Change(transition, answer) => (transition, answer),
            };
            let changed = self.change_beside(&transition, offers, beside, budget);
            match changed.await? {
                Changed::Written => return Ok(Round::Written(answer)),
                Changed::Overtaken(newer) => order = *newer,
                Changed::OutOfStock(shortage) => return Ok(Round::OutOfStock(shortage)),
            }
        }
        let detail = format!(
            "order {} was changed by others again and again",
            order.order_id
        );
        Err(StoreError::Unavailable {
            operation: "TransactWriteItems",
            detail,
        }
        .into())
    }
}
