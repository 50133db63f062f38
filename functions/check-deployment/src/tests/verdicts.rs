//! Which versions are let in.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use feirante_lambda::environment::EnvironmentError;
use feirante_models::AccountName;
use feirante_seller::settings::Secret;
use serde_json::{Value, json};

use super::world::{
    Answer, Setup, Stored, lambda_error, payload, priced, refused, reply, seller_file,
};
use crate::Verdict;

/// The seller of the fixture at a second marketplace, which carries no credentials.
fn two_marketplaces() -> Stored {
    let mut settings = seller_file();
    let mut second = settings.marketplaces[0].clone();
    second.account = AccountName::parse("mkt2").unwrap();
    second.key = Secret::new("k10");
    second.inbound = None;
    settings.marketplaces.push(second);
    Stored::File(Box::new(settings))
}

/// Whether the event is a call of that marketplace.
fn is_of(event: &Value, account: &str) -> bool {
    event["queryStringParameters"]["an"] == account
}

/// The version is refused, for that reason, and CodeDeploy is told so once.
async fn refuses(setup: impl Fn() -> Setup, why: &str) {
    let (world, verdict) = setup().verdict().await;
    assert_eq!(verdict, Verdict::Failed, "{why}");
    assert_eq!(world.statuses(), ["Failed"]);
    assert_eq!(setup().build().refusal().await, why);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_answers_every_marketplace_is_let_in() {
    let setup = Setup {
        stored: two_marketplaces(),
        ..Setup::new()
    };
    let (world, verdict) = setup.verdict().await;
    assert_eq!(verdict, Verdict::Succeeded);
    assert_eq!(world.statuses(), ["Succeeded"]);
    let asked = world.asked.lock().unwrap();
    let accounts = asked
        .iter()
        .map(|event| &event["queryStringParameters"]["an"]);
    // The first call starts the instance.
    assert_eq!(accounts.collect::<Vec<_>>(), ["mkt1", "mkt1", "mkt2"]);
    let carried = |index: usize| asked[index]["headers"]["x-vtex-api-apptoken"].clone();
    assert_eq!([carried(1), carried(2)], [json!("T"), Value::Null]);
    let paths = asked.iter().map(|event| &event["pathParameters"]["key"]);
    assert_eq!(paths.collect::<Vec<_>>(), ["k9", "k9", "k10"]);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_fails_is_refused() {
    refuses(
        || Setup::new().version(|_| refused(500, "ES099")),
        "mkt1: status 500 ES099",
    )
    .await;
    refuses(
        || Setup::new().version(|_| reply(502, &json!("bad gateway"))),
        "mkt1: status 502",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_crashes_is_refused_by_the_name_of_its_error_alone() {
    let crash = || {
        Setup::new().version(|_| {
            let crash = json!({"errorType": "Runtime.ExitError", "errorMessage": "key k9"});
            let Answer::Output(mut output) = payload(&crash) else {
                panic!("a payload is an output");
            };
            output.function_error = Some("Unhandled".to_owned());
            Answer::Output(output)
        })
    };
    refuses(
        crash,
        "mkt1: the function failed: Unhandled, Runtime.ExitError",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn every_marketplace_that_is_answered_wrongly_is_named() {
    let wrong = || Setup {
        stored: two_marketplaces(),
        ..Setup::new().version(|event| {
            if is_of(event, "mkt2") {
                reply(200, &json!({"items": []}))
            } else {
                priced(event)
            }
        })
    };
    let why = "mkt2: the body is no simulation's answer: . missing field `logisticsInfo` \
               at line 1 column 12";
    refuses(wrong, why).await;

    // The first call, which starts the instance, is right; what follows is not.
    let calls = AtomicUsize::new(0);
    let setup = Setup {
        stored: two_marketplaces(),
        ..Setup::new().version(move |event| match calls.fetch_add(1, Ordering::Relaxed) {
            0 => priced(event),
            _ => refused(503, "ES503"),
        })
    };
    let why = setup.build().refusal().await;
    assert_eq!(why, "mkt1: status 503 ES503; mkt2: status 503 ES503");
}

#[tokio::test(start_paused = true)]
async fn only_the_call_that_starts_an_instance_may_take_longer_than_a_marketplace_waits() {
    let taking = |delays: [u64; 3]| {
        move || Setup {
            stored: two_marketplaces(),
            delays: delays.map(Duration::from_millis).to_vec(),
            ..Setup::new()
        }
    };
    let (world, verdict) = taking([4900, 2400, 2400])().verdict().await;
    assert_eq!(verdict, Verdict::Succeeded);
    assert_eq!(world.statuses(), ["Succeeded"]);
    refuses(taking([5100, 0, 0]), "mkt1: no answer within 5000 ms").await;
    refuses(taking([0, 2600, 0]), "mkt1: no answer within 2500 ms").await;
    refuses(taking([0, 0, 2600]), "mkt2: no answer within 2500 ms").await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_refuses_a_marketplaces_own_credentials_is_refused_without_naming_them() {
    for (status, code) in [(401, "ES007"), (403, "ES008")] {
        let setup = || Setup::new().version(move |_| refused(status, code));
        let why =
            format!("mkt1: the marketplace's own key and credentials are refused: {status} {code}");
        refuses(setup, &why).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_or_price_that_may_have_changed_meanwhile_is_read_and_asked_for_once_more() {
    for first in [
        refused(401, "ES007"),
        reply(200, &json!({"items": [], "logisticsInfo": []})),
    ] {
        let first = std::sync::Mutex::new(Some(first));
        let setup = Setup::new().version(move |event| {
            first
                .lock()
                .unwrap()
                .take()
                .unwrap_or_else(|| priced(event))
        });
        let (world, verdict) = setup.verdict().await;
        assert_eq!(verdict, Verdict::Succeeded);
        assert_eq!(world.times_asked(), 3);
    }
    let (world, _) = Setup::new()
        .version(|_| refused(500, "ES099"))
        .verdict()
        .await;
    assert_eq!(world.times_asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_sold_must_be_offered_and_what_is_inactive_need_not() {
    let nothing = |_: &Value| reply(200, &json!({"items": [], "logisticsInfo": []}));
    refuses(
        || Setup::new().version(nothing),
        "mkt1: SKU 2000037 has a price and is not offered",
    )
    .await;
    for skus in [vec![("2000037", false)], Vec::new()] {
        let setup = Setup {
            skus,
            ..Setup::new().version(nothing)
        };
        let (_, verdict) = setup.verdict().await;
        assert_eq!(verdict, Verdict::Succeeded);
    }
}

#[tokio::test(start_paused = true)]
async fn before_a_seller_file_is_applied_nobody_is_offered_anything() {
    let unapplied = |version: fn(&Value) -> Answer| Setup {
        stored: Stored::Nothing,
        ..Setup::new().version(version)
    };
    let closed: [fn(&Value) -> Answer; 2] = [
        |_| refused(403, "ES008"),
        |_| reply(200, &json!({"items": [], "logisticsInfo": []})),
    ];
    for version in closed {
        let (_, verdict) = unapplied(version).verdict().await;
        assert_eq!(verdict, Verdict::Succeeded);
    }
    let open = || unapplied(priced);
    refuses(open, "a stranger: a stranger is offered something").await;
    let failing = || unapplied(|_| refused(500, "ES099"));
    refuses(failing, "a stranger: status 500 ES099").await;
}

#[tokio::test(start_paused = true)]
async fn a_check_that_can_t_read_asks_nothing_and_refuses() {
    let unreadable = || Setup {
        stored: Stored::Unreadable,
        ..Setup::new()
    };
    let (world, verdict) = unreadable().verdict().await;
    assert_eq!(verdict, Verdict::Failed);
    assert_eq!(world.statuses(), ["Failed"]);
    assert_eq!(world.times_asked(), 0);
    let why = unreadable().build().refusal().await;
    assert!(
        why.starts_with("the seller file can't be read: GetItem"),
        "{why}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_version_that_may_not_be_called_is_refused_at_once() {
    let denied = || Setup::new().version(|_| lambda_error(403, "AccessDeniedException"));
    let (world, verdict) = denied().verdict().await;
    assert_eq!(verdict, Verdict::Failed);
    assert_eq!(world.statuses(), ["Failed"]);
    assert_eq!(world.times_asked(), 1);
    let why = denied().build().refusal().await;
    assert!(why.starts_with("mkt1: the function was not run: "), "{why}");
    assert!(why.contains("AccessDeniedException"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_lambda_throttles_is_repeated_for_a_while() {
    let throttled = |times: usize| {
        let calls = AtomicUsize::new(0);
        Setup::new().version(move |event| {
            if calls.fetch_add(1, Ordering::Relaxed) < times {
                lambda_error(429, "TooManyRequestsException")
            } else {
                priced(event)
            }
        })
    };
    let (world, verdict) = throttled(3).verdict().await;
    assert_eq!(verdict, Verdict::Succeeded);
    assert_eq!(world.times_asked(), 5);
    let (world, verdict) = throttled(usize::MAX).verdict().await;
    assert_eq!(verdict, Verdict::Failed);
    assert_eq!(world.statuses(), ["Failed"]);
    assert_eq!(world.times_asked(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_panics_or_lacks_a_variable_refuses() {
    let panicking = || Setup::new().version(|_| panic!("a defect of the check"));
    refuses(panicking, "a defect: it panicked").await;

    let mut world = Setup::new().build();
    world.function.check = Err(EnvironmentError::Missing("OFFERS_TABLE"));
    assert_eq!(world.answer().await, Ok(Verdict::Failed));
    assert_eq!(world.statuses(), ["Failed"]);
}
