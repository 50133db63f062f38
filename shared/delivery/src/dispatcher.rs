//! What delivers: made once, asked for each request.

use std::sync::Arc;

use feirante_lambda::batch::Failure;
use feirante_lambda::dead_letters::Rejection;
use feirante_lambda::environment::{ACCOUNTS_TABLE, EnvironmentError};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment};
use feirante_marketplace::{Call, Client, NoClient, Timeouts};
use feirante_models::{AccountName, Instant};
use feirante_seller::delivery::Attempts;
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::Accounts;

use crate::attempt::{Attempt, OUR_OWN_TROUBLE};
use crate::credentials::NoCredentials;
use crate::{Outcome, Parameters};

/// Delivers what is owed to the marketplaces. One for each process: it keeps connections,
/// credentials, and what it saw of each lane.
#[derive(Debug)]
pub struct Dispatcher {
    pub(crate) client: Client,
    pub(crate) settings: SettingsCache,
    pub(crate) accounts: Accounts,
    pub(crate) parameters: Parameters,
}

/// Why there is no dispatcher.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable is missing.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// There is no HTTP client.
    #[error(transparent)]
    Client(#[from] NoClient),
}

impl Dispatcher {
    /// Makes one ready: reads the seller file, makes the clients.
    ///
    /// # Errors
    /// When a variable is missing, or there can be no HTTP client.
    pub async fn start(
        environment: &Environment<'_>,
        clients: &Clients,
    ) -> Result<Self, StartError> {
        let accounts = Accounts::new(clients.dynamodb(), environment.text(ACCOUNTS_TABLE)?);
        let client = Client::new(Timeouts::default())?;
        let settings = clients.settings(environment).await?;
        Ok(Self::new(client, settings, accounts, Parameters::default()))
    }

    /// One of its parts.
    #[must_use]
    pub const fn new(
        client: Client,
        settings: SettingsCache,
        accounts: Accounts,
        parameters: Parameters,
    ) -> Self {
        Self {
            client,
            settings,
            accounts,
            parameters,
        }
    }

    /// The seller file in force, as far as is known.
    #[must_use]
    pub fn settings(&self) -> Option<Arc<Settings>> {
        self.settings.current()
    }

    /// The marketplace of that account, as the seller file of the last minute has it.
    ///
    /// # Errors
    /// A wait while no seller file can be read; a rejection if it does not name the account, or no
    /// credentials for our calls to it.
    pub async fn marketplace(&self, account: &AccountName) -> Result<Marketplace, Failure> {
        // Nobody waits for it here, so it need not be beside anything.
        self.settings.beside(async {}).await;
        if self.named(account).is_none() {
            self.settings.look_again().await;
        }
        if self.settings().is_none() {
            return Err(Failure::Wait {
                until: Instant::now().plus(OUR_OWN_TROUBLE),
                why: "no seller file could be read".to_owned(),
            });
        }
        let refused = |status, why| Failure::from(Rejection::refused(status, why));
        let marketplace = self.named(account).ok_or_else(|| {
            refused(
                404,
                format!("the seller file names no marketplace {account}"),
            )
        })?;
        if marketplace.outbound.is_none() {
            let error = NoCredentials::Unnamed(account.to_string());
            return Err(refused(409, error.to_string()));
        }
        Ok(marketplace)
    }

    /// Makes one attempt at `call`, if it is due and its lane lets it through.
    pub async fn deliver(
        &self,
        marketplace: &Marketplace,
        call: &Call,
        attempts: &Attempts,
        now: Instant,
    ) -> Outcome {
        if let Some(until) = attempts.due_later(now) {
            return Outcome::Wait {
                until,
                why: "its time has not come".to_owned(),
                attempts: attempts.clone(),
            };
        }
        let attempt = Attempt {
            dispatcher: self,
            settings: &self
                .settings()
                .map(|s| s.delivery.clone())
                .unwrap_or_default(),
            marketplace,
            call,
            attempts,
        };
        // Boxed: a client's future is large, and the caller's would be with it.
        self.settings.beside(Box::pin(attempt.make(now))).await
    }

    /// The marketplace of that account, as last read.
    pub(crate) fn named(&self, account: &AccountName) -> Option<Marketplace> {
        let settings = self.settings()?;
        let mut all = settings.marketplaces.iter();
        all.find(|marketplace| marketplace.account == *account)
            .cloned()
    }
}
