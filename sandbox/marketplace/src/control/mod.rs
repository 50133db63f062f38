//! The JSON API for tests and people, under `/control`. It asks for no credentials.
//!
//! Reading. `within` is a time such as `10s` or `500ms` (default 10 s, at most 60 s): with it and a
//! wish, the answer waits until the wish holds, and is 408 with what is there if it does not in
//! time. What is not there (yet) is 404, or waited for.
//!
//! | | |
//! |---|---|
//! | `GET orders?account=&status=` | all [`Order`](crate::Order)s |
//! | `GET orders/{account}/{id}?until=&within=` | one, once it [`reached`](crate::Order::reached) `until`, such as `invoiced`, `tracked`, `canceled` |
//! | `GET offers/{account}` | all [`Offer`](crate::Offer)s |
//! | `GET offers/{account}/{sku}?until_price=&until_stock=&within=` | one, once its price and stock are these |
//! | `GET bindings/{account}` | the SKUs in its catalog |
//! | `GET suggestions/{account}` | all [`Suggestion`](crate::Suggestion)s |
//! | `GET suggestions/{account}/{sku}?until_status=&until_version=&within=` | one, once it is `pending`, `approved`, `denied`, or has so many versions |
//! | `GET calls?since=&name=&account=&order=&sku=&limit=&until_count=&within=` | the journal's [`Call`](crate::Call)s that ended after the one of id `since`; with `limit` the last so many; with `until_count` once there are so many |
//! | `GET violations?account=` | all [`Violation`](crate::Violation)s |
//! | `GET stats` | [`Statistics`](crate::Statistics) by call name |
//! | `GET settings`, `GET settings/{account}` | [`Settings`](crate::Settings) |
//! | `GET faults/{account}` | [`AccountFaults`](crate::AccountFaults) |
//! | `GET accounts` | who there is, with the bases a seller needs |
//!
//! Acting. Bodies and answers are JSON; a mistake is 4xx with `{"error": "…"}`.
//!
//! | | |
//! |---|---|
//! | `POST faults/{account}` | sets [`AccountFaults`](crate::AccountFaults): given call names replace their faults, others stay; `"down": null` is up again; `"reset": true` forgets all before |
//! | `POST suggestions/{account}/{sku}/approve`, `…/deny` | what an operator decides; approved is bound |
//! | `PUT bindings/{account}/{sku}`, `DELETE …` | puts a SKU into the catalog, or takes it out |
//! | `PUT settings/{account}` | changes the [`Settings`](crate::Settings) that are given |
//! | `PUT server` | `{"titleCaseHeaders": true}`: header names `Like-This` |
//! | `POST browse`, `cart`, `buy`, `pay`, `deny-payment`, `cancel`, `modify`, `preview-modification`, `cancel-modification` | what a shopper does: see the module `driver` |
//! | `DELETE calls` | forgets the journal |
//! | `POST reset` | forgets everything: books, journal, faults |

mod answer;
mod knobs;
mod reads;
mod shopper;
mod wait;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};
use tokio::sync::watch;

use crate::driver::Driver;
use crate::options::AccountOptions;
use crate::services::Services;
use crate::world::World;
use answer::Mistake;

/// What the control API works with.
#[derive(Clone)]
pub(crate) struct Control {
    world: Arc<World>,
    services: Arc<Services>,
    driver: Arc<Driver>,
    title_case: Arc<watch::Sender<bool>>,
}

impl Control {
    pub(crate) fn new(
        world: Arc<World>,
        services: Arc<Services>,
        driver: Arc<Driver>,
        title_case: watch::Sender<bool>,
    ) -> Self {
        Self {
            world,
            services,
            driver,
            title_case: Arc::new(title_case),
        }
    }

    /// The account of that name, or the mistake to name another.
    fn account(&self, name: &str) -> Result<&AccountOptions, Mistake> {
        self.world
            .options
            .account(name)
            .ok_or_else(|| Mistake::not_found(format!("there is no account {name}")))
    }
}

/// The routes.
pub(crate) fn router(control: Control) -> Router {
    let routes = Router::new()
        .route("/accounts", get(reads::accounts))
        .route("/orders", get(reads::orders))
        .route("/orders/{account}/{id}", get(wait::order))
        .route("/offers/{account}", get(reads::offers))
        .route("/offers/{account}/{sku}", get(wait::offer))
        .route("/bindings/{account}", get(reads::bindings))
        .route(
            "/bindings/{account}/{sku}",
            put(knobs::bind).delete(knobs::unbind),
        )
        .route("/suggestions/{account}", get(reads::suggestions))
        .route("/suggestions/{account}/{sku}", get(wait::suggestion))
        .route("/suggestions/{account}/{sku}/approve", post(knobs::approve))
        .route("/suggestions/{account}/{sku}/deny", post(knobs::deny))
        .route("/calls", get(wait::calls).delete(knobs::forget_calls))
        .route("/violations", get(reads::violations))
        .route("/stats", get(reads::statistics))
        .route("/settings", get(reads::all_settings))
        .route("/settings/{account}", get(reads::settings).put(knobs::set))
        .route(
            "/faults/{account}",
            get(reads::faults).post(knobs::set_faults),
        )
        .route("/server", put(knobs::set_server))
        .route("/reset", post(knobs::reset))
        .route("/browse", post(shopper::browse))
        .route("/cart", post(shopper::cart))
        .route("/buy", post(shopper::buy))
        .route("/pay", post(shopper::pay))
        .route("/deny-payment", post(shopper::deny_payment))
        .route("/cancel", post(shopper::cancel))
        .route("/modify", post(shopper::modify))
        .route("/preview-modification", post(shopper::preview_modification))
        .route("/cancel-modification", post(shopper::withdraw_modification))
        .with_state(control);
    Router::new().nest("/control", routes)
}
