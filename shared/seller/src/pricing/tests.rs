mod ending;
mod promotions;
mod properties;
mod specific;
mod time;

use feirante_models::AccountName;
use jiff::SignedDuration;

use super::*;
use crate::fixture;
use crate::selection::Selection;
use crate::settings::{Off, Rounding};

struct Entry<'a>(Option<&'a str>, Option<&'a str>, i64);

fn priced(entries: &[Entry<'_>]) -> Offer {
    let mut offer = fixture::offer("1", 0, None, 1);
    offer.prices = entries
        .iter()
        .map(|Entry(marketplace, channel, price)| PriceEntry {
            marketplace: marketplace.map(|name| AccountName::parse(name).unwrap()),
            sales_channel: channel.map(str::to_owned),
            ..PriceEntry::base(Cents::new(*price))
        })
        .collect();
    offer
}

fn adjusting(percent: &str, add: i64) -> PriceAdjustment {
    PriceAdjustment {
        percent: percent.parse().unwrap(),
        add: Cents::new(add),
        ending: None,
        rounding: Rounding::Nearest,
    }
}

fn marketplace(adjustment: Option<PriceAdjustment>) -> Marketplace {
    Marketplace {
        price_adjustment: adjustment,
        ..fixture::settings().marketplaces.remove(0)
    }
}

/// A promotion everywhere, of everything, for ever.
fn promotion(id: &str, off: Off) -> Promotion {
    Promotion {
        id: id.to_owned(),
        name: format!("Promotion {id}"),
        marketplaces: Vec::new(),
        sales_channels: Vec::new(),
        from: None,
        until: None,
        off,
        selection: Selection::default(),
    }
}

fn percent(percent: &str) -> Off {
    Off::Percent(percent.parse().unwrap())
}

fn amount(cents: i64) -> Off {
    Off::Amount(Cents::new(cents))
}

/// So many hours after now.
fn at(hours: i64) -> Instant {
    fixture::now().plus(SignedDuration::from_hours(hours))
}

/// Price and list price on a sales channel, now and without promotions.
fn cents_on(offer: &Offer, marketplace: &Marketplace, channel: &str) -> Option<(i64, i64)> {
    let price = price(offer, &[], marketplace, channel, fixture::now())?;
    Some((price.price.get(), price.list_price.get()))
}

/// The price on channel 1.
fn cents(offer: &Offer, marketplace: &Marketplace) -> Option<i64> {
    cents_on(offer, marketplace, "1").map(|(price, _)| price)
}
