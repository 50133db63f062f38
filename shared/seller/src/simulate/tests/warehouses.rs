//! Stock at several places, and what of it a marketplace may sell.

use feirante_models::WarehouseId;

use super::*;
use crate::settings::{SelectedStockRule, StockRule, Warehouse};

/// Two warehouses, of which each method takes the first of a line's units; `2000037` is at both.
fn shop(near: i64, far: i64) -> (Settings, HashMap<SkuId, Offer>) {
    let (mut settings, mut offers) = (fixture::settings(), fixture::offers());
    let ids = ["near", "far"].map(|id| WarehouseId::parse(id).unwrap());
    settings.warehouses = ids.iter().cloned().map(Warehouse::named).collect();
    for method in &mut settings.shipping.methods {
        method.warehouses = ids.to_vec();
    }
    let offer = offers.get_mut(&fixture::sku("2000037")).unwrap();
    offer.stock.clear();
    fixture::put(offer, "near", near);
    fixture::put(offer, "far", far);
    (settings, offers)
}

fn quantities(answer: &Value) -> Vec<i64> {
    let items = answer["items"].as_array().unwrap().iter();
    items
        .map(|item| item["quantity"].as_i64().unwrap())
        .collect()
}

#[test]
fn a_method_that_may_split_delivers_what_its_warehouses_have_together() {
    let (mut settings, offers) = shop(3, 5);
    settings.shipping.methods[1].split = true;
    let asked = |body: Value| answer_of(&settings, &offers, &body);
    let both = asked(checkout(&[("2000037", 9)]));
    assert_eq!(
        (quantities(&both), slas(&both, 0)),
        (vec![8], vec!["Expressa"])
    );
    let one = asked(checkout(&[("2000037", 5)]));
    assert_eq!(
        (quantities(&one), slas(&one, 0)),
        (vec![5], vec!["Normal", "Expressa"])
    );
    assert_eq!(quantities(&asked(storefront(&[("2000037", 9)]))), [8]);
    let lines = [("2000037", 6), ("2000037", 6)];
    assert_eq!(quantities(&asked(checkout(&lines))), [6, 2]);
}

#[test]
fn a_method_that_can_not_deliver_does_not_make_a_line_larger() {
    let (mut settings, offers) = shop(3, 5);
    settings.shipping.methods[0].warehouses.truncate(1);
    // The other has more and no window left.
    let windows = settings.shipping.methods[2].windows.clone();
    settings.shipping.methods[1].windows = windows;
    let windows = settings.shipping.methods[1].windows.as_mut().unwrap();
    windows.weekdays.clear();
    let answer = answer_of(&settings, &offers, &checkout(&[("2000037", 5)]));
    assert_eq!(
        (quantities(&answer), slas(&answer, 0)),
        (vec![3], vec!["Normal"])
    );
    // Where none delivers, the row says what there is.
    settings.shipping.methods.remove(0);
    let answer = answer_of(&settings, &offers, &checkout(&[("2000037", 5)]));
    assert_eq!((quantities(&answer), slas(&answer, 0)), (vec![5], vec![]));
}

#[test]
fn a_marketplace_is_shown_what_it_may_sell() {
    let (mut settings, offers) = shop(30, 5);
    settings.marketplaces[0].stock.default = StockRule {
        safety: 3,
        share_percent: Some(50.into()),
        cap: None,
    };
    let exempt = SelectedStockRule {
        selection: crate::selection::Selection {
            skus: [fixture::sku("34562")].into(),
            ..Default::default()
        },
        rule: StockRule::default(),
    };
    settings.marketplaces[0].stock.rules.push(exempt);
    settings.shipping.methods[3].warehouses.remove(0);
    let lines = [("2000037", 10), ("2000037", 10)];
    let answer = answer_of(&settings, &offers, &checkout(&lines));
    assert_eq!(quantities(&answer), [10, 6]);
    for row in 0..2 {
        assert_eq!(answer["logisticsInfo"][row]["stockBalance"], 16);
        let delivery = json!([{"id": "delivery", "stockBalance": 16}]);
        assert_eq!(answer["logisticsInfo"][row]["deliveryChannels"], delivery);
    }
    let (request, free) = (cart(&lines), fixture::free());
    let marketplace = &settings.marketplaces[0];
    let simulated = simulate(
        &settings,
        marketplace,
        &request,
        &offers,
        free,
        fixture::now(),
    );
    let stock = simulated.lines[1].stock;
    assert_eq!((stock.stock, stock.units, stock.selected), (35, 16, None));
}
