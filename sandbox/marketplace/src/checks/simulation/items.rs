//! The rows of `items`: prices and quantities.

use std::collections::{BTreeMap, BTreeSet};

use super::super::dates;
use super::{Asked, Line, Node, Rule, line_of};

/// What each line of the request was promised, by its position.
pub(super) type Promised = BTreeMap<usize, i64>;

/// Checks the rows of `items`.
pub(super) fn check(asked: &Asked<'_>, rows: &[Node<'_>]) -> Promised {
    let mut seen = BTreeSet::new();
    let mut promised = Promised::new();
    for row in rows {
        let Some(row) = row.clone().object() else {
            continue;
        };
        check_prices(&row);
        check_unit(&row);
        check_validity(&row, asked);
        check_offerings(&row);
        if let Some(merchant) = row.field("merchantName") {
            merchant.text_or_null();
        }
        if let Some(tags) = row.field("priceTags") {
            tags.list();
        }
        let Some(index) = line_of(&row, "requestIndex", asked, &mut seen) else {
            continue;
        };
        check_line(&row, &asked.lines[index]);
        if let Some(quantity) = quantity(&row, &asked.lines[index]) {
            promised.insert(index, quantity);
        }
    }
    promised
}

/// A row's quantity: nothing up to what was asked for.
pub(super) fn quantity(row: &Node<'_>, line: &Line<'_>) -> Option<i64> {
    let field = row.field("quantity")?;
    let quantity = field.whole()?;
    if !(0..=line.quantity).contains(&quantity) {
        field.note_value(Rule::QuantityRange);
    }
    Some(quantity)
}

fn check_line(row: &Node<'_>, line: &Line<'_>) {
    for (name, sent) in [("id", line.id), ("seller", line.seller)] {
        if let Some(echo) = row.field(name)
            && echo.text().is_some_and(|text| text != sent)
        {
            echo.note_value(Rule::Echo);
        }
    }
}

fn check_prices(row: &Node<'_>) {
    let price = row.field("price").and_then(|price| price.cents());
    let Some(list) = row.field("listPrice") else {
        return;
    };
    if let (Some(list_price), Some(price)) = (list.cents(), price)
        && list_price < price
    {
        list.note(
            Rule::ListPrice,
            format_args!("{list_price}, and the price is {price}"),
        );
    }
}

fn check_unit(row: &Node<'_>) {
    if let Some(unit) = row.field("measurementUnit") {
        unit.text();
    }
    if let Some(multiplier) = row.field("unitMultiplier")
        && multiplier.number().is_some_and(|number| number <= 0.0)
    {
        multiplier.note_value(Rule::UnitMultiplier);
    }
}

fn check_validity(row: &Node<'_>, asked: &Asked<'_>) {
    let Some(until) = row.field("priceValidUntil") else {
        return;
    };
    if let Some(Some(text)) = until.text_or_null() {
        match dates::read(text) {
            None => until.note_value(Rule::DateUnreadable),
            Some(end) if end <= asked.at => until.note_value(Rule::PriceExpired),
            Some(_) => {}
        }
    }
}

fn check_offerings(row: &Node<'_>) {
    let offerings = row
        .optional("offerings")
        .filter(|offerings| !offerings.value.is_null());
    let Some(offerings) = offerings else {
        row.note(Rule::OfferingsNull, "null or missing");
        return;
    };
    for offering in offerings.list().unwrap_or_default() {
        let Some(offering) = offering.object() else {
            continue;
        };
        for name in ["type", "id", "name"] {
            if let Some(field) = offering.field(name) {
                field.text();
            }
        }
        if let Some(price) = offering.field("price") {
            price.cents();
        }
    }
}
