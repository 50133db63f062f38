//! Takes orders and reserves their stock (R3, protocol §3.2): all orders of a call or none, once
//! however often the call is repeated.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::http::{
    self, Answer, Call, Caller, Failure, HttpFunction, Route, unavailable,
};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::placement::Placement;
use feirante_models::simulation::{MAX_ITEMS, sales_channel};
use feirante_models::{Code, Instant, OrderId, Problem, SkuId};
use feirante_seller::order::{Change, Order};
use feirante_seller::placement::{Plan, Refused, Terms, plan, repeat_of};
use feirante_seller::shipping::SlotId;
use feirante_store::orders::{ACTIONS_PER_TRANSACTION, NewOrder, Placed, Reservation};
use feirante_store::{Offers, Orders, StoreError};
use jiff::SignedDuration;

/// Writes that found an order already there, or a place empty that seemed to have enough: each
/// tells how it is now.
const ROUNDS: usize = 4;

/// How much later a refusal may be answered for its record.
const RECORDING: Duration = Duration::from_millis(150);

/// Why a call's orders are not placed.
enum NotPlaced {
    /// They can't be sold.
    Refused(Refused),
    /// The database failed, or nobody can tell in time.
    Failed(Failure),
}

impl From<Refused> for NotPlaced {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for NotPlaced {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// The function.
#[derive(Debug)]
pub struct PlaceOrder {
    offers: Offers,
    orders: Orders,
    settings: SettingsCache,
    personal_data_kept: SignedDuration,
}

impl PlaceOrder {
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

    /// Places what is new of a call, or finds out why not.
    async fn place(
        &self,
        call: &Call<'_>,
        placement: &Placement,
        ids: &[OrderId],
        skus: &[SkuId],
    ) -> Result<(), NotPlaced> {
        let named = sales_channel(call.raw_query);
        call.log
            .sales_channel(named.as_deref(), call.caller.marketplace);
        let methods = methods_with_windows(placement);
        let read = self
            .orders
            .get_with_offers(ids, &self.offers, skus, &methods, call.budget);
        let (mut existing, mut offers, windows) = self.settings.beside(read).await?;
        let newest = self.settings.current();
        let Caller {
            settings,
            marketplace,
        } = call.caller.by(newest.as_deref());
        let terms = Terms {
            settings,
            marketplace,
            sales_channel: marketplace
                .sales_channel(named.as_deref())
                .or_else(|| marketplace.sales_channel(None))
                .unwrap_or_default(),
            now: Instant::now(),
        };
        let past = windows.past(terms.now);
        let mut tried: Vec<SkuId> = Vec::new();
        for _ in 0..ROUNDS {
            let plan = match plan(&terms, placement.orders(), &existing, &offers) {
                Ok(plan) => plan,
                Err(refused) => return self.confirm(call, refused, placement, ids, existing).await,
            };
            if plan.new.is_empty() {
                return Ok(());
            }
            // What was tried and refused is known as it is now: if no place has enough, that is all.
            if let Some(sku) = plan.short(&tried, &offers) {
                return Err(plan.lacks(sku).into());
            }
            match self.write(call, &plan, &past, terms.now).await? {
                Placed::Written => {
                    remark_on_prices(call, &plan);
                    return Ok(());
                }
                Placed::Exist(orders) => existing.extend(orders),
                Placed::WindowsFull(full) => {
                    let refused = full.first().map(|slot| plan.finds_full(slot));
                    return Err(refused.unwrap_or_else(|| unavailable().into()).into());
                }
                Placed::OutOfStock(found) => {
                    tried.extend(found.iter().map(|offer| offer.sku.clone()));
                    offers.extend(found.into_iter().map(|offer| (offer.sku.clone(), offer)));
                }
            }
        }
        Err(NotPlaced::Failed(unavailable().into()))
    }

    async fn write(
        &self,
        call: &Call<'_>,
        plan: &Plan<'_>,
        past: &[SlotId],
        now: Instant,
    ) -> Result<Placed, StoreError> {
        let expires_at = now.plus(self.personal_data_kept);
        let new: Vec<NewOrder<'_>> = plan
            .new
            .iter()
            .map(|(order, request)| NewOrder {
                order,
                received: request.received(),
                expires_at,
            })
            .collect();
        let reserve = Reservation {
            units: &plan.reserve,
            keep: &plan.keep,
            past,
        };
        self.orders
            .place(&new, &self.offers, reserve, call.budget)
            .await
    }

