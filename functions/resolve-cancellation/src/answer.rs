//! The ERP's answers to the marketplace's requests.

use feirante_delivery::{READ_TIME, RECORD_TIME, Stopped, sku_gone, times};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::Message;
use feirante_models::{Instant, OrderId};
use feirante_seller::lifecycle::{
    NotPossible, Outcome, Settled, confirm_cancellation, refuse_cancellation,
};
use feirante_seller::order::Order;
use feirante_store::Budget;
use feirante_store::orders::Decided;

use crate::cancel::Wanted;
use crate::{ResolveCancellation, held_back};

/// Why the seller cancels what the marketplace wants canceled.
const AGREED: &str = "The seller agrees to the cancellation that was asked for";

impl ResolveCancellation {
    /// The order is canceled, and the marketplace's next call learns it. Where the marketplace may
    /// have an invoice, it is asked.
    pub(crate) async fn confirm(&self, id: &OrderId, from: &Message<'_>) -> Result<(), Failure> {
        let now = Instant::now();
        let decide = |order: &Order| confirm_cancellation(order, now);
        match self.answer(id, decide).await? {
            Settled::Done => Ok(()),
            Settled::HeldBack => Err(held_back(from)),
            Settled::MarketplaceDecides => {
                from.has(times::MESSAGE)?;
                let wanted = Wanted {
                    reason: AGREED.to_owned(),
                    rejection: None,
                };
                self.cancel(id, &wanted, from).await
            }
        }
    }

    /// The order is kept; its invoice tells the marketplace.
    pub(crate) async fn refuse(&self, id: &OrderId, reason: Option<String>) -> Result<(), Failure> {
        let now = Instant::now();
        let decide = |order: &Order| refuse_cancellation(order, reason.clone(), now);
        self.answer(id, decide).await
    }

    async fn answer<A>(
        &self,
        id: &OrderId,
        decide: impl Fn(&Order) -> Result<Outcome<A>, NotPossible>,
    ) -> Result<A, Failure> {
        let (orders, undeliverable) = (&self.sender.orders, self.sender.undeliverable());
        let order = match orders.get(id, Budget::of(READ_TIME)).await {
            Ok(Some(order)) => order,
            Ok(None) => return Err(undeliverable.unknown(id)),
            Err(error) => return Err(undeliverable.unreadable(id, None, error).await),
        };
        let decide = |order: &Order| decide(order).map_err(|why| Stopped::refused(&why));
        let budget = Budget::of(RECORD_TIME);
        let decided = orders.decide(order.clone(), &self.offers, budget, decide);
        let stopped = match decided.await {
            Ok(Decided::Settled(answer)) => return Ok(answer),
            Ok(Decided::OutOfStock(_)) => sku_gone().into(),
            Err(stopped) => stopped,
        };
        Err(undeliverable.stopped(order, None, stopped).await)
    }
}
