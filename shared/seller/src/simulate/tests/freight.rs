use feirante_models::WarehouseId;

use super::*;
use crate::settings::Attachments;
use crate::shipping::{FreightBasis, RateBasis};

const TABLE: &str = "postal_start,postal_end,weight_start,weight_end,price,days\n\
                     22000000,22999999,0,1000,15.90,3\n\
                     22000000,22999999,1001,5000,31.90,4\n";

struct Folder;

impl Attachments for Folder {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Ok(TABLE.as_bytes().to_vec())
    }
}

/// The fixture with a rate table as its first method's and two warehouses that handle.
fn settings() -> Settings {
    let file = fixture::SELLER_FILE
        .replacen("price = 200 ", "free_above = 20000\nrate_table = \"frete.csv\" #", 1)
        .replacen(
            "id = \"main\"",
            "id = \"main\"\nhandling = \"1bd\"\ncut_off = \"14:00\"\n\n[[warehouses]]\nid = \"far\"\n\
             handling = \"3bd\"",
            1,
        )
        .replacen("warehouses = [\"main\"]", "warehouses = [\"main\", \"far\"]", 1)
        + "\n[calendar]\ntime_zone = \"America/Sao_Paulo\"\n";
    Settings::parse_with(&file, &Folder).unwrap()
}

fn simulated<'a>(
    settings: &'a Settings,
    offers: &'a HashMap<SkuId, Offer>,
    request: &'a SimulationRequest,
) -> Simulated<'a> {
    let marketplace = &settings.marketplaces[0];
    let free = fixture::free();
    simulate(settings, marketplace, request, offers, free, fixture::now())
}

fn basis(simulated: &Simulated<'_>, line: usize, method: usize) -> FreightBasis {
    simulated.lines[line].methods[method].outcome.unwrap()
}

#[test]
fn a_line_is_told_its_row_of_the_table_and_its_handling() {
    let (settings, offers) = (settings(), fixture::offers());
    let cart = cart(&[("2000037", 2), ("34562", 3)]);
    let simulated = simulated(&settings, &offers, &cart);
    let rows = &simulated.response.logistics_info;
    let told = |row: usize| {
        let sla = &rows[row].slas[0];
        (sla.price.get(), &*sla.shipping_estimate)
    };
    // On Friday after 14:00: packed on Tuesday, three days on the way.
    assert_eq!(told(0), (1590, "5bd"));
    assert_eq!(told(1), (3190, "6bd"));
    let first = basis(&simulated, 0, 0);
    assert_eq!(
        first.rate,
        RateBasis::Row {
            line: 2,
            kilograms: 0
        }
    );
    let handled = first.handled.unwrap();
    assert_eq!(handled.warehouse, 0);
    assert_eq!(handled.leaves.to_string(), "2026-11-24");
    assert_eq!(handled.arrives.to_string(), "2026-11-27");
}

#[test]
fn the_warehouse_that_serves_the_line_decides_how_long_handling_takes() {
    let mut offers = fixture::offers();
    let offer = offers.get_mut(&fixture::sku("34562")).unwrap();
    offer.stock.clear();
    fixture::put(offer, "main", 1);
    fixture::put(offer, "far", 5);
    let settings = settings();
    let cart = cart(&[("34562", 1), ("34562", 2)]);
    let simulated = simulated(&settings, &offers, &cart);
    let warehouse = |line| basis(&simulated, line, 0).handled.unwrap().warehouse;
    assert_eq!((warehouse(0), warehouse(1)), (0, 1));
    let far = WarehouseId::parse("far").unwrap();
    assert_eq!(settings.warehouses[1].id, far);
}

#[test]
fn a_line_worth_enough_is_delivered_for_nothing() {
    let (settings, offers) = (settings(), fixture::offers());
    for (quantity, price) in [(2, 1590), (3, 0)] {
        let cart = cart(&[("2000037", quantity)]);
        let simulated = simulated(&settings, &offers, &cart);
        assert_eq!(
            simulated.response.logistics_info[0].slas[0].price.get(),
            price
        );
        assert_eq!(basis(&simulated, 0, 0).free, price == 0);
    }
}

#[test]
fn every_method_is_offered_or_told_why_not() {
    let (settings, offers) = (settings(), fixture::offers());
    let cart = cart(&[("2000037", 11), ("5837", 1), ("77", 1)]);
    let simulated = simulated(&settings, &offers, &cart);
    let outcomes = |line: usize| -> Vec<_> {
        let methods = &simulated.lines[line].methods;
        methods
            .iter()
            .map(|method| (method.method, method.outcome.err()))
            .collect()
    };
    let value = feirante_models::Cents::new(11 * 7390);
    let heavy = Excluded::NoRow { grams: 5500, value };
    assert_eq!(
        outcomes(0),
        [
            (0, Some(heavy)),
            (1, None),
            (2, Some(Excluded::NotForSku)),
            (3, Some(Excluded::NotForSku)),
        ]
    );
    assert_eq!(
        outcomes(1)[0],
        (0, Some(Excluded::NotEnoughStock { most: 0 }))
    );
    assert_eq!(outcomes(2)[3], (3, None));

    let elsewhere = at(&[("2000037", 1)], "99999-000").to_string();
    let request = SimulationRequest::read(elsewhere.as_bytes(), "", None).unwrap();
    let free = fixture::free();
    let marketplace = &settings.marketplaces[0];
    let simulated = simulate(
        &settings,
        marketplace,
        &request,
        &offers,
        free,
        fixture::now(),
    );
    let reasons = simulated.lines[0]
        .methods
        .iter()
        .map(|method| method.outcome);
    assert!(reasons.eq([Err(Excluded::OutOfArea); 4]));
}
