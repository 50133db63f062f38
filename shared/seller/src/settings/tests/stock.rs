//! What a marketplace may sell, and methods that split lines.

use super::*;

/// The fixture's file with tables of the first marketplace.
fn stocked(tables: &str) -> Result<StockRules, Vec<String>> {
    let inbound = "[marketplaces.inbound]";
    let file = edited(&[(inbound, &format!("{tables}\n{inbound}"))]);
    match Settings::parse(&file) {
        Ok(settings) => {
            let json = serde_json::to_string(&settings).unwrap();
            assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
            Ok(settings.marketplaces[0].stock.clone())
        }
        Err(mistakes) => Err(mistakes
            .iter()
            .map(|mistake| format!("{}: {}", mistake.path, mistake.message))
            .collect()),
    }
}

#[test]
fn a_default_and_rules_say_what_may_be_sold() {
    assert_eq!(stocked("").unwrap(), StockRules::default());
    let rules = stocked(
        "[marketplaces.stock]\nsafety = 2\nshare_percent = 33.3\n\
         [[marketplaces.stock.rules]]\nskus = [\"1\"]\ncap = 10\n\
         [[marketplaces.stock.rules]]\nbrands = [\"Feira\"]",
    )
    .unwrap();
    let share = Some("33.3".parse().unwrap());
    let rule = StockRule {
        safety: 2,
        share_percent: share,
        cap: None,
    };
    assert_eq!(rules.default, rule);
    let capped = StockRule {
        cap: Some(10),
        ..StockRule::default()
    };
    let chosen: Vec<_> = rules.rules.iter().map(|selected| selected.rule).collect();
    assert_eq!(chosen, [capped, StockRule::default()]);
}

#[test]
fn each_mistake_is_named() {
    let mistakes = stocked(
        "[marketplaces.stock]\nsafety = -1\nshare_percent = 101\ncap = \"ten\"\n\
         [[marketplaces.stock.rules]]\ncap = 10",
    )
    .unwrap_err();
    let paths: Vec<_> = mistakes
        .iter()
        .filter_map(|mistake| mistake.split(": ").next())
        .collect();
    let stock = "marketplaces[0].stock";
    let named = ["safety", "share_percent", "cap", "rules[0].skus"];
    assert_eq!(paths, named.map(|key| format!("{stock}.{key}")));
}

#[test]
fn a_method_splits_lines_only_where_it_says_so() {
    let file = edited(&[("price = 200 ", "split = true\nprice = 200 ")]);
    let settings = Settings::parse(&file).unwrap();
    let split = settings.shipping.methods.iter().map(|method| method.split);
    assert_eq!(split.collect::<Vec<_>>(), [true, false, false, false]);
}
