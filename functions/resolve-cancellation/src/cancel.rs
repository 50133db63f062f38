//! The seller's own cancellation: begun, which holds back invoices; told; and then the order is
//! canceled and its stock free.

use feirante_delivery::{Done, Errand, RECORD_TIME, Undecided};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::Message;
use feirante_lambda::dead_letters::Rejection;
use feirante_marketplace::{Call, calls};
use feirante_models::outward::CancelBody;
use feirante_models::{Instant, OrderId};
use feirante_seller::lifecycle::{
    Outcome, StartedCancellation, cancel_sent, refund_settled, start_cancellation,
};
use feirante_seller::order::{Order, State};
use feirante_seller::settings::Marketplace;
use feirante_seller::turns::Turns;
use feirante_store::Budget;
use feirante_store::orders::{Beside, Decided, Known, Part};

use crate::{READ_TIME, ResolveCancellation, held_back};

/// An order has one cancellation of its own, whatever the reasons of those who ask for it again.
const REQUEST: &str = "cancel";

impl ResolveCancellation {
    /// Cancels the order here and at the marketplace.
    pub(crate) async fn cancel(
        &self,
        id: &OrderId,
        reason: &str,
        from: &Message<'_>,
    ) -> Result<(), Failure> {
        let found = self
            .orders
            .get_with_cancellation(id, Budget::of(READ_TIME))
            .await?;
        let Some((order, turns)) = found else {
            return Err(self.undeliverable().unknown(id));
        };
        let (marketplace, call) = match self.call(&order, reason).await {
            Ok(found) => found,
            Err(failure) => return Err(self.undeliverable().failed(order, None, failure).await),
        };
        let Some((order, taken)) = self.begin(order, &turns, reason, from).await? else {
            return Ok(());
        };
        let done = self
            .errand(id)
            .make(&self.dispatcher, &marketplace, &call, &taken)
            .await?;
        match done {
            Done::Sent(sent, turns) => {
                let now = Instant::now();
                self.settle(order, &turns, |order| cancel_sent(order, sent.clone(), now))
                    .await
            }
            // What was returned has been refunded, and that is all a cancellation would do.
            Done::GivenUp {
                status: 400, turns, ..
            } if matches!(order.state, State::Returned { .. }) => {
                let now = Instant::now();
                self.settle(order, &turns, |order| refund_settled(order, now))
                    .await
            }
            Done::GivenUp {
                finality,
                status,
                detail,
                turns,
            } => {
                let beside = self.beside(id, &turns)?;
                let rejection = Rejection::refused(status, detail);
                Err(self
                    .undeliverable()
                    .note(order, None, rejection, finality, &beside)
                    .await)
            }
        }
    }

    /// The request, with the reason the cancellation was begun with first, and whom it goes to.
    async fn call(&self, order: &Order, reason: &str) -> Result<(Marketplace, Call), Failure> {
        let marketplace = self.dispatcher.marketplace(&order.account).await?;
        let begun = order.canceling.as_ref();
        let body = CancelBody::new(begun.map_or(reason, |begun| &begun.reason));
        let services = order.services_endpoint.as_deref();
        let call = calls::cancel(&marketplace, services, &order.marketplace_order_id, &body)
            .map_err(|why| Rejection::refused(400, why.to_string()))?;
        Ok((marketplace, call))
    }

    /// Begins the cancellation, if it was not before, and takes the turn to tell the marketplace.
    /// `None`: there is nothing to tell.
    async fn begin(
        &self,
        order: Order,
        turns: &Turns,
        reason: &str,
        from: &Message<'_>,
    ) -> Result<Option<(Order, Turns)>, Failure> {
        let now = Instant::now();
        let id = order.order_id.clone();
        let taken = Errand::taken(&turns.settled(REQUEST), now);
        let beside = self.beside(&id, &taken)?;
        let mut after = order.clone();
        let decide = |order: &Order| {
            let outcome = start_cancellation(order, reason, now)
                .map_err(|why| Undecided::refused(order, &why))?;
            after = outcome.order_after(order).clone();
            Ok(outcome)
        };
        let budget = Budget::of(RECORD_TIME);
        let decided = self
            .orders
            .decide_beside(order, None, &beside, budget, decide)
            .await;
        match decided {
            Ok(Decided::Settled(StartedCancellation::Started)) => Ok(Some((after, taken))),
            Ok(Decided::Settled(StartedCancellation::Pending)) => {
                let taken = self.errand(&id).take(turns, now).await?;
                Ok(Some((after, taken)))
            }
            Ok(Decided::Settled(StartedCancellation::Done)) => Ok(None),
            Ok(Decided::Settled(StartedCancellation::HeldBack)) => Err(held_back(from)),
            Ok(Decided::OutOfStock(_)) => {
                Err(Failure::Later(format!("a SKU of order {id} is gone")))
            }
            Err(undecided) => Err(self.undeliverable().undecided(undecided, None).await),
        }
    }

    async fn settle(
        &self,
        order: Order,
        turns: &Turns,
        decide: impl Fn(&Order) -> Outcome<()>,
    ) -> Result<(), Failure> {
        let id = order.order_id.clone();
        let beside = self.beside(&id, turns)?;
        let (offers, budget) = (Some(&self.offers), Budget::of(RECORD_TIME));
        let decide = |order: &Order| Ok::<_, Failure>(decide(order));
        match self
            .orders
            .decide_beside(order, offers, &beside, budget, decide)
            .await?
        {
            Decided::Settled(()) => Ok(()),
            Decided::OutOfStock(_) => Err(Failure::Later(format!("a SKU of order {id} is gone"))),
        }
    }

    fn errand<'a>(&'a self, id: &'a OrderId) -> Errand<'a> {
        Errand {
            orders: &self.orders,
            order: id,
            part: Part::Cancellation,
            request: REQUEST,
        }
    }

    fn beside(&self, id: &OrderId, turns: &Turns) -> Result<Beside, Failure> {
        let part = Part::Cancellation;
        Ok(self.orders.beside(id, part, turns, Known::Nothing)?)
    }
}
