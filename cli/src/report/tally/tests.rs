use feirante_models::{AccountName, MarketplaceOrderId};
use feirante_seller::placement::{Reason, Refusal};
use serde_json::{Value, json};

use super::*;

fn sku(code: &str) -> SkuId {
    SkuId::parse(code).unwrap()
}

/// An order as it is stored: lines of SKU, units, price and shipping, at 10 % and 50 cents an order.
fn order(account: &str, at: &str, state: Value, lines: &[(&str, i64, i64, i64)]) -> Order {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(sku, units, price, shipping)| {
            json!({
                "sku": sku, "quantity": units, "price": price, "shippingPrice": shipping,
                "warehouse": "main",
            })
        })
        .collect();
    let worth = |line: &Value| {
        let cents = |name: &str| line[name].as_i64().unwrap();
        cents("price") * cents("quantity") + cents("shippingPrice")
    };
    let mut stored = json!({
        "orderId": format!("{account}-1-01"), "account": account, "marketplaceOrderId": "1-01",
        "version": 1, "review": "not_needed", "placedAt": at, "contentHash": "",
        "total": lines.iter().map(worth).sum::<i64>(), "lines": lines, "timeline": [],
        "fees": {
            "commissionPercent": "10", "freightCommissionPercent": "0", "fixedPerItem": 0,
            "fixedPerOrder": 50, "announcedIs": "payout",
        },
    });
    let fields = stored.as_object_mut().unwrap();
    fields.extend(state.as_object().unwrap().clone());
    serde_json::from_value(stored).unwrap()
}

fn placed() -> Value {
    json!({"status": "placed", "reservedUntil": "2026-12-21T00:00:00Z"})
}

fn canceled() -> Value {
    json!({"status": "canceled", "receipt": receipt()})
}

fn receipt() -> Value {
    json!({"date": "2026-11-21T10:00:00Z", "receipt": "r"})
}

fn return_of(units: i64, value: i64, stage: &str) -> Value {
    json!([{
        "number": "R-1", "type": "Input", "value": value, "units": {"tea": units},
        "issuedAt": "2026-11-21T10:00:00Z", "contentHash": "", "stage": stage,
    }])
}

fn tally(by: By, orders: &[Order]) -> Tally {
    let mut tally = Tally::of(by);
    for order in orders {
        tally.add(order).unwrap();
    }
    tally
}

/// Two marketplaces, two months; one order is canceled, one came back in part, of one nothing is known
/// of its fees and another payment was announced.
fn orders() -> [Order; 4] {
    let mut returned = placed();
    returned["status"] = json!("delivered");
    returned["authorization"] = receipt();
    returned["invoices"] = return_of(1, 1100, "sent");
    let mut unknown = order(
        "mkt2",
        "2026-11-01T12:00:00Z",
        placed(),
        &[("tea", 1, 1000, 0)],
    );
    unknown.fees = None;
    unknown.differing_payment_value = Some(Cents::new(900));
    let tea_and_cups = [
        ("tea", 2, 1000, 100),
        ("cup", 1, 505, 0),
        ("tea", 1, 1000, 0),
    ];
    [
        order("mkt1", "2026-10-31T23:59:59Z", placed(), &tea_and_cups),
        order(
            "mkt1",
            "2026-11-01T00:00:00Z",
            canceled(),
            &[("tea", 1, 1000, 200)],
        ),
        order(
            "mkt2",
            "2026-11-01T00:00:00Z",
            returned,
            &[("tea", 2, 1000, 200)],
        ),
        unknown,
    ]
}

#[test]
fn orders_are_summed_up_by_marketplace() {
    let tally = tally(By::Marketplace, &orders());
    let cents = Cents::new;
    let first = Figures {
        orders: 2,
        units: 5,
        sales: cents(4505),
        shipping: cents(300),
        canceled: 1,
        canceled_value: cents(1200),
        // 200, 100 and 51 of the lines, 50 of the order; nothing of the canceled one.
        fees: cents(401),
        payout: cents(3204),
        ..Figures::default()
    };
    let second = Figures {
        orders: 2,
        units: 3,
        sales: cents(3000),
        shipping: cents(200),
        returned: 1,
        returned_value: cents(1100),
        fees: cents(250),
        payout: cents(1950),
        unknown_fees: 1,
        differing: 1,
        difference: cents(-100),
        ..Figures::default()
    };
    let rows = [("mkt1".to_owned(), first), ("mkt2".to_owned(), second)];
    assert_eq!(tally.rows, rows.into());
    let total = tally.total;
    assert_eq!((total.orders, total.units), (4, 8));
    assert_eq!((total.fees, total.payout), (cents(651), cents(5154)));
}

