//! Deciding about an order that others may change at the same time.

use feirante_seller::lifecycle::Outcome;
use feirante_seller::offer::Offer;
use feirante_seller::order::Order;

use super::{Beside, Changed, Orders};
use crate::StoreError;
use crate::offers::Offers;
use crate::retry::Budget;

/// Decisions that another change overtook: each time somebody else's was written, and an order has
/// few changes ahead of it.
const ROUNDS: usize = 5;

/// How a decision ended.
#[derive(Debug)]
pub enum Decided<A> {
    /// It is written, if there was something to write.
    Settled(A),
    /// Nothing is: the units it takes again are gone where they were to be taken. Their offers as
    /// they stand now.
    OutOfStock(Vec<Offer>),
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
        self.decide_beside(order, Some(offers), &Beside::nothing(), budget, decide)
            .await
    }

    /// The same; what is written is written together with `beside`. Without `offers`, for decisions
    /// that move no stock.
    ///
    /// # Errors
    /// What `decide` refuses, or that the outcome could not be learned in time.
    pub async fn decide_beside<A, E: From<StoreError>>(
        &self,
        mut order: Order,
        offers: Option<&Offers>,
        beside: &Beside,
        budget: Budget,
        mut decide: impl FnMut(&Order) -> Result<Outcome<A>, E>,
    ) -> Result<Decided<A>, E> {
        for _ in 0..ROUNDS {
            let (transition, answer) = match decide(&order)? {
                Outcome::Unchanged(answer) => return Ok(Decided::Settled(answer)),
                Outcome::Change(transition, answer) => (transition, answer),
            };
            match self
                .change_beside(&transition, offers, beside, budget)
                .await?
            {
                Changed::Written => return Ok(Decided::Settled(answer)),
                Changed::Overtaken(newer) => order = *newer,
                Changed::OutOfStock(offers) => return Ok(Decided::OutOfStock(offers)),
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
