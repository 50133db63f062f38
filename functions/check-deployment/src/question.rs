//! What the version is asked, and what of it must be offered.

use std::fmt;

use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::listing::Product;
use feirante_seller::pricing;
use feirante_seller::settings::{Marketplace, Settings};

use crate::event::{Caller, simulation};

/// SKUs that a marketplace asks for: enough that no single one decides, few enough that the time is
/// that of a call like any other.
pub(crate) const SKUS: usize = 5;

/// A code that is asked for where no SKU is known, so that the database is asked all the same.
const UNKNOWN: &str = "check-deployment";

/// A call of the version. It holds keys, so it can't be printed.
pub(crate) struct Question {
    /// Whose call it is.
    pub(crate) asker: Asker,
    /// What it asks for; answers name the lines by their position.
    pub(crate) lines: Vec<Line>,
    /// The seller's id that it names, to be echoed.
    pub(crate) seller_id: String,
    /// The API Gateway event, as JSON.
    pub(crate) event: String,
}

/// Whose call it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asker {
    /// That of a marketplace of the seller file.
    Marketplace(AccountName),
    /// That of somebody it does not name.
    Stranger,
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Marketplace(account) => account.fmt(f),
            Self::Stranger => f.write_str("a stranger"),
        }
    }
}

/// A line of a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// What is asked for.
    pub(crate) sku: SkuId,
    /// Whether it must be offered, with a price.
    pub(crate) is_sold: bool,
}

/// The calls of every marketplace of the seller file in force, or a stranger's where none was applied
/// yet. `operation` is what the version's log knows them by.
pub(crate) fn questions(
    settings: Option<&Settings>,
    products: &[Product],
    operation: &str,
    now: Instant,
) -> Vec<Question> {
    let Some(settings) = settings else {
        let lines = not_sold(products);
        let caller = Caller::STRANGER;
        return vec![question(Asker::Stranger, &caller, lines, operation, now)];
    };
    let marketplaces = settings.marketplaces.iter().map(|marketplace| {
        let (sales_channel, lines) = shelf(marketplace, products, now);
        let asker = Asker::Marketplace(marketplace.account.clone());
        let caller = Caller::of(marketplace, sales_channel);
        question(asker, &caller, lines, operation, now)
    });
    marketplaces.collect()
}

fn question(
    asker: Asker,
    caller: &Caller<'_>,
    lines: Vec<Line>,
    operation: &str,
    now: Instant,
) -> Question {
    let skus = lines.iter().map(|line| &line.sku);
    Question {
        event: simulation(caller, skus, operation, now).to_string(),
        seller_id: caller.seller_id.to_owned(),
        asker,
        lines,
    }
}

/// What a marketplace asks for, and on which of its sales channels: the first that sells any of it.
/// Where none does, one SKU that is not sold has to do.
fn shelf<'a>(
    marketplace: &'a Marketplace,
    products: &[Product],
    now: Instant,
) -> (&'a str, Vec<Line>) {
    let sold_on = |channel: &str| -> Vec<Line> {
        let sold = products.iter().filter(|product| {
            // No promotion takes a price away.
            let price = || pricing::price(&product.offer, &[], marketplace, channel, now);
            product.offer.active && price().is_some()
        });
        let lines = sold.map(|product| Line {
            sku: product.offer.sku.clone(),
            is_sold: true,
        });
        lines.take(SKUS).collect()
    };
    let channels = marketplace.sales_channels.iter().map(String::as_str);
    let mut shelves = channels.map(|channel| (channel, sold_on(channel)));
    let found = shelves.find(|(_, lines)| !lines.is_empty());
    found.unwrap_or_else(|| {
        let first = marketplace.sales_channel(None).unwrap_or_default();
        (first, not_sold(products))
    })
}

fn not_sold(products: &[Product]) -> Vec<Line> {
    let known = products.first().map(|product| product.offer.sku.clone());
    let sku = known.or_else(|| SkuId::parse(UNKNOWN).ok());
    let line = sku.map(|sku| Line {
        sku,
        is_sold: false,
    });
    line.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use feirante_models::Cents;
    use feirante_seller::offer::PriceEntry;
    use serde_json::Value;

    use super::*;

    fn settings() -> Settings {
        let file = include_str!("../../../sandbox/fixture/seller.toml");
        Settings::parse(file).unwrap()
    }

    /// A SKU that is sold at 73.90 wherever its price is for.
    fn product(code: &str, is_for: Option<(&str, &str)>) -> Product {
        let mut product = Product::unknown(SkuId::parse(code).unwrap());
        product.offer.active = true;
        product.offer.prices.push(PriceEntry {
            marketplace: is_for.map(|(account, _)| AccountName::parse(account).unwrap()),
            sales_channel: is_for.map(|(_, channel)| channel.to_owned()),
            ..PriceEntry::base(Cents::new(7390))
        });
        product
    }

    fn asked(settings: Option<&Settings>, products: &[Product]) -> Vec<(String, Vec<Line>)> {
        let questions = questions(settings, products, "d-1", Instant::now());
        let asked = questions.into_iter().map(|question| {
            let event: Value = serde_json::from_str(&question.event).unwrap();
            (
                event["rawQueryString"].as_str().unwrap().to_owned(),
                question.lines,
            )
        });
        asked.collect()
    }

    fn line(code: &str, is_sold: bool) -> Line {
        Line {
            sku: SkuId::parse(code).unwrap(),
            is_sold,
        }
    }

    #[test]
    fn a_few_skus_that_are_sold_are_asked_for() {
        let settings = settings();
        let mut inactive = product("inactive", None);
        inactive.offer.active = false;
        let unpriced = Product::unknown(SkuId::parse("unpriced").unwrap());
        let mut products = vec![inactive, unpriced];
        products.extend(["1", "2", "3", "4", "5", "6"].map(|code| product(code, None)));
        let sold = ["1", "2", "3", "4", "5"].map(|code| line(code, true));
        assert_eq!(
            asked(Some(&settings), &products),
            [("sc=1&an=mkt1".to_owned(), sold.to_vec())]
        );
    }

    #[test]
    fn what_is_sold_on_another_sales_channel_is_asked_for_there() {
        let mut settings = settings();
        settings.marketplaces[0].sales_channels = vec!["1".to_owned(), "2".to_owned()];
        let products = [product("1", Some(("mkt1", "2")))];
        assert_eq!(
            asked(Some(&settings), &products),
            [("sc=2&an=mkt1".to_owned(), vec![line("1", true)])]
        );
    }

    #[test]
    fn where_nothing_is_sold_nothing_must_be_offered() {
        let settings = settings();
        let elsewhere = [product("1", Some(("mkt2", "1")))];
        let query = "sc=1&an=mkt1".to_owned();
        assert_eq!(
            asked(Some(&settings), &elsewhere),
            [(query.clone(), vec![line("1", false)])]
        );
        assert_eq!(
            asked(Some(&settings), &[]),
            [(query, vec![line(UNKNOWN, false)])]
        );
    }

    #[test]
    fn every_marketplace_asks_and_without_any_a_stranger_does() {
        let mut settings = settings();
        let mut other = settings.marketplaces[0].clone();
        other.account = AccountName::parse("mkt2").unwrap();
        settings.marketplaces.push(other);
        let askers = |settings| {
            let questions = questions(settings, &[], "d-1", Instant::now());
            let askers = questions.iter().map(|question| question.asker.to_string());
            askers.collect::<Vec<_>>()
        };
        assert_eq!(askers(Some(&settings)), ["mkt1", "mkt2"]);
        assert_eq!(askers(None), ["a stranger"]);
    }
}
