use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use feirante_models::Cents;

const SKUS: [&str; 7] = [
    "2000037",
    "34562",
    "5837",
    "77",
    "W1",
    "9007199254740993",
    "nope",
];

prop_compose! {
    fn lines()(lines in prop::collection::vec((prop::sample::select(SKUS.as_slice()), 1..120_i64), 0..40))
        -> Vec<(&'static str, i64)> { lines }
}

prop_compose! {
    /// Any stock, prices with any list price or none.
    fn offers()(rows in prop::collection::vec((-10..50_i64, 0..5000_i64, prop::option::of(0..5000_i64)), SKUS.len()))
        -> HashMap<SkuId, Offer> {
        let mut offers = fixture::offers();
        for (code, (stock, price, list_price)) in SKUS.iter().zip(rows) {
            if let Some(offer) = offers.get_mut(&fixture::sku(code)) {
                fixture::put(offer, "main", stock);
                offer.prices[0].price = Cents::new(price);
                offer.prices[0].list_price = list_price.map(Cents::new);
            }
        }
        offers
    }
}

proptest! {
    #[test]
    fn any_cart_is_answered_within_its_stock(
        lines in lines(),
        offers in offers(),
        place in prop::sample::select(vec![None, Some("22251-030"), Some("99999-000")]),
    ) {
        let body = place.map_or_else(|| storefront(&lines), |place| at(&lines, place));
        let request = SimulationRequest::read(body.to_string().as_bytes(), "", None).unwrap();
        let settings = fixture::settings();
        let response =
            told(&settings, &settings.marketplaces[0], &request, &offers, fixture::now());

        let mut sums: HashMap<SkuId, i64> = HashMap::new();
        let mut positions = HashSet::new();
        for item in &response.items {
            let (id, asked) = lines[item.request_index];
            prop_assert_eq!(item.id, id);
            prop_assert!(positions.insert(item.request_index), "a position twice");
            prop_assert!((0..=asked).contains(&item.quantity));
            prop_assert!(item.list_price >= item.price);
            *sums.entry(fixture::sku(id)).or_default() += item.quantity;
        }
        for (sku, sum) in sums {
            let stock = offers[&sku].available(settings.warehouses.iter().map(|place| &place.id));
            let asked: i64 = lines.iter().filter(|(id, _)| *id == sku.as_str()).map(|(_, n)| n).sum();
            prop_assert_eq!(sum, stock.min(asked), "all there is, and no more");
        }
        let known = lines.iter().filter(|(id, _)| *id != "nope").count();
        prop_assert_eq!(response.items.len(), known);

        if !response.logistics_info.is_empty() {
            prop_assert_eq!(response.logistics_info.len(), response.items.len());
        }
        for (row, item) in response.logistics_info.iter().zip(&response.items) {
            prop_assert_eq!(row.item_index, item.request_index);
            prop_assert_eq!(row.quantity, item.quantity);
            let deliverable = place == Some("22251-030") && row.quantity > 0;
            prop_assert_eq!(row.slas.is_empty(), !deliverable);
        }
        let any = response.items.iter().any(|item| item.quantity > 0);
        prop_assert_eq!(response.logistics_info.is_empty(), !any);
        prop_assert!(serde_json::to_string(&response).is_ok());
    }
}
