use feirante_models::Cents;
use feirante_models::simulation::{Country, DeliveryChannel, Destination, Sla};
use rust_decimal::Decimal;

use super::*;
use crate::allocation::Taken;
use crate::fixture;
use crate::offer::Offer;
use crate::settings::{GeoOrder, Rate, Settings, WeightRate};

/// What the methods that serve an address say to a line.
fn quotes<'a>(
    settings: &'a Settings,
    destination: &Destination<'_>,
    offer: &Offer,
    quantity: i64,
) -> Vec<Result<(Sla<'a>, FreightBasis), Excluded>> {
    let routes = Routes::to(settings, destination, fixture::free(), fixture::now());
    let place = Taken {
        warehouse: &settings.warehouses[0].id,
        units: quantity,
    };
    let parcel = Parcel {
        quantity,
        unit_price: Cents::new(1000),
        places: &[place],
    };
    let quotes = routes
        .serving()
        .iter()
        .map(|route| route.quote(offer, &parcel));
    quotes.collect()
}

/// The ids of the methods that serve an address in Brazil.
fn serving(
    settings: &Settings,
    postal_code: Option<&str>,
    coordinates: Option<[&str; 2]>,
) -> Vec<String> {
    let destination = Destination {
        country: Country::parse("BRA").unwrap(),
        postal_code,
        coordinates: coordinates.map(|pair| pair.map(|number| number.parse().unwrap())),
    };
    quotes(settings, &destination, &fixture::offer("1", 1, None, 1), 1)
        .into_iter()
        .filter_map(|quote| Some(quote.ok()?.0.id.to_owned()))
        .collect()
}

const EVERY: [&str; 4] = ["Normal", "Expressa", "Agendada", "Loja10"];

#[test]
fn an_address_is_served_by_its_postal_code_or_its_coordinates() {
    let settings = fixture::settings();
    let rio = Some(["-43.18", "-22.94"]);
    assert_eq!(serving(&settings, Some("22.251-030"), None), EVERY);
    assert_eq!(serving(&settings, None, rio), EVERY);
    assert_eq!(serving(&settings, Some("99999-000"), rio), EVERY);
    assert_eq!(
        serving(&settings, Some("22251-030"), Some(["0", "0"])),
        EVERY
    );
    assert!(serving(&settings, Some("99999-000"), Some(["0", "0"])).is_empty());
    assert!(serving(&settings, Some("22"), None).is_empty());
}

#[test]
fn a_country_without_codes_or_box_is_served_whole_and_no_other_is() {
    let mut settings = fixture::settings();
    for area in settings
        .shipping
        .methods
        .iter_mut()
        .flat_map(|method| &mut method.areas)
    {
        area.postal_codes.clear();
        area.geo_box = None;
    }
    assert_eq!(serving(&settings, Some("any"), None), EVERY);
    for area in settings
        .shipping
        .methods
        .iter_mut()
        .flat_map(|method| &mut method.areas)
    {
        area.country = Country::parse("ARG").unwrap();
    }
    assert!(serving(&settings, Some("any"), None).is_empty());
}

#[test]
fn coordinates_are_swapped_only_where_that_alone_makes_sense() {
    let mut settings = fixture::settings();
    for order in [GeoOrder::LonLat, GeoOrder::LatLon] {
        settings.shipping.geo_order = order;
        for pair in [["-43.18", "-22.94"], ["-22.94", "-43.18"]] {
            assert_eq!(
                serving(&settings, None, Some(pair)),
                EVERY,
                "{order:?} {pair:?}"
            );
        }
    }
    // Around (10, 20) and (20, 10) there is a method each: the configured order decides.
    let around = |west: i64, south: i64| {
        let mut method = fixture::settings().shipping.methods.remove(0);
        let geo_box = method.areas[0].geo_box.as_mut().unwrap();
        (geo_box.west, geo_box.east) = (Decimal::from(west), Decimal::from(west + 1));
        (geo_box.south, geo_box.north) = (Decimal::from(south), Decimal::from(south + 1));
        method.id = format!("{west},{south}");
        method
    };
    settings.shipping.methods = vec![around(10, 20), around(20, 10)];
    settings.shipping.geo_order = GeoOrder::LonLat;
    assert_eq!(serving(&settings, None, Some(["10", "20"])), ["10,20"]);
    settings.shipping.geo_order = GeoOrder::LatLon;
    assert_eq!(serving(&settings, None, Some(["10", "20"])), ["20,10"]);
}

#[test]
fn a_sku_is_carried_by_the_methods_it_lists_or_by_those_for_all() {
    let settings = fixture::settings();
    let carried = |listed: Option<&[&str]>| {
        let mut offer = fixture::offer("1", 1, None, 1);
        offer.shipping_methods = listed.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect());
        let methods = settings
            .shipping
            .methods
            .iter()
            .filter(|method| method.carries(&offer));
        methods.map(|method| method.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(carried(None), ["Normal", "Expressa"]);
    assert_eq!(
        carried(Some(&["Loja10", "Normal", "gone"])),
        ["Normal", "Loja10"]
    );
    assert!(carried(Some(&[])).is_empty());
}

#[test]
fn a_line_too_heavy_for_a_method_is_not_offered_it() {
    let mut settings = fixture::settings();
    settings.shipping.methods[0].rate = Rate::ByWeight(vec![WeightRate {
        up_to_grams: 999,
        price: Cents::new(1),
    }]);
    let destination = Destination {
        country: Country::parse("BRA").unwrap(),
        postal_code: Some("22251-030"),
        coordinates: None,
    };
    let offer = fixture::offer("1", 1, None, 9);
    let offered = |quantity| -> Vec<_> {
        let quotes = quotes(&settings, &destination, &offer, quantity);
        quotes
            .into_iter()
            .map(|quote| quote.map(|(sla, _)| sla.id))
            .collect()
    };
    assert_eq!(offered(1)[0].as_deref(), Ok("Normal"));
    assert_eq!(offered(2)[0], Err(Excluded::TooHeavy { grams: Some(1000) }));
    assert_eq!(offered(2)[1].as_deref(), Ok("Expressa"));
}

#[test]
fn a_method_without_a_window_to_choose_is_not_offered() {
    let mut settings = fixture::settings();
    let scheduled = settings.shipping.methods[2].windows.as_mut().unwrap();
    // Tomorrow is a Saturday there.
    scheduled.days_ahead = 1;
    assert_eq!(
        serving(&settings, Some("22251-030"), None),
        ["Normal", "Expressa", "Loja10"]
    );
    assert_eq!(
        settings.shipping.methods[3].channel,
        DeliveryChannel::PickupInPoint
    );
}
