//! Takes the marketplace's wish to cancel an order (R5, protocol §3.4): at once, or after the ERP
//! has been asked.

use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::http::{
    self, Answer, Call, Failure, HttpFunction, Route, order_mismatch, orders_meant, unavailable,
    unknown_order,
};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::cancellation::CancellationRequest;
use feirante_models::{Instant, MarketplaceOrderId};
use feirante_seller::lifecycle::{CancellationAnswer, request_cancellation};
use feirante_seller::order::Order;
use feirante_store::orders::Decided;
use feirante_store::{Offers, Orders};

/// The function.
#[derive(Debug)]
pub struct CancelOrder {
    offers: Offers,
    orders: Orders,
    settings: SettingsCache,
}

impl CancelOrder {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(
        environment: Environment<'_>,
        clients: Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            offers: clients.offers(&environment)?,
            orders: clients.orders(&environment)?,
            settings: clients.settings(&environment).await?,
        })
    }

    /// The order the path names, by our id or by the marketplace's: the published samples have
    /// either. Where both exist, it is the one the body agrees with, and else ours.
    async fn find(
        &self,
        call: &Call<'_>,
        theirs: Option<&MarketplaceOrderId>,
    ) -> Result<Order, Failure> {
        let account = &call.caller.marketplace.account;
        let ids = orders_meant(account, call.order_id);
        if ids.is_empty() {
            return Err(unknown_order().into());
        }
        let read = self.orders.get_all(&ids, call.budget);
        let mut found = self.settings.beside(read).await?;
        found.retain(|_, order| order.account == *account);
        let agrees = |order: &Order| theirs == Some(&order.marketplace_order_id);
        ids.iter()
            .find(|id| found.get(id).is_some_and(agrees))
            .or_else(|| ids.iter().find(|id| found.contains_key(id)))
            .and_then(|id| found.remove(id))
            .ok_or_else(|| unknown_order().into())
    }
}

impl HttpFunction for CancelOrder {
    const ROUTE: Route = Route {
        function: "cancel-order",
        path: "/pvt/orders/{orderId}/cancel",
        verbs: &["POST"],
        body_limit: 256 * 1024,
        time: Duration::from_millis(1800),
    };

    fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let request = CancellationRequest::read(call.body)?;
        let theirs = request.marketplace_order_id.as_ref();
        let order = self.find(call, theirs).await?;
        call.log.orders([&order.order_id]);
        if theirs.is_some_and(|theirs| *theirs != order.marketplace_order_id) {
            return Err(order_mismatch().into());
        }
        let policy = call.caller.marketplace.cancellation;
        let now = Instant::now();
        let decide = |order: &Order| {
            let details = request.details.clone();
            Ok::<_, Failure>(request_cancellation(order, policy, details, now))
        };
        match self
            .orders
            .decide(order, &self.offers, call.budget, decide)
            .await?
        {
            Decided::Settled(CancellationAnswer::Confirmed(confirmation)) => {
                Ok(Answer::json(&confirmation)?)
            }
            Decided::Settled(CancellationAnswer::Evaluating) => Ok(Answer::empty()),
            // A cancellation reserves nothing: only a SKU whose item is gone can't take back.
            Decided::OutOfStock(_) => Err(unavailable().into()),
        }
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    http::run(CancelOrder::start).await
}