    /// A refusal by what was read holds only if no order of the call was placed meanwhile: the
    /// same call may have been here a moment ago and have taken the last unit itself.
    async fn confirm(
        &self,
        call: &Call<'_>,
        refused: Refused,
        placement: &Placement,
        ids: &[OrderId],
        existing: HashMap<OrderId, Order>,
    ) -> Result<(), NotPlaced> {
        if existing.len() == ids.len() {
            return Err(refused.into());
        }
        let now = self.orders.get_all(ids, call.budget).await?;
        for (request, id) in placement.orders().iter().zip(ids) {
            let order = now.get(id).ok_or_else(|| refused.clone())?;
            repeat_of(order, request)?;
        }
        Ok(())
    }

    /// Notes what was refused, for reports. The answer waits for it, since a function that has answered
    /// does nothing more; but not for long, and it never becomes another answer.
    async fn record(&self, call: &Call<'_>, refused: &Refused) {
        let Some(refusal) = &refused.refusal else {
            return;
        };
        let budget = call.budget.at_most(RECORDING);
        if budget.is_over() {
            return;
        }
        let recorded = self.orders.record_refusal(refusal, Instant::now(), budget);
        if let Err(error) = recorded.await {
            tracing::warn!(%error, order = %refusal.order_id(), "a refusal is not recorded");
        }
    }
}

impl HttpFunction for PlaceOrder {
    const ROUTE: Route = Route {
        function: "place-order",
        path: "/pvt/orders",
        verbs: &["POST"],
        body_limit: 256 * 1024,
        time: Duration::from_millis(1800),
    };

    fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let placement = Placement::read(call.body)?;
        let account = &call.caller.marketplace.account;
        let orders = placement.orders();
        let ids: Vec<OrderId> = orders
            .iter()
            .map(|order| OrderId::of(account, &order.marketplace_order_id))
            .collect();
        let mut skus: Vec<SkuId> = orders
            .iter()
            .flat_map(|order| &order.lines)
            .map(|line| line.sku.clone())
            .collect();
        skus.sort_unstable();
        skus.dedup();
        call.log.orders(&ids);
        call.log.skus(&skus);
        let lines: usize = orders.iter().map(|order| order.lines.len()).sum();
        // An order has to fit into one item.
        if lines > MAX_ITEMS {
            let why = format!("the orders have {lines} items; {MAX_ITEMS} is the most");
            return Err(Problem::new(Code::TooManyItems, why).into());
        }
        let windows = methods_with_windows(&placement).len();
        if 2 * ids.len() + skus.len() + windows > ACTIONS_PER_TRANSACTION {
            return Err(Problem::new(
                Code::TooManyItems,
                "the orders have more different SKUs than can be reserved at once",
            )
            .into());
        }
        match self.place(call, &placement, &ids, &skus).await {
            Ok(()) => {}
            Err(NotPlaced::Refused(refused)) => {
                self.record(call, &refused).await;
                return Err(refused.problem.into());
            }
            Err(NotPlaced::Failed(failure)) => return Err(failure),
        }
        let email = &call.caller.settings.seller.follow_up_email;
        let merchant = call.caller.marketplace.merchant_name.as_deref();
        Ok(Answer::json_text(placement.answer(&ids, email, merchant)?))
    }
}

/// The delivery methods whose windows the orders of a call name.
fn methods_with_windows(placement: &Placement) -> BTreeSet<&str> {
    let lines = placement.orders().iter().flat_map(|order| &order.lines);
    let windows = lines.filter(|line| line.delivery_window.is_some());
    windows
        .filter_map(|line| line.selected_sla.as_deref())
        .collect()
}

/// An order at other prices than ours is worth a line in the log (protocol §3.2).
fn remark_on_prices(call: &Call<'_>, plan: &Plan<'_>) {
    for (order, _) in &plan.new {
        for entry in &order.timeline {
            if let Change::Placed { theirs, ours, .. } = entry.change
                && theirs != ours
            {
                call.log.remark(format_args!(
                    "order {} is at {theirs}, by our prices {ours}",
                    order.order_id
                ));
            }
        }
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    http::run(PlaceOrder::start).await
}
