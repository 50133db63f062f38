//! Asking the version, and how long it may take.

use std::time::Duration;

use aws_sdk_lambda::Client as Lambda;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use backon::{ExponentialBuilder, Retryable};
use feirante_lambda::environment::{
    CHECKED_FUNCTION, EnvironmentError, OFFERS_TABLE, SETTINGS_TABLE,
};
use feirante_lambda::{Clients, Environment};
use feirante_models::Instant;
use feirante_seller::listing::Product;
use feirante_store::{Budget, Offers, SettingsTable, StoreError};
use serde::Deserialize;
use tokio::time::timeout;

use crate::NAME;
use crate::clients::lambda;
use crate::judge::judge;
use crate::question::{Question, SKUS, questions};
use crate::refusal::{Flaw, Refusal};

/// What a marketplace waits for a simulation (protocol §1.1, R1). Here it is measured on a shorter way,
/// but the function answers within 1.5 s at the latest, so that there is room for the longer one.
pub(crate) const ANSWERED_WITHIN: Duration = Duration::from_millis(2500);

/// What the very first call may take. It starts an instance: Lambda fetches a package that none of its
/// machines has cached yet, the process connects to the database and reads the settings, for a second
/// at most, and only then the call's own time begins. A shop that meets such a start misses an item
/// once, which is no reason to refuse a version; the calls after it are those that shops wait for.
pub(crate) const STARTED_WITHIN: Duration = Duration::from_secs(5);

/// How long a table may take to be read.
pub(crate) const READ_TIME: Duration = Duration::from_secs(5);

/// Pages of the offers that are looked through for a few that are sold.
const PAGES: usize = 5;

/// Asks a version of simulate-fulfillment what marketplaces ask it.
#[derive(Debug)]
pub(crate) struct Check {
    /// The ARN of the version.
    pub(crate) function: String,
    pub(crate) lambda: Lambda,
    pub(crate) offers: Offers,
    pub(crate) settings: SettingsTable,
}

impl Check {
    /// # Errors
    /// Names the variable that is missing.
    pub(crate) fn new(
        environment: &Environment<'_>,
        clients: &Clients,
    ) -> Result<Self, EnvironmentError> {
        let settings = environment.text(SETTINGS_TABLE)?;
        Ok(Self {
            function: environment.text(CHECKED_FUNCTION)?,
            lambda: lambda(clients.config()),
            offers: Offers::new(clients.dynamodb(), environment.text(OFFERS_TABLE)?),
            settings: SettingsTable::new(clients.dynamodb(), settings),
        })
    }

    /// Whether the version may get traffic. `operation` is what its log knows the calls by.
    ///
    /// # Errors
    /// Why it may not.
    pub(crate) async fn run(&self, operation: &str) -> Result<(), Refusal> {
        match self.once(operation).await {
            Err(refusal) if refusal.may_be_of_a_change() => {
                tracing::warn!(function = NAME, %refusal, "reading and asking again");
                self.once(operation).await
            }
            outcome => outcome,
        }
    }

    async fn once(&self, operation: &str) -> Result<(), Refusal> {
        let edition = self.settings.load(Budget::of(READ_TIME)).await;
        let settings = edition
            .map_err(Refusal::Settings)?
            .map(|edition| edition.settings);
        let products = match settings {
            Some(_) => self.products().await.map_err(Refusal::Offers)?,
            None => Vec::new(),
        };
        let questions = questions(settings.as_ref(), &products, operation, Instant::now());

        // The instance it starts answers all the others: a version that fails here fails in all.
        if let Some(first) = questions.first()
            && let Err(flaw) = self.ask(first, STARTED_WITHIN).await
        {
            return Err(Refusal::Answers(vec![(first.asker.clone(), flaw)]));
        }
        let mut flaws = Vec::new();
        for question in &questions {
            if let Err(flaw) = self.ask(question, ANSWERED_WITHIN).await {
                flaws.push((question.asker.clone(), flaw));
            }
        }
        if flaws.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Answers(flaws))
        }
    }

    /// Some SKUs, and among them a few that are sold if there are any within some pages.
    async fn products(&self) -> Result<Vec<Product>, StoreError> {
        let budget = Budget::of(READ_TIME);
        let (mut products, mut after) = (Vec::new(), None);
        for _ in 0..PAGES {
            let (page, next) = self.offers.page(after.as_ref(), budget).await?;
            products.extend(page);
            let offers = products.iter().map(|product: &Product| &product.offer);
            let sold = offers.filter(|offer| offer.active && !offer.prices.is_empty());
            if next.is_none() || sold.count() >= SKUS {
                break;
            }
            after = next;
        }
        Ok(products)
    }

    /// Asks until Lambda runs the function; each try has the time for itself.
    async fn ask(&self, question: &Question, within: Duration) -> Result<(), Flaw> {
        let patience = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(200))
            .with_max_times(3);
        let ask = || Box::pin(self.ask_once(question, within));
        ask.retry(patience).when(Flaw::may_pass).await
    }

    async fn ask_once(&self, question: &Question, within: Duration) -> Result<(), Flaw> {
        let call = self
            .lambda
            .invoke()
            .function_name(&self.function)
            .payload(Blob::new(question.event.as_bytes()));
        let asked = tokio::time::Instant::now();
        let answer = timeout(within, call.send())
            .await
            .map_err(|_| Flaw::Late { within })?;
        let latency = asked.elapsed().as_millis();
        let answer = answer.map_err(|error| Flaw::not_run(&error))?;
        let asker = &question.asker;
        tracing::info!(function = NAME, %asker, latencyMs = latency, "asked");
        match answer.function_error() {
            Some(kind) => Err(Flaw::Crashed(crash(kind, payload(&answer)))),
            None => judge(question, payload(&answer)),
        }
    }
}

fn payload(answer: &InvokeOutput) -> &[u8] {
    answer.payload().map_or(&[], AsRef::as_ref)
}

/// The longest name of an error that is repeated in the log.
const ERROR_NAME: usize = 60;

/// How a function ended that did not answer. What it said of it is in its own log.
fn crash(kind: &str, payload: &[u8]) -> String {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Crash {
        error_type: String,
    }
    match serde_json::from_slice::<Crash>(payload) {
        Ok(crash) => {
            let name: String = crash.error_type.chars().take(ERROR_NAME).collect();
            format!("{kind}, {name}")
        }
        Err(_) => kind.to_owned(),
    }
}
