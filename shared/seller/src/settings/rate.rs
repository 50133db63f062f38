//! What a method costs: `price`, `rates`, `value_rates` or `rate_table` of `[[shipping.methods]]`.

use std::sync::Arc;

use feirante_models::Cents;
use serde::{Deserialize, Serialize};

use super::area::Area;
use super::estimate::Estimate;
use super::file::{Table, Value};
use super::rate_table;
use crate::shipping::RateTable;

/// What a method costs. Weights are of a line's whole quantity, values those of its units together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// The same for every line.
    Fixed(Cents),
    /// By weight; lightest first. What is heavier than the last is not taken.
    ByWeight(Vec<WeightRate>),
    /// By weight, and above the heaviest rate so much more for each kilogram begun.
    ByWeightAndKilogram {
        /// Lightest first; at least one.
        rates: Vec<WeightRate>,
        /// Cents for each kilogram begun above the last of them.
        extra_kg: Cents,
    },
    /// By what the line is worth; the first is for lines of any worth.
    ByValue(Vec<ValueRate>),
    /// By postal code, weight and value.
    Table(Arc<RateTable>),
}

/// What lines up to a weight cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightRate {
    /// The heaviest line it holds for.
    pub up_to_grams: i64,
    /// Its price in cents.
    pub price: Cents,
}

/// What lines cost from a value on, until the next such rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueRate {
    /// What a line is worth at least, in cents.
    pub from_value: Cents,
    /// Its price in cents.
    pub price: Cents,
}

/// What a rate table stands for, as far as its method could be read.
pub(super) struct TableFor<'a> {
    pub(super) areas: &'a [Area],
    pub(super) estimate: Option<Estimate>,
}

impl Rate {
    pub(super) fn read(table: &mut Table<'_>, method: &TableFor<'_>) -> Option<Self> {
        const KINDS: [&str; 4] = ["price", "rates", "value_rates", "rate_table"];
        let price = table.get("price").map(|value| value.cents());
        let rates = table.get("rates").map(|value| by_weight(&value));
        let extra_kg = table.get("extra_kg_price").map(|value| value.cents());
        let by_value = table.get("value_rates").map(|value| by_value(&value));
        let by_table = table
            .get("rate_table")
            .map(|value| rate_table::read(&value, method));
        let named: Vec<_> = KINDS.into_iter().filter(|kind| table.has(kind)).collect();
        match named.as_slice() {
            [] => table.mistake(
                "price",
                "is missing, or rates, value_rates or rate_table are",
            ),
            [_] => {}
            [first, others @ ..] => {
                for other in others {
                    table.mistake(other, format_args!("can't stand beside {first}"));
                }
            }
        }
        if extra_kg.is_some() && rates.is_none() {
            table.mistake(
                "extra_kg_price",
                "goes with rates: it is for what is heavier",
            );
        }
        match (price, rates, by_value, by_table) {
            (Some(price), None, None, None) => price.map(Self::Fixed),
            (None, Some(rates), None, None) => match extra_kg {
                None => Some(Self::ByWeight(rates)),
                Some(extra_kg) => Some(Self::ByWeightAndKilogram {
                    rates,
                    extra_kg: extra_kg?,
                }),
            },
            (None, None, Some(rates), None) => Some(Self::ByValue(rates)),
            (None, None, None, Some(table)) => table.map(|table| Self::Table(Arc::new(table))),
            _ => None,
        }
    }
}

fn by_weight(value: &Value<'_>) -> Vec<WeightRate> {
    let mut heaviest = 0;
    value.some(|rate| {
        rate.table(|table| {
            /// A thousand tonnes.
            const MOST: i64 = 1_000_000_000;
            let up_to = table
                .required("up_to_grams")
                .and_then(|value| value.integer(1..MOST + 1));
            let price = table.required("price").and_then(|value| value.cents());
            let up_to_grams = up_to?;
            if up_to_grams <= heaviest {
                table.mistake("up_to_grams", "is not above that of the rate before");
            }
            heaviest = heaviest.max(up_to_grams);
            Some(WeightRate {
                up_to_grams,
                price: price?,
            })
        })
    })
}

fn by_value(value: &Value<'_>) -> Vec<ValueRate> {
    let mut before: Option<Cents> = None;
    value.some(|rate| {
        rate.table(|table| {
            let from_value = table.required("from_value").and_then(|value| value.cents());
            let price = table.required("price").and_then(|value| value.cents());
            let from_value = from_value?;
            match before {
                None if from_value != Cents::ZERO => {
                    table.mistake(
                        "from_value",
                        "is not 0: the first is for lines of any worth",
                    );
                }
                Some(before) if from_value <= before => {
                    table.mistake("from_value", "is not above that of the rate before");
                }
                _ => {}
            }
            before = before.max(Some(from_value));
            Some(ValueRate {
                from_value,
                price: price?,
            })
        })
    })
}
