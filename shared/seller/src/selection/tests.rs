use super::*;
use crate::fixture;

fn shirt() -> Offer {
    Offer {
        brand: Some("Feira".to_owned()),
        category: Some("Roupas/Camisas / Manga Longa".to_owned()),
        ..fixture::offer("2000037", 7390, None, 1)
    }
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn of_categories(names: &[&str]) -> Selection {
    Selection {
        categories: texts(names),
        ..Selection::default()
    }
}

fn of_brands(names: &[&str]) -> Selection {
    Selection {
        brands: texts(names),
        ..Selection::default()
    }
}

#[test]
fn what_names_nothing_is_about_everything() {
    assert!(Selection::default().matches(&shirt()));
    assert!(Selection::default().matches(&fixture::offer("1", 1, None, 0)));
}

#[test]
fn a_category_holds_what_lies_under_it() {
    for (category, fits) in [
        ("Roupas", true),
        (" roupas ", true),
        ("ROUPAS/Camisas", true),
        ("Roupas/Camisas/Manga longa/", true),
        ("Roupas/Camisas/Manga Longa/Verão", false),
        ("Camisas", false),
        ("Roupa", false),
        ("Roupas/Calças", false),
    ] {
        assert_eq!(
            of_categories(&[category]).matches(&shirt()),
            fits,
            "{category}"
        );
    }
    assert!(of_categories(&["Livros", "Roupas"]).matches(&shirt()));
    let unknown = fixture::offer("1", 1, None, 0);
    assert!(!of_categories(&["Roupas"]).matches(&unknown));
}

#[test]
fn a_brand_is_the_same_in_capitals() {
    assert!(of_brands(&["Outra", " FEIRA"]).matches(&shirt()));
    assert!(!of_brands(&["Feira da Esquina"]).matches(&shirt()));
    let accented = Offer {
        brand: Some("AÇÚCAR".to_owned()),
        ..shirt()
    };
    assert!(of_brands(&["açúcar"]).matches(&accented));
}

#[test]
fn any_of_what_is_named_is_enough() {
    let mut selection = Selection {
        skus: [fixture::sku("1")].into(),
        ..of_categories(&["Livros"])
    };
    assert!(!selection.matches(&shirt()));
    assert!(selection.matches(&fixture::offer("1", 1, None, 0)));
    selection.brands = texts(&["Feira"]);
    assert!(selection.matches(&shirt()));
}
