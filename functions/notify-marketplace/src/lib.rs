//! Tells the marketplaces what changed about SKUs, suggests those they do not know, and finds out
//! what became of the suggestions (queue `notifications`, and by schedule).
//!
//! A message is only the timer: where a SKU stands is in its listing. Who handles a message does
//! what the listing says, step by step, and each step is written before the next. So whatever is cut
//! off goes on where it was, with the next message or the schedule.

mod accounts;
mod ask;
mod event;
mod resync;
mod tick;
mod work;

use std::convert::Infallible;
use std::time::Duration;

use aws_lambda_events::sqs::SqsBatchResponse;
use feirante_delivery::{Dispatcher, StartError};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::environment::QUEUE_URL;
use feirante_lambda::notifications::Notifications;
use feirante_lambda::source_queue::SourceQueue;
use feirante_lambda::{Clients, Deadline, Environment, Error, start};
use feirante_models::AccountName;
use feirante_seller::listing::{Notification, Task, Trigger};
use feirante_seller::settings::Marketplace;
use feirante_store::{Accounts, Budget, Listings, Offers};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;

pub use event::{Event, Tick};
pub use tick::Summary;

use crate::work::End;

/// How long a read or write may take: nobody waits for it.
const TIME: Duration = Duration::from_secs(5);

/// The function.
#[derive(Debug)]
pub struct NotifyMarketplace {
    offers: Offers,
    listings: Listings,
    accounts: Accounts,
    dispatcher: Dispatcher,
    queue: SourceQueue,
    notifications: Notifications,
    dead_letters: DeadLetters,
}

/// What it answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To the queue.
    Messages(SqsBatchResponse),
    /// To the schedule.
    Tick(Summary),
}

impl NotifyMarketplace {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(environment: Environment<'_>, clients: Clients) -> Result<Self, StartError> {
        Ok(Self {
            offers: clients.offers(&environment)?,
            listings: clients.listings(&environment)?,
            accounts: clients.accounts(&environment)?,
            notifications: Notifications::new(clients.sqs(), environment.text(QUEUE_URL)?),
            queue: clients.source_queue(&environment)?,
            dead_letters: clients.dead_letters(&environment)?,
            dispatcher: Dispatcher::start(&environment, &clients).await?,
        })
    }

    /// Handles whatever calls it.
    pub async fn respond(&self, event: Event, deadline: Deadline) -> Answer {
        match event {
            Event::Messages(messages) => {
                Answer::Messages(queue::respond(self, messages, deadline).await)
            }
            Event::Tick(tick) => Answer::Tick(self.take_up_due(&tick).await),
        }
    }

    /// The marketplace of an account; `None`: the seller file does not name it any more.
    async fn marketplace(&self, account: &AccountName) -> Result<Option<Marketplace>, Failure> {
        let found = self.dispatcher.marketplace(account).await;
        let named = self.dispatcher.settings().is_some_and(|settings| {
            let mut all = settings.marketplaces.iter();
            all.any(|marketplace| marketplace.account == *account)
        });
        match found {
            Ok(marketplace) => Ok(Some(marketplace)),
            Err(Failure::Rejected(_)) if !named => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl QueueFunction for NotifyMarketplace {
    const NAME: &'static str = "notify-marketplace";

    /// A page of a resync is five calls of the database and two of a queue.
    const LONGEST: Duration = Duration::from_secs(40);

    fn queue(&self) -> &SourceQueue {
        &self.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        let unreadable = |error: serde_json::Error| Rejection::refused(400, error.to_string());
        match Task::read(message.body).map_err(unreadable)? {
            Task::Tell(change) => self.tell(&change).await,
            // Boxed: its future is large, and the other is the usual one.
            Task::GoOn(page) => Box::pin(self.go_on(&page)).await,
        }
    }
}

impl NotifyMarketplace {
    /// Does what a change of a SKU needs.
    async fn tell(&self, change: &Notification) -> Result<(), Failure> {
        let (sku, account) = (&change.sku, &change.account);
        let Some(marketplace) = self.marketplace(account).await? else {
            let (sku, account) = (sku.as_str(), account.as_str());
            let function = Self::NAME;
            tracing::info!(
                function,
                sku,
                account,
                "sold there no more: nothing to tell"
            );
            return Ok(());
        };
        match self
            .work(&marketplace, sku, Trigger::Changed(change))
            .await?
        {
            End::Rests => Ok(()),
            End::Waits { until, why, .. } => Err(Failure::Wait { until, why }),
            End::Refused(rejection) => Err(rejection.into()),
        }
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    let function = start::ready(NotifyMarketplace::start).await?;
    let function = &function;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| async move {
        let deadline = Deadline::of(&event.context);
        // Boxed: a function's future is deep, and the runtime wraps it many times.
        Ok::<_, Infallible>(Box::pin(function.respond(event.payload, deadline)).await)
    }))
    .await
}

/// The time a read or write has from now on.
fn budget() -> Budget {
    Budget::of(TIME)
}

#[cfg(test)]
mod tests;
