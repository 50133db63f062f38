//! Telling the marketplace of a package, and writing down what it made of it.

use feirante_delivery::{Done, Errand, RECORD_TIME, Stopped};
use feirante_lambda::batch::Failure;
use feirante_lambda::dead_letters::Rejection;
use feirante_marketplace::Call;
use feirante_models::Instant;
use feirante_seller::order::{Order, Sent};
use feirante_seller::package::Package;
use feirante_seller::settings::Marketplace;
use feirante_seller::turns::Turns;
use feirante_store::orders::{Beside, Known, Part};
use feirante_store::{Budget, StoreError};

use crate::news::News;
use crate::{SendTracking, Tracking};

impl SendTracking {
    /// Tells the marketplace `news`, and writes what it makes of it.
    pub(crate) async fn tell(
        &self,
        tracking: &Tracking<'_>,
        news: &News,
        order: &Order,
        package: &Package,
    ) -> Result<(), Stopped> {
        let number = &tracking.message.invoice_number;
        let (marketplace, call) = self.call(news, order, tracking).await?;
        let (part, turns): (_, &Turns) = match news {
            News::Shipment(_) => (Part::Shipment(number), &package.shipment),
            News::Progress(_) => (Part::Progress(number), &package.progress),
        };
        let errand = Errand {
            orders: &self.0.orders,
            order: &order.order_id,
            part,
            request: &tracking.hash,
        };
        let taken = errand.take(turns, Instant::now()).await?;
        let dispatcher = &self.0.dispatcher;
        match errand.make(dispatcher, &marketplace, &call, &taken).await? {
            Done::Sent(sent, turns) => {
                let beside = self.known(tracking, news, order, package, &turns)?;
                self.record(tracking, news, order, sent, beside).await
            }
            Done::GivenUp {
                finality,
                status,
                detail,
                turns,
            } => {
                let (id, known) = (&order.order_id, Known::GivenUp(&tracking.hash));
                let beside = self.0.orders.beside(id, part, &turns, known)?;
                let rejection = Rejection::refused(status, detail);
                Err(Stopped::given_up(rejection, finality, beside))
            }
        }
    }

    /// The request, and whom it goes to.
    async fn call(
        &self,
        news: &News,
        order: &Order,
        tracking: &Tracking<'_>,
    ) -> Result<(Marketplace, Call), Failure> {
        let marketplace = self.0.dispatcher.marketplace(&order.account).await?;
        let call = news
            .call(&marketplace, order, tracking)
            .map_err(|why| Rejection::refused(400, why.to_string()))?;
        Ok((marketplace, call))
    }

    /// What the marketplace knows of the package once it has taken `news`.
    fn known(
        &self,
        tracking: &Tracking<'_>,
        news: &News,
        order: &Order,
        package: &Package,
        turns: &Turns,
    ) -> Result<Beside, StoreError> {
        let number = &tracking.message.invoice_number;
        let (orders, id) = (&self.0.orders, &order.order_id);
        match news {
            News::Shipment(shipment) => {
                let told = package.shipments.with(shipment, tracking.sent_at);
                let known = Known::Shipments(&told);
                orders.beside(id, Part::Shipment(number), turns, known)
            }
            News::Progress(progress) => {
                let told = package.progress_told.with(progress);
                let known = Known::Progress(&told);
                orders.beside(id, Part::Progress(number), turns, known)
            }
        }
    }

    /// Writes that the marketplace took `news`. What it knows is written though the order can't be,
    /// or it would be told once more.
    async fn record(
        &self,
        tracking: &Tracking<'_>,
        news: &News,
        order: &Order,
        sent: Sent,
        beside: Beside,
    ) -> Result<(), Stopped> {
        let now = Instant::now();
        let told =
            |order: &Order| Ok::<_, StoreError>(news.told(order, tracking, sent.clone(), now));
        let (orders, budget) = (&self.0.orders, Budget::of(RECORD_TIME));
        let recorded = orders.conclude(order.clone(), &beside, budget, told).await;
        recorded.map_err(|error| Stopped::untold(error, beside))
    }
}
