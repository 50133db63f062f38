//! From an API Gateway event to a handler and back.
//!
//! A function says what it serves ([`Route`]) and answers calls that have passed everything that is
//! the same for all: the route, the path key, the verb, the credentials, the media type, the size.
//! Whatever goes wrong is answered with the envelope of protocol §2.4, and only that.
//!
//! `lambda_http` gives the answer's type. Its own conversion to a request is not used: it panics on
//! hosts it can't parse as a URL, and a marketplace's headers are not ours to choose.

mod answer;
mod auth;
mod body;
mod inbound;
mod log;
mod order_path;
mod serve;

use feirante_models::{OrderId, Problem};
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::{Budget, StoreError};

pub use answer::Answer;
pub use inbound::HttpEvent;
pub(crate) use log::CallLine;
pub use log::CallLog;
pub use order_path::orders_meant;
pub use serve::{respond, run};

use crate::settings_cache::SettingsCache;

/// What a function serves.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The function's name.
    pub function: &'static str,
    /// The path behind the base, as the template has it; or how it ends, where several begin otherwise.
    pub path: &'static str,
    /// The verbs it answers; `Allow` of a refusal.
    pub verbs: &'static [&'static str],
    /// The most bytes a body may have, after decompression.
    pub body_limit: usize,
    /// How long a call may take, the database included.
    pub time: std::time::Duration,
}

/// A call that has passed the door.
#[derive(Debug)]
pub struct Call<'a> {
    /// The verb, one of the route's.
    pub verb: &'a str,
    /// The route it came by.
    pub route: &'static Route,
    /// `{orderId}` of the path, decoded once; empty where the route has none.
    pub order_id: &'a str,
    /// `{changeRequestId}` of the path, likewise.
    pub change_request_id: &'a str,
    /// The query as it came, still percent-encoded.
    pub raw_query: &'a str,
    /// The body, decompressed.
    pub body: &'a [u8],
    /// The seller file when the call came in, and the calling marketplace's place in it.
    pub caller: Caller<'a>,
    /// What the log line says of the call.
    pub log: &'a CallLog,
    /// Until when it must be answered.
    pub budget: Budget,
}

/// Who calls.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The seller file.
    pub settings: &'a Settings,
    /// The marketplace whose path key the call carries.
    pub marketplace: &'a Marketplace,
}

impl<'a> Caller<'a> {
    /// The caller by `newest`, what [`SettingsCache::current`] is once a call has read what it needs: an
    /// instance that was idle may have read the seller file again beside that. The caller as it was let
    /// in, where that file names it no more.
    #[must_use]
    pub fn by(self, newest: Option<&'a Settings>) -> Self {
        let account = &self.marketplace.account;
        let same = |settings: &'a Settings| {
            let marketplace = settings
                .marketplaces
                .iter()
                .find(|one| one.account == *account)?;
            Some(Self {
                settings,
                marketplace,
            })
        };
        newest.and_then(same).unwrap_or(self)
    }
}

/// Why a call can't be answered as asked.
#[derive(Debug)]
pub enum Failure {
    /// The marketplace is told.
    Problem(Problem),
    /// The database is to blame: the marketplace may try again.
    Store(StoreError),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A function that answers the marketplace.
pub trait HttpFunction: Send + Sync {
    /// What it serves.
    const ROUTE: Route;

    /// All it serves, where that is more.
    const ROUTES: &'static [Route] = &[Self::ROUTE];

    /// Whether it is there for `marketplace`; where not, there is no such route.
    fn is_for(_marketplace: &Marketplace) -> bool {
        true
    }

    /// The settings calls are let in by.
    fn settings(&self) -> &SettingsCache;

    /// Answers a call.
    fn answer(&self, call: &Call<'_>) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Answers a call when nobody can tell who is calling, since the settings can't be read. By
    /// default that is a reason to try again later.
    ///
    /// # Errors
    /// The refusal.
    fn answer_anyone(
        &self,
        _verb: &str,
        _raw_query: &str,
        _body: &[u8],
    ) -> Result<Answer, Problem> {
        Err(unavailable())
    }
}

/// The refusal that invites to try again.
#[must_use]
pub fn unavailable() -> Problem {
    Problem::new(
        feirante_models::Code::Unavailable,
        "the seller can't answer at the moment; try again",
    )
}

/// The order a path names. What can't be an id of ours names none.
///
/// # Errors
/// ES009.
pub fn order_in_path(call: &Call<'_>) -> Result<OrderId, Problem> {
    OrderId::parse(call.order_id).map_err(|_| unknown_order())
}

/// The refusal of a body that names another order than the path.
#[must_use]
pub fn order_mismatch() -> Problem {
    let why = "is not that of the order in the path";
    Problem::at(
        feirante_models::Code::OrderMismatch,
        "/marketplaceOrderId",
        why,
    )
}

/// The refusal of an order nobody knows.
#[must_use]
pub fn unknown_order() -> Problem {
    Problem::new(feirante_models::Code::NotFound, "there is no such order")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../../../sandbox/fixture/seller.toml");

    #[test]
    fn a_caller_is_judged_by_the_newest_file_that_names_it() {
        let before = Settings::parse(FILE).unwrap();
        let let_in = Caller {
            settings: &before,
            marketplace: &before.marketplaces[0],
        };
        let newer = Settings::parse(&FILE.replace("\"seller1\"", "\"seller2\"")).unwrap();
        assert_ne!(before, newer);
        assert_eq!(let_in.by(Some(&newer)).marketplace, &newer.marketplaces[0]);
        let elsewhere = Settings::parse(&FILE.replace("\"mkt1\"", "\"other\"")).unwrap();
        for unknown in [None, Some(&elsewhere)] {
            assert_eq!(let_in.by(unknown).marketplace, &before.marketplaces[0]);
        }
    }
}
