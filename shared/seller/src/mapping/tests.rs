use feirante_models::erp::{Catalog, Specification};
use proptest::prelude::*;

use super::*;

fn mapping(names: &[(Name, &str)]) -> Mapping {
    let names = names.iter().cloned();
    let names = names.map(|(name, to)| (name, Target::from(to.to_owned())));
    Mapping::new(Unmapped::Pass, names)
}

fn specification(name: &str, values: &[&str]) -> Specification {
    Specification {
        name: name.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn catalog(brand: &str, specifications: Vec<Specification>) -> Catalog {
    Catalog {
        category: Some("Roupas/Camisas".to_owned()),
        brand: Some(brand.to_owned()),
        sku_specifications: specifications,
        ..Catalog::default()
    }
}

fn texts(names: impl IntoIterator<Item = Name>) -> Vec<String> {
    names.into_iter().map(|name| name.to_string()).collect()
}

#[test]
fn a_name_is_found_however_it_is_written() {
    let mapping = mapping(&[
        (Name::category(" roupas / CAMISAS "), "Moda/Camisas"),
        (Name::brand("ÁGUA viva"), "Agua Viva"),
        (Name::value("COR ", "azul"), "Blue"),
    ]);
    let specifications = vec![specification(" Cor", &[" AZUL ", "azul-claro"])];
    let mapped = mapping.apply(&catalog("água Viva", specifications));
    assert_eq!(mapped.category.as_deref(), Some("Moda/Camisas"));
    assert_eq!(mapped.brand.as_deref(), Some("Agua Viva"));
    assert_eq!(
        mapped.sku_specifications,
        [specification(" Cor", &["Blue", "azul-claro"])]
    );
    assert_eq!(
        texts(mapped.unmapped),
        ["specification Cor", "value azul-claro of Cor"]
    );
}

#[test]
fn a_category_is_mapped_as_a_whole() {
    let mapping = mapping(&[(Name::category("Roupas"), "Moda")]);
    let mapped = mapping.apply(&catalog("b", Vec::new()));
    assert_eq!(mapped.category.as_deref(), Some("Roupas/Camisas"));
    assert!(mapped.unmapped.contains(&Name::category("Roupas/Camisas")));
}

#[test]
fn a_row_of_its_own_goes_before_one_of_every_name() {
    let mapping = mapping(&[
        (Name::value("Cor", "Azul"), "Blue"),
        (Name::value("Cor", "*"), "Other"),
        (Name::value("*", "Sim"), "Yes"),
        (Name::value("*", "*"), "*"),
        (Name::specification("Código interno"), "-"),
        (Name::specification("*"), "*"),
        (Name::category("*"), "Outros"),
    ]);
    let own = vec![
        specification("Cor", &["Azul", "Sim", "Verde"]),
        specification("Lavável", &["sim", "a 30 graus"]),
        specification("Código interno", &["17"]),
    ];
    let mapped = mapping.apply(&catalog("b", own));
    assert_eq!(
        mapped.sku_specifications,
        [
            specification("Cor", &["Blue", "Other"]),
            specification("Lavável", &["Yes", "a 30 graus"]),
        ]
    );
    assert_eq!(mapped.category.as_deref(), Some("Outros"));
    assert_eq!(texts(mapped.unmapped), ["brand b"]);
}

#[test]
fn specifications_that_become_one_have_the_values_of_all() {
    let mapping = mapping(&[
        (Name::specification("Cor principal"), "Color"),
        (Name::specification("Cor"), "Color"),
        (Name::value("Cor", "Azul claro"), "Azul"),
        (Name::specification("Voltagem"), "Voltage"),
        (Name::value("Voltagem", "*"), "-"),
    ]);
    let own = vec![
        specification("Cor principal", &["Azul"]),
        specification("Voltagem", &["bivolt"]),
        specification("Cor", &["Azul claro", "Verde"]),
        specification("Vazia", &[]),
    ];
    let mapped = mapping.apply(&catalog("b", own));
    assert_eq!(
        mapped.sku_specifications,
        [
            specification("Color", &["Azul", "Verde"]),
            // The seller's own, which says nothing.
            specification("Vazia", &[]),
        ]
    );
}

#[test]
fn names_are_told_from_others() {
    let names = |mapping: &Mapping, catalog: &Catalog| mapping.apply(catalog).names();
    let none = Mapping::default();
    let of = |values: &[&str]| catalog("b", vec![specification("x", values)]);
    assert_eq!(
        names(&none, &of(&["a", "b"])),
        names(&none, &of(&["a", "b"]))
    );
    assert_ne!(names(&none, &of(&["a", "b"])), names(&none, &of(&["ab"])));
    let split = catalog(
        "b",
        vec![specification("x", &["a"]), specification("b", &[])],
    );
    assert_ne!(names(&none, &of(&["a", "b"])), names(&none, &split));
    let product = Catalog {
        product_specifications: vec![specification("x", &["a"])],
        ..catalog("b", Vec::new())
    };
    assert_ne!(names(&none, &of(&["a"])), names(&none, &product));
    // Under a mapping that changes nothing they are the seller's own.
    let same = mapping(&[(Name::brand("b"), "*"), (Name::brand("c"), "d")]);
    assert_eq!(names(&same, &of(&["a"])), names(&none, &of(&["a"])));
    assert_ne!(
        names(&mapping(&[(Name::brand("b"), "c")]), &of(&["a"])),
        names(&none, &of(&["a"]))
    );
}

fn name() -> impl Strategy<Value = Name> {
    let text = || "[a-cA-C*]{1,2}";
    prop_oneof![
        "[a-cA-C]{1,2}(/[a-cA-C]{1,2})?".prop_map(|path| Name::category(&path)),
        text().prop_map(|brand| Name::brand(&brand)),
        text().prop_map(|name| Name::specification(&name)),
        (text(), text()).prop_map(|(of, value)| Name::value(&of, &value)),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Same),
        Just(Target::LeftOut),
        "[x-z]{1,2}".prop_map(Target::Name),
    ]
}

fn any_mapping() -> impl Strategy<Value = Mapping> {
    let rows = prop::collection::vec((name(), target()), 0..12);
    let unmapped = prop_oneof![Just(Unmapped::Pass), Just(Unmapped::Hold)];
    (unmapped, rows).prop_map(|(unmapped, rows)| Mapping::new(unmapped, rows))
}

fn any_catalog() -> impl Strategy<Value = Catalog> {
    let text = || " ?[a-cA-C]{0,2} ?";
    let specifications = || {
        let values = prop::collection::vec(text(), 0..4);
        let one = (text(), values).prop_map(|(name, values)| Specification { name, values });
        prop::collection::vec(one, 0..4)
    };
    let category = prop::option::of("[a-cA-C]{1,2} ?(/ ?[a-cA-C]{1,2})?");
    let named = (category, prop::option::of(text()));
    (named, specifications(), specifications()).prop_map(|((category, brand), product, sku)| {
        Catalog {
            category,
            brand,
            product_specifications: product,
            sku_specifications: sku,
            ..Catalog::default()
        }
    })
}

/// Every name in the data, but for blanks.
fn names_of(catalog: &Catalog) -> Vec<Name> {
    let all = [&catalog.product_specifications, &catalog.sku_specifications];
    let specifications = all.into_iter().flatten().flat_map(|specification| {
        let values = specification.values.iter();
        let values = values.map(|value| Name::value(&specification.name, value));
        [Name::specification(&specification.name)]
            .into_iter()
            .chain(values)
    });
    let category = catalog.category.as_deref().map(Name::category);
    let brand = catalog.brand.as_deref().map(Name::brand);
    let names = category.into_iter().chain(brand).chain(specifications);
    names.filter(|name| !name.text().is_empty()).collect()
}

/// The same data in other capitals, with other blanks around names.
fn rewritten(catalog: &Catalog) -> Catalog {
    let text = |text: &String| format!("  {} ", text.trim().to_uppercase());
    let specifications = |all: &[Specification]| {
        let rewritten = all.iter().map(|one| Specification {
            name: text(&one.name),
            values: one.values.iter().map(text).collect(),
        });
        rewritten.collect()
    };
    Catalog {
        category: catalog.category.as_ref().map(text),
        brand: catalog.brand.as_ref().map(text),
        product_specifications: specifications(&catalog.product_specifications),
        sku_specifications: specifications(&catalog.sku_specifications),
        ..Catalog::default()
    }
}

proptest! {
    #[test]
    fn what_is_not_mapped_stays_as_it_is(catalog in any_catalog()) {
        let mapped = Mapping::default().apply(&catalog);
        prop_assert_eq!(&mapped.category, &catalog.category);
        prop_assert_eq!(&mapped.brand, &catalog.brand);
        prop_assert_eq!(&mapped.product_specifications, &catalog.product_specifications);
        prop_assert_eq!(&mapped.sku_specifications, &catalog.sku_specifications);
        prop_assert_eq!(mapped.unmapped, names_of(&catalog).into_iter().collect());
    }

    #[test]
    fn what_is_unmapped_is_what_no_row_is_about(mapping in any_mapping(), catalog in any_catalog()) {
        let unmapped = mapping.apply(&catalog).unmapped;
        for name in &unmapped {
            prop_assert_eq!(mapping.target(name), None, "{}", name);
        }
        for name in names_of(&catalog) {
            let of_nothing = name.of_specification().is_some_and(|specification| {
                let name = Name::specification(specification);
                !specification.is_empty() && mapping.target(&name) == Some(&Target::LeftOut)
            });
            let is_unmapped = mapping.target(&name).is_none() && !of_nothing;
            prop_assert_eq!(unmapped.contains(&name), is_unmapped, "{}", name);
        }
    }

    #[test]
    fn a_brand_becomes_its_target_or_stays(mapping in any_mapping(), catalog in any_catalog()) {
        let mapped = mapping.apply(&catalog).brand;
        let own = catalog.brand.filter(|brand| !brand.trim().is_empty());
        let Some(own) = own else { return Ok(()) };
        let expected = match mapping.target(&Name::brand(&own)) {
            Some(Target::Name(to)) => Some(to.clone()),
            Some(Target::LeftOut) => None,
            Some(Target::Same) | None => Some(own),
        };
        prop_assert_eq!(mapped, expected);
    }

    #[test]
    fn capitals_and_blanks_find_the_same_rows(mapping in any_mapping(), catalog in any_catalog()) {
        let folded = |catalog: &Catalog| -> std::collections::BTreeSet<Name> {
            let unmapped = mapping.apply(catalog).unmapped;
            unmapped.iter().map(Name::folded).collect()
        };
        prop_assert_eq!(folded(&catalog), folded(&rewritten(&catalog)));
        for name in names_of(&catalog) {
            prop_assert_eq!(mapping.target(&name), mapping.target(&name.folded()));
        }
    }

    #[test]
    fn what_is_stored_is_read_back(mapping in any_mapping()) {
        let json = serde_json::to_string(&mapping).unwrap();
        prop_assert_eq!(serde_json::from_str::<Mapping>(&json).unwrap(), mapping);
    }
}
