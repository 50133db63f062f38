//! The rows of `logisticsInfo`: stock and channels.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{self, Promised};
use super::{Asked, Node, Rule, line_of, slas};

/// How goods reach the buyer.
pub(super) const CHANNELS: [&str; 2] = ["delivery", "pickup-in-point"];

/// Checks the rows of `logisticsInfo` against what `items` promised.
pub(super) fn check(asked: &Asked<'_>, answer: &Node<'_>, promised: &Promised, rows: &[Node<'_>]) {
    let available = promised.values().any(|quantity| *quantity > 0);
    if available == rows.is_empty() {
        let seen = if available {
            "`logisticsInfo` is empty, but something is available"
        } else {
            "`logisticsInfo` has rows, but nothing is available"
        };
        answer.note(Rule::LogisticsEmpty, seen);
    }

    let mut seen = BTreeSet::new();
    let mut stocks = Stocks::default();
    for row in rows {
        let Some(row) = row.clone().object() else {
            continue;
        };
        let channels = check_channels(&row);
        check_countries(&row);
        slas::check(asked, &row, &channels);
        let Some(index) = line_of(&row, "itemIndex", asked, &mut seen) else {
            continue;
        };
        check_quantity(asked, &row, index, promised);
        if let Some(stock) = row.field("stockBalance") {
            stocks.check(asked.lines[index].id, &stock);
        }
    }
    if !rows.is_empty() {
        check_all_there(answer, promised, &seen);
    }
    stocks.check_promises(asked, promised);
}

fn check_quantity(asked: &Asked<'_>, row: &Node<'_>, index: usize, promised: &Promised) {
    let Some(quantity) = items::quantity(row, &asked.lines[index]) else {
        return;
    };
    match promised.get(&index) {
        None => row.note(Rule::RowsDiffer, format_args!("no item for line {index}")),
        Some(item) if *item != quantity => row.note(
            Rule::RowsDiffer,
            format_args!("quantity {quantity}, and the item has {item}"),
        ),
        Some(_) => {}
    }
}

fn check_all_there(answer: &Node<'_>, promised: &Promised, seen: &BTreeSet<usize>) {
    let without = promised
        .iter()
        .filter(|(index, quantity)| **quantity > 0 && !seen.contains(index));
    for (index, _) in without {
        answer.note(
            Rule::RowsDiffer,
            format_args!("line {index} is available and has no row in `logisticsInfo`"),
        );
    }
}

fn check_countries(row: &Node<'_>) {
    let countries = row.field("shipsTo").and_then(|countries| countries.list());
    for country in countries.unwrap_or_default() {
        let alpha3 = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
        if country.text().is_some_and(|text| !alpha3(text)) {
            country.note_value(Rule::ShipsTo);
        }
    }
}

/// Checks `deliveryChannels`; gives those that were listed.
fn check_channels<'a>(row: &Node<'a>) -> BTreeSet<&'a str> {
    let mut listed = BTreeSet::new();
    let channels = row.field("deliveryChannels").and_then(|list| list.list());
    for channel in channels.unwrap_or_default() {
        let Some(channel) = channel.object() else {
            continue;
        };
        if let Some(id) = channel.field("id")
            && let Some(name) = id.text()
            && (!CHANNELS.contains(&name) || !listed.insert(name))
        {
            id.note_value(Rule::DeliveryChannel);
        }
        if let Some(stock) = channel.field("stockBalance") {
            whole_stock(&stock);
        }
    }
    listed
}

fn whole_stock(stock: &Node<'_>) -> Option<i64> {
    let whole = stock.whole()?;
    if whole < 0 {
        stock.note_value(Rule::StockBalance);
    }
    Some(whole)
}

/// The stock of each SKU as its rows tell it: the same in all of them.
#[derive(Default)]
struct Stocks<'a>(BTreeMap<&'a str, (i64, Node<'a>)>);

impl<'a> Stocks<'a> {
    fn check(&mut self, sku: &'a str, stock: &Node<'a>) {
        let Some(whole) = whole_stock(stock) else {
            return;
        };
        let (first, _) = self.0.entry(sku).or_insert_with(|| (whole, stock.clone()));
        if *first != whole {
            stock.note(
                Rule::StockBalance,
                format_args!("{whole}, and {first} in an earlier row of the SKU"),
            );
        }
    }

    /// The lines of a SKU share its stock.
    fn check_promises(&self, asked: &Asked<'_>, promised: &Promised) {
        for (sku, (stock, place)) in &self.0 {
            let lines = promised
                .iter()
                .filter(|(index, _)| asked.lines[**index].id == *sku);
            let sum = lines.fold(0_i64, |sum, (_, quantity)| sum.saturating_add(*quantity));
            if sum > (*stock).max(0) {
                place.note(
                    Rule::StockBalance,
                    format_args!("{stock}, and {sum} are promised"),
                );
            }
        }
    }
}
