//! `[[promotions]]`: what a marketplace's buyers pay less for a while.

use feirante_models::{AccountName, Cents, Instant};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Marketplace;
use super::file::{Table, Value};
use crate::selection::Selection;

/// A promotion: a marketplace is shown it as a price tag (protocol §3.1), and it is contained in the
/// price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// Its id, unique in the seller file.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// The marketplaces that have it; none named: all.
    pub marketplaces: Vec<AccountName>,
    /// The sales channels that have it; none named: all.
    pub sales_channels: Vec<String>,
    /// It holds from then on; `None`: it always did.
    pub from: Option<Instant>,
    /// From then on it does not hold any more; `None`: it has no end.
    pub until: Option<Instant>,
    /// What it takes off a unit's price.
    pub off: Off,
    /// The SKUs it is about.
    #[serde(flatten)]
    pub selection: Selection,
}

/// What a promotion takes off a unit's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// So many percent of it, above 0 and up to 100.
    Percent(Decimal),
    /// So many cents, above 0.
    Amount(Cents),
}

/// What a promotion may name; `None`: that could not be read, and has been noted.
pub(super) struct Known<'a> {
    accounts: Option<Vec<&'a str>>,
    marketplaces: Option<&'a [Marketplace]>,
}

impl Promotion {
    pub(super) fn read(table: &mut Table<'_>, known: &Known<'_>) -> Option<Self> {
        let text = |value: Value<'_>| value.text().map(str::to_owned);
        let id = table.required("id").and_then(text);
        let name = table.required("name").and_then(text);
        let marketplaces = table.get("marketplaces").map(|value| {
            value.some(|account| {
                account.parsed(|name| known.account(name).ok_or("is none of the marketplaces"))
            })
        });
        let marketplaces = marketplaces.unwrap_or_default();
        let sales_channels = table
            .get("sales_channels")
            .map(|value| value.some(|channel| known.sales_channel(&channel, &marketplaces)));
        let from = instant(table, "from");
        let until = instant(table, "until");
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            table.mistake("until", "is not after from: the promotion never holds");
        }
        let off = off(table);
        let selection = Selection::read(table);
        Some(Self {
            id: id?,
            name: name?,
            marketplaces,
            sales_channels: sales_channels.unwrap_or_default(),
            from,
            until,
            off: off?,
            selection,
        })
    }
}

impl<'a> Known<'a> {
    /// The accounts that `[[marketplaces]]` names, and those of them that are right.
    pub(super) fn of(
        accounts: Option<Vec<&'a str>>,
        marketplaces: Option<&'a [Marketplace]>,
    ) -> Self {
        let named = accounts.as_ref().map(Vec::len);
        Self {
            marketplaces: marketplaces.filter(|right| Some(right.len()) == named),
            accounts,
        }
    }

    fn account(&self, name: &str) -> Option<AccountName> {
        let accounts = self.accounts.as_ref();
        let known = accounts.is_none_or(|accounts| accounts.contains(&name));
        AccountName::parse(name).ok().filter(|_| known)
    }

    /// A sales channel of any of the marketplaces that are `named`, or of any at all if none is.
    fn sales_channel(&self, value: &Value<'_>, named: &[AccountName]) -> Option<String> {
        let channel = value.text()?;
        let has = |marketplace: &Marketplace| {
            (named.is_empty() || named.contains(&marketplace.account))
                && marketplace.sales_channel(Some(channel)).is_some()
        };
        if self.marketplaces.is_some_and(|all| !all.iter().any(has)) {
            return value.mistake("is no sales channel of its marketplaces");
        }
        Some(channel.to_owned())
    }
}

/// A point in time, with its offset: a promotion begins and ends at hours that people know.
fn instant(table: &mut Table<'_>, key: &'static str) -> Option<Instant> {
    let parse = |text: &str| {
        let parsed = text.trim().parse::<Timestamp>().map(Instant::from);
        parsed.map_err(|_| "is no date and time with its offset, like 2026-11-27T00:00:00-03:00")
    };
    table.get(key)?.parsed(parse)
}

fn off(table: &mut Table<'_>) -> Option<Off> {
    let percent = table.get("percent_off");
    let amount = table.get("amount_off");
    match (percent, amount) {
        (None, None) => {
            table.mistake("percent_off", "is missing, or amount_off is");
            None
        }
        (Some(_), Some(amount)) => amount.mistake("can't stand beside percent_off"),
        (Some(value), None) => match value.decimal(0, 100)? {
            percent if percent.is_zero() => value.mistake("takes nothing off"),
            percent => Some(Off::Percent(percent)),
        },
        (None, Some(value)) => match value.cents()? {
            Cents::ZERO => value.mistake("takes nothing off"),
            amount => Some(Off::Amount(amount)),
        },
    }
}
