//! Adjustments and promotions.

use feirante_models::{Cents, Instant};

use super::*;
use crate::selection::Selection;

const ADJUSTMENT: &str = "# price_adjustment = { percent = 5.0, add = 100 }";

fn adjusted(table: &str) -> Result<PriceAdjustment, Vec<String>> {
    let file = edited(&[(ADJUSTMENT, &format!("price_adjustment = {{ {table} }}"))]);
    let mut settings = Settings::parse(&file).map_err(named)?;
    Ok(settings.marketplaces.remove(0).price_adjustment.unwrap())
}

/// The fixture's file with promotions at its end.
fn promoted(promotions: &str) -> Result<Vec<Promotion>, Vec<String>> {
    let settings = Settings::parse(&format!("{SELLER_FILE}\n{promotions}")).map_err(named)?;
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
    Ok(settings.promotions)
}

fn named(mistakes: Vec<Mistake>) -> Vec<String> {
    let mistakes = mistakes.iter();
    mistakes
        .map(|mistake| format!("{}: {}", mistake.path, mistake.message))
        .collect()
}

#[test]
fn an_adjustment_rounds_to_an_ending() {
    let adjustment = adjusted("percent = 5.0, add = 100, ending = 90, rounding = \"up\"").unwrap();
    assert_eq!(
        (adjustment.ending, adjustment.rounding),
        (Some(90), Rounding::Up)
    );
    let plain = adjusted("add = -5").unwrap();
    assert_eq!((plain.ending, plain.rounding), (None, Rounding::Nearest));
}

#[test]
fn an_adjustment_of_before_there_were_endings_is_read() {
    let stored = r#"{"percent":"5.0","add":100}"#;
    let adjustment: PriceAdjustment = serde_json::from_str(stored).unwrap();
    assert_eq!(adjusted("percent = 5.0, add = 100").unwrap(), adjustment);
}

#[test]
fn settings_of_before_there_were_promotions_are_read() {
    let mut stored = serde_json::to_value(Settings::parse(SELLER_FILE).unwrap()).unwrap();
    stored
        .as_object_mut()
        .unwrap()
        .remove("promotions")
        .unwrap();
    let settings: Settings = serde_json::from_value(stored).unwrap();
    assert_eq!(settings.promotions, []);
}

#[test]
fn mistakes_of_adjustments_are_named() {
    for (table, expected) in [
        ("ending = 100", "ending: is not an integer from 0 to 99"),
        (
            "rounding = \"off\"",
            "rounding: is none of \"up\", \"down\"",
        ),
    ] {
        let mistakes = adjusted(table).unwrap_err();
        let expected = format!("marketplaces[0].price_adjustment.{expected}");
        assert!(mistakes[0].starts_with(&expected), "{mistakes:?}");
    }
}

#[test]
fn promotions_are_read_whole() {
    let read = promoted(
        r#"
        [[promotions]]
        id = "bf"
        name = "Black Friday"
        marketplaces = ["mkt1"]
        sales_channels = ["1"]
        from = "2026-11-27T00:00:00-03:00"
        until = "2026-11-28T00:00:00-03:00"
        percent_off = 12.5
        categories = ["Roupas"]
        brands = ["Feira"]
        skus = ["1", "2"]

        [[promotions]]
        id = "always"
        name = "5 off"
        amount_off = 500
        "#,
    )
    .unwrap();
    let instant = |text| Instant::parse(text).ok();
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let black_friday = Promotion {
        id: "bf".to_owned(),
        name: "Black Friday".to_owned(),
        marketplaces: vec![
            Settings::parse(SELLER_FILE).unwrap().marketplaces[0]
                .account
                .clone(),
        ],
        sales_channels: texts(&["1"]),
        from: instant("2026-11-27T03:00:00Z"),
        until: instant("2026-11-28T03:00:00Z"),
        off: Off::Percent("12.5".parse().unwrap()),
        selection: Selection {
            skus: ["1", "2"].map(crate::fixture::sku).into(),
            categories: texts(&["Roupas"]),
            brands: texts(&["Feira"]),
        },
    };
    assert_eq!(read[0], black_friday);
    assert_eq!(read[1].off, Off::Amount(Cents::new(500)));
    assert!(read[1].selection.is_everything());
    assert_eq!((read[1].from, read[1].until), (None, None));
}

#[test]
fn mistakes_of_promotions_are_named() {
    for (lines, expected) in [
        ("", "percent_off: is missing, or amount_off is"),
        (
            "percent_off = 5\namount_off = 5",
            "amount_off: can't stand beside",
        ),
        ("percent_off = 0", "percent_off: takes nothing off"),
        (
            "percent_off = 100.01",
            "percent_off: is not a number from 0 to 100",
        ),
        ("amount_off = 0", "amount_off: takes nothing off"),
        (
            "amount_off = 5\nmarketplaces = [\"mkt2\"]",
            "marketplaces[0]: is none of",
        ),
        (
            "amount_off = 5\nmarketplaces = []",
            "marketplaces: is empty",
        ),
        (
            "amount_off = 5\nsales_channels = [\"9\"]",
            "sales_channels[0]: is no sales channel",
        ),
        (
            "amount_off = 5\nfrom = \"2026-11-27\"",
            "from: is no date and time with its offset",
        ),
        (
            "amount_off = 5\nfrom = \"2026-11-27T00:00:00Z\"\nuntil = \"2026-11-27T00:00:00Z\"",
            "until: is not after from",
        ),
        (
            "amount_off = 5\ncategories = [\" / \"]",
            "categories[0]: names no category",
        ),
        (
            "amount_off = 5\nbrand = [\"a\"]",
            "brand: is no setting; did you mean `brands`?",
        ),
    ] {
        let file = format!("[[promotions]]\nid = \"a\"\nname = \"A\"\n{lines}\n");
        let mistakes = promoted(&file).unwrap_err();
        let expected = format!("promotions[0].{expected}");
        assert!(
            mistakes.len() == 1 && mistakes[0].starts_with(&expected),
            "{mistakes:?}"
        );
    }
    let one = "[[promotions]]\nid = \"a\"\nname = \"A\"\namount_off = 1\n";
    let mistakes = promoted(&one.repeat(2)).unwrap_err();
    assert_eq!(mistakes, ["promotions[1].id: is the same as one above"]);
}

#[test]
fn a_promotion_at_a_marketplace_that_is_wrong_is_not_blamed_for_it() {
    let file = edited(&[("seller_id = \"seller1\"", "seller_id = \"list\"")]);
    let promotion = "[[promotions]]\nid = \"a\"\nname = \"A\"\namount_off = 1\n\
                     marketplaces = [\"mkt1\"]\nsales_channels = [\"9\"]\n";
    let mistakes = named(Settings::parse(&format!("{file}\n{promotion}")).unwrap_err());
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    assert!(
        mistakes[0].starts_with("marketplaces[0].seller_id"),
        "{mistakes:?}"
    );
}
