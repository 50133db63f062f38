//! The orders of a day, page by page.

use std::collections::BTreeSet;

use feirante_models::AccountName;

use super::*;
use crate::samples::order;

const DAY: &str = "2026-11-21";

async fn ids(database: &TestDatabase, day: &str, of: Option<&str>) -> (BTreeSet<String>, usize) {
    let of = of.map(|account| AccountName::parse(account).unwrap());
    let (mut ids, mut pages, mut next) = (BTreeSet::new(), 0, None);
    loop {
        let orders = &database.orders;
        let page = orders.page_of_day(day, of.as_ref(), next, budget()).await;
        let (found, more) = page.unwrap();
        for order in found {
            assert!(ids.insert(order.order_id.to_string()), "{order:?}");
        }
        pages += 1;
        next = more;
        if next.is_none() {
            return (ids, pages);
        }
    }
}

#[tokio::test]
async fn every_order_of_a_day_is_on_one_page() {
    let database = TestDatabase::start().await;
    let nothing = (BTreeSet::new(), 1);
    assert_eq!(ids(&database, DAY, None).await, nothing);
    let mut placed = BTreeSet::new();
    for index in 0..130 {
        let order = order(&format!("{index}-01"), &[]);
        database.placed(&order).await;
        placed.insert(order.order_id.to_string());
    }
    let mut other = order("other", &[]);
    other.placed_at = at(-1);
    database.placed(&other).await;
    let (found, pages) = ids(&database, DAY, None).await;
    assert_eq!(found, placed);
    assert!(pages >= 2, "{pages}");
    assert_eq!(ids(&database, DAY, Some("mkt1")).await.0, placed);
    assert_eq!(ids(&database, DAY, Some("mkt2")).await.0, nothing.0);
}
