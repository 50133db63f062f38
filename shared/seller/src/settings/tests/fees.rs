//! What a marketplace keeps.

use feirante_models::Cents;

use super::*;

/// The fixture's file with tables of the first marketplace.
fn charged(tables: &str) -> Result<Option<Fees>, Vec<String>> {
    let inbound = "[marketplaces.inbound]";
    let file = edited(&[(inbound, &format!("{tables}\n{inbound}"))]);
    match Settings::parse(&file) {
        Ok(settings) => {
            let json = serde_json::to_string(&settings).unwrap();
            assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
            Ok(settings.marketplaces[0].fees.clone())
        }
        Err(mistakes) => Err(mistakes
            .iter()
            .map(|mistake| format!("{}: {}", mistake.path, mistake.message))
            .collect()),
    }
}

#[test]
fn fees_are_what_is_said_and_nothing_else() {
    assert_eq!(charged("").unwrap(), None);
    let nothing = charged("[marketplaces.fees]").unwrap();
    assert_eq!(nothing, Some(Fees::default()));
    let fees = charged(
        "[marketplaces.fees]\ncommission_percent = 12.5\nfreight_commission_percent = 5\n\
         fixed_per_item = 100\nfixed_per_order = 50\npayment_value = \"total\"\n\
         [[marketplaces.fees.categories]]\ncategories = [\"Roupas\"]\ncommission_percent = 18\n\
         [[marketplaces.fees.categories]]\nskus = [\"1\"]\ncommission_percent = 0",
    );
    let fees = fees.unwrap().unwrap();
    assert_eq!(fees.commission_percent, "12.5".parse().unwrap());
    assert_eq!(fees.freight_commission_percent, 5.into());
    assert_eq!(
        (fees.fixed_per_item, fees.fixed_per_order),
        (Cents::new(100), Cents::new(50))
    );
    assert_eq!(fees.payment_value, PaymentValue::Total);
    let selected = fees.categories.iter();
    let percents: Vec<_> = selected.map(|one| one.commission_percent).collect();
    assert_eq!(percents, [18.into(), 0.into()]);
}

#[test]
fn each_mistake_is_named() {
    let mistakes = charged(
        "[marketplaces.fees]\ncommission_percent = 101\nfreight_commission_percent = \"5\"\n\
         fixed_per_item = -1\nfixed_per_order = 1.5\npayment_value = \"net\"\ncomission = 1\n\
         [[marketplaces.fees.categories]]\ncommission_percent = 18\n\
         [[marketplaces.fees.categories]]\ncategories = [\"/\"]",
    )
    .unwrap_err();
    let said = [
        "commission_percent: is not a number from 0 to 100",
        "freight_commission_percent: is not a number",
        "fixed_per_item: is not an integer from 0",
        "fixed_per_order: is not an integer",
        "payment_value: is none of \"payout\", \"total\"",
        "comission: is no setting",
        "categories[0].categories: is missing, or skus or brands are",
        "categories[1].commission_percent: is missing",
        "categories[1].categories[0]: names no category",
    ];
    assert_eq!(mistakes.len(), said.len(), "{mistakes:#?}");
    for (mistake, said) in mistakes.iter().zip(said) {
        let said = format!("marketplaces[0].fees.{said}");
        assert!(mistake.starts_with(&said), "{said}\n{mistakes:#?}");
    }
}

#[test]
fn settings_of_before_there_were_fees_are_read() {
    let settings = Settings::parse(SELLER_FILE).unwrap();
    let stored = serde_json::to_value(&settings).unwrap();
    // Nor do they look different to a marketplace.
    assert_eq!(stored["marketplaces"][0].get("fees"), None);
    assert_eq!(
        serde_json::from_value::<Settings>(stored).unwrap(),
        settings
    );
}