#[test]
fn days_and_months_are_those_of_utc() {
    let names = |by| tally(by, &orders()).rows.into_keys().collect::<Vec<_>>();
    assert_eq!(names(By::Day), ["2026-10-31", "2026-11-01"]);
    assert_eq!(names(By::Month), ["2026-10", "2026-11"]);
}

#[test]
fn skus_have_their_lines_and_the_total_what_is_none_of_theirs() {
    let tally = tally(By::Sku, &orders());
    let tea = &tally.rows["tea"];
    assert_eq!((tea.orders, tea.units), (4, 7));
    assert_eq!((tea.canceled, tea.canceled_value), (1, Cents::new(1200)));
    assert_eq!((tea.returned, tea.returned_value), (1, Cents::new(1000)));
    // Two lines of the first order, and the one that came back in part.
    assert_eq!((tea.fees, tea.payout), (Cents::new(500), Cents::new(4800)));
    assert_eq!(tea.unknown_fees, 1);
    let cup = &tally.rows["cup"];
    assert_eq!((cup.fees, cup.payout), (Cents::new(51), Cents::new(454)));
    assert_eq!(tally.total.fees, Cents::new(651));
}

#[test]
fn what_came_back_whole_brings_nothing_in() {
    let returned = json!({
        "status": "returned", "authorization": receipt(), "invoices": return_of(1, 1000, "sent"),
    });
    let order = |state| {
        order(
            "mkt1",
            "2026-11-01T00:00:00Z",
            state,
            &[("tea", 1, 1000, 0)],
        )
    };
    for by in [By::Marketplace, By::Sku] {
        let tally = tally(by, &[order(returned.clone())]);
        for figures in tally.rows.values().chain([&tally.total]) {
            assert_eq!((figures.fees, figures.payout), (Cents::ZERO, Cents::ZERO));
            assert_eq!(figures.returned_value, Cents::new(1000));
        }
    }
    // A return that the marketplace does not have is none yet.
    let mut pending = placed();
    pending["invoices"] = return_of(1, 1000, "pending");
    assert_eq!(tally(By::Sku, &[order(pending)]).total.returned, 0);
}

fn refused(reason: Reason, count: u64) -> RecordedRefusal {
    let at = |text: &str| Instant::parse(text).unwrap();
    RecordedRefusal {
        refusal: Refusal {
            account: AccountName::parse("mkt1").unwrap(),
            marketplace_order_id: MarketplaceOrderId::parse("9-01").unwrap(),
            reason,
            units: [(sku("tea"), 3), (sku("cup"), 1)].into(),
        },
        count,
        first_at: at("2026-11-01T23:00:00Z"),
        last_at: at("2026-11-02T01:00:00Z"),
    }
}

#[test]
fn refusals_are_counted_by_code_and_by_the_sku_that_was_missing() {
    let out_of_stock = refused(Reason::OutOfStock { sku: sku("tea") }, 4);
    let prices = Reason::Prices {
        theirs: Cents::new(1),
        ours: Cents::new(2),
    };
    let prices = refused(prices, 1);
    for (by, rows) in [
        (
            By::Marketplace,
            vec![("mkt1", "ES014", 1, 4), ("mkt1", "ES015", 1, 1)],
        ),
        (
            By::Day,
            vec![("2026-11-01", "ES014", 1, 4), ("2026-11-01", "ES015", 1, 1)],
        ),
        (
            By::Sku,
            vec![
                ("cup", "ES015", 1, 1),
                ("tea", "ES014", 1, 4),
                ("tea", "ES015", 1, 1),
            ],
        ),
    ] {
        let mut tally = Tally::of(by);
        for one in [&out_of_stock, &prices] {
            tally.refuse(one).unwrap();
        }
        let counted = tally.rows.iter().flat_map(|(name, figures)| {
            let refused = figures.refused.iter();
            refused.map(move |(code, one)| (name.as_str(), *code, one.orders, one.times))
        });
        assert_eq!(counted.collect::<Vec<_>>(), rows, "{by:?}");
        assert_eq!(tally.total.orders, 0);
        let unmet = Unmet {
            orders: 1,
            units: 3,
        };
        assert_eq!(tally.unmet, [(sku("tea"), unmet)].into());
    }
}

#[test]
fn sums_beyond_counting_are_none() {
    let huge = order(
        "mkt1",
        "2026-11-01T00:00:00Z",
        placed(),
        &[("tea", 1, i64::MAX, 0)],
    );
    let mut tally = Tally::of(By::Marketplace);
    assert_eq!(tally.add(&huge), Some(()));
    assert_eq!(tally.add(&huge), None);
}
