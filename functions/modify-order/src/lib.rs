//! Lets the marketplace modify an order that is being prepared (R6 to R8, protocol §3.12): takes what
//! it asks for, says what that would be, and applies it once the marketplace confirms.
//!
//! It answers here and no more: the seller's own agreements (C11) follow from the changes of the order.

mod agree;
mod request;

use std::collections::HashMap;
use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::http::{
    self, Answer, Call, Failure, HttpFunction, Route, orders_meant, unavailable, unknown_order,
};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::modification::Withdrawal;
use feirante_models::{ChangeRequestId, Code, Instant, OrderId, Problem};
use feirante_seller::lifecycle::withdraw_modification;
use feirante_seller::order::Order;
use feirante_seller::placement::Terms;
use feirante_seller::settings::Marketplace;
use feirante_store::orders::Decided;
use feirante_store::{Offers, Orders};

const REQUEST: Route = Route {
    function: "modify-order",
    path: "/orders/{orderId}/changes",
    verbs: &["PATCH"],
    body_limit: 256 * 1024,
    time: Duration::from_millis(1800),
};

const PREVIEW: Route = Route {
    path: "/orders/{orderId}/changes/preview",
    verbs: &["POST"],
    ..REQUEST
};

const WITHDRAWAL: Route = Route {
    path: "/orders/{orderId}/changes/{changeRequestId}/cancel",
    verbs: &["POST"],
    ..REQUEST
};

const AGREEMENT: Route = Route {
    path: "/orders/{orderId}/changes/{changeRequestId}/send-agreement",
    verbs: &["POST"],
    ..REQUEST
};

/// The function.
#[derive(Debug)]
pub struct ModifyOrder {
    offers: Offers,
    orders: Orders,
    settings: SettingsCache,
}

impl ModifyOrder {
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

    /// The order the path names, by our id or by the marketplace's.
    async fn find(&self, call: &Call<'_>) -> Result<Order, Failure> {
        let ids = ids(call)?;
        let read = self.orders.get_all(&ids, call.budget);
        let found = self.settings.beside(read).await?;
        named(call, &ids, found)
    }

    /// The marketplace takes a modification back (R7).
    async fn withdraw(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let id = change_request_id(call)?;
        let withdrawal = Withdrawal::read(call.body)?;
        let order = self.find(call).await?;
        let now = Instant::now();
        let decide = |order: &Order| {
            withdraw_modification(order, &id, withdrawal.clone(), now).map_err(Failure::from)
        };
        let decided = self.orders.decide(order, &self.offers, call.budget, decide);
        match decided.await? {
            Decided::Settled(()) => Ok(Answer::empty()),
            // It moves no stock.
            Decided::OutOfStock(_) => Err(unavailable().into()),
        }
    }
}

/// The orders the path may mean.
fn ids(call: &Call<'_>) -> Result<Vec<OrderId>, Problem> {
    let ids = orders_meant(&call.caller.marketplace.account, call.order_id);
    if ids.is_empty() {
        return Err(unknown_order());
    }
    Ok(ids)
}

/// The one of the orders `found` that the path means, which is noted in the call's log line.
fn named(
    call: &Call<'_>,
    ids: &[OrderId],
    mut found: HashMap<OrderId, Order>,
) -> Result<Order, Failure> {
    found.retain(|_, order| order.account == call.caller.marketplace.account);
    let order = ids.iter().find_map(|id| found.remove(id));
    let order = order.ok_or_else(unknown_order)?;
    call.log.orders([&order.order_id]);
    Ok(order)
}

/// The modification the path names. What can't be a name of one names none.
fn change_request_id(call: &Call<'_>) -> Result<ChangeRequestId, Problem> {
    ChangeRequestId::parse(call.change_request_id)
        .map_err(|_| Problem::new(Code::NotFound, "the order has no such modification"))
}

/// What is in force for the calling marketplace now.
fn terms<'a>(call: &Call<'a>) -> Terms<'a> {
    let (settings, marketplace) = (call.caller.settings, call.caller.marketplace);
    Terms {
        settings,
        marketplace,
        sales_channel: marketplace.sales_channel(None).unwrap_or_default(),
        now: Instant::now(),
    }
}

impl HttpFunction for ModifyOrder {
    const ROUTE: Route = REQUEST;

    const ROUTES: &'static [Route] = &[REQUEST, PREVIEW, WITHDRAWAL, AGREEMENT];

    fn is_for(marketplace: &Marketplace) -> bool {
        marketplace.modifications
    }

    fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        match call.route.path {
            path if path == PREVIEW.path => self.preview(call).await,
            path if path == WITHDRAWAL.path => self.withdraw(call).await,
            path if path == AGREEMENT.path => self.agree(call).await,
            _ => self.request(call).await,
        }
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    http::run(ModifyOrder::start).await
}
