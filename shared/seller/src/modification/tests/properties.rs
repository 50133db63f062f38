//! What holds of any modification of any order.

use super::*;

fn any_lines() -> impl Strategy<Value = Vec<Line>> {
    let sku = prop::sample::select(vec!["a", "b", "c"]);
    let place = prop::sample::select(vec!["main", "far"]);
    let line = (sku, place, 1..5_i64, 0..3_i64).prop_map(|(sku, place, units, price)| Line {
        price: Cents::new(500 * price),
        ..line(sku, place, units)
    });
    prop::collection::vec(line, 1..5)
}

/// An item, sometimes with one of the prices that lines have.
fn any_item() -> impl Strategy<Value = Value> {
    let sku = prop::sample::select(vec!["a", "b", "c", "d"]);
    (sku, 1..5_i64, prop::option::of(0..3_i64)).prop_map(|(sku, units, price)| {
        json!({"id": sku, "quantity": units, "price": price.map(|price| 500 * price)})
    })
}

fn any_body() -> impl Strategy<Value = Value> {
    let items = || prop::collection::vec(any_item(), 0..3);
    let some = || prop::collection::vec(any_item(), 1..3);
    let replace = prop::collection::vec((some(), some()), 0..2);
    (items(), items(), replace, 0..500_i64).prop_map(|(add, remove, replace, discount)| {
        let replace: Vec<Value> = replace
            .into_iter()
            .map(|(from, to)| json!({"from": {"items": from}, "to": {"items": to}}))
            .collect();
        json!({
            "add": {"items": add}, "remove": {"items": remove}, "replace": replace,
            "manualDiscountValue": discount + 1,
        })
    })
}

fn stock() -> impl Strategy<Value = HashMap<SkuId, Offer>> {
    prop::array::uniform4((0..12_i64, 0..12_i64)).prop_map(|stock| {
        let skus = ["a", "b", "c", "d"].into_iter().zip(stock);
        let skus: Vec<_> = skus.map(|(sku, (main, far))| (sku, main, far)).collect();
        offers(&skus)
    })
}

/// Units of each SKU that are put on less those that are taken off.
fn asked(body: &Value) -> HashMap<String, i64> {
    let mut asked = HashMap::new();
    let mut count = |items: &Value, sign: i64| {
        for item in items.as_array().unwrap() {
            let sku = item["id"].as_str().unwrap().to_owned();
            *asked.entry(sku).or_default() += sign * item["quantity"].as_i64().unwrap();
        }
    };
    count(&body["add"]["items"], 1);
    count(&body["remove"]["items"], -1);
    for replaced in body["replace"].as_array().unwrap() {
        count(&replaced["from"]["items"], -1);
        count(&replaced["to"]["items"], 1);
    }
    asked
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn units_and_cents_are_conserved(
        lines in any_lines(),
        body in any_body(),
        shelves in stock(),
        split in any::<bool>(),
    ) {
        let (settings, before) = (settings(split), order(lines));
        let Ok(modified) = modify(&settings, &before, body.clone(), &shelves) else {
            return Ok(());
        };
        // What the order has more of, the shelves have less of, place by place, and never below zero.
        let mut held = reserved_units([&before]);
        if let StockEffect::Exchange(exchange) = &modified.stock {
            for (sku, places) in &exchange.units {
                for (place, units) in places {
                    *held.entry(sku.clone()).or_default().entry(place.clone()).or_default() += units;
                    let available = shelves[sku].stock[place].available;
                    prop_assert!(available - units >= 0, "{} of {} at {}", units, sku, place);
                }
            }
        }
        for places in held.values_mut() {
            places.retain(|_, units| *units != 0);
        }
        held.retain(|_, places| !places.is_empty());
        prop_assert_eq!(&held, &reserved_units([&modified.order]));
        // It is what was asked for.
        for sku in ["a", "b", "c", "d"] {
            let units = |order: &Order| -> i64 {
                let own = order.lines.iter().filter(|line| line.sku.as_str() == sku);
                own.map(|line| line.quantity.get()).sum()
            };
            let more = units(&modified.order) - units(&before);
            prop_assert_eq!(more, asked(&body).get(sku).copied().unwrap_or(0), "{}", sku);
        }
        // A line lies in several places only where it may.
        for line in &modified.order.lines {
            let parts: i64 = line.parts().map(|(_, units)| units.get()).sum();
            prop_assert_eq!(parts, line.quantity.get());
            prop_assert!(split || line.parts().count() == 1);
        }
        // The total is the lines', the services', and what was taken off.
        let costs = Costs::of(&modified.order.lines).unwrap();
        let discount = body["manualDiscountValue"].as_i64().unwrap();
        let total = costs.items.get() + costs.shipping.get() + 50 - discount;
        prop_assert_eq!(modified.order.total.get(), total);
        prop_assert!(total >= 0);
    }
}
