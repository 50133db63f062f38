//! Takes the ERP's decisions about cancellations (queue `erp-cancellations`): its answers to the
//! marketplace's requests.

use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::Instant;
use feirante_models::erp::{CancellationAction, CancellationMessage};
use feirante_seller::lifecycle::{NotPossible, Outcome, confirm_cancellation, refuse_cancellation};
use feirante_seller::order::Order;
use feirante_store::orders::Decided;
use feirante_store::{Offers, Orders};

/// The function.
#[derive(Debug)]
pub struct ResolveCancellation {
    offers: Offers,
    orders: Orders,
    dead_letters: DeadLetters,
}

impl ResolveCancellation {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    #[allow(clippy::unused_async, reason = "functions start the same way")]
    pub async fn start(
        environment: Environment<'_>,
        clients: Clients,
    ) -> Result<Self, EnvironmentError> {
        Ok(Self {
            offers: clients.offers(&environment)?,
            orders: clients.orders(&environment)?,
            dead_letters: clients.dead_letters(&environment)?,
        })
    }
}

impl QueueFunction for ResolveCancellation {
    const NAME: &'static str = "resolve-cancellation";

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let decision = CancellationMessage::read(message.body.as_bytes())
            .map_err(|problem| Rejection::invalid(&problem))?;
        let id = decision.order.order_id();
        let order = self
            .orders
            .get(&id, message.budget)
            .await?
            .ok_or_else(|| Rejection::refused(404, format!("there is no order {id}")))?;
        let decide = |order: &Order| decide(order, &decision.action).map_err(Failure::from);
        match self
            .orders
            .decide(order, &self.offers, message.budget, decide)
            .await?
        {
            Decided::Settled(()) => {
                tracing::info!(
                    function = Self::NAME,
                    order = id.as_str(),
                    "cancellation decided"
                );
                Ok(())
            }
            Decided::OutOfStock(_) => Err(Failure::Later(format!("a SKU of order {id} is gone"))),
        }
    }
}

fn decide(order: &Order, action: &CancellationAction) -> Result<Outcome<()>, Rejection> {
    let now = Instant::now();
    let refused = |why: NotPossible| Rejection::refused(409, why.to_string());
    match action {
        CancellationAction::Confirm => confirm_cancellation(order, now).map_err(refused),
        CancellationAction::Refuse { reason } => {
            refuse_cancellation(order, reason.clone(), now).map_err(refused)
        }
        CancellationAction::Cancel { .. } => Err(Rejection::refused(
            501,
            "this version can't cancel at the marketplace yet: cancel the order there, and the \
             marketplace's call cancels it here",
        )),
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    queue::run(ResolveCancellation::start).await
}
