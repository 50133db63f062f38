use feirante_models::{AccountName, MarketplaceOrderId};
use feirante_seller::lifecycle::{self, authorization_receipt};
use feirante_seller::order::{Order, Review};
use feirante_seller::settings::CancellationPolicy;
use feirante_store::orders::{Authorized, Changed};

use super::transition;
use crate::database::{TestDatabase, budget};
use crate::samples::{at, order};

async fn authorize(db: &TestDatabase, order: &Order) -> Authorized {
    let receipt = authorization_receipt(&order.order_id, at(7));
    let (account, theirs) = (&order.account, &order.marketplace_order_id);
    let done = db
        .orders
        .authorize_placed(&order.order_id, account, theirs, &receipt, budget());
    done.await.unwrap()
}

#[tokio::test]
async fn the_short_way_writes_what_the_lifecycle_decides() {
    for review in [Review::NotNeeded, Review::Pending] {
        let mut order = order("1-01", &[("1", "main", 1)]);
        order.review = review;
        let (short, long) = (TestDatabase::start().await, TestDatabase::start().await);
        for db in [&short, &long] {
            db.stock_up("1", 1).await;
            db.placed(&order).await;
        }
        assert!(matches!(
            authorize(&short, &order).await,
            Authorized::Written
        ));
        let decided = transition(lifecycle::authorize(&order, at(7)).unwrap());
        let changed = long
            .orders
            .change(&decided, &long.offers, budget())
            .await
            .unwrap();
        assert!(matches!(changed, Changed::Written), "{changed:?}");

        assert_eq!(short.order(&order.order_id).await.unwrap(), decided.order);
        assert_eq!(
            short.state(&order.order_id).await,
            long.state(&order.order_id).await
        );
        assert_eq!(short.units("1").await, (1, 1, 0));
    }
}

#[tokio::test]
async fn an_order_that_does_not_stand_as_placed_is_shown_instead() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    assert!(matches!(
        authorize(&db, &order).await,
        Authorized::Otherwise(None)
    ));
    assert_eq!(db.order(&order.order_id).await, None);

    db.placed(&order).await;
    authorize(&db, &order).await;
    let authorized = db.order(&order.order_id).await.unwrap();
    let Authorized::Otherwise(Some(shown)) = authorize(&db, &order).await else {
        panic!("it is authorized already");
    };
    assert_eq!(*shown, authorized);

    let (policy, details) = (CancellationPolicy::Confirm, Default::default());
    let canceled = transition(lifecycle::request_cancellation(
        &authorized,
        policy,
        details,
        at(8),
    ));
    db.orders
        .change(&canceled, &db.offers, budget())
        .await
        .unwrap();
    let Authorized::Otherwise(Some(shown)) = authorize(&db, &order).await else {
        panic!("it is canceled");
    };
    assert_eq!(*shown, canceled.order);
}

#[tokio::test]
async fn another_account_or_another_name_authorizes_nothing() {
    let db = TestDatabase::start().await;
    let order = order("1-01", &[]);
    db.placed(&order).await;
    let mut others = order.clone();
    others.account = AccountName::parse("mkt2").unwrap();
    let mut renamed = order.clone();
    renamed.marketplace_order_id = MarketplaceOrderId::parse("1-02").unwrap();
    for wrong in [others, renamed] {
        let Authorized::Otherwise(Some(shown)) = authorize(&db, &wrong).await else {
            panic!("it is another's");
        };
        assert_eq!(*shown, order);
    }
    assert_eq!(db.order(&order.order_id).await.unwrap(), order);
}
