//! Takes the ERP's decisions about cancellations (queue `erp-cancellations`): its answers to the
//! marketplace's requests.

use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::environment::{
    DEAD_LETTERS_URL, EnvironmentError, OFFERS_TABLE, ORDERS_TABLE,
};
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::Instant;
use feirante_models::erp::{CancellationAction, CancellationMessage};
use feirante_seller::lifecycle::{NotPossible, Outcome, confirm_cancellation, refuse_cancellation};
use feirante_seller::order::Order;
use feirante_store::orders::Changed;
use feirante_store::{Offers, Orders};

/// Decisions that another change overtook; each time somebody else's was written.
const ROUNDS: usize = 5;

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
        let offers = environment.text(OFFERS_TABLE)?;
        let orders = environment.text(ORDERS_TABLE)?;
        let dead_letters = environment.text(DEAD_LETTERS_URL)?;
        let client = clients.dynamodb();
        Ok(Self {
            offers: Offers::new(client.clone(), offers),
            orders: Orders::new(client, orders),
            dead_letters: DeadLetters::new(clients.sqs(), dead_letters),
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
        let mut order = self
            .orders
            .get(&id, message.budget)
            .await?
            .ok_or_else(|| Rejection::refused(404, format!("there is no order {id}")))?;
        for _ in 0..ROUNDS {
            let transition = match decide(&order, &decision.action)? {
                Outcome::Unchanged(()) => return Ok(()),
                Outcome::Change(transition, ()) => transition,
            };
            match self
                .orders
                .change(&transition, &self.offers, message.budget)
                .await?
            {
                Changed::Written => {
                    let (order, status) = (id.as_str(), transition.order.status());
                    tracing::info!(function = Self::NAME, order, status, "cancellation decided");
                    return Ok(());
                }
                Changed::Overtaken(newer) => order = *newer,
                Changed::OutOfStock(_) => break,
            }
        }
        Err(Failure::Later(format!("order {id} could not be changed")))
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
