mod calls;
mod changes;
mod denials;
mod lapse;
mod mapping;
mod model;
mod resync;
mod suggestion;
mod table;

use std::collections::BTreeSet;

use feirante_models::erp::{Catalog, Dimensions, Image};
use feirante_models::{AccountName, Instant};
use jiff::SignedDuration;
use rust_decimal::Decimal;

use super::*;
use crate::fixture;
use crate::mapping::{Mapping, Names};
use crate::offer::Offer;

/// The fixture's shirt.
fn shirt() -> Product {
    let text = |text: &str| Some(text.to_owned());
    Product {
        offer: Offer {
            dimensions: Some(Dimensions {
                height: Decimal::ONE,
                width: "25".parse().unwrap(),
                length: "30.5".parse().unwrap(),
            }),
            ..fixture::offer("2000037", 7390, Some(7490), 99)
        },
        catalog: Some(Catalog {
            product_id: text("321"),
            product_name: text("Camisa"),
            description: text("Camisa de algodao"),
            brand: text("Feira"),
            category: text("Roupas/Camisas"),
            ean: text("7908010136043"),
            ref_id: None,
            images: vec![Image {
                name: "Principal".to_owned(),
                url: "https://images.example/2000037.jpg".to_owned(),
            }],
            product_specifications: Vec::new(),
            sku_specifications: Vec::new(),
        }),
    }
}

fn listing(state: State) -> Listing {
    let account = AccountName::parse("mkt1").unwrap();
    Listing {
        state,
        ..Listing::new(fixture::sku("2000037"), account, at(0))
    }
}

/// So many seconds after the scenarios' clock.
fn at(seconds: i64) -> Instant {
    fixture::now().plus(SignedDuration::from_secs(seconds))
}

fn change(kinds: &[Kind], changed_at: Instant) -> Notification {
    Notification {
        sku: fixture::sku("2000037"),
        account: AccountName::parse("mkt1").unwrap(),
        kinds: kinds.iter().copied().collect::<BTreeSet<_>>(),
        changed_at,
        resync: false,
    }
}

/// Goods that can be sold and suggested.
fn good() -> Goods {
    Goods {
        sold: true,
        ..Goods::default()
    }
}

/// The names of a SKU that has this brand and nothing else.
fn names(brand: &str) -> Option<Names> {
    let catalog = Catalog {
        brand: Some(brand.to_owned()),
        ..Catalog::default()
    };
    Some(Mapping::default().apply(&catalog).names())
}
