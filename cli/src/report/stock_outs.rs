//! SKUs that are sold and not there: now, or when an order asked for them.

use std::collections::{BTreeMap, BTreeSet};

use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::offer::{Offer, PriceEntry};
use feirante_store::{Budget, Offers, StoreError};
use serde::Serialize;

use super::TIME;
use super::tally::Unmet;

/// A SKU that is out of stock, or was missing for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockOut {
    pub(super) sku: SkuId,
    /// Orders that were refused for want of it.
    pub(super) refused_orders: u64,
    /// Units they asked for.
    pub(super) refused_units: i64,
    /// Whether there is none of it now.
    pub(super) out_of_stock: bool,
}

/// The SKUs that a marketplace, or any, sells at `now` and of which nothing is available.
pub(super) async fn out_of_stock(
    offers: &Offers,
    of: Option<&AccountName>,
    now: Instant,
) -> Result<BTreeSet<SkuId>, StoreError> {
    let (mut out, mut after) = (BTreeSet::new(), None);
    loop {
        let (page, next) = offers.page(after.as_ref(), Budget::of(TIME)).await?;
        let found = page.into_iter().map(|product| product.offer);
        let found = found.filter(|offer| is_out(offer, of, now));
        out.extend(found.map(|offer| offer.sku));
        after = next;
        if after.is_none() {
            return Ok(out);
        }
    }
}

fn is_out(offer: &Offer, of: Option<&AccountName>, now: Instant) -> bool {
    let is_priced = |entry: &PriceEntry| {
        entry.valid_from.is_none_or(|from| from <= now)
            && entry.valid_until.is_none_or(|until| now < until)
            && (of.is_none() || entry.marketplace.is_none() || entry.marketplace.as_ref() == of)
    };
    offer.active && offer.prices.iter().any(is_priced) && offer.available(offer.stock.keys()) == 0
}

/// Both kinds together, those that most was asked for first.
pub(super) fn listed(unmet: &BTreeMap<SkuId, Unmet>, out: BTreeSet<SkuId>) -> Vec<StockOut> {
    let asked_for = unmet.iter().map(|(sku, unmet)| StockOut {
        sku: sku.clone(),
        refused_orders: unmet.orders,
        refused_units: unmet.units,
        out_of_stock: out.contains(sku),
    });
    let mut listed: Vec<StockOut> = asked_for.collect();
    let others = out.into_iter().filter(|sku| !unmet.contains_key(sku));
    listed.extend(others.map(|sku| StockOut {
        sku,
        refused_orders: 0,
        refused_units: 0,
        out_of_stock: true,
    }));
    // Stable: of equals the first by its code.
    listed.sort_by_key(|stock_out| std::cmp::Reverse(stock_out.refused_units));
    listed
}

#[cfg(test)]
mod tests {
    use feirante_models::{Cents, WarehouseId};
    use feirante_seller::offer::Stock;

    use super::*;

    fn sku(code: &str) -> SkuId {
        SkuId::parse(code).unwrap()
    }

    fn account(name: &str) -> AccountName {
        AccountName::parse(name).unwrap()
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_millis(seconds * 1000).unwrap()
    }

    fn offer(available: &[i64]) -> Offer {
        let stock = available.iter().zip(0..).map(|(units, place)| {
            let stock = Stock {
                available: *units,
                ..Stock::default()
            };
            (WarehouseId::parse(format!("w{place}")).unwrap(), stock)
        });
        Offer {
            active: true,
            prices: vec![PriceEntry::base(Cents::new(1))],
            stock: stock.collect(),
            ..Offer::unknown(sku("1"))
        }
    }

    #[test]
    fn what_is_sold_and_nowhere_to_be_had_is_out_of_stock() {
        let is_out = |offer: &Offer, of: Option<&str>| {
            let of = of.map(account);
            super::is_out(offer, of.as_ref(), at(10))
        };
        assert!(is_out(&offer(&[]), None));
        assert!(is_out(&offer(&[0, -3]), None));
        assert!(!is_out(&offer(&[0, 1]), None));
        let inactive = Offer {
            active: false,
            ..offer(&[])
        };
        assert!(!is_out(&inactive, None));
        let mut elsewhere = offer(&[]);
        elsewhere.prices[0].marketplace = Some(account("mkt2"));
        assert!(is_out(&elsewhere, None) && is_out(&elsewhere, Some("mkt2")));
        assert!(!is_out(&elsewhere, Some("mkt1")));
        for (from, until, priced) in [
            (Some(10), Some(11), true),
            (Some(11), None, false),
            (None, Some(10), false),
        ] {
            let mut dated = offer(&[]);
            dated.prices[0].valid_from = from.map(at);
            dated.prices[0].valid_until = until.map(at);
            assert_eq!(is_out(&dated, None), priced, "{from:?} {until:?}");
        }
    }

    #[test]
    fn what_most_was_asked_for_is_listed_first() {
        let unmet = |units| Unmet { orders: 1, units };
        let asked = [(sku("a"), unmet(1)), (sku("b"), unmet(5))].into();
        let out = [sku("z"), sku("c"), sku("b")].into();
        let listed = listed(&asked, out);
        let told = listed.iter().map(|one| {
            let sku = one.sku.as_str();
            (sku, one.refused_units, one.out_of_stock)
        });
        let expected = [
            ("b", 5, true),
            ("a", 1, false),
            ("c", 0, true),
            ("z", 0, true),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
