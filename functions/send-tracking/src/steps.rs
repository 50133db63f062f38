//! What a message goes through: each step reads the order, decides what is next, and does it.

use feirante_delivery::{Errand, READ_TIME, RECORD_TIME, Stopped};
use feirante_lambda::batch::Failure;
use feirante_models::Instant;
use feirante_seller::order::Order;
use feirante_seller::package::{Package, Step, next_step};
use feirante_store::orders::Part;
use feirante_store::{Budget, StoreError};

use crate::news::News;
use crate::{SendTracking, Tracking};

impl SendTracking {
    /// Does the message's next step; `true`: there is none after it.
    pub(crate) async fn step(&self, tracking: &Tracking<'_>) -> Result<bool, Failure> {
        let undeliverable = self.0.undeliverable();
        let number = &tracking.message.invoice_number;
        let id = tracking.message.order.order_id();
        let budget = Budget::of(READ_TIME);
        let (order, package) = match self.0.orders.get_with_package(&id, number, budget).await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(undeliverable.unknown(&id)),
            Err(error) => return Err(undeliverable.unreadable(&id, Some(number), error).await),
        };
        match self.go_on(tracking, &order, &package).await {
            Ok(done) => Ok(done),
            Err(stopped) => Err(undeliverable.stopped(order, Some(number), stopped).await),
        }
    }

    async fn go_on(
        &self,
        tracking: &Tracking<'_>,
        order: &Order,
        package: &Package,
    ) -> Result<bool, Stopped> {
        let number = &tracking.message.invoice_number;
        if package.is_behind(order, number, Instant::now()) {
            return Ok(false);
        }
        let news = match next_step(order, package, &tracking.message, tracking.sent_at) {
            Ok(Step::Ship(shipment)) => News::Shipment(shipment),
            Ok(Step::Report(progress)) => News::Progress(progress),
            Ok(Step::KeepWaiting) => return self.keep(tracking, order, package).await,
            Ok(Step::Done) => {
                self.forget(tracking, order, package).await?;
                return Ok(true);
            }
            Err(why) => {
                return Err(match self.forget(tracking, order, package).await {
                    // The message is refused for its own reason.
                    Ok(()) | Err(Failure::Rejected(_)) => Stopped::refused(&why),
                    Err(failure) => failure.into(),
                });
            }
        };
        self.tell(tracking, &news, order, package).await?;
        Ok(false)
    }

    /// Keeps the message with the order, if there is room for it; `false`: something has changed
    /// meanwhile.
    async fn keep(
        &self,
        tracking: &Tracking<'_>,
        order: &Order,
        package: &Package,
    ) -> Result<bool, Stopped> {
        let (number, hash) = (&tracking.message.invoice_number, &tracking.hash);
        let orders = &self.0.orders;
        let room = orders
            .waiting(&order.order_id, Budget::of(READ_TIME))
            .await?;
        room.admit(number, hash, tracking.body)
            .map_err(|full| Stopped::refused(&full))?;
        let waiting = package.as_it_waits(hash, tracking.body, tracking.sent_at);
        let (read, budget) = ((order, package), Budget::of(RECORD_TIME));
        let kept = orders.keep_waiting(read, number, hash, &waiting, budget);
        Ok(kept.await?)
    }

    /// Lets go of a message that is dealt with: of itself, if it waited with the order, and of its
    /// attempts, if another one has told its news. It is on the queue until that is done.
    async fn forget(
        &self,
        tracking: &Tracking<'_>,
        order: &Order,
        package: &Package,
    ) -> Result<(), Failure> {
        let number = &tracking.message.invoice_number;
        for (part, turns) in [
            (Part::Shipment(number), &package.shipment),
            (Part::Progress(number), &package.progress),
        ] {
            let errand = Errand {
                orders: &self.0.orders,
                order: &order.order_id,
                part,
                request: &tracking.hash,
            };
            errand.forget(turns, Instant::now()).await?;
        }
        Ok(self.stop_waiting(tracking, order, package).await?)
    }

    async fn stop_waiting(
        &self,
        tracking: &Tracking<'_>,
        order: &Order,
        package: &Package,
    ) -> Result<(), StoreError> {
        let (number, hash) = (&tracking.message.invoice_number, &tracking.hash);
        if !package.waiting.contains_key(hash) {
            return Ok(());
        }
        let budget = Budget::of(RECORD_TIME);
        let orders = &self.0.orders;
        orders.stop_waiting(order, number, hash, budget).await
    }
}
