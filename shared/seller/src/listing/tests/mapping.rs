//! Suggestions under a marketplace's own names.

use feirante_models::erp::Specification;
use proptest::prelude::*;
use serde_json::json;

use super::table::{NOW, after, state, steps};
use super::*;
use crate::mapping::{Name, Target, Unmapped};
use crate::selection::Selection;
use crate::settings::{Off, Promotion, Settings};

/// The fixture's marketplace with these names for the seller's.
fn mapped(unmapped: Unmapped, names: &[(Name, &str)]) -> Settings {
    let targets = names.iter().cloned();
    let targets = targets.map(|(name, to)| (name, Target::from(to.to_owned())));
    let mut settings = fixture::settings();
    settings.marketplaces[0].mapping = Mapping::new(unmapped, targets);
    settings
}

/// The shirt, of blue cotton.
fn blue_shirt() -> Product {
    let specification = |name: &str, value: &str| Specification {
        name: name.to_owned(),
        values: vec![value.to_owned()],
    };
    let mut shirt = shirt();
    let catalog = shirt.catalog.as_mut().unwrap();
    catalog.sku_specifications = vec![specification("Cor", "Azul")];
    catalog.product_specifications = vec![specification("Tecido", "Algodão")];
    shirt
}

fn goods(settings: &Settings) -> Goods {
    Goods::of(settings, &settings.marketplaces[0], &blue_shirt(), at(0))
}

fn all_names() -> Vec<(Name, &'static str)> {
    vec![
        (
            Name::category("roupas / camisas"),
            "Moda/Camisas masculinas",
        ),
        (Name::brand("FEIRA"), "Feira Livre"),
        (Name::specification("Cor"), "Color"),
        (Name::value("Cor", "Azul"), "Blue"),
        (Name::specification("Tecido"), "*"),
        (Name::value("Tecido", "*"), "-"),
    ]
}

#[test]
fn a_suggestion_has_the_marketplace_s_names() {
    let settings = mapped(Unmapped::Hold, &all_names());
    let body = suggestion(&settings, &settings.marketplaces[0], &blue_shirt(), at(0)).unwrap();
    let body = serde_json::to_value(body).unwrap();
    assert_eq!(body["CategoryFullPath"], "Moda/Camisas masculinas");
    assert_eq!(body["BrandName"], "Feira Livre");
    assert_eq!(
        body["SkuSpecifications"],
        json!([{"fieldName": "Color", "fieldValues": ["Blue"]}])
    );
    // Of the fabric there was nothing to say.
    assert_eq!(body["ProductSpecifications"], json!([]));
    assert_eq!(body["ProductName"], "Camisa");
}

#[test]
fn what_is_not_mapped_passes_or_is_held() {
    let named = &all_names()[..2];
    let passes = goods(&mapped(Unmapped::Pass, named));
    assert_eq!((passes.missing.len(), passes.unmapped.len()), (0, 0));
    let held = goods(&mapped(Unmapped::Hold, named));
    let unmapped: Vec<_> = held.unmapped.iter().map(ToString::to_string).collect();
    assert_eq!(
        unmapped,
        [
            "specification Cor",
            "specification Tecido",
            "value Azul of Cor",
            "value Algodão of Tecido",
        ]
    );
    assert_eq!(held.missing, [""; 0]);
    // Both are suggested under the same names.
    assert_eq!(held.names, passes.names);
    assert_ne!(held.names, held.own_names);
    assert_eq!(held.own_names, goods(&fixture::settings()).names);
}

#[test]
fn rules_of_the_seller_file_go_by_the_seller_s_own_category() {
    let mut settings = mapped(Unmapped::Hold, &all_names());
    settings.promotions = vec![Promotion {
        id: "p".to_owned(),
        name: "P".to_owned(),
        marketplaces: Vec::new(),
        sales_channels: Vec::new(),
        from: None,
        until: None,
        off: Off::Percent(Decimal::TEN),
        selection: Selection {
            categories: vec!["Roupas".to_owned()],
            ..Selection::default()
        },
    }];
    let mut shirt = blue_shirt();
    shirt.offer.category = Some("Roupas/Camisas".to_owned());
    let body = suggestion(&settings, &settings.marketplaces[0], &shirt, at(0)).unwrap();
    assert_eq!(body.pricing.sale_price, 6651);
    assert_eq!(body.category_full_path, "Moda/Camisas masculinas");
}

#[test]
fn a_held_sku_is_suggested_once_it_is_mapped() {
    let held = Goods {
        unmapped: vec![Name::brand("Feira")],
        ..good()
    };
    let mut again = change(&[Kind::Catalog], at(NOW - 10));
    again.resync = true;
    let steps = |name, goods: &Goods| steps(listing(state(name)), Trigger::Changed(&again), goods);
    // Whether the marketplace knows it is asked all the same.
    assert_eq!(steps("unknown", &held), "announcement");
    assert_eq!(steps("absent", &held), "error rest");
    // Unless the marketplace came to know it by other ways, which each new look at its data asks.
    assert_eq!(steps("unmapped", &held), "announcement");
    assert_eq!(steps("unmapped", &good()), "announcement");
    // What holds it back now is said.
    let other = Goods {
        unmapped: vec![Name::brand("Outra")],
        ..good()
    };
    assert_eq!(steps("unmapped", &other), "error announcement");
    // What the ERP has to mend comes first.
    let incomplete = Goods {
        missing: vec!["catalog.images: has none".to_owned()],
        ..held
    };
    assert_eq!(steps("absent", &incomplete), "incomplete");
}

