//! Keys and credentials that are replaced while instances of a function run. The clock is paused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use feirante_lambda::http::{Answer, Call, Failure, HttpEvent, HttpFunction, Route, respond};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_seller::settings::{InboundCredentials, Secret, Settings};
use feirante_store::SettingsTable;
use serde_json::json;
use support::{Rule, answer, failure, seller_file};

/// An instance that answers whoever is let in.
struct Instance {
    settings: SettingsCache,
}

impl HttpFunction for Instance {
    const ROUTE: Route = Route {
        function: "test",
        path: "/pvt/orders",
        verbs: &["POST"],
        body_limit: 1000,
        time: Duration::from_secs(1),
    };

    fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    async fn answer(&self, _: &Call<'_>) -> Result<Answer, Failure> {
        // As every function does beside its call of the database.
        Ok(self.settings.beside(async { Answer::empty() }).await)
    }
}

impl Instance {
    /// One that has read the first of what the table answers, and how often it has read.
    async fn of(answers: Vec<support::Answer>) -> (Self, Rule) {
        let (client, rule) = support::client(answers);
        let settings = SettingsCache::start(SettingsTable::new(client, "settings")).await;
        (Self { settings }, rule)
    }

    /// The status of a call with this path key and token.
    async fn call(&self, key: &str, token: &str) -> i64 {
        let event = json!({
            "version": "2.0", "routeKey": "ANY /m/{key}/pvt/orders", "rawPath": "/",
            "headers": {"x-vtex-api-appkey": "K", "x-vtex-api-apptoken": token},
            "requestContext": {
                "http": {"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "::1", "userAgent": "x"},
                "stage": "$default", "timeEpoch": 0,
            },
            "pathParameters": {"key": key}, "body": "{}", "isBase64Encoded": false,
        });
        let event = serde_json::from_value::<HttpEvent>(event).unwrap();
        respond(self, event, "request-1").await.status_code
    }
}

/// What the marketplace carries: the path key and the token.
type Carried = (&'static str, &'static str);

const OLD: Carried = ("k9", "T");
const NEW: Carried = ("new-key", "new-token");

/// The seller file that asks for `current`, and takes `previous` too.
fn edition((key, token): Carried, previous: Option<Carried>) -> Settings {
    let credentials = |token: &str| InboundCredentials {
        app_key: Some("K".to_owned()),
        app_token: Some(Secret::new(token)),
        ..InboundCredentials::default()
    };
    let mut settings = seller_file("Feira");
    let marketplace = &mut settings.marketplaces[0];
    marketplace.key = Secret::new(key);
    marketplace.previous_key = previous.map(|(key, _)| Secret::new(key));
    let inbound = marketplace.inbound.as_mut().unwrap();
    inbound.current = credentials(token);
    inbound.previous = previous.map(|(_, token)| credentials(token));
    settings
}

async fn after(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn old_and_new_are_taken_in_every_mixture_until_the_old_are_removed() {
    let (both, done) = (edition(NEW, Some(OLD)), edition(NEW, None));
    let (instance, rule) = Instance::of(vec![answer(&both), answer(&done)]).await;
    for (key, _) in [OLD, NEW] {
        for (_, token) in [OLD, NEW] {
            assert_eq!(instance.call(key, token).await, 200, "{key} {token}");
        }
    }
    after(59).await;
    assert_eq!(instance.call(OLD.0, OLD.1).await, 200);
    assert_eq!(rule.num_calls(), 1);
    // The first call after a minute is the one beside which the seller file is read.
    after(1).await;
    assert_eq!(instance.call(OLD.0, OLD.1).await, 200);
    assert_eq!(rule.num_calls(), 2);
    assert_eq!(instance.call(OLD.0, NEW.1).await, 403);
    assert_eq!(instance.call(NEW.0, OLD.1).await, 401);
    assert_eq!(instance.call(NEW.0, NEW.1).await, 200);
}

/// The seller file was applied while it slept, and the marketplace has the new ones since.
#[tokio::test(start_paused = true)]
async fn an_instance_that_was_idle_refuses_nobody_who_carries_the_new() {
    let (before, both) = (edition(OLD, None), edition(NEW, Some(OLD)));
    for (key, token) in [(OLD.0, NEW.1), (NEW.0, OLD.1), NEW] {
        let (instance, rule) = Instance::of(vec![answer(&before), answer(&both)]).await;
        after(3600).await;
        assert_eq!(instance.call(key, token).await, 200, "{key} {token}");
        assert_eq!(rule.num_calls(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_seller_file_can_t_be_read_whoever_was_let_in_still_is() {
    let both = edition(NEW, Some(OLD));
    let (instance, rule) = Instance::of(vec![answer(&both), failure(), failure()]).await;
    after(60).await;
    for (key, token, status) in [
        (OLD.0, OLD.1, 200),
        (NEW.0, NEW.1, 200),
        (NEW.0, "guess", 401),
    ] {
        assert_eq!(instance.call(key, token).await, status, "{key} {token}");
    }
    assert_eq!(rule.num_calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn nobody_can_make_an_instance_read_all_the_time() {
    let same = edition(OLD, None);
    let (instance, rule) = Instance::of(vec![answer(&same), answer(&same)]).await;
    for reads in [1, 2] {
        for (key, token, status) in [(OLD.0, "guess", 401), ("guess", OLD.1, 403)] {
            for _ in 0..3 {
                assert_eq!(instance.call(key, token).await, status);
            }
        }
        assert_eq!(rule.num_calls(), reads);
        after(5).await;
    }
}
