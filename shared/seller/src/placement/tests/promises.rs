use feirante_models::simulation::SimulationRequest;
use proptest::prelude::*;

use super::*;
use crate::settings::StockRule;
use crate::shipping::Occupancy;
use crate::simulate::simulate;

prop_compose! {
    fn rule()(
        safety in 0_i64..4,
        share in prop::option::of(0_i64..=100),
        cap in prop::option::of(0_i64..20),
    ) -> StockRule {
        StockRule { safety, share_percent: share.map(Into::into), cap }
    }
}

proptest! {
    /// What a simulation offers, a placement finds: each line's units where they are, as long as
    /// nobody else takes any. The shopper takes the first method that is offered.
    #[test]
    fn what_is_promised_can_be_reserved(
        stock in prop::array::uniform3(-2_i64..12),
        split in prop::array::uniform2(any::<bool>()),
        rule in rule(),
        asked in prop::collection::vec(1_i64..16, 1..4),
    ) {
        let mut shop = Shop::stocked(&[("a", stock[0]), ("b", stock[1]), ("c", stock[2])]);
        for (method, split) in shop.settings.shipping.methods.iter_mut().zip(split) {
            method.split = split;
        }
        shop.settings.marketplaces[0].stock.default = rule;
        let items: Vec<_> = asked
            .iter()
            .map(|quantity| json!({"id": "2000037", "quantity": quantity, "seller": "1"}))
            .collect();
        let cart = json!({"items": items, "country": "BRA", "postalCode": "22251-030"});
        let request = SimulationRequest::read(cart.to_string().as_bytes(), "", None).unwrap();
        let marketplace = &shop.settings.marketplaces[0];
        let free = Occupancy::default();
        let promised =
            simulate(&shop.settings, marketplace, &request, &shop.offers, &free, fixture::now());
        let rows = promised.response.logistics_info.iter();
        let lines: Vec<_> = rows
            .filter_map(|row| Some((row.slas.first()?.id, row.quantity)))
            .collect();
        let sum = stock.iter().map(|units| (*units).max(0)).sum::<i64>();
        let sellable = rule.sellable(sum);
        prop_assert_eq!(lines.is_empty(), sellable == 0);
        prop_assume!(!lines.is_empty());

        let units: Vec<_> = lines.iter().map(|(_, units)| ("2000037", *units, 7390)).collect();
        let mut body = order("1-01", &units);
        for (row, (sla, _)) in lines.iter().enumerate() {
            body["shippingData"]["logisticsInfo"][row]["selectedSla"] = json!(sla);
        }
        let placement = read(&[body]);
        let plan = shop.plan(&placement).unwrap();
        let sku = sku("2000037");
        prop_assert_eq!(plan.short([&sku], &shop.offers), None);
        let reserved: i64 = plan.reserve[&sku].values().sum();
        prop_assert_eq!(reserved, lines.iter().map(|(_, units)| units).sum::<i64>());
        prop_assert!(reserved <= sellable);
        let kept: i64 = plan.keep.get(&sku).into_iter().flatten().map(|(_, units)| units).sum();
        prop_assert!(kept >= rule.safety);
        for (warehouse, units) in &plan.reserve[&sku] {
            let available = shop.offers[&sku].stock[warehouse].available;
            prop_assert!(*units <= available, "{units} of {available} at {warehouse}");
        }
        // Who was to ship a line when it was simulated, does.
        let placed = &plan.new[0].0.lines;
        let reasons = promised.lines.iter().filter_map(|line| {
            line.methods.iter().find(|method| method.outcome.is_ok())
        });
        for (line, offered) in placed.iter().zip(reasons) {
            let promised = Places::of(&offered.places);
            prop_assert_eq!(Some(&line.places), promised.as_ref());
        }
    }
}
