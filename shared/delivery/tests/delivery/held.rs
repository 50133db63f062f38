//! What holds requests back, and whom.

use feirante_delivery::Outcome;
use futures::future::join_all;

use crate::account::{Account, delivered, held, refused, waits};
use crate::marketplace::Reply;
use crate::world::{World, at};

fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Wait { why, .. } => why.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_limited_rate_closes_the_lane_until_the_marketplace_allows() {
    let world = World::start().await;
    let (one, other) = (world.process().await, world.process().await);
    let account = Account::of(&one, "mkt1").await;
    let elsewhere = Account::of(&other, "mkt1").await;
    let slower = Reply::of(429).header("retry-after", "90");
    world.marketplace.answer("mkt1", [slower]);
    let (until, attempts) = waits(account.try_at(&account.cancel(), 0).await);
    assert!((90_000..=95_000).contains(&until), "{until}");
    assert_eq!(attempts.count, 1);
    // Nobody else asks meanwhile, in whatever process.
    assert!(held(account.try_at(&account.cancel(), 1_000).await) >= 90_000);
    assert!(held(elsewhere.try_at(&elsewhere.cancel(), 89_999).await) >= 90_000);
    assert_eq!(world.marketplace.asked("mkt1").len(), 1);
    let outcome = account
        .deliver(&account.cancel(), &attempts, at(until))
        .await;
    assert_eq!(delivered(outcome).count, 2);
}

#[tokio::test]
async fn five_failures_open_the_breaker_and_nothing_is_sent() {
    let world = World::start().await;
    let (one, other) = (world.process().await, world.process().await);
    let account = Account::of(&one, "mkt1").await;
    world.marketplace.answer("mkt1", vec![Reply::of(503); 5]);
    account.fail_five(0).await;
    for process in [&one, &other] {
        let account = Account::of(process, "mkt1").await;
        let until = held(account.try_at(&account.cancel(), 1_000).await);
        assert!((30_000..60_000).contains(&until), "{until}");
    }
    assert_eq!(world.marketplace.asked("mkt1").len(), 5);
}

#[tokio::test]
async fn one_account_s_trouble_delays_no_other_and_no_other_lane() {
    let world = World::start().await;
    let process = world.process().await;
    let (down, well) = (
        Account::of(&process, "mkt1").await,
        Account::of(&process, "mkt2").await,
    );
    world.marketplace.answer("mkt1", vec![Reply::of(503); 5]);
    down.fail_five(0).await;
    held(down.try_at(&down.cancel(), 0).await);
    delivered(well.try_at(&well.cancel(), 0).await);
    delivered(down.try_at(&down.price(), 0).await);
}

#[tokio::test]
async fn after_the_pause_one_request_shows_whether_the_others_may_go() {
    let world = World::start().await;
    let (one, other) = (world.process().await, world.process().await);
    let account = Account::of(&one, "mkt1").await;
    let elsewhere = Account::of(&other, "mkt1").await;
    world.marketplace.answer("mkt1", vec![Reply::of(503); 5]);
    account.fail_five(0).await;
    world.marketplace.came().await;
    let later = 60_000;
    world.marketplace.hang();
    let call = account.cancel();
    let probe = account.try_at(&call, later);
    let meanwhile = async {
        world.marketplace.came().await;
        for account in [&account, &elsewhere] {
            let until = held(account.try_at(&account.cancel(), later).await);
            assert!((later + 5_000..=later + 10_000).contains(&until), "{until}");
        }
        world.marketplace.go_on();
    };
    let (probe, ()) = tokio::join!(probe, meanwhile);
    delivered(probe);
    assert_eq!(world.marketplace.asked("mkt1").len(), 6);
    // The lane is open again, here and elsewhere.
    delivered(account.try_at(&account.cancel(), later + 6_000).await);
    delivered(elsewhere.try_at(&elsewhere.cancel(), later + 6_000).await);
}

#[tokio::test]
async fn a_probe_that_fails_holds_the_lane_for_twice_as_long() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world.marketplace.answer("mkt1", vec![Reply::of(503); 6]);
    account.fail_five(0).await;
    let later = 60_000;
    assert_eq!(
        waits(account.try_at(&account.cancel(), later).await)
            .1
            .count,
        1
    );
    let until = held(account.try_at(&account.cancel(), later + 10_000).await);
    assert!((later + 60_000..later + 80_000).contains(&until), "{until}");
}

#[tokio::test]
async fn what_the_marketplace_answers_is_no_sign_of_its_failing() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    let busy = [400, 404, 409, 425, 400, 404];
    world.marketplace.answer("mkt1", busy.map(Reply::of));
    for status in busy {
        let outcome = account.try_at(&account.cancel(), 0).await;
        let last = outcome.attempts().last.clone().unwrap();
        assert_eq!(last.status, Some(status));
    }
    delivered(account.try_at(&account.cancel(), 0).await);
}

#[tokio::test]
async fn of_a_batch_a_burst_goes_and_the_others_have_their_turns() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    let call = account.cancel();
    let outcomes = join_all((0..14).map(|_| account.try_at(&call, 0))).await;
    let mut slots = Vec::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Delivered(..) => {}
            outcome => slots.push(waits(outcome)),
        }
    }
    let turns: Vec<_> = slots.iter().map(|(slot, _)| *slot).collect();
    assert_eq!(turns, [200, 400, 600, 800]);
    assert_eq!(world.marketplace.asked("mkt1").len(), 10);
    for (slot, attempts) in slots {
        assert_eq!((attempts.count, attempts.admitted), (0, true));
        let outcome = account.deliver(&call, &attempts, at(slot)).await;
        assert_eq!(delivered(outcome).count, 1);
    }
}

#[tokio::test]
async fn a_key_without_a_permission_pauses_the_catalog_and_says_which() {
    let world = World::start().await;
    let (one, other) = (world.process().await, world.process().await);
    let account = Account::of(&one, "mkt1").await;
    world.marketplace.answer("mkt1", [Reply::of(403)]);
    let first = account.try_at(&account.price(), 0).await;
    let reason = why(&first);
    assert!(
        reason.contains("mkt1") && reason.contains("Seller Register › View Seller"),
        "{reason}"
    );
    let until = held(first);
    assert!((900_000..=965_000).contains(&until), "{until}");
    for process in [&one, &other] {
        let account = Account::of(process, "mkt1").await;
        let outcome = account.try_at(&account.announce(), 1_000).await;
        assert_eq!(why(&outcome), reason);
        assert!(held(outcome) >= 900_000);
    }
    assert_eq!(world.marketplace.asked("mkt1").len(), 1);
    // Orders are another matter.
    delivered(account.try_at(&account.cancel(), 1_000).await);
    // When the pause is over and the key was mended, all goes on.
    delivered(account.try_at(&account.price(), 970_000).await);
    delivered(account.try_at(&account.price(), 970_100).await);
}

#[tokio::test]
async fn what_concerns_one_order_is_refused_alone() {
    let world = World::start().await;
    let process = world.process().await;
    let account = Account::of(&process, "mkt1").await;
    world.marketplace.answer("mkt1", [Reply::of(403)]);
    let (status, detail, _) = refused(account.try_at(&account.cancel(), 0).await);
    assert_eq!(status, 403);
    assert!(detail.contains("Cancel order"), "{detail}");
    delivered(account.try_at(&account.cancel(), 0).await);
}
