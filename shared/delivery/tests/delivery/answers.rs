//! What becomes of a request by its answer.

use feirante_delivery::{Attempts, Outcome};
use feirante_lambda::batch::Failure;
use feirante_models::{AccountName, Instant};
use feirante_seller::settings::{Outbound, Secret, Settings};

use crate::account::{Account, delivered, held, refused, waits};
use crate::marketplace::Reply;
use crate::world::{World, at};

const HOUR: i64 = 3_600_000;
/// How long a request to this machine may take.
const SLACK: i64 = 5_000;

#[tokio::test]
async fn a_request_that_is_taken_is_delivered_with_its_receipt() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    let outcome = account.try_at(&account.cancel(), 0).await;
    let Outcome::Delivered(answer, attempts) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(answer.receipt.receipt.as_deref(), Some("r1"));
    assert_eq!((attempts.count, attempts.next_at), (1, None));
    assert_eq!(attempts.last.unwrap().status, Some(200));
    let asked = world.marketplace.asked("mkt1");
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].path,
        "/mkt1/api/oms/pvt/orders/959311095-01/cancel"
    );
    assert_eq!(asked[0].token, "outbound-token");
}

#[tokio::test]
async fn what_is_not_due_costs_nothing() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world.drop_accounts().await;
    let attempts = Attempts::default().held(at(5_000), false);
    let outcome = account
        .deliver(&account.cancel(), &attempts, at(4_999))
        .await;
    assert_eq!(waits(outcome), (5_000, attempts));
    assert!(world.marketplace.asked("mkt1").is_empty());
}

#[tokio::test]
async fn what_fails_comes_again_by_the_schedule_and_arrives() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world
        .marketplace
        .answer("mkt1", [Reply::of(503), Reply::of(500)]);
    let (first, attempts) = waits(account.try_at(&account.cancel(), 0).await);
    assert!((2_500..=5_000 + SLACK).contains(&first), "{first}");
    let outcome = account
        .deliver(&account.cancel(), &attempts, at(first))
        .await;
    let (second, attempts) = waits(outcome);
    let waited = second - first;
    assert!((30_000..=60_000 + SLACK).contains(&waited), "{waited}");
    let outcome = account
        .deliver(&account.cancel(), &attempts, at(second))
        .await;
    assert_eq!(delivered(outcome).count, 3);
}

#[tokio::test]
async fn a_marketplace_that_can_t_be_reached_is_tried_again() {
    let gone = |settings: &mut Settings| {
        // A port nobody listens on: it was free, and is given back.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", port.local_addr().unwrap());
        settings.marketplaces[0].endpoints.services = url;
    };
    let world = World::with(gone).await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    let (_, attempts) = waits(account.try_at(&account.cancel(), 0).await);
    assert_eq!((attempts.count, attempts.last.unwrap().status), (1, None));
}

#[tokio::test]
async fn after_a_day_it_is_given_up_and_says_why() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world
        .marketplace
        .answer("mkt1", [Reply::of(503), Reply::of(503)]);
    let (_, attempts) = waits(account.try_at(&account.cancel(), 0).await);
    let late = at(24 * HOUR + SLACK);
    let outcome = account.deliver(&account.cancel(), &attempts, late).await;
    let (status, detail, attempts) = refused(outcome);
    assert_eq!((status, attempts.count), (503, 2));
    assert!(
        detail.starts_with("given up after 2 attempts: "),
        "{detail}"
    );
    assert!(detail.contains("because"), "{detail}");
}

#[tokio::test]
async fn what_the_marketplace_refuses_is_refused_at_once() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    for status in [400, 401, 403, 405, 422] {
        world.marketplace.answer("mkt1", [Reply::of(status)]);
        let outcome = account.try_at(&account.cancel(), 0).await;
        let (refused_with, detail, attempts) = refused(outcome);
        assert_eq!((refused_with, attempts.count), (status, 1));
        assert!(detail.contains("because"), "{detail}");
    }
}

#[tokio::test]
async fn an_order_the_marketplace_does_not_know_is_asked_for_again_for_an_hour() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world
        .marketplace
        .answer("mkt1", [Reply::of(404), Reply::of(404)]);
    let (until, attempts) = waits(account.try_at(&account.cancel(), 0).await);
    assert!((2_500..=5_000 + SLACK).contains(&until), "{until}");
    let late = at(HOUR + SLACK);
    let outcome = account.deliver(&account.cancel(), &attempts, late).await;
    assert_eq!(refused(outcome).0, 404);
}

#[tokio::test]
async fn in_the_catalog_not_found_is_an_answer() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    let unknown = "Seller StockKeepingUnit 2000037 not found for this seller id seller1";
    world
        .marketplace
        .answer("mkt1", [Reply::of(404).text(unknown), Reply::of(404)]);
    let outcome = account.try_at(&account.announce(), 0).await;
    let Outcome::UnknownSku { attempts, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((attempts.count, attempts.next_at), (1, None));
    let outcome = account.try_at(&account.price(), 0).await;
    assert_eq!(refused(outcome).0, 404);
}