/// A listing suggested under the names of this brand.
fn under(name: &str, brand: &str) -> Listing {
    Listing {
        names: names(brand),
        ..listing(state(name))
    }
}

fn branded(brand: &str) -> Goods {
    Goods {
        names: names(brand),
        own_names: names("own"),
        ..good()
    }
}

#[test]
fn other_names_make_another_offer_of_what_was_denied_or_is_pending() {
    let mut again = change(&[Kind::Catalog], at(NOW - 10));
    again.resync = true;
    let steps =
        |listing: &Listing, goods: &Goods| steps(listing.clone(), Trigger::Changed(&again), goods);
    for (name, anew) in [
        ("denied", "announcement"),
        ("denied for good", "announcement"),
        ("suggested", "suggestion"),
        ("suggested for long", "suggestion"),
    ] {
        let suggested = under(name, "a");
        assert_eq!(steps(&suggested, &branded("a")), "rest", "{name}");
        assert_eq!(steps(&suggested, &branded("b")), anew, "{name}");
        // One from before names were kept had the seller's own.
        let old = listing(state(name));
        assert_eq!(steps(&old, &branded("own")), "rest", "{name}");
        assert_eq!(steps(&old, &branded("b")), anew, "{name}");
        // It must be possible.
        let held = Goods {
            unmapped: vec![Name::brand("Feira")],
            ..branded("b")
        };
        assert_eq!(steps(&suggested, &held), "rest", "{name}");
    }
    // Price and stock say nothing of names.
    let value = change(&[Kind::Price, Kind::Inventory], at(NOW - 10));
    let next = |name| under(name, "a").next(Trigger::Changed(&value), &branded("b"), at(NOW));
    assert_eq!(next("denied"), Step::Rest);
}

#[test]
fn a_suggestion_notes_the_names_it_was_made_under() {
    let data = change(&[Kind::Catalog], at(NOW - 10));
    let absent = under("absent", "a");
    let Step::Call { call, claimed } = absent.next(Trigger::Changed(&data), &branded("b"), at(NOW))
    else {
        panic!("no call");
    };
    assert_eq!(
        (call.request, call.names),
        (Request::Suggestion, names("b"))
    );
    // Not before it was taken.
    assert_eq!(claimed.names, names("a"));
    let refused = Reply::Refused {
        status: 400,
        detail: "no".to_owned(),
    };
    assert_eq!(claimed.settled(call, &refused, at(NOW)).names, names("a"));
    let taken = claimed.settled(call, &Reply::Delivered { status: 200 }, at(NOW));
    assert_eq!(taken.names, names("b"));
    // Other calls know nothing of it.
    let announced = after("denied", Request::Announcement, &Reply::UnknownSku);
    assert_eq!(announced.name(), "absent");
}

#[test]
fn what_is_pending_stays_so_while_its_next_version_is_not_mapped() {
    let held = Goods {
        unmapped: vec![Name::brand("Feira")],
        ..branded("a")
    };
    let data = change(&[Kind::Catalog], at(NOW - 10));
    let Step::Write(outdated) =
        under("suggested", "a").next(Trigger::Changed(&data), &held, at(NOW))
    else {
        panic!("nothing noted");
    };
    assert_eq!(outdated.state, state("suggested"));
    assert_eq!(
        steps((*outdated).clone(), Trigger::Changed(&data), &held),
        "poll"
    );
    // Though it is mapped to the same names then, it is not what was suggested.
    let mut again = change(&[Kind::Price], at(NOW - 5));
    again.resync = true;
    assert_eq!(
        steps(*outdated, Trigger::Changed(&again), &branded("a")),
        "suggestion"
    );
}

#[test]
fn another_mapping_is_another_edition_of_its_own_marketplace() {
    let edition = |settings: &Settings| Edition::of(settings, &settings.marketplaces[0]).unwrap();
    let plain = fixture::settings();
    let named = mapped(Unmapped::Pass, &all_names());
    assert_ne!(edition(&plain), edition(&named));
    assert_ne!(
        edition(&mapped(Unmapped::Hold, &all_names())),
        edition(&named)
    );
    let mut other = plain.clone();
    other.marketplaces.push(named.marketplaces[0].clone());
    assert_eq!(edition(&other), edition(&plain));
}

proptest! {
    #[test]
    fn a_sku_is_held_for_exactly_the_names_that_are_not_mapped(mask in 0_u8..64) {
        let chosen: Vec<_> = all_names()
            .into_iter()
            .enumerate()
            .filter(|(index, _)| mask & (1 << index) != 0)
            .map(|(_, name)| name)
            .collect();
        let held = goods(&mapped(Unmapped::Hold, &chosen));
        prop_assert_eq!(held.unmapped.len(), 6 - chosen.len());
        prop_assert!(goods(&mapped(Unmapped::Pass, &chosen)).unmapped.is_empty());
    }
}
