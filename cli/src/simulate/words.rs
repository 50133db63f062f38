//! The reasons of an answer, for people and for programs.

use feirante_models::Cents;
use feirante_models::simulation::{LogisticsInfo, SimulatedItem, SimulationRequest, Sla};
use feirante_seller::allocation::Taken;
use feirante_seller::channel::Sellable;
use feirante_seller::pricing::Price;
use feirante_seller::settings::{Method, Off, Settings, StockRule};
use feirante_seller::shipping::{Considered, Excluded, FreightBasis, RateBasis};
use feirante_seller::simulate::{LineReasons, Simulated};
use serde_json::{Value, json};

use crate::output;
use crate::table::Table;

/// An answer with the settings it was made by.
pub(super) struct Answered<'a> {
    pub(super) settings: &'a Settings,
    pub(super) request: &'a SimulationRequest,
    pub(super) simulated: &'a Simulated<'a>,
}

/// A line of it.
struct Line<'a> {
    item: &'a SimulatedItem<'a>,
    logistics: Option<&'a LogisticsInfo<'a>>,
    reasons: &'a LineReasons<'a>,
}

impl<'a> Answered<'a> {
    fn line(&self, position: usize) -> Option<Line<'a>> {
        let reasons = self.simulated.lines.get(position)?;
        let response = &self.simulated.response;
        let mut logistics = response.logistics_info.iter();
        Some(Line {
            item: response.items.get(position)?,
            logistics: logistics.find(|row| row.item_index == reasons.index),
            reasons,
        })
    }

    fn method(&self, considered: &Considered<'_>) -> Option<&'a Method> {
        self.settings.shipping.methods.get(considered.method)
    }

    pub(super) fn print(&self, position: usize) {
        let Some(line) = self.line(position) else {
            return;
        };
        let currency = &self.settings.seller.currency;
        let item = line.item;
        let asked = self.request.items.get(line.reasons.index);
        let short = asked.filter(|asked| asked.quantity.get() > item.quantity);
        output::line(format_args!(
            "{}: {}{} at {} {currency}, list price {}",
            item.id,
            item.quantity,
            short.map_or_else(String::new, |asked| format!(" of {}", asked.quantity.get())),
            item.price,
            item.list_price,
        ));
        for step in price_steps(&line.reasons.price) {
            output::line(format_args!("  {step}"));
        }
        output::line(format_args!("  {}", stock(&line.reasons.stock)));
        if line.reasons.methods.is_empty() {
            return;
        }
        let mut table = Table::new(["  METHOD", "PRICE", "TIME", "WHY"]);
        for considered in &line.reasons.methods {
            let Some(method) = self.method(considered) else {
                continue;
            };
            let sla = line.sla(method);
            table.row([
                format!("  {}", method.id),
                sla.map_or_else(|| "-".to_owned(), |sla| sla.price.to_string()),
                sla.map_or_else(|| "-".to_owned(), |sla| sla.shipping_estimate.to_string()),
                self.why(considered),
            ]);
        }
        output::line(table);
    }

    pub(super) fn json(&self, position: usize) -> Option<Value> {
        let line = self.line(position)?;
        let methods = line.reasons.methods.iter().filter_map(|considered| {
            let method = self.method(considered)?;
            Some(json!({
                "id": method.id,
                "offered": considered.outcome.is_ok(),
                "why": self.why(considered),
                "from": from(&considered.places),
            }))
        });
        Some(json!({
            "sku": line.item.id,
            "price": price_steps(&line.reasons.price),
            "stock": stock(&line.reasons.stock),
            "methods": methods.collect::<Vec<_>>(),
        }))
    }

    fn why(&self, considered: &Considered<'_>) -> String {
        match &considered.outcome {
            Ok(basis) => self.offered(basis, &considered.places),
            Err(why) => excluded(why),
        }
    }

    fn offered(&self, basis: &FreightBasis, places: &[Taken<'_>]) -> String {
        let mut parts = vec![match basis.rate {
            RateBasis::Fixed => "fixed price".to_owned(),
            RateBasis::UpTo { grams } => format!("rate up to {grams} g"),
            RateBasis::ExtraKilograms {
                above_grams,
                kilograms,
            } => format!("rate of {above_grams} g and {kilograms} kg more"),
            RateBasis::FromValue(value) => format!("rate from a value of {value}"),
            RateBasis::Row { line, kilograms: 0 } => format!("line {line} of its rate table"),
            RateBasis::Row { line, kilograms } => {
                format!("line {line} of its rate table, {kilograms} kg above its start")
            }
        }];
        if basis.rate != RateBasis::Fixed {
            parts.push(format!("weighs {} g{}", basis.weight.charged(), {
                match basis.weight.cubic {
                    Some(cubic) if cubic > basis.weight.real => " by its size",
                    _ => "",
                }
            }));
        }
        if basis.free {
            parts.push(format!("free at a value of {}", basis.value));
        }
        parts.push(format!("from {}", from(places).join(" and ")));
        if let Some(handled) = basis.handled {
            let warehouse = self.settings.warehouses.get(handled.warehouse);
            let id = warehouse.map_or("?", |warehouse| warehouse.id.as_str());
            parts.push(format!(
                "leaves {id} on {}, {} under way, arrives on {}",
                handled.leaves, basis.transit, handled.arrives
            ));
        }
        parts.join("; ")
    }
}

impl<'a> Line<'a> {
    fn sla(&self, method: &Method) -> Option<&'a Sla<'a>> {
        self.logistics?.slas.iter().find(|sla| sla.id == method.id)
    }
}

/// Who ships a line; how many units each, where they are several.
fn from(places: &[Taken<'_>]) -> Vec<String> {
    let whole = places.len() == 1;
    let places = places.iter().map(|Taken { warehouse, units }| {
        if whole {
            warehouse.to_string()
        } else {
            format!("{warehouse} ({units})")
        }
    });
    places.collect()
}

/// How much the marketplace may sell, and by which rule.
fn stock(sellable: &Sellable<'_>) -> String {
    let Sellable {
        stock,
        units,
        rule,
        selected,
    } = sellable;
    if **rule == StockRule::default() {
        return format!("stock {stock}");
    }
    let mut parts = Vec::new();
    if rule.safety > 0 {
        parts.push(format!("{} kept back", rule.safety));
    }
    if let Some(share) = rule.share_percent {
        parts.push(format!("{} % of it", share.normalize()));
    }
    if let Some(cap) = rule.cap {
        parts.push(format!("at most {cap}"));
    }
    let which = match selected {
        Some(index) => format!("stock.rules[{index}]"),
        None => "stock".to_owned(),
    };
    format!(
        "stock {stock}, of which it may sell {units} ({which}: {})",
        parts.join(", ")
    )
}

/// How a price was made, step by step.
fn price_steps(price: &Price<'_>) -> Vec<String> {
    let basis = &price.basis;
    let entry = basis.entry;
    let whose = match (&entry.marketplace, &entry.sales_channel) {
        (Some(account), Some(channel)) => format!("price of sales channel {channel} of {account}"),
        (Some(account), None) => format!("price of {account}"),
        (None, Some(channel)) => format!("price of sales channel {channel}"),
        (None, None) => "base price".to_owned(),
    };
    let mut steps = vec![format!("{whose} {}", entry.price)];
    if let Some(adjustment) = basis.adjustment {
        let percent = adjustment.percent.normalize();
        let mut rule = format!("{percent} % and {}", adjustment.add);
        if let Some(ending) = adjustment.ending {
            rule.push_str(&format!(", ending in {ending:02}"));
        }
        steps.push(format!("adjusted by {rule}: {}", basis.adjusted));
    }
    if basis.regular != basis.adjusted {
        steps.push(format!("raised to its floor: {}", basis.regular));
    }
    if let Some(discount) = &price.discount {
        let off = match discount.promotion.off {
            Off::Percent(percent) => format!("{} %", percent.normalize()),
            Off::Amount(amount) => amount.to_string(),
        };
        let held = at_floor(basis.floor, discount.price);
        let id = &discount.promotion.id;
        steps.push(format!(
            "promotion {id}, {off} off: {}{held}",
            discount.price
        ));
    }
    if let Some(until) = price.valid_until {
        steps.push(format!("until {until}"));
    }
    steps
}

fn at_floor(floor: Option<Cents>, price: Cents) -> &'static str {
    if floor == Some(price) {
        ", which is its floor"
    } else {
        ""
    }
}

fn excluded(why: &Excluded) -> String {
    let why = match why {
        Excluded::OutOfArea => "the address is in none of its areas".to_owned(),
        Excluded::NotInTable => "its rate table has no row for the address".to_owned(),
        Excluded::NotForSku => "not for this SKU".to_owned(),
        Excluded::NotEnoughStock { most } => format!("not enough stock: {most}"),
        Excluded::TooHeavy { grams: Some(grams) } => format!("too heavy: {grams} g"),
        Excluded::TooHeavy { grams: None } => "too heavy".to_owned(),
        Excluded::NoRow { grams, value } => {
            format!("its rate table has no row for {grams} g and a value of {value}")
        }
        Excluded::TooDear => "costs more than can be counted".to_owned(),
        Excluded::NoWindow => "no delivery window in the days ahead".to_owned(),
        Excluded::WindowsFull => "all its delivery windows are taken".to_owned(),
        Excluded::NoDay => "the calendar has no day for it".to_owned(),
    };
    format!("not offered: {why}")
}