#[tokio::test]
async fn the_way_an_account_serves_is_learned_for_all_processes() {
    let world = World::start().await;
    let (one, other) = (world.process().await, world.process().await);
    // SKU Bindings is not served here.
    world.marketplace.answer("mkt1", [Reply::of(405)]);
    for process in [&one, &one, &other] {
        let account = Account::of(process, "mkt1").await;
        delivered(account.try_at(&account.announce(), 0).await);
    }
    let asked = world.marketplace.asked("mkt1");
    let bindings: Vec<_> = asked
        .iter()
        .map(|asked| (asked.method.as_str(), asked.path.contains("sku-binding")))
        .collect();
    assert_eq!(
        bindings,
        [
            ("POST", true),
            ("POST", false),
            ("POST", false),
            ("POST", false)
        ]
    );
}

#[tokio::test]
async fn without_the_gates_nothing_is_sent() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world.drop_accounts().await;
    let until = held(account.try_at(&account.cancel(), 0).await);
    assert!((5_000..=10_000).contains(&until), "{until}");
    assert!(world.marketplace.asked("mkt1").is_empty());
}

#[tokio::test]
async fn a_marketplace_the_seller_file_does_not_name_is_refused() {
    let world = World::with(|settings| settings.marketplaces[1].outbound = None).await;
    let process = world.process().await;
    for (name, status, told) in [
        ("mkt9", 404, "the seller file names no marketplace mkt9"),
        (
            "mkt2",
            409,
            "the seller file has no [marketplaces.outbound] for mkt2",
        ),
    ] {
        let name = AccountName::parse(name).unwrap();
        let Err(Failure::Rejected(rejection)) = process.marketplace(&name).await else {
            panic!("{name} is served");
        };
        assert_eq!(
            (rejection.status, rejection.detail.as_str()),
            (status, told)
        );
    }
    // It is the same when a function asks for it all the same.
    let mut account = Account::of(&process, "mkt1").await;
    account.marketplace.outbound = None;
    assert_eq!(refused(account.try_at(&account.cancel(), 0).await).0, 409);
}

/// Past the time for which a seller file that was read is known to be in force.
async fn a_while() {
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(10)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn what_a_seller_file_lacks_is_looked_for_in_the_one_in_force() {
    let world = World::with(|settings| settings.marketplaces[1].outbound = None).await;
    let process = world.process().await;
    world
        .apply(|settings| {
            let mut third = settings.marketplaces[0].clone();
            third.account = "mkt3".to_owned().try_into().unwrap();
            third.key = Secret::new("k3");
            settings.marketplaces.push(third);
        })
        .await;
    a_while().await;
    for name in ["mkt2", "mkt3"] {
        let name = AccountName::parse(name).unwrap();
        let found = process.marketplace(&name).await.unwrap();
        assert_eq!(found.account, name);
    }
}

#[tokio::test]
async fn a_seller_file_that_may_be_in_force_no_more_refuses_nothing() {
    let world = World::with(|settings| settings.marketplaces[1].outbound = None).await;
    let process = world.process().await;
    world.drop_settings().await;
    a_while().await;
    for name in ["mkt2", "mkt9"] {
        let name = AccountName::parse(name).unwrap();
        let failure = process.marketplace(&name).await.unwrap_err();
        assert!(matches!(failure, Failure::Wait { .. }), "{failure:?}");
    }
    // Nor is a refused key final while nobody knows whether there is another.
    let account = Account::of(&process, "mkt1").await;
    world.marketplace.answer("mkt1", [Reply::of(401)]);
    let (_, attempts) = waits(account.try_at(&account.cancel(), 0).await);
    assert_eq!(attempts.last.unwrap().status, Some(401));
}

#[tokio::test]
async fn without_a_seller_file_everything_waits() {
    let world = World::start().await;
    world.drop_settings().await;
    let process = world.process().await;
    assert!(process.settings().is_none());
    let name = AccountName::parse("mkt1").unwrap();
    let failure = process.marketplace(&name).await.unwrap_err();
    let Failure::Wait { until, .. } = failure else {
        panic!("{failure:?}");
    };
    assert!(until > Instant::now());
}

#[tokio::test]
async fn a_key_changed_in_the_seller_file_is_used_after_the_old_one_is_refused() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world
        .apply(|settings| {
            settings.marketplaces[0].outbound = Some(Outbound::Keys {
                app_key: "new".to_owned(),
                app_token: Secret::new("new-token"),
            });
        })
        .await;
    world
        .marketplace
        .answer("mkt1", [Reply::of(401), Reply::of(401)]);
    // The seller file is not looked at more often than every few seconds.
    a_while().await;
    let (_, attempts) = waits(account.try_at(&account.cancel(), 0).await);
    assert_eq!(attempts.last.unwrap().status, Some(401));
    let account = Account::of(&process, "mkt1").await;
    let outcome = account.try_at(&account.cancel(), 60_000).await;
    assert_eq!(refused(outcome).0, 401);
    let tokens: Vec<_> = world
        .marketplace
        .asked("mkt1")
        .into_iter()
        .map(|asked| asked.token)
        .collect();
    assert_eq!(tokens, ["outbound-token", "new-token"]);
}
