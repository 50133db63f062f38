//! What happens at the same moment: one outcome, whoever is first (protocol §3.2, §4.2).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::harness::bodies::{naming, o1, order, shelf};
use crate::harness::{Marketplace, Reply, Setup, Stock, System, eventually};

/// As many processes of a function meet at the database.
const PROCESSES: usize = 8;

fn crowded() -> Setup {
    Setup::new().options(|options| options.processes = PROCESSES)
}

/// Lets `count` callers go at once; what they got, in their order.
async fn at_once<F>(
    marketplace: &Marketplace,
    count: usize,
    call: impl Fn(Marketplace, usize) -> F,
) -> Vec<Reply>
where
    F: Future<Output = Reply> + Send + 'static,
{
    let line = Arc::new(Barrier::new(count));
    let callers: Vec<_> = (0..count)
        .map(|index| {
            let (line, call) = (Arc::clone(&line), call(marketplace.clone(), index));
            tokio::spawn(async move {
                line.wait().await;
                call.await
            })
        })
        .collect();
    let mut replies = Vec::with_capacity(count);
    for caller in callers {
        replies.push(caller.await.unwrap());
    }
    replies
}

fn is_balanced(stock: Stock) -> bool {
    stock.available == stock.on_hand - stock.reserved
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_identical_placements_make_one_order_and_get_sixty_equal_answers() {
    let system = crowded().start().await;
    let replies = at_once(&system.marketplace, 60, |marketplace, _| async move {
        marketplace.place(&json!([o1("race-01")])).await
    })
    .await;
    assert_eq!(replies[0].status, 200);
    assert_eq!(replies[0].json()[0]["orderId"], "mkt1-race-01");
    for reply in &replies {
        assert_eq!((reply.status, &reply.body), (200, &replies[0].body));
    }
    assert_eq!(system.orders().await.len(), 1);
    let stock = system.stock("2000037").await;
    assert_eq!((stock.reserved, stock.available), (1, 98));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_buyers_five_get_the_last_five_units() {
    let system = crowded().start().await;
    let replies = at_once(&system.marketplace, 200, |marketplace, buyer| async move {
        let order = order(&format!("buyer-{buyer}"), &[("34562", 1, 890)]);
        marketplace.place(&json!([order])).await
    })
    .await;
    let (served, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(served.len(), 5);
    for reply in refused {
        assert_eq!((reply.status, reply.code().as_str()), (409, "ES014"));
    }
    let told: BTreeSet<String> = served
        .iter()
        .map(|reply| reply.json()[0]["orderId"].as_str().unwrap().to_owned())
        .collect();
    let held: BTreeSet<String> = system
        .orders()
        .await
        .iter()
        .map(|order| order["pk"].as_s().unwrap().replace("ORDER#", ""))
        .collect();
    assert_eq!(told, held);
    assert_eq!(told.len(), 5);
    let stock = system.stock("34562").await;
    assert_eq!((stock.on_hand, stock.reserved, stock.available), (5, 5, 0));
    system.stop().await;
}

/// Places an order and lets its authorization and its cancellation go at once: its id and what both
/// got.
async fn authorize_against_cancel(system: &System, round: usize) -> (String, Reply, Reply) {
    let theirs = format!("race-{round}");
    let placed = system.marketplace.place(&json!([o1(&theirs)])).await;
    assert_eq!(placed.status, 200);
    let ours = format!("mkt1-{theirs}");
    let replies = at_once(&system.marketplace, 2, |marketplace, caller| {
        let (ours, body) = (ours.clone(), naming(&theirs));
        async move {
            if caller == 0 {
                // A cancellation reads before it writes: it would lose every time if no other call
                // held the authorization up in most rounds.
                for _ in 0..round % 4 {
                    marketplace.simulate(&shelf(&[("2000037", 1)])).await;
                }
                marketplace.authorize(&ours, &body).await
            } else {
                marketplace.cancel(&ours, &body).await
            }
        }
    })
    .await;
    let [authorized, canceled] = replies.try_into().unwrap();
    (ours, authorized, canceled)
}

/// The same answers once more: a deed has one receipt.
async fn repeats_agree(system: &System, ours: &str, authorized: &Reply, canceled: &Reply) {
    let body = naming(ours.trim_start_matches("mkt1-"));
    let again = system.marketplace.cancel(ours, &body).await;
    assert_eq!((again.status, &again.body), (200, &canceled.body));
    let again = system.marketplace.authorize(ours, &body).await;
    match (authorized.status, canceled.body.is_empty()) {
        (200, true) => assert_eq!((again.status, &again.body), (200, &authorized.body)),
        _ => assert_eq!((again.status, again.code().as_str()), (409, "ES018")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn authorization_against_cancellation_has_one_outcome_where_cancellations_are_confirmed() {
    let system = crowded()
        .seller(
            r#"cancellation = "evaluate""#,
            r#"cancellation = "confirm""#,
        )
        .start()
        .await;
    let mut paid_first = 0;
    for round in 0..20 {
        let (ours, authorized, canceled) = authorize_against_cancel(&system, round).await;
        assert_eq!(canceled.json()["orderId"], Value::from(ours.as_str()));
        let story = if authorized.status == 200 {
            paid_first += 1;
            vec!["order.placed", "order.authorized", "order.canceled"]
        } else {
            assert_eq!(
                (authorized.status, authorized.code().as_str()),
                (409, "ES018")
            );
            vec!["order.placed", "order.canceled"]
        };
        repeats_agree(&system, &ours, &authorized, &canceled).await;
        system.erp.sees("order.canceled", &ours).await;
        assert_eq!(system.erp.seen_of(&ours), story);
    }
    eprintln!("authorized first: {paid_first} of 20");
    let stock = system.stock("2000037").await;
    assert_eq!(
        (stock.on_hand, stock.reserved, stock.available),
        (99, 0, 99)
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn authorization_against_cancellation_has_one_outcome_where_the_erp_is_asked() {
    let system = crowded().start().await;
    let mut paid_first = 0;
    for round in 0..20 {
        let (ours, authorized, canceled) = authorize_against_cancel(&system, round).await;
        assert_eq!(canceled.status, 200);
        if authorized.status == 200 {
            paid_first += 1;
            assert!(canceled.body.is_empty(), "canceled, yet authorized");
        } else {
            assert_eq!(
                (authorized.status, authorized.code().as_str()),
                (409, "ES018")
            );
            assert_eq!(canceled.json()["orderId"], Value::from(ours.as_str()));
        }
        repeats_agree(&system, &ours, &authorized, &canceled).await;
    }
    eprintln!("authorized first: {paid_first} of 20");
    let stock = system.stock("2000037").await;
    assert_eq!((stock.on_hand, stock.reserved), (99, paid_first));
    assert!(is_balanced(stock), "{stock:?}");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_placements_at_once_keep_the_stock_balanced() {
    let system = crowded().sku("counted", 100, 200).start().await;
    let counts = async {
        for second in 0..30 {
            let count = json!({
                "type": "stock", "sku": "counted", "warehouse": "main", "onHand": 100 + second,
                "asOf": format!("2036-01-01T00:00:{second:02}Z"),
            });
            system.erp.send("offers", count).await;
        }
    };
    let placements = at_once(&system.marketplace, 60, |marketplace, buyer| async move {
        let order = order(&format!("counted-{buyer}"), &[("counted", 1, 100)]);
        marketplace.place(&json!([order])).await
    });
    let watched = async {
        eventually("the last count", async || {
            let stock = system.stock("counted").await;
            assert!(is_balanced(stock) && stock.available >= 0, "{stock:?}");
            (stock.on_hand == 129).then_some(())
        })
        .await;
    };
    let ((), replies, ()) = Box::pin(async { tokio::join!(counts, placements, watched) }).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    let stock = system.stock("counted").await;
    assert_eq!(
        (stock.on_hand, stock.reserved, stock.available),
        (129, 60, 69)
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_at_once_get_identical_bodies_and_happen_once() {
    let system = crowded()
        .seller(
            r#"cancellation = "evaluate""#,
            r#"cancellation = "confirm""#,
        )
        .start()
        .await;
    system.marketplace.place(&json!([o1("twin-01")])).await;
    let authorized = at_once(&system.marketplace, 30, |marketplace, _| async move {
        marketplace
            .authorize("mkt1-twin-01", &naming("twin-01"))
            .await
    })
    .await;
    let canceled = at_once(&system.marketplace, 30, |marketplace, _| async move {
        marketplace.cancel("mkt1-twin-01", &naming("twin-01")).await
    })
    .await;
    for replies in [&authorized, &canceled] {
        assert_eq!(replies[0].json()["orderId"], "mkt1-twin-01");
        assert!(replies[0].json()["receipt"].is_string());
        for reply in replies {
            assert_eq!((reply.status, &reply.body), (200, &replies[0].body));
        }
    }
    assert_ne!(
        authorized[0].json()["receipt"],
        canceled[0].json()["receipt"]
    );
    system.erp.sees("order.canceled", "mkt1-twin-01").await;
    let story = ["order.placed", "order.authorized", "order.canceled"];
    assert_eq!(system.erp.seen_of("mkt1-twin-01"), story);
    let stock = system.stock("2000037").await;
    assert_eq!((stock.reserved, stock.available), (0, 99));
    system.stop().await;
}
