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
use crate::times::LOOK_TIME;
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
        let client = Client::new(Timeouts::STANDARD)?;
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

    /// The seller file in force at this moment; `None`: there is none, or it can't be read now.
    pub async fn latest_settings(&self) -> Option<Arc<Settings>> {
        let in_force = self.settings.look_now(LOOK_TIME).await;
        self.settings().filter(|_| in_force)
    }

    /// The marketplace of that account, as the seller file of the last minute has it.
    ///
    /// # Errors
    /// A rejection if the seller file does not name the account, or no credentials for our calls to
    /// it; a wait while it is not known whether the one in force does.
    pub async fn marketplace(&self, account: &AccountName) -> Result<Marketplace, Failure> {
        // Nobody waits for it here, so it need not be beside anything.
        self.settings.beside(async {}).await;
        if let Ok(marketplace) = self.callable(account) {
            return Ok(marketplace);
        }
        // What is for a marketplace that is not there is thrown away: not by a look of seconds ago.
        let in_force = self.settings.look_now(LOOK_TIME).await;
        self.callable(account).map_err(|failure| match failure {
            // The one in force may say otherwise.
            Failure::Rejected(rejection) if !in_force => {
                let detail = rejection.detail;
                wait(format!("{detail}, and it can't be read again now"))
            }
            failure => failure,
        })
    }

    /// The marketplace of that account, if it can be called by what is known.
    fn callable(&self, account: &AccountName) -> Result<Marketplace, Failure> {
        if self.settings().is_none() {
            return Err(wait("no seller file could be read".to_owned()));
        }
        let Some(marketplace) = self.named(account) else {
            let why = format!("the seller file names no marketplace {account}");
            return Err(Rejection::refused(404, why).into());
        };
        if marketplace.outbound.is_none() {
            let why = NoCredentials::Unnamed(account.to_string());
            return Err(Rejection::refused(409, why.to_string()).into());
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

fn wait(why: String) -> Failure {
    Failure::Wait {
        until: Instant::now().plus(OUR_OWN_TROUBLE),
        why,
    }
}
