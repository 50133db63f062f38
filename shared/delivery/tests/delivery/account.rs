//! One marketplace as a function sees it, and what it can be sent.

use feirante_delivery::{Attempts, Dispatcher, Outcome};
use feirante_marketplace::{Call, calls};
use feirante_models::outward::CancelBody;
use feirante_models::{AccountName, Instant, MarketplaceOrderId, SkuId};
use feirante_seller::settings::Marketplace;

use crate::world::at;

pub(crate) struct Account<'a> {
    dispatcher: &'a Dispatcher,
    pub(crate) marketplace: Marketplace,
}

impl<'a> Account<'a> {
    pub(crate) async fn of(dispatcher: &'a Dispatcher, name: &str) -> Self {
        let name = AccountName::parse(name).unwrap();
        Self {
            dispatcher,
            marketplace: dispatcher.marketplace(&name).await.unwrap(),
        }
    }

    /// Something of the orders' lane.
    pub(crate) fn cancel(&self) -> Call {
        let order = MarketplaceOrderId::parse("959311095-01").unwrap();
        calls::cancel(&self.marketplace, None, &order, &CancelBody::new("gone")).unwrap()
    }

    /// Something of the catalog's lane.
    pub(crate) fn price(&self) -> Call {
        calls::price_changed(&self.marketplace, &sku()).unwrap()
    }

    pub(crate) fn announce(&self) -> Call {
        calls::announce(&self.marketplace, &sku()).unwrap()
    }

    pub(crate) async fn deliver(&self, call: &Call, attempts: &Attempts, now: Instant) -> Outcome {
        let Self {
            dispatcher,
            marketplace,
        } = self;
        dispatcher.deliver(marketplace, call, attempts, now).await
    }

    /// A first attempt.
    pub(crate) async fn try_at(&self, call: &Call, now: i64) -> Outcome {
        self.deliver(call, &Attempts::default(), at(now)).await
    }

    /// Five requests that the marketplace fails.
    pub(crate) async fn fail_five(&self, now: i64) {
        for _ in 0..5 {
            let (_, attempts) = waits(self.try_at(&self.cancel(), now).await);
            assert_eq!(attempts.count, 1);
        }
    }
}

fn sku() -> SkuId {
    SkuId::parse("2000037").unwrap()
}

pub(crate) fn delivered(outcome: Outcome) -> Attempts {
    match outcome {
        Outcome::Delivered(_, attempts) => attempts,
        other => panic!("{other:?}"),
    }
}

/// Until when, in the tests' time, and the attempts.
pub(crate) fn waits(outcome: Outcome) -> (i64, Attempts) {
    match outcome {
        Outcome::Wait {
            until, attempts, ..
        } => (until.millis() - at(0).millis(), attempts),
        other => panic!("{other:?}"),
    }
}

/// The same of one that was not attempted.
pub(crate) fn held(outcome: Outcome) -> i64 {
    let (until, attempts) = waits(outcome);
    assert_eq!((attempts.count, attempts.last), (0, None));
    until
}

pub(crate) fn refused(outcome: Outcome) -> (u16, String, Attempts) {
    match outcome {
        Outcome::Refused {
            status,
            detail,
            attempts,
        } => (status, detail, attempts),
        other => panic!("{other:?}"),
    }
}
