//! Orders that were refused.

use feirante_models::{AccountName, Cents, Instant, MarketplaceOrderId};
use feirante_seller::placement::{Reason, Refusal};
use feirante_store::orders::RecordedRefusal;

use super::*;
use crate::samples::sku;

const DAY: i64 = 24 * 60 * 60;

fn refusal(order: &str, reason: Reason) -> Refusal {
    Refusal {
        account: AccountName::parse("mkt1").unwrap(),
        marketplace_order_id: MarketplaceOrderId::parse(order).unwrap(),
        reason,
        units: [(sku("ção #1/2"), 2), (sku("9007199254740993"), 1)].into(),
    }
}

fn out_of_stock() -> Reason {
    Reason::OutOfStock {
        sku: sku("ção #1/2"),
    }
}

async fn record(database: &TestDatabase, refusal: &Refusal, now: Instant) {
    let recorded = database.orders.record_refusal(refusal, now, budget());
    recorded.await.unwrap();
}

async fn of_day(database: &TestDatabase, day: &str, now: Instant) -> Vec<RecordedRefusal> {
    let orders = &database.orders;
    let page = orders.refusals_of_day(day, now, None, budget()).await;
    let (mut found, next) = page.unwrap();
    assert!(next.is_none());
    found.sort_by_key(|recorded| recorded.refusal.reason.code().as_str());
    found
}

#[tokio::test]
async fn a_repeat_counts_and_an_order_is_found_under_its_first_day() {
    let database = TestDatabase::start().await;
    let refused = refusal("1-01", out_of_stock());
    for seconds in [0, 5, DAY + 5] {
        record(&database, &refused, at(seconds)).await;
    }
    let expected = RecordedRefusal {
        refusal: refused,
        count: 3,
        first_at: at(0),
        last_at: at(DAY + 5),
    };
    assert_eq!(of_day(&database, "2026-11-21", at(DAY)).await, [expected]);
    assert_eq!(of_day(&database, "2026-11-22", at(DAY)).await, []);
}

#[tokio::test]
async fn the_last_reason_under_a_code_is_kept_and_each_code_by_itself() {
    let database = TestDatabase::start().await;
    let window = refusal(
        "1-01",
        Reason::WindowFull {
            window: "Agendada@2026".to_owned(),
        },
    );
    let prices = refusal(
        "1-01",
        Reason::Prices {
            theirs: Cents::new(1),
            ours: Cents::new(i64::MAX),
        },
    );
    for one in [&refusal("1-01", out_of_stock()), &window, &prices] {
        record(&database, one, at(0)).await;
    }
    let found = of_day(&database, "2026-11-21", at(1)).await;
    let kept = found.iter().map(|one| (&one.refusal, one.count));
    assert_eq!(kept.collect::<Vec<_>>(), [(&window, 2), (&prices, 1)]);
}

#[tokio::test]
async fn a_refusal_expires_ninety_days_after_the_last() {
    let database = TestDatabase::start().await;
    let refused = refusal("1-01", out_of_stock());
    record(&database, &refused, at(0)).await;
    record(&database, &refused, at(DAY)).await;
    for (days, left) in [(90, 1), (91, 0)] {
        let found = of_day(&database, "2026-11-21", at(days * DAY)).await;
        assert_eq!(found.len(), left, "{days}");
    }
}

#[tokio::test]
async fn refusals_and_orders_of_a_day_are_apart() {
    let database = TestDatabase::start().await;
    database.placed(&crate::samples::order("1-01", &[])).await;
    record(&database, &refusal("1-01", Reason::DifferentContent), at(0)).await;
    let orders = database.orders.of_day("2026-11-21", budget()).await;
    assert_eq!(orders.unwrap().len(), 1);
    assert_eq!(of_day(&database, "2026-11-21", at(1)).await.len(), 1);
}
