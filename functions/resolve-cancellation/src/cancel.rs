//! The seller's own cancellation: begun, which holds back invoices; told; and then the order is
//! canceled and its stock free.

use feirante_delivery::{Done, Errand, READ_TIME, RECORD_TIME, Stopped, sku_gone};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::Message;
use feirante_lambda::dead_letters::Rejection;
use feirante_marketplace::{Call, calls};
use feirante_models::outward::CancelBody;
use feirante_models::{Instant, OrderId};
use feirante_seller::lifecycle::{
    Outcome, StartedCancellation, cancel_finality, cancel_sent, carry_on_cancellation,
    refund_settled, start_cancellation,
};
use feirante_seller::order::{Order, State};
use feirante_seller::settings::Marketplace;
use feirante_seller::turns::Turns;
use feirante_store::orders::{Beside, Decided, Known, Part};
use feirante_store::{Budget, StoreError};

use crate::{ResolveCancellation, held_back};

/// An order has one cancellation of its own, whatever the reasons of those who ask for it again.
const REQUEST: &str = "cancel";

/// What a message wants canceled.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Why, as the marketplace is told.
    pub(crate) reason: String,
    /// The rejection it follows from, by when that began: it goes on with that and begins nothing.
    pub(crate) rejection: Option<Instant>,
}

impl Wanted {
    /// What is to be done about `order`.
    fn decide(&self, order: &Order, now: Instant) -> Result<Outcome<StartedCancellation>, Stopped> {
        match self.rejection {
            Some(begun) => Ok(Outcome::Unchanged(carry_on_cancellation(order, begun))),
            None => {
                start_cancellation(order, &self.reason, now).map_err(|why| Stopped::refused(&why))
            }
        }
    }

    /// Whether it follows from a rejection that is over: nothing is asked, and nothing noted.
    fn is_over(&self, order: &Order) -> bool {
        let over = |begun| carry_on_cancellation(order, begun) == StartedCancellation::Done;
        self.rejection.is_some_and(over)
    }
}

impl ResolveCancellation {
    /// Cancels the order here and at the marketplace.
    pub(crate) async fn cancel(
        &self,
        id: &OrderId,
        wanted: &Wanted,
        from: &Message<'_>,
    ) -> Result<(), Failure> {
        let (orders, undeliverable) = (&self.sender.orders, self.sender.undeliverable());
        let found = orders.get_with_cancellation(id, Budget::of(READ_TIME));
        let (order, turns) = match found.await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(undeliverable.unknown(id)),
            Err(error) => return Err(undeliverable.unreadable(id, None, error).await),
        };
        match self.deliver(order.clone(), &turns, wanted, from).await {
            Ok(()) => Ok(()),
            Err(stopped) => Err(undeliverable.stopped(order, None, stopped).await),
        }
    }

    /// Begins the cancellation, tells the marketplace, and writes what it makes of it.
    async fn deliver(
        &self,
        order: Order,
        turns: &Turns,
        wanted: &Wanted,
        from: &Message<'_>,
    ) -> Result<(), Stopped> {
        if wanted.is_over(&order) {
            return Ok(());
        }
        let begun = order.is_canceling();
        let called = self.call(&order, &wanted.reason).await;
        let (marketplace, call) = called.map_err(|failure| Stopped::unable(failure, begun))?;
        let Some((order, taken)) = self.begin(order, turns, wanted, from).await? else {
            return Ok(());
        };
        let done = self
            .errand(&order.order_id)
            .make(&self.sender.dispatcher, &marketplace, &call, &taken)
            .await?;
        let now = Instant::now();
        match done {
            Done::Sent(sent, turns) => {
                self.settle(order, &turns, |order| cancel_sent(order, sent.clone(), now))
                    .await
            }
            // What was returned has been refunded, and that is all a cancellation would do.
            Done::GivenUp {
                status: 400, turns, ..
            } if matches!(order.state, State::Returned { .. }) => {
                self.settle(order, &turns, |order| refund_settled(order, now))
                    .await
            }
            Done::GivenUp {
                finality,
                status,
                detail,
                turns,
            } => {
                let beside = self.beside(&order.order_id, &turns)?;
                let finality = cancel_finality(&order, status, finality);
                let rejection = Rejection::refused(status, detail);
                Err(Stopped::given_up(rejection, finality, beside))
            }
        }
    }

    /// The request, and whom it goes to. Its reason is the one the cancellation was begun with, if
    /// that is on its way.
    async fn call(&self, order: &Order, reason: &str) -> Result<(Marketplace, Call), Failure> {
        let marketplace = self.sender.dispatcher.marketplace(&order.account).await?;
        let begun = order.canceling.as_ref().filter(|begun| !begun.given_up);
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
        wanted: &Wanted,
        from: &Message<'_>,
    ) -> Result<Option<(Order, Turns)>, Stopped> {
        let now = Instant::now();
        let id = order.order_id.clone();
        let taken = Errand::taken(&turns.settled(REQUEST), now);
        let beside = self.beside(&id, &taken)?;
        let mut after = order.clone();
        let decide = |order: &Order| {
            let outcome = wanted.decide(order, now)?;
            after = outcome.order_after(order).clone();
            Ok::<_, Stopped>(outcome)
        };
        let (orders, budget) = (&self.sender.orders, Budget::of(RECORD_TIME));
        match orders.begin(order, &beside, budget, decide).await? {
            StartedCancellation::Started => Ok(Some((after, taken))),
            StartedCancellation::Pending => {
                let taken = self.errand(&id).take(turns, now).await;
                let taken = taken.map_err(|failure| Stopped::unable(failure, true))?;
                Ok(Some((after, taken)))
            }
            StartedCancellation::Done => Ok(None),
            StartedCancellation::HeldBack => Err(held_back(from).into()),
        }
    }

    /// Writes what the marketplace has said: the order, its stock, and that the turn is over.
    async fn settle(
        &self,
        order: Order,
        turns: &Turns,
        decide: impl Fn(&Order) -> Outcome<()>,
    ) -> Result<(), Stopped> {
        let beside = self.beside(&order.order_id, turns)?;
        let decide = |order: &Order| Ok::<_, StoreError>(decide(order));
        let (offers, budget) = (&self.offers, Budget::of(RECORD_TIME));
        let decided = self
            .sender
            .orders
            .conclude_with_stock(order, offers, &beside, budget, decide)
            .await;
        match decided {
            Ok(Decided::Settled(())) => Ok(()),
            Ok(Decided::OutOfStock(_)) => Err(Stopped::untold(sku_gone(), beside)),
            Err(error) => Err(Stopped::untold(error, beside)),
        }
    }

    fn errand<'a>(&'a self, id: &'a OrderId) -> Errand<'a> {
        Errand {
            orders: &self.sender.orders,
            order: id,
            part: Part::Cancellation,
            request: REQUEST,
        }
    }

    fn beside(&self, id: &OrderId, turns: &Turns) -> Result<Beside, StoreError> {
        let part = Part::Cancellation;
        let orders = &self.sender.orders;
        orders.beside(id, part, turns, Known::Nothing)
    }
}
