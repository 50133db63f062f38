//! Prices a cart and says how it can be delivered (R1 and R2, protocol §3.1).
//!
//! A shop asks at every shelf view and waits 2.5 s: one read, no write, and an answer with status
//! 200 whatever the database does.

mod last_known;

use std::collections::HashMap;
use std::time::Duration;

use feirante_lambda::environment::{EnvironmentError, OFFERS_TABLE, SETTINGS_TABLE};
use feirante_lambda::http::{self, Answer, Call, Failure, HttpFunction, Route};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::simulation::{Country, SimulationRequest, SimulationResponse};
use feirante_models::{Instant, Problem, SkuId};
use feirante_seller::offer::Offer;
use feirante_seller::simulate::simulate;
use feirante_store::{Offers, SettingsTable};

use last_known::LastKnown;

/// The function.
#[derive(Debug)]
pub struct SimulateFulfillment {
    offers: Offers,
    settings: SettingsCache,
    last_known: LastKnown,
}

impl SimulateFulfillment {
    /// Makes the function ready.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub async fn start(
        environment: Environment<'_>,
        clients: Clients,
    ) -> Result<Self, EnvironmentError> {
        let offers = environment.text(OFFERS_TABLE)?;
        let settings = environment.text(SETTINGS_TABLE)?;
        let client = clients.dynamodb();
        Ok(Self {
            offers: Offers::new(client.clone(), offers),
            settings: SettingsCache::start(SettingsTable::new(client, settings)).await,
            last_known: LastKnown::default(),
        })
    }

    /// The offers of a cart: as they are, or as they last were known when the database does not
    /// tell in time.
    async fn offers(&self, call: &Call<'_>, skus: &[SkuId]) -> HashMap<SkuId, Offer> {
        match self
            .settings
            .beside(self.offers.read(skus, call.budget))
            .await
        {
            Ok(offers) => {
                self.last_known.remember(&offers);
                offers
            }
            Err(error) => {
                tracing::error!(%error, "answering from the last known offers");
                call.log
                    .remark("the database did not answer: last known offers");
                self.last_known.recall(skus)
            }
        }
    }
}

impl HttpFunction for SimulateFulfillment {
    const ROUTE: Route = Route {
        function: "simulate-fulfillment",
        path: "/pvt/orderForms/simulation",
        verbs: &["GET", "POST"],
        body_limit: 1024 * 1024,
        time: Duration::from_millis(1500),
    };

    fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let country = call.caller.settings.shipping.default_country;
        let request = read(call.verb, call.raw_query, call.body, country)?;
        call.log.sales_channel(request.sales_channel.as_deref());
        if let Some(overruled) = &request.overruled_sales_channel {
            call.log
                .remark(format_args!("the body named sales channel {overruled}"));
        }
        let skus = request.skus();
        call.log.skus(&skus);
        let offers = self.offers(call, &skus).await;

        // A re-read of the settings may have come back beside the offers.
        let settings = self.settings.current();
        let account = &call.caller.marketplace.account;
        let newest = settings.as_deref().and_then(|settings| {
            let marketplace = settings
                .marketplaces
                .iter()
                .find(|one| one.account == *account)?;
            Some((settings, marketplace))
        });
        let (settings, marketplace) =
            newest.unwrap_or((call.caller.settings, call.caller.marketplace));
        let response = simulate(settings, marketplace, &request, &offers, Instant::now());
        Ok(Answer::json(&response)?)
    }

    /// Nobody is told anything while nobody can be told apart: every line is unavailable.
    fn answer_anyone(&self, verb: &str, raw_query: &str, body: &[u8]) -> Result<Answer, Problem> {
        let request = read(verb, raw_query, body, None)?;
        Answer::json(&SimulationResponse::unavailable(&request))
    }
}

fn read(
    verb: &str,
    raw_query: &str,
    body: &[u8],
    default_country: Option<Country>,
) -> Result<SimulationRequest, Problem> {
    if verb == "GET" {
        SimulationRequest::read_purchase_context(raw_query, default_country)
    } else {
        SimulationRequest::read(body, raw_query, default_country)
    }
}

/// Runs the function.
///
/// # Errors
/// When it can't start.
pub async fn run() -> Result<(), Error> {
    http::run(SimulateFulfillment::start).await
}
