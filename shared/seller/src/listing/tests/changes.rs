use super::*;
use crate::offer::{Offering, PriceEntry};
use feirante_models::Cents;

/// What `mkt1` is told when `edit` is made to the shirt.
fn told(edit: impl FnOnce(&mut Product)) -> Vec<Kind> {
    told_of(&shirt(), edit)
}

fn told_of(old: &Product, edit: impl FnOnce(&mut Product)) -> Vec<Kind> {
    let settings = fixture::settings();
    let mut new = old.clone();
    edit(&mut new);
    let kinds = changes(&settings, &settings.marketplaces[0], old, &new, at(0));
    kinds.into_iter().collect()
}

fn price(marketplace: Option<&str>, channel: Option<&str>, cents: i64) -> PriceEntry {
    PriceEntry {
        marketplace: marketplace.map(|account| AccountName::parse(account).unwrap()),
        sales_channel: channel.map(str::to_owned),
        ..PriceEntry::base(Cents::new(cents))
    }
}

#[test]
fn each_change_is_told_as_what_it_is() {
    use Kind::{Catalog, Inventory, Price};
    let everything = vec![Catalog, Price, Inventory];
    assert_eq!(told(|_| ()), []);
    assert_eq!(told(|p| p.offer.prices[0].price = Cents::new(1)), [Price]);
    assert_eq!(told(|p| p.offer.prices[0].list_price = None), [Price]);
    assert_eq!(
        told(|p| p.offer.prices[0].valid_until = Some(at(60))),
        [Price]
    );
    assert_eq!(
        told(|p| fixture::put(&mut p.offer, "main", 98)),
        [Inventory]
    );
    assert_eq!(told(|p| fixture::put(&mut p.offer, "main", 0)), [Inventory]);
    assert_eq!(told(|p| p.offer.name = Some("x".to_owned())), [Catalog]);
    assert_eq!(told(|p| p.offer.weight_grams += 1), [Catalog]);
    assert_eq!(told(|p| p.offer.dimensions = None), [Catalog]);
    assert_eq!(told(|p| p.catalog = None), [Catalog]);
    let wrapping = Offering {
        kind: "a".to_owned(),
        id: "1".to_owned(),
        name: "b".to_owned(),
        price: Cents::ZERO,
    };
    assert_eq!(told(|p| p.offer.offerings = vec![wrapping]), [Catalog]);
    assert_eq!(
        told(|p| p.offer.unit_multiplier = Decimal::TWO),
        [Catalog, Price]
    );
    // Fewer delivery channels have it then.
    assert_eq!(
        told(|p| p.offer.shipping_methods = Some(vec!["Loja10".to_owned()])),
        [Catalog, Inventory]
    );
    // It disappears from there.
    assert_eq!(told(|p| p.offer.active = false), everything);
    assert_eq!(told(|p| p.offer.prices.clear()), [Price, Inventory]);
}

#[test]
fn what_begins_to_be_sold_is_told_with_its_price_and_stock() {
    let unknown = Product::unknown(fixture::sku("2000037"));
    let all = [Kind::Catalog, Kind::Price, Kind::Inventory];
    assert_eq!(told_of(&unknown, |p| *p = shirt()), all);
    let mut unpriced = shirt();
    let prices = std::mem::take(&mut unpriced.offer.prices);
    assert_eq!(
        told_of(&unpriced, |p| p.offer.prices = prices),
        [Kind::Price, Kind::Inventory]
    );
}

#[test]
fn what_is_not_sold_there_is_not_told() {
    let mut inactive = shirt();
    inactive.offer.active = false;
    assert_eq!(told_of(&inactive, |p| p.offer.prices.clear()), []);
    let mut elsewhere = shirt();
    elsewhere.offer.prices = vec![price(Some("mkt2"), None, 100)];
    assert_eq!(
        told_of(&elsewhere, |p| fixture::put(&mut p.offer, "main", 1)),
        []
    );
    let unknown = Product::unknown(fixture::sku("1"));
    assert_eq!(
        told_of(&unknown, |p| fixture::put(&mut p.offer, "main", 1)),
        []
    );
}

#[test]
fn only_what_the_marketplace_sees_is_told() {
    // A price of another marketplace, of a sales channel it does not have, under one of its own.
    assert_eq!(
        told(|p| p.offer.prices.push(price(Some("mkt2"), None, 1))),
        []
    );
    assert_eq!(
        told(|p| p.offer.prices.push(price(Some("mkt1"), Some("9"), 1))),
        []
    );
    let mut own = shirt();
    own.offer.prices.push(price(Some("mkt1"), Some("1"), 5));
    assert_eq!(
        told_of(&own, |p| p.offer.prices[0].price = Cents::new(1)),
        []
    );
    assert_eq!(
        told_of(&own, |p| p.offer.prices[1].price = Cents::new(1)),
        [Kind::Price]
    );
    assert_eq!(told_of(&own, |p| p.offer.prices.truncate(1)), [Kind::Price]);
    // Stock at a place the seller file does not have, and stock below zero.
    assert_eq!(told(|p| fixture::put(&mut p.offer, "far", 7)), []);
    let mut none = shirt();
    fixture::put(&mut none.offer, "main", 0);
    assert_eq!(
        told_of(&none, |p| fixture::put(&mut p.offer, "main", -3)),
        []
    );
}

#[test]
fn the_order_of_prices_says_nothing() {
    let mut two = shirt();
    two.offer.prices.push(price(Some("mkt1"), None, 5));
    assert_eq!(told_of(&two, |p| p.offer.prices.reverse()), []);
}
