//! Prices a cart and says how it can be delivered (R1 and R2, protocol §3.1).
//!
//! A shop asks at every shelf view and waits 2.5 s: one read, no write, and an answer with status
//! 200 whatever the database does.

mod last_known;

use std::collections::HashMap;
use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_lambda::http::{self, Answer, Call, Caller, Failure, HttpFunction, Route};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_lambda::{Clients, Environment, Error};
use feirante_models::simulation::{Country, SimulationRequest, SimulationResponse};
use feirante_models::{Instant, Problem, SkuId};
use feirante_seller::offer::Offer;
use feirante_seller::shipping::{Occupancy, limited_methods};
use feirante_seller::simulate::simulate;
use feirante_store::Offers;

use last_known::LastKnown;

/// Lambda passes on 6 MB, in which each quote of a JSON body takes two bytes.
const LARGEST_ANSWER: usize = 4_000_000;

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
        Ok(Self {
            offers: clients.offers(&environment)?,
            settings: clients.settings(&environment).await?,
            last_known: LastKnown::default(),
        })
    }

    /// The offers of a cart and who has the delivery windows of `methods`: as it is, or as it last
    /// was known when the database does not tell in time. Windows are not worth another call. Whether the
    /// offers are as they are.
    async fn read(
        &self,
        call: &Call<'_>,
        skus: &[SkuId],
        methods: &[&str],
    ) -> (HashMap<SkuId, Offer>, Occupancy, bool) {
        let read = self.offers.read_with_windows(skus, methods, call.budget);
        match self.settings.beside(read).await {
            Ok((offers, windows)) => {
                let windows = self.last_known.windows(methods, windows.as_ref());
                (offers, windows, true)
            }
            Err(error) => {
                tracing::error!(%error, "answering from the last known offers");
                call.log
                    .remark("the database did not answer: last known offers");
                (
                    self.last_known.recall(skus),
                    self.last_known.windows(methods, None),
                    false,
                )
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
        let named = request.sales_channel.as_deref();
        call.log.sales_channel(named, call.caller.marketplace);
        if request.overruled_sales_channel.is_some() {
            call.log.remark("the body named another sales channel");
        }
        let skus = request.skus();
        call.log.skus(&skus);
        let destination = request.destination();
        let methods = destination.map(|to| limited_methods(call.caller.settings, &to));
        let methods = methods.unwrap_or_default();
        let (offers, windows, are_current) = self.read(call, &skus, &methods).await;

        let newest = self.settings.current();
        let Caller {
            settings,
            marketplace,
        } = call.caller.by(newest.as_deref());
        let now = Instant::now();
        let simulated = simulate(settings, marketplace, &request, &offers, &windows, now);
        let answer = within_limit(simulated.response, &request, LARGEST_ANSWER);
        if are_current {
            self.last_known.remember(&skus, offers);
        }
        Ok(answer?)
    }

    /// Nobody is told anything while nobody can be told apart: every line is unavailable.
    fn answer_anyone(&self, verb: &str, raw_query: &str, body: &[u8]) -> Result<Answer, Problem> {
        let request = read(verb, raw_query, body, None)?;
        Answer::json(&SimulationResponse::unavailable(&request))
    }
}

/// An answer that Lambda passes on: rather fewer delivery windows than an error, and rather nothing
/// than that.
fn within_limit(
    mut response: SimulationResponse<'_>,
    request: &SimulationRequest,
    limit: usize,
) -> Result<Answer, Problem> {
    let answer = Answer::json(&response)?;
    if answer.body().len() <= limit {
        return Ok(answer);
    }
    tracing::warn!(
        bytes = answer.body().len(),
        "too large: only the first windows are offered"
    );
    response.keep_first_windows();
    let answer = Answer::json(&response)?;
    if answer.body().len() <= limit {
        return Ok(answer);
    }
    tracing::error!(bytes = answer.body().len(), "too large: nothing is offered");
    Answer::json(&SimulationResponse::unavailable(request))
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

#[cfg(test)]
mod tests {
    use super::*;
    use feirante_seller::settings::Settings;

    /// A cart of many tables, which come in delivery windows.
    fn tables(lines: usize) -> SimulationRequest {
        let line = r#"{"id":"W1","quantity":1,"seller":"1"}"#;
        let body = format!(
            r#"{{"items":[{}],"country":"BRA","postalCode":"22251-030"}}"#,
            vec![line; lines].join(",")
        );
        SimulationRequest::read(body.as_bytes(), "", None).unwrap()
    }

    #[test]
    fn an_answer_too_large_has_fewer_windows_and_then_nothing() {
        let settings =
            Settings::parse(include_str!("../../../sandbox/fixture/seller.toml")).unwrap();
        let request = tables(10);
        let mut offer = Offer::unknown(SkuId::parse("W1").unwrap());
        offer.active = true;
        offer.shipping_methods = Some(vec!["Agendada".to_owned()]);
        let price = feirante_models::Cents::new(1000);
        offer
            .prices
            .push(feirante_seller::offer::PriceEntry::base(price));
        let stock = feirante_seller::offer::Stock {
            available: 1000,
            ..Default::default()
        };
        offer.stock.insert(settings.warehouses[0].id.clone(), stock);
        let offers = HashMap::from([(offer.sku.clone(), offer)]);
        let marketplace = &settings.marketplaces[0];
        let (free, now) = (Occupancy::default(), Instant::now());
        let response = simulate(&settings, marketplace, &request, &offers, &free, now).response;
        let whole = Answer::json(&response).unwrap().body().len();
        let windows = |limit: usize| {
            let answer = within_limit(response.clone(), &request, limit).unwrap();
            assert!(answer.body().len() <= limit.max(200));
            String::from_utf8_lossy(answer.body())
                .matches("startDateUtc")
                .count()
        };
        assert!(windows(whole) > 10);
        assert_eq!(windows(whole - 1), 10);
        assert_eq!(windows(200), 0);
    }
}
