use proptest::prelude::*;

use super::*;
use crate::fixture;

fn rule(safety: i64, share: Option<i64>, cap: Option<i64>) -> StockRule {
    StockRule {
        safety,
        share_percent: share.map(|thousandths| Decimal::new(thousandths, 3)),
        cap,
    }
}

#[test]
fn safety_stock_comes_off_first_then_the_share_then_the_cap() {
    let half = Some(50_000);
    for (rule, stock, sellable) in [
        (StockRule::default(), 7, 7),
        (StockRule::default(), -7, 0),
        (rule(2, None, None), 7, 5),
        (rule(2, None, None), 1, 0),
        (rule(0, half, None), 7, 3),
        (rule(2, half, None), 7, 2),
        (rule(2, half, Some(1)), 7, 1),
        (rule(0, Some(33_333), None), 9, 2),
        (rule(0, Some(0), None), 9, 0),
        (rule(0, None, Some(0)), 9, 0),
    ] {
        assert_eq!(rule.sellable(stock), sellable, "{rule:?} of {stock}");
    }
}

#[test]
fn the_first_rule_about_a_sku_holds_alone() {
    let file = fixture::SELLER_FILE.replacen(
        "[marketplaces.inbound]",
        "[marketplaces.stock]\nsafety = 1\n\
         [[marketplaces.stock.rules]]\nskus = [\"34562\"]\ncap = 3\n\
         [[marketplaces.stock.rules]]\ncategories = [\"Roupas\"]\nshare_percent = 50\n\
         [marketplaces.inbound]",
        1,
    );
    let settings = Settings::parse(&file).unwrap();
    let mut offers = fixture::offers();
    let shirt = offers.get_mut(&fixture::sku("2000037")).unwrap();
    shirt.category = Some("Roupas/Camisas".to_owned());
    let sellable = |code: &str| {
        let of = Sellable::of(
            &settings,
            &settings.marketplaces[0],
            &offers[&fixture::sku(code)],
        );
        (of.stock, of.units, of.selected)
    };
    assert_eq!(sellable("34562"), (5, 3, Some(0)));
    assert_eq!(sellable("2000037"), (99, 49, Some(1)));
    assert_eq!(sellable("W1"), (10, 9, None));
}

#[test]
fn what_must_be_left_is_kept_where_most_is_left() {
    let file = fixture::SELLER_FILE.replacen(
        "id = \"main\"",
        "id = \"main\"\n[[warehouses]]\nid = \"far\"\n[[warehouses]]\nid = \"north\"",
        1,
    );
    let settings = Settings::parse(&file).unwrap();
    let mut offer = fixture::offer("1", 100, None, 5);
    fixture::put(&mut offer, "far", 4);
    fixture::put(&mut offer, "north", -1);
    let places = |places: &[(&str, i64)]| -> BTreeMap<WarehouseId, i64> {
        let place = |(id, units): &(&str, i64)| (WarehouseId::parse(*id).unwrap(), *units);
        places.iter().map(place).collect()
    };
    let keep = |taken: &[(&str, i64)], units| keep(&settings, &offer, &places(taken), units);
    assert_eq!(keep(&[("far", 1)], 0), places(&[]));
    assert_eq!(keep(&[("far", 1)], 3), places(&[("main", 3)]));
    assert_eq!(keep(&[("far", 1)], 7), places(&[("far", 2), ("main", 5)]));
    assert_eq!(keep(&[("main", 3)], 4), places(&[("far", 4)]));
    // One more than there are.
    assert_eq!(keep(&[("far", 1)], 9), places(&[("far", 4), ("main", 5)]));
}

prop_compose! {
    fn any_rule()(
        safety in 0_i64..10,
        share in prop::option::of(0_i64..=100_000),
        cap in prop::option::of(0_i64..60),
    ) -> StockRule { rule(safety, share, cap) }
}

proptest! {
    /// The units that must be left are just those without which they would not have been for sale.
    #[test]
    fn what_may_be_sold_and_what_must_be_left_are_one_rule(rule in any_rule(), units in 1_i64..60) {
        match rule.kept(units) {
            Some(kept) => {
                prop_assert!(kept >= rule.safety);
                prop_assert!(rule.sellable(units + kept) >= units);
                prop_assert!(rule.sellable(units + kept - 1) < units);
            }
            None => prop_assert!(rule.sellable(1_000_000_000) < units),
        }
    }

    #[test]
    fn more_stock_never_leaves_less_to_sell(rule in any_rule(), stock in -5_i64..200) {
        let sellable = rule.sellable(stock);
        prop_assert!((0..=stock.max(0)).contains(&sellable));
        prop_assert!(rule.sellable(stock + 1) >= sellable);
    }

    /// Marketplaces whose shares make no more than the whole are never shown more than there is, all
    /// together.
    #[test]
    fn shares_of_a_whole_never_show_more_than_there_is(
        weights in prop::collection::vec(0_i64..1000, 1..6),
        whole in 0_i64..=100_000,
        safety in prop::collection::vec(0_i64..10, 6),
        stock in -5_i64..10_000,
    ) {
        let sum = weights.iter().sum::<i64>().max(1);
        let rules = weights.iter().zip(&safety).map(|(weight, safety)| {
            rule(*safety, Some(whole * weight / sum), None)
        });
        let shown: i64 = rules.map(|rule| rule.sellable(stock)).sum();
        prop_assert!(shown <= stock.max(0));
    }
}
