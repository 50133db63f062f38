use feirante_models::simulation::SimulationRequest;
use proptest::prelude::*;

use super::*;
use crate::simulate::simulate;

proptest! {
    /// What a simulation offers, a placement finds: each line's units at one warehouse that has
    /// them, as long as nobody else takes any.
    #[test]
    fn what_is_promised_can_be_reserved(
        first in -2_i64..12,
        second in -2_i64..12,
        asked in prop::collection::vec(1_i64..9, 1..4),
    ) {
        let shop = Shop::with_warehouses(("a", first), ("b", second));
        let items: Vec<_> = asked
            .iter()
            .map(|quantity| json!({"id": "2000037", "quantity": quantity, "seller": "1"}))
            .collect();
        let cart = json!({"items": items, "country": "BRA", "postalCode": "22251-030"});
        let request = SimulationRequest::read(cart.to_string().as_bytes(), "", None).unwrap();
        let marketplace = &shop.settings.marketplaces[0];
        let promised =
            simulate(&shop.settings, marketplace, &request, &shop.offers, fixture::now());
        let lines: Vec<_> = promised
            .items
            .iter()
            .filter(|item| item.quantity > 0)
            .map(|item| ("2000037", item.quantity, 7390))
            .collect();
        prop_assume!(!lines.is_empty());

        let placement = read(&[order("1-01", &lines)]);
        let plan = shop.plan(&placement).unwrap();
        for (sku, units) in &plan.reserve {
            for (warehouse, units) in units {
                let available = shop.offers[sku].stock[warehouse].available;
                prop_assert!(*units <= available, "{units} of {available} at {warehouse}");
            }
        }
    }
}
