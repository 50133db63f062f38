mod example;
mod fees;
mod freight;
mod mistakes;
mod prices;
mod rotation;
mod stock;

use super::*;
use crate::fixture::SELLER_FILE;

/// The fixture with some texts replaced; each must be there.
fn edited(edits: &[(&str, &str)]) -> String {
    edits
        .iter()
        .fold(SELLER_FILE.to_owned(), |file, (from, to)| {
            assert!(file.contains(from), "the fixture holds no {from}");
            file.replacen(from, to, 1)
        })
}

#[test]
fn the_fixture_is_read_whole() {
    let settings = Settings::parse(SELLER_FILE).unwrap();
    assert_eq!(settings.seller.follow_up_email, "pedidos@feira.example");
    let marketplace = &settings.marketplaces[0];
    assert_eq!(marketplace.key.expose(), "k9");
    assert_eq!(marketplace.cancellation, CancellationPolicy::Evaluate);
    assert_eq!(
        marketplace.inbound.as_ref().unwrap().current.app_token,
        Some(Secret::new("T"))
    );
    assert_eq!(
        marketplace.endpoints.services,
        "https://mkt1.vtexcommercestable.com.br/api/oms"
    );
    let ids: Vec<_> = settings
        .shipping
        .methods
        .iter()
        .map(|method| method.id.as_str())
        .collect();
    assert_eq!(ids, ["Normal", "Expressa", "Agendada", "Loja10"]);
    assert_eq!(
        settings.shipping_method("Loja10").unwrap().warehouses[0].as_str(),
        "main"
    );
    assert_eq!(settings.shipping_method("loja10"), None);
}

#[test]
fn every_optional_setting_of_the_fixture_is_read_too() {
    let commented = [
        "merchant_name =",
        "price_adjustment =",
        "[marketplaces.endpoints]",
        "api =",
        "suggestions =",
        "services =",
        "[[marketplaces.divergence]]",
        "up_to_percent =",
        "decision =",
    ];
    let mut file = SELLER_FILE.to_owned();
    for setting in commented {
        let commented = format!("# {setting}");
        assert!(file.contains(&commented), "{setting}");
        file = file.replacen(&commented, setting, 1);
    }
    let file = file
        .replacen("app_key = \"vtexappkey-mkt1\"\napp_token = \"outbound-token\"", "parameter = \"/feirante/mkt1\"", 1)
        .replacen("price = 200 ", "rates = [{ up_to_grams = 1000, price = 200 }, { up_to_grams = 2_000, price = 0x190 }] ", 1)
        + "\n[shipping]\ndefault_country = \"bra\"\ngeo_order = \"lat_lon\"\n";
    let settings = Settings::parse(&file).unwrap();
    let marketplace = &settings.marketplaces[0];
    assert_eq!(marketplace.merchant_name.as_deref(), Some("gatewayaccount"));
    let adjustment = marketplace.price_adjustment.unwrap();
    assert_eq!(
        (adjustment.percent, adjustment.add.get()),
        ("5.0".parse().unwrap(), 100)
    );
    assert_eq!(
        marketplace.outbound,
        Some(Outbound::Parameter("/feirante/mkt1".to_owned()))
    );
    assert_eq!(marketplace.divergence[0].decision, Decision::Authorize);
    let Rate::ByWeight(rates) = &settings.shipping.methods[0].rate else {
        panic!("a fixed rate")
    };
    assert_eq!(rates[1].price.get(), 400);
    assert_eq!(
        settings.shipping.default_country,
        Country::parse("BRA").ok()
    );
    assert_eq!(settings.shipping.geo_order, GeoOrder::LatLon);
}

#[test]
fn what_is_stored_is_read_back() {
    let settings = Settings::parse(SELLER_FILE).unwrap();
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
    assert_eq!(
        serde_json::from_value::<Settings>(serde_json::to_value(&settings).unwrap()).unwrap(),
        settings
    );
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?}", Settings::parse(SELLER_FILE).unwrap());
    assert!(
        !shown.contains("k9") && !shown.contains("outbound-token"),
        "{shown}"
    );
}

#[test]
fn a_marketplace_moved_elsewhere_takes_its_orders_along() {
    let file = edited(&[(
        "# [marketplaces.endpoints]",
        "[marketplaces.endpoints]\napi = \"http://127.0.0.1:3001/\"\n#",
    )]);
    let endpoints = &Settings::parse(&file).unwrap().marketplaces[0].endpoints;
    assert_eq!(endpoints.api, "http://127.0.0.1:3001");
    assert_eq!(endpoints.services, "http://127.0.0.1:3001/api/oms");
}
