//! Which units a modification takes and gives back.

use super::*;

fn replace(from: (&str, i64), to: (&str, i64)) -> Value {
    json!({"replace": [{
        "from": {"items": [{"id": from.0, "quantity": from.1}]},
        "to": {"items": [{"id": to.0, "quantity": to.1}]},
    }]})
}

fn moved(sku: &str, place: &str, units: i64) -> (String, String, i64) {
    (sku.to_owned(), place.to_owned(), units)
}

#[test]
fn what_an_order_holds_stays_where_it_is_though_nothing_is_for_sale() {
    let order = order(vec![line("a", "far", 2)]);
    // None left, and main, which is preferred, has some again by the second round.
    for offers in [offers(&[("a", 0, 0)]), offers(&[("a", 9, 0)])] {
        let same = modify(
            &settings(false),
            &order,
            replace(("a", 2), ("a", 2)),
            &offers,
        )
        .unwrap();
        assert_eq!(units(&same.stock), []);
        let fewer = modify(
            &settings(false),
            &order,
            replace(("a", 2), ("a", 1)),
            &offers,
        )
        .unwrap();
        assert_eq!(units(&fewer.stock), [moved("a", "far", -1)]);
        assert_eq!(fewer.order.lines[0].places.to_string(), "far");
    }
}

#[test]
fn more_of_the_same_goes_where_all_of_it_is() {
    let order = order(vec![line("a", "far", 2)]);
    let more = replace(("a", 2), ("a", 3));
    // At far with what lies there for it, or at main from what is for sale.
    let at_far = modify(
        &settings(false),
        &order,
        more.clone(),
        &offers(&[("a", 2, 1)]),
    )
    .unwrap();
    assert_eq!(units(&at_far.stock), [moved("a", "far", 1)]);
    let at_main = modify(
        &settings(false),
        &order,
        more.clone(),
        &offers(&[("a", 3, 0)]),
    )
    .unwrap();
    assert_eq!(
        units(&at_main.stock),
        [moved("a", "far", -2), moved("a", "main", 3)]
    );
    // Split only where the method may.
    let two_places = offers(&[("a", 2, 0)]);
    assert_eq!(
        refusal(modify(&settings(false), &order, more.clone(), &two_places)),
        "ES014"
    );
    let split = modify(&settings(true), &order, more, &two_places).unwrap();
    assert_eq!(
        units(&split.stock)
            .iter()
            .map(|(_, _, units)| units)
            .sum::<i64>(),
        1
    );
}

#[test]
fn what_is_not_there_or_not_sold_is_not_put_on() {
    let order = order(vec![line("a", "main", 2)]);
    let add = |sku: &str, units| json!({"add": {"items": [{"id": sku, "quantity": units}]}});
    let mut shelves = offers(&[("a", 9, 0), ("b", 2, 0), ("c", 9, 0)]);
    shelves.get_mut(&fixture::sku("c")).unwrap().active = false;
    for (sku, units) in [("b", 3), ("c", 1), ("unknown", 1)] {
        let refused = modify(&settings(false), &order, add(sku, units), &shelves);
        assert_eq!(refusal(refused), "ES014", "{units} of {sku}");
    }
    let taken = modify(&settings(false), &order, add("b", 2), &shelves).unwrap();
    assert_eq!(units(&taken.stock), [moved("b", "main", 2)]);
    // A SKU that is not sold any more may still go, or cost something else.
    let mut gone = offers(&[("a", 0, 0)]);
    gone.get_mut(&fixture::sku("a")).unwrap().active = false;
    let same = modify(&settings(false), &order, replace(("a", 2), ("a", 2)), &gone);
    assert_eq!(units(&same.unwrap().stock), []);
}

#[test]
fn a_sku_that_is_gone_takes_nothing_back() {
    let order = order(vec![line("a", "main", 2), line("b", "main", 1)]);
    let less = json!({"remove": {"items": [{"id": "a", "quantity": 1}]}});
    // Nobody looks before the write finds it gone.
    assert!(modify(&settings(false), &order, less.clone(), &HashMap::new()).is_ok());
    let gone = Offer::unknown(fixture::sku("a"));
    let found = HashMap::from([(gone.sku.clone(), gone)]);
    let refused = modify(&settings(false), &order, less, &found);
    assert_eq!(refusal(refused), "ES014");
    let other = json!({"remove": {"items": [{"id": "b", "quantity": 1}]}});
    assert!(modify(&settings(false), &order, other, &found).is_ok());
}

