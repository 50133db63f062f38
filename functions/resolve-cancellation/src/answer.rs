//! The ERP's answers to the marketplace's requests.

use feirante_delivery::{READ_TIME, RECORD_TIME, Stopped, sku_gone};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::Message;
use feirante_models::{Instant, OrderId};
use feirante_seller::lifecycle::{
    NotPossible, Outcome, Settled, confirm_cancellation, refuse_cancellation,
};
use feirante_seller::order::Order;
use feirante_store::Budget;
use feirante_store::orders::Decided;

use crate::{ResolveCancellation, held_back};

impl ResolveCancellation {
    /// The order is canceled; the marketplace's next call learns it.
    pub(crate) async fn confirm(&self, id: &OrderId, from: &Message<'_>) -> Result<(), Failure> {
        let now = Instant::now();
        self.answer(id, from, |order| confirm_cancellation(order, now))
            .await
    }

    /// The order is kept; its invoice tells the marketplace.
    pub(crate) async fn refuse(
        &self,
        id: &OrderId,
        reason: Option<String>,
        from: &Message<'_>,
    ) -> Result<(), Failure> {
        let now = Instant::now();
        self.answer(id, from, |order| {
            refuse_cancellation(order, reason.clone(), now)
        })
        .await
    }

    async fn answer(
        &self,
        id: &OrderId,
        from: &Message<'_>,
        decide: impl Fn(&Order) -> Result<Outcome<Settled>, NotPossible>,
    ) -> Result<(), Failure> {
        let order = self.orders.get(id, Budget::of(READ_TIME)).await?;
        let order = order.ok_or_else(|| self.undeliverable().unknown(id))?;
        let decide = |order: &Order| decide(order).map_err(|why| Stopped::refused(&why));
        let decided = self
            .orders
            .decide(order.clone(), &self.offers, Budget::of(RECORD_TIME), decide)
            .await;
        let stopped = match decided {
            Ok(Decided::Settled(Settled::Done)) => return Ok(()),
            Ok(Decided::Settled(Settled::HeldBack)) => return Err(held_back(from)),
            Ok(Decided::OutOfStock(_)) => sku_gone().into(),
            Err(stopped) => stopped,
        };
        Err(self.undeliverable().stopped(order, None, stopped).await)
    }
}
