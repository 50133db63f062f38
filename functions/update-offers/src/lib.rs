//! Takes over what the ERP says of SKUs, prices and stock (queue `erp-offers`).
//!
//! Messages come in any order and more than once: each is one write that keeps the newest.

use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::erp::OfferMessage;
use feirante_models::{Instant, SkuId};
use feirante_store::Offers;
use feirante_store::offers::Update;
use jiff::SignedDuration;

/// The function.
#[derive(Debug)]
pub struct UpdateOffers {
    offers: Offers,
    queue: SourceQueue,
    dead_letters: DeadLetters,
}

impl UpdateOffers {
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
            queue: clients.source_queue(&environment)?,
            dead_letters: clients.dead_letters(&environment)?,
        })
    }
}

impl QueueFunction for UpdateOffers {
    const NAME: &'static str = "update-offers";

    fn queue(&self) -> &SourceQueue {
        &self.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let offer = OfferMessage::read(message.body.as_bytes())
            .map_err(|problem| Rejection::invalid(&problem))?;
        let as_of = |said: Option<Instant>| as_of(said, message.sent_at, offer.sku());
        let budget = message.budget;
        let update = match &offer {
            OfferMessage::Sku(sku) => self.offers.put_sku(sku, as_of(sku.as_of), budget).await?,
            OfferMessage::Price(price) => {
                self.offers
                    .set_price(price, as_of(price.as_of), Instant::now(), budget)
                    .await?
            }
            OfferMessage::Stock(stock) => {
                self.offers
                    .count_stock(stock, as_of(stock.as_of), budget)
                    .await?
            }
            OfferMessage::StockAdjustment(adjustment) => {
                self.offers
                    .adjust_stock(adjustment, Instant::now(), budget)
                    .await?
            }
        };
        let sku = offer.sku().as_str();
        match update {
            Update::Applied => tracing::info!(function = Self::NAME, sku, "offer updated"),
            Update::Outdated => {
                tracing::info!(
                    function = Self::NAME,
                    sku,
                    "dropped: it is older than what is held, or came before"
                );
            }
        }
        Ok(())
    }
}

/// Clocks differ; by more than this one of them is wrong.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// When what a message says was so. One far ahead is worth a warning: what comes after it looks old
/// until then.
fn as_of(said: Option<Instant>, sent_at: Instant, sku: &SkuId) -> Instant {
    let as_of = said.unwrap_or(sent_at);
    if as_of > sent_at.plus(AHEAD) {
        let (as_of, sku) = (as_of.to_string(), sku.as_str());
        tracing::warn!(
            function = UpdateOffers::NAME,
            sku,
            as_of,
            "a message from the future"
        );
    }
    as_of
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    queue::run(UpdateOffers::start).await
}
