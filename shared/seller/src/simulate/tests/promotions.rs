//! Promotions, as a marketplace is shown them (protocol §3.1, §8 C25).

use feirante_models::Cents;
use jiff::SignedDuration;

use super::*;
use crate::selection::Selection;
use crate::settings::{Off, Promotion};

#[test]
fn a_promotion_is_a_tag_of_what_the_price_contains() {
    let mut settings = fixture::settings();
    settings.promotions.push(Promotion {
        id: "bf".to_owned(),
        name: "Black Friday".to_owned(),
        marketplaces: Vec::new(),
        sales_channels: Vec::new(),
        from: None,
        until: Some(fixture::now().plus(SignedDuration::from_hours(24))),
        off: Off::Percent("12.5".parse().unwrap()),
        selection: Selection {
            skus: [fixture::sku("2000037")].into(),
            ..Selection::default()
        },
    });
    let mut offers = fixture::offers();
    let answer = answer_of(
        &settings,
        &offers,
        &storefront(&[("2000037", 2), ("W1", 1)]),
    );
    let item = &answer["items"][0];
    assert_eq!(
        item["priceTags"],
        json!([{
            "identifier": "bf", "name": "Black Friday",
            "value": -924, "rawValue": -9.24, "isPercentual": false,
        }])
    );
    assert_eq!(
        (&item["price"], &item["listPrice"]),
        (&json!(7390 - 924), &json!(7490))
    );
    assert_eq!(item["priceValidUntil"], json!("2026-11-22T00:00:00.000Z"));
    let other = &answer["items"][1];
    assert_eq!(
        (
            &other["price"],
            &other["priceTags"],
            &other["priceValidUntil"]
        ),
        (&json!(1000), &json!([]), &Value::Null)
    );
    // The floor holds for it as well.
    let offer = offers.get_mut(&fixture::sku("2000037")).unwrap();
    offer.prices[0].floor = Some(Cents::new(7000));
    let answer = answer_of(&settings, &offers, &storefront(&[("2000037", 2)]));
    let item = &answer["items"][0];
    assert_eq!(
        (&item["price"], &item["priceTags"][0]["value"]),
        (&json!(7000), &json!(-390))
    );
}
