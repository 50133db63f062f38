//! Takes the news that an order's payment is approved (R4, protocol §3.3): from now on it may be
//! invoiced and shipped.

use std::collections::HashMap;
use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::http::{
    self, Answer, Call, Failure, HttpFunction, Route, order_in_path, order_mismatch, unavailable,
    unknown_order,
};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::answers::Confirmation;
use feirante_models::fulfillment::Authorization;
use feirante_models::{Instant, SkuId};
use feirante_seller::lifecycle::{Outcome, authorization_receipt, authorize, refuse_payment};
use feirante_seller::offer::Offer;
use feirante_seller::order::Order;
use feirante_seller::placement::{out_of_stock, reassign, renew_slots};
use feirante_store::orders::{Authorized, Beside, Decided, Shortage};
use feirante_store::{Budget, Offers, Orders};
use jiff::SignedDuration;

/// Places that are tried for a late payment: each refusal tells how it is now.
const ROUNDS: usize = 4;

/// The function.
#[derive(Debug)]
pub struct AuthorizeFulfillment {
    offers: Offers,
    orders: Orders,
    settings: SettingsCache,
    personal_data_kept: SignedDuration,
}

impl AuthorizeFulfillment {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub async fn start(
        environment: Environment<'_>,
        clients: Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            offers: clients.offers(&environment)?,
            orders: clients.orders(&environment)?,
            settings: clients.settings(&environment).await?,
            personal_data_kept: environment.personal_data_kept()?,
        })
    }

    /// What is not simply a placed order: a repeat, a late payment, a canceled order.
    ///
    /// A late payment takes its units again where they were, or where the failed condition tells that
    /// there are any now. Its delivery window it takes if there is room: what is paid is delivered, if
    /// need be at another time.
    async fn decide(
        &self,
        call: &Call<'_>,
        mut order: Order,
        payment: &Beside,
        now: Instant,
    ) -> Result<Confirmation, Failure> {
        let decide = |order: &Order| authorize(order, now).map_err(Failure::from);
        let mut found: HashMap<SkuId, Offer> = HashMap::new();
        renew_slots(call.caller.settings, &mut order, now);
        for _ in 0..ROUNDS {
            let tried = order.clone();
            let decided =
                self.orders
                    .decide_with(tried, &self.offers, payment, call.budget, decide);
            let Shortage { offers, full } = match decided.await? {
                Decided::Settled(confirmation) => return Ok(confirmation),
                Decided::OutOfStock(shortage) => shortage,
            };
            order.slots.retain(|slot| !full.contains(&slot.id));
            if offers.is_empty() && !full.is_empty() {
                continue;
            }
            let refusal = offers.first().map(|offer| out_of_stock(&offer.sku));
            found.extend(offers.into_iter().map(|offer| (offer.sku.clone(), offer)));
            let tried = order.lines.clone();
            reassign(call.caller.settings, &mut order, &found);
            if order.lines == tried {
                let order = self.refuse_payment(order, call.budget, now).await?;
                // The same call may have been here a moment ago and have had the units.
                if let Ok(Outcome::Unchanged(confirmation)) = authorize(&order, now) {
                    return Ok(confirmation);
                }
                return Err(refusal.unwrap_or_else(unavailable).into());
            }
        }
        Err(unavailable().into())
    }

    /// Notes that the payment came too late: the marketplace is told that the order is canceled,
    /// since it does not take it from a refusal. The order as it stood then.
    async fn refuse_payment(
        &self,
        order: Order,
        budget: Budget,
        now: Instant,
    ) -> Result<Order, Failure> {
        let mut stood = order.clone();
        let decide = |order: &Order| {
            order.clone_into(&mut stood);
            Ok::<_, Failure>(refuse_payment(order, now))
        };
        self.orders
            .decide(order, &self.offers, budget, decide)
            .await?;
        Ok(stood)
    }
}

impl HttpFunction for AuthorizeFulfillment {
    const ROUTE: Route = Route {
        function: "authorize-fulfillment",
        path: "/pvt/orders/{orderId}/fulfill",
        verbs: &["POST"],
        body_limit: 256 * 1024,
        time: Duration::from_millis(1800),
    };

    fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let authorization = Authorization::read(call.body)?;
        let id = order_in_path(call)?;
        call.log.orders([&id]);
        let account = &call.caller.marketplace.account;
        let theirs = &authorization.marketplace_order_id;
        let now = Instant::now();
        let receipt = authorization_receipt(&id, now);
        let payment = match &authorization.payment_data {
            None => Beside::nothing(),
            Some(received) => {
                let expires_at = now.plus(self.personal_data_kept);
                self.orders.payment(&id, received, expires_at)?
            }
        };
        let write =
            self.orders
                .authorize_placed(&id, account, theirs, &receipt, &payment, call.budget);
        let confirmation = match self.settings.beside(write).await? {
            Authorized::Written => Confirmation {
                date: receipt.date,
                marketplace_order_id: theirs.clone(),
                order_id: id,
                receipt: receipt.receipt,
            },
            Authorized::Otherwise(None) => return Err(unknown_order().into()),
            Authorized::Otherwise(Some(order)) if order.account != *account => {
                return Err(unknown_order().into());
            }
            Authorized::Otherwise(Some(order)) if order.marketplace_order_id != *theirs => {
                return Err(order_mismatch().into());
            }
            Authorized::Otherwise(Some(order)) => self.decide(call, *order, &payment, now).await?,
        };
        Ok(Answer::json(&confirmation)?)
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    http::run(AuthorizeFulfillment::start).await
}