/// All of an order is released, invoiced or canceled in one write.
#[test]
fn an_order_has_no_more_skus_than_one_write_takes() {
    let names: Vec<String> = (0..120).map(|number| format!("s{number}")).collect();
    let lines = |skus: &[String]| skus.iter().map(|sku| line(sku, "main", 1)).collect();
    let of: Vec<_> = names.iter().map(|sku| (sku.as_str(), 9, 0)).collect();
    let shelves = offers(&of);
    let more = |from: usize, to: usize| {
        let items = names[from..to].iter();
        let items: Vec<_> = items.map(|sku| json!({"id": sku, "quantity": 1})).collect();
        json!({"add": {"items": items}})
    };
    let before = order(lines(&names[..60]));
    assert!(modify(&settings(false), &before, more(60, 98), &shelves).is_ok());
    let refused = modify(&settings(false), &before, more(60, 99), &shelves);
    assert_eq!(refusal(refused), "ES005");
    // A window that only so many orders can have is one more, while something comes in it.
    let method = "Normal";
    let id = crate::shipping::SlotId::named(method, "2026-11-23T11:00:00Z/2026-11-23T16:00:00Z");
    let scheduled = Order {
        slots: vec![LimitedSlot {
            id: id.unwrap(),
            capacity: 2,
        }],
        ..before
    };
    assert!(modify(&settings(false), &scheduled, more(60, 97), &shelves).is_ok());
    let refused = modify(&settings(false), &scheduled, more(60, 98), &shelves);
    assert_eq!(refusal(refused), "ES005");
}

#[test]
fn a_marketplace_takes_no_more_than_it_may_sell() {
    let order = order(vec![line("a", "main", 2)]);
    let mut settings = settings(false);
    let rules = "[[marketplaces]]\naccount = \"x\"\nseller_id = \"x\"\nkey = \"x\"\nsales_channels = [\"1\"]\n[marketplaces.stock]\nsafety = 4\n";
    let file =
        fixture::SELLER_FILE.replacen("[[marketplaces]]", &format!("{rules}\n[[marketplaces]]"), 1);
    settings.marketplaces[0].stock = Settings::parse(&file).unwrap().marketplaces[0]
        .stock
        .clone();
    let add = json!({"add": {"items": [{"id": "b", "quantity": 2}]}});
    let refused = modify(&settings, &order, add.clone(), &offers(&[("b", 5, 0)]));
    assert_eq!(refusal(refused), "ES014");
    let taken = modify(&settings, &order, add, &offers(&[("b", 6, 0)])).unwrap();
    let StockEffect::Exchange(exchange) = taken.stock else {
        panic!("{:?}", taken.stock)
    };
    let kept: i64 = exchange
        .keep
        .values()
        .flat_map(|places| places.values())
        .sum();
    assert_eq!(kept, 4);
}

#[test]
fn units_go_from_the_last_line_and_the_last_place_first() {
    let mut split = line("a", "main", 5);
    let places = [("main", 3), ("far", 2)];
    let places =
        places.map(|(id, units)| (feirante_models::WarehouseId::parse(id).unwrap(), units));
    split.places = Places::at(places).unwrap();
    let order = order(vec![split, line("a", "main", 1)]);
    let take = |units| {
        let body = json!({"remove": {"items": [{"id": "a", "quantity": units}]}});
        modify(&settings(true), &order, body, &HashMap::new()).unwrap()
    };
    assert_eq!(units(&take(1).stock), [moved("a", "main", -1)]);
    let two = take(2);
    assert_eq!(
        units(&two.stock),
        [moved("a", "far", -1), moved("a", "main", -1)]
    );
    assert_eq!(two.order.lines[0].places.to_string(), "main: 3, far: 1");
    let four = take(4);
    assert_eq!(
        units(&four.stock),
        [moved("a", "far", -2), moved("a", "main", -2)]
    );
    assert_eq!(four.order.lines[0].places.to_string(), "main");
}

#[test]
fn a_window_nothing_comes_in_any_more_is_given_back() {
    let mut in_window = line("a", "main", 1);
    in_window.shipping_method = Some("Agendada".to_owned());
    let mut order = order(vec![in_window, line("b", "main", 1)]);
    order.slots = serde_json::from_value(json!([
        {"id": "Agendada@2026-11-23T11:00:00Z/2026-11-23T16:00:00Z", "capacity": 2},
    ]))
    .unwrap();
    let remove = |sku: &str| json!({"remove": {"items": [{"id": sku, "quantity": 1}]}});
    let kept = modify(&settings(false), &order, remove("b"), &HashMap::new()).unwrap();
    assert_eq!(kept.order.slots, order.slots);
    let given_back = modify(&settings(false), &order, remove("a"), &HashMap::new()).unwrap();
    assert_eq!(given_back.order.slots, []);
    let StockEffect::Exchange(exchange) = given_back.stock else {
        panic!("{:?}", given_back.stock)
    };
    assert_eq!(exchange.slots, order.slots);
}
