//! Orders as a file: one row for each, or for each of its lines. Nothing of a person is in it.

use std::time::Duration;

use feirante_models::erp::InvoiceType;
use feirante_models::{AccountName, Cents, Instant, OrderId};
use feirante_seller::order::{Line, Order};
use feirante_store::{Budget, Orders, StoreError};
use jiff::civil::Date;
use serde::Serialize;

use super::To;
use super::out::{Out, Style};
use crate::failure::Failure;
use crate::import::list;
use crate::period::{days, period};
use crate::system::{System, account};

/// How long one question to the database may take.
const TIME: Duration = Duration::from_secs(30);

/// Orders read at once.
const ORDERS: usize = 100;

/// Days an export goes back where it is not told.
const DAYS: i64 = 30;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// First day, in UTC [default: 29 days before the last].
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day, in UTC [default: today].
    #[arg(long = "to", value_name = "DATE")]
    last: Option<Date>,
    /// Only those of this marketplace.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Option<AccountName>,
    /// A row for each line of an order.
    #[arg(long)]
    lines: bool,
    #[command(flatten)]
    to: To,
    #[command(flatten)]
    system: System,
}

/// An order, in cents and units.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderRow<'a> {
    order_id: &'a str,
    marketplace: &'a str,
    marketplace_order_id: &'a str,
    status: &'a str,
    placed_at: Instant,
    lines: usize,
    units: i64,
    /// What its invoices add up to in the end.
    total: Cents,
    /// What is not invoiced yet.
    not_invoiced: Cents,
}

/// A line of an order, in cents and units.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LineRow<'a> {
    order_id: &'a str,
    marketplace: &'a str,
    marketplace_order_id: &'a str,
    status: &'a str,
    placed_at: Instant,
    /// Its place in the order, the first being 1.
    line: usize,
    sku: &'a str,
    units: i64,
    price: Cents,
    shipping_price: Cents,
    shipping_method: Option<&'a str>,
    warehouses: Vec<Part<'a>>,
}

/// The units of a line that a warehouse ships.
#[derive(Debug, Serialize)]
struct Part<'a> {
    warehouse: &'a str,
    units: i64,
}

const ORDER_COLUMNS: [&str; 9] = [
    "order_id",
    "marketplace",
    "marketplace_order_id",
    "status",
    "placed_at",
    "lines",
    "units",
    "total",
    "not_invoiced",
];

const LINE_COLUMNS: [&str; 12] = [
    "order_id",
    "marketplace",
    "marketplace_order_id",
    "status",
    "placed_at",
    "line",
    "sku",
    "units",
    "price",
    "shipping_price",
    "shipping_method",
    "warehouses",
];

/// Writes the orders of some days, the oldest day first.
pub(super) async fn export(arguments: &Arguments) -> Result<(), Failure> {
    let (first, last) = period(arguments.from, arguments.last, DAYS)?;
    let orders = arguments.system.orders().await;
    let mut out = arguments.to.open()?;
    match arguments.lines {
        true => out.row(LINE_COLUMNS)?,
        false => out.row(ORDER_COLUMNS)?,
    }
    for day in days(first, last) {
        export_day(arguments, &orders, day, &mut out).await?;
    }
    out.finish()
}

async fn export_day(
    arguments: &Arguments,
    orders: &Orders,
    day: Date,
    out: &mut Out,
) -> Result<(), Failure> {
    let failed = |error: StoreError| Failure::system("the orders can't be read", &error);
    let of_day = orders.of_day(&day.to_string(), Budget::of(TIME)).await;
    let mut of_day = of_day.map_err(failed)?;
    of_day.reverse();
    let wanted = arguments.marketplace.as_ref();
    of_day.retain(|order| wanted.is_none_or(|account| *account == order.account));
    let ids: Vec<OrderId> = of_day.into_iter().map(|order| order.order_id).collect();
    for ids in ids.chunks(ORDERS) {
        let found = orders.get_all(ids, Budget::of(TIME)).await;
        let found = found.map_err(failed)?;
        for order in ids.iter().filter_map(|id| found.get(id)) {
            write(order, arguments.lines, out)?;
        }
    }
    Ok(())
}

fn write(order: &Order, lines: bool, out: &mut Out) -> Result<(), Failure> {
    if !lines {
        return out.put(&OrderRow::of(order), OrderRow::cells);
    }
    for (line, number) in order.lines.iter().zip(1..) {
        out.put(&LineRow::of(order, line, number), LineRow::cells)?;
    }
    Ok(())
}

impl<'a> OrderRow<'a> {
    fn of(order: &'a Order) -> Self {
        Self {
            order_id: order.order_id.as_str(),
            marketplace: order.account.as_str(),
            marketplace_order_id: order.marketplace_order_id.as_str(),
            status: order.status(),
            placed_at: order.placed_at,
            lines: order.lines.len(),
            units: order.lines.iter().map(|line| line.quantity.get()).sum(),
            total: order.total,
            not_invoiced: order.invoices.unsent(InvoiceType::Output, order.total),
        }
    }

    fn cells(&self, style: Style) -> Vec<String> {
        vec![
            self.order_id.to_owned(),
            self.marketplace.to_owned(),
            self.marketplace_order_id.to_owned(),
            self.status.to_owned(),
            self.placed_at.to_string(),
            self.lines.to_string(),
            self.units.to_string(),
            style.money(self.total),
            style.money(self.not_invoiced),
        ]
    }
}

impl Part<'_> {
    fn cell(&self) -> String {
        format!("{}:{}", self.warehouse, self.units)
    }
}

impl<'a> LineRow<'a> {
    fn of(order: &'a Order, line: &'a Line, number: usize) -> Self {
        Self {
            order_id: order.order_id.as_str(),
            marketplace: order.account.as_str(),
            marketplace_order_id: order.marketplace_order_id.as_str(),
            status: order.status(),
            placed_at: order.placed_at,
            line: number,
            sku: line.sku.as_str(),
            units: line.quantity.get(),
            price: line.price,
            shipping_price: line.shipping_price,
            shipping_method: line.shipping_method.as_deref(),
            warehouses: line
                .parts()
                .map(|(warehouse, quantity)| Part {
                    warehouse: warehouse.as_str(),
                    units: quantity.get(),
                })
                .collect(),
        }
    }

    fn cells(&self, style: Style) -> Vec<String> {
        vec![
            self.order_id.to_owned(),
            self.marketplace.to_owned(),
            self.marketplace_order_id.to_owned(),
            self.status.to_owned(),
            self.placed_at.to_string(),
            self.line.to_string(),
            self.sku.to_owned(),
            self.units.to_string(),
            style.money(self.price),
            style.money(self.shipping_price),
            self.shipping_method.unwrap_or_default().to_owned(),
            list::join(self.warehouses.iter().map(Part::cell)),
        ]
    }
}
