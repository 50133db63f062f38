//! `feirante report`: what was sold, what it brings in, what was refused and what is out of stock.

mod figures;
mod out;
mod stock_outs;
mod tally;

use std::time::Duration;

use clap::ValueEnum;
use feirante_models::{AccountName, Instant};
use feirante_store::{Budget, Orders, StoreError};
use jiff::civil::Date;

use self::out::Report;
use self::tally::{By, Tally};
use crate::export;
use crate::failure::Failure;
use crate::period::{days, period};
use crate::system::{System, account};

/// How long one question to the database may take.
const TIME: Duration = Duration::from_secs(30);

/// Days a report goes back where it is not told.
const DAYS: i64 = 30;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// First day, in UTC [default: 29 days before the last].
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day, in UTC [default: today].
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only orders of this marketplace.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Option<AccountName>,
    /// What a row is of.
    #[arg(long, value_enum, default_value_t = By::Marketplace)]
    by: By,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// CSV: what stands between the cells of a row. `;` is what spreadsheets in Portuguese expect.
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = export::delimiter)]
    delimiter: u8,
    /// CSV: writes 73,90 and not 73.90.
    #[arg(long)]
    decimal_comma: bool,
    #[command(flatten)]
    system: System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs; amounts in cents.
    Json,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (first, last) = period(arguments.from, arguments.to, DAYS)?;
    let (now, account) = (Instant::now(), arguments.marketplace.as_ref());
    let orders = arguments.system.orders().await;
    let mut tally = Tally::of(arguments.by);
    for day in days(first, last).map(|day| day.to_string()) {
        add_orders(&orders, &day, account, &mut tally).await?;
        add_refusals(&orders, &day, account, now, &mut tally).await?;
    }
    let offers = arguments.system.offers().await;
    let out = stock_outs::out_of_stock(&offers, account, now).await;
    let out = out.map_err(|error| Failure::system("the offers can't be read", &error))?;
    let report = Report {
        from: first,
        to: last,
        marketplace: account,
        stock_outs: stock_outs::listed(&tally.unmet, out),
        tally,
    };
    match arguments.format {
        Format::Table => report.print(),
        Format::Csv => report.write_csv(arguments.delimiter, arguments.decimal_comma)?,
        Format::Json => report.write_json(),
    }
    Ok(())
}

/// Adds the orders placed on a day, a page in memory at a time.
async fn add_orders(
    orders: &Orders,
    day: &str,
    of: Option<&AccountName>,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let mut page = None;
    loop {
        let read = orders.page_of_day(day, of, page, Budget::of(TIME)).await;
        let (found, next) = read.map_err(|error| failed(&error))?;
        for order in &found {
            tally.add(order).ok_or_else(too_much)?;
        }
        page = next;
        if page.is_none() {
            return Ok(());
        }
    }
}

/// Adds the orders first refused on a day, likewise.
async fn add_refusals(
    orders: &Orders,
    day: &str,
    of: Option<&AccountName>,
    now: Instant,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let mut page = None;
    loop {
        let budget = Budget::of(TIME);
        let read = orders.refusals_of_day(day, now, page, budget).await;
        let (mut found, next) = read.map_err(|error| failed(&error))?;
        found.retain(|recorded| of.is_none_or(|of| *of == recorded.refusal.account));
        for refused in &found {
            tally.refuse(refused).ok_or_else(too_much)?;
        }
        page = next;
        if page.is_none() {
            return Ok(());
        }
    }
}

fn failed(error: &StoreError) -> Failure {
    Failure::system("the orders can't be read", error)
}

fn too_much() -> Failure {
    Failure::System("the amounts add up to more than can be counted".to_owned())
}
