//! What decides about one price, now and later.

use feirante_models::{Cents, Instant};

use super::{Basis, Price, adjustment, discount};
use crate::offer::{Offer, PriceEntry};
use crate::settings::{Marketplace, PriceAdjustment, Promotion};

/// Everything that decides about a SKU's price at a sales channel from a moment on.
pub(super) struct Rules<'a> {
    entries: Vec<&'a PriceEntry>,
    adjustment: Option<&'a PriceAdjustment>,
    promotions: Vec<&'a Promotion>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(
        offer: &'a Offer,
        promotions: &'a [Promotion],
        marketplace: &'a Marketplace,
        sales_channel: &str,
        now: Instant,
    ) -> Self {
        let goes_on = |end: Option<Instant>| end.is_none_or(|end| end > now);
        let entries = offer.prices.iter().filter(|entry| {
            goes_on(entry.valid_until) && is_for(entry, marketplace, sales_channel)
        });
        let promotions = promotions.iter().filter(|promotion| {
            goes_on(promotion.until)
                && promotion.is_at(&marketplace.account, sales_channel)
                && promotion.selection.matches(offer)
        });
        Self {
            entries: entries.collect(),
            adjustment: marketplace.price_adjustment.as_ref(),
            promotions: promotions.collect(),
        }
    }

    /// The price at a moment not before the rules' own, without its end.
    pub(super) fn at(&self, moment: Instant) -> Option<Price<'a>> {
        let valid = || {
            let entries = self.entries.iter().copied();
            entries.filter(move |entry| holds(entry.valid_from, entry.valid_until, moment))
        };
        let entry = valid().max_by_key(specificity)?;
        // The floor is the SKU's: a price that brings none along keeps to the next one's.
        let floor = valid().filter(|entry| entry.floor.is_some());
        let floor = floor.max_by_key(specificity).and_then(|entry| entry.floor);
        let at_least = |amount: Cents| floor.map_or(amount, |floor| amount.max(floor));

        let adjustment = self.adjustment.filter(|_| entry.marketplace.is_none());
        let adjust = |amount| match adjustment {
            None => Some(amount),
            Some(adjustment) => adjustment::apply(adjustment, amount),
        };
        let adjusted = adjust(entry.price).filter(|amount| *amount >= Cents::ZERO)?;
        let regular = at_least(adjusted);
        let list_price = match entry.list_price {
            // One that can't be adjusted shows no discount; it keeps nothing from being sold.
            Some(list_price) => adjust(list_price).map_or(regular, |list| list.max(regular)),
            None => regular,
        };
        let promotions = self.promotions.iter().copied();
        let running = promotions.filter(|one| holds(one.from, one.until, moment));
        let discount = discount::best(running, regular, floor);
        Some(Price {
            price: discount.map_or(regular, |discount| discount.price),
            list_price,
            valid_until: None,
            discount,
            basis: Basis {
                entry,
                adjustment,
                adjusted,
                floor,
                regular,
            },
        })
    }

    /// The first moment after `now` at which buyers see another price than at `now`.
    pub(super) fn next_change(&self, now: Instant) -> Option<Instant> {
        let entries = self.entries.iter();
        let entries = entries.flat_map(|entry| [entry.valid_from, entry.valid_until]);
        let promotions = self.promotions.iter();
        let promotions = promotions.flat_map(|promotion| [promotion.from, promotion.until]);
        let mut moments: Vec<Instant> = entries
            .chain(promotions)
            .flatten()
            .filter(|moment| *moment > now)
            .collect();
        if moments.is_empty() {
            return None;
        }
        moments.sort_unstable();
        moments.dedup();
        let before = self.at(now);
        let differs = |moment: &Instant| match (&before, &self.at(*moment)) {
            (Some(before), Some(after)) => !before.looks_like(after),
            (None, None) => false,
            _ => true,
        };
        moments.into_iter().find(differs)
    }
}

fn is_for(entry: &PriceEntry, marketplace: &Marketplace, sales_channel: &str) -> bool {
    let for_marketplace = entry
        .marketplace
        .as_ref()
        .is_none_or(|name| *name == marketplace.account);
    let for_channel = entry
        .sales_channel
        .as_ref()
        .is_none_or(|name| name == sales_channel);
    for_marketplace && for_channel
}

fn holds(from: Option<Instant>, until: Option<Instant>, moment: Instant) -> bool {
    from.is_none_or(|from| from <= moment) && until.is_none_or(|until| until > moment)
}

fn specificity(entry: &&PriceEntry) -> impl Ord + use<> {
    let (marketplace, channel) = (entry.marketplace.is_some(), entry.sales_channel.is_some());
    (marketplace, channel, entry.valid_from)
}
