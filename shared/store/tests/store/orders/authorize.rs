use feirante_models::{AccountName, MarketplaceOrderId};
use feirante_seller::lifecycle::{self, authorization_receipt};
use feirante_seller::order::{Order, Review};
use feirante_seller::settings::CancellationPolicy;
use feirante_store::StoreError;
use feirante_store::orders::{Authorized, Beside, Changed, Decided};

use super::transition;
use crate::database::{TestDatabase, budget};
use crate::samples::{at, order};

async fn authorize(db: &TestDatabase, order: &Order) -> Authorized {
    authorize_with(db, order, &Beside::nothing()).await
}

async fn authorize_with(db: &TestDatabase, order: &Order, beside: &Beside) -> Authorized {
    let receipt = authorization_receipt(&order.order_id, at(7));
    let (account, theirs) = (&order.account, &order.marketplace_order_id);
    let done =
        db.orders
            .authorize_placed(&order.order_id, account, theirs, &receipt, beside, budget());
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

/// How an order was paid, in words that nothing may change.
const PAYMENT: &str =
    r#"{ "payments":[{"value":7590.0,"nsu":12345678901234567890}],"tid":"\u00e7" }"#;

impl TestDatabase {
    fn payment(&self, order: &Order, received: &str) -> Beside {
        let payment = self.orders.payment(&order.order_id, received, at(100));
        payment.unwrap()
    }

    /// What comes of an authorization that the short way left to the lifecycle.
    async fn decides(&self, order: Order, beside: &Beside) {
        let decide =
            |order: &Order| Ok::<_, StoreError>(lifecycle::authorize(order, at(9)).unwrap());
        let (orders, offers) = (&self.orders, &self.offers);
        let decided = orders.decide_with(order, offers, beside, budget(), decide);
        let decided = decided.await;
        assert!(matches!(decided, Ok(Decided::Settled(_))), "{decided:?}");
    }

    async fn payment_data(&self, order: &Order, seconds: i64) -> Option<String> {
        let id = &order.order_id;
        let data = self.orders.payment_data(id, at(seconds), budget());
        data.await.unwrap()
    }
}

#[tokio::test]
async fn payment_data_are_written_with_the_authorization_and_expire() {
    let (with, without) = (TestDatabase::start().await, TestDatabase::start().await);
    let order = order("1-01", &[]);
    for db in [&with, &without] {
        db.placed(&order).await;
    }
    let payment = with.payment(&order, PAYMENT);
    let written = authorize_with(&with, &order, &payment).await;
    assert!(matches!(written, Authorized::Written), "{written:?}");
    authorize(&without, &order).await;

    assert_eq!(
        with.payment_data(&order, 99).await.as_deref(),
        Some(PAYMENT)
    );
    assert_eq!(with.payment_data(&order, 100).await, None);
    assert_eq!(without.payment_data(&order, 99).await, None);
    // The order is the same with and without, to the last attribute.
    let id = &order.order_id;
    assert_eq!(with.state(id).await, without.state(id).await);
}

#[tokio::test]
async fn only_the_first_authorization_says_how_an_order_was_paid() {
    let db = TestDatabase::start().await;
    let (paid, silent, unknown) = (order("1-01", &[]), order("1-02", &[]), order("1-03", &[]));
    for (order, first) in [(&paid, Some(PAYMENT)), (&silent, None)] {
        db.placed(order).await;
        let beside = first.map_or_else(Beside::nothing, |first| db.payment(order, first));
        let written = authorize_with(&db, order, &beside).await;
        assert!(matches!(written, Authorized::Written), "{written:?}");
        let authorized = db.order(&order.order_id).await.unwrap();

        let other = db.payment(order, r#"{"tid":"other"}"#);
        let Authorized::Otherwise(Some(shown)) = authorize_with(&db, order, &other).await else {
            panic!("it is authorized already");
        };
        assert_eq!(*shown, authorized);
        // Decided again by the order as it stands, as a repeat is: still nothing to write.
        db.decides(*shown, &other).await;
        assert_eq!(db.payment_data(order, 0).await.as_deref(), first);
    }
    let nobody = db.payment(&unknown, PAYMENT);
    let missing = authorize_with(&db, &unknown, &nobody).await;
    assert!(
        matches!(missing, Authorized::Otherwise(None)),
        "{missing:?}"
    );
    assert_eq!(db.payment_data(&unknown, 0).await, None);
}

#[tokio::test]
async fn a_late_payment_keeps_what_it_says() {
    let db = TestDatabase::start().await;
    db.stock_up("1", 1).await;
    let order = order("1-01", &[("1", "main", 1)]);
    db.placed(&order).await;
    let due = order.due().unwrap();
    let expired = db.changed(lifecycle::expire(&order, due)).await;
    let payment = db.payment(&order, PAYMENT);
    let Authorized::Otherwise(Some(shown)) = authorize_with(&db, &order, &payment).await else {
        panic!("it has expired");
    };
    assert_eq!((*shown).clone(), expired);
    db.decides(*shown, &payment).await;
    assert_eq!(db.payment_data(&order, 9).await.as_deref(), Some(PAYMENT));
    assert_eq!(db.units("1").await, (1, 1, 0));
}
