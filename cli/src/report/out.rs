//! How a report is written: as tables, as CSV, as JSON.

use std::collections::BTreeMap;

use feirante_models::{AccountName, Cents, Code};
use jiff::civil::Date;
use serde::Serialize;

use super::figures::Figures;
use super::stock_outs::StockOut;
use super::tally::{By, Tally, names};
use crate::export::out::{Out, Style};
use crate::failure::Failure;
use crate::output;
use crate::table::Table;

/// Why orders are refused, in the order of the codes.
const REFUSALS: [(Code, &str); 4] = [
    (Code::DifferentContent, "exists with other content"),
    (Code::Canceled, "was canceled before"),
    (Code::OutOfStock, "is not to be had"),
    (Code::PriceDivergence, "its prices differ too much"),
];

/// SKUs out of stock that people are shown; programs get all.
const SHOWN: usize = 20;

/// A report, to be written.
pub(super) struct Report<'a> {
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) marketplace: Option<&'a AccountName>,
    pub(super) tally: Tally,
    pub(super) stock_outs: Vec<StockOut>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    from: Date,
    to: Date,
    marketplace: Option<&'a AccountName>,
    by: By,
    rows: Vec<Row<'a>>,
    total: &'a Figures,
    stock_outs: &'a [StockOut],
}

#[derive(Serialize)]
struct Row<'a> {
    /// Its name, under what it is of.
    #[serde(flatten)]
    name: BTreeMap<&'static str, &'a str>,
    #[serde(flatten)]
    figures: &'a Figures,
}

impl Report<'_> {
    pub(super) fn write_json(&self) {
        let rows = self.tally.rows.iter().map(|(name, figures)| Row {
            name: [(self.tally.by.name(), name.as_str())].into(),
            figures,
        });
        output::json(&Document {
            from: self.from,
            to: self.to,
            marketplace: self.marketplace,
            by: self.tally.by,
            rows: rows.collect(),
            total: &self.tally.total,
            stock_outs: &self.stock_outs,
        });
    }

    /// One table: the total is left to the spreadsheet.
    pub(super) fn write_csv(&self, delimiter: u8, decimal_comma: bool) -> Result<(), Failure> {
        let style = Style::Csv {
            delimiter,
            decimal_comma,
        };
        let mut out = Out::open(None, style)?;
        out.row(self.columns())?;
        let nothing = Figures::default();
        let by_sku = self.tally.by == By::Sku;
        let stock_outs: BTreeMap<&str, &StockOut> = self
            .stock_outs
            .iter()
            .filter(|_| by_sku)
            .map(|one| (one.sku.as_str(), one))
            .collect();
        let skus = stock_outs.values().map(|one| &one.sku);
        for name in names(&self.tally, skus) {
            let figures = self.tally.rows.get(name).unwrap_or(&nothing);
            let mut cells = cells(name, figures, style);
            if by_sku {
                let stock_out = stock_outs.get(name);
                let units = stock_out.map_or(0, |one| one.refused_units);
                let is_out = stock_out.is_some_and(|one| one.out_of_stock);
                cells.extend([units.to_string(), is_out.to_string()]);
            }
            out.row(cells)?;
        }
        out.finish()
    }

    fn columns(&self) -> Vec<String> {
        let columns = [
            self.tally.by.name(),
            "orders",
            "units",
            "sales",
            "shipping",
            "other",
            "canceled",
            "canceled_value",
            "returned",
            "returned_value",
            "fees",
            "payout",
            "unknown_fees",
            "differing",
            "difference",
        ];
        let codes = REFUSALS.map(|(code, _)| format!("refused_{}", code.as_str().to_lowercase()));
        let mut columns: Vec<String> = columns.map(str::to_owned).into();
        columns.extend(codes);
        if self.tally.by == By::Sku {
            columns.extend(["refused_units", "out_of_stock"].map(str::to_owned));
        }
        columns
    }

    pub(super) fn print(&self) {
        let first = self.tally.by.name().to_uppercase();
        let mut table = Table::new([
            first.as_str(),
            "ORDERS",
            "UNITS",
            "SALES",
            "SHIPPING",
            "CANCELED",
            "RETURNED",
            "FEES",
            "PAYOUT",
            "DIFFERENCE",
        ]);
        let rows = self.tally.rows.iter();
        let rows = rows.map(|(name, figures)| (name.as_str(), figures));
        for (name, figures) in rows.chain([("TOTAL", &self.tally.total)]) {
            table.row([
                name.to_owned(),
                figures.orders.to_string(),
                figures.units.to_string(),
                figures.sales.to_string(),
                figures.shipping.to_string(),
                with_value(figures.canceled, figures.canceled_value),
                with_value(figures.returned, figures.returned_value),
                figures.fees.to_string(),
                figures.payout.to_string(),
                with_value(figures.differing, figures.difference),
            ]);
        }
        output::line(table);
        self.print_unknown_fees();
        self.print_refusals(&first);
        self.print_stock_outs();
        let of = self.marketplace.map(|account| format!(" at {account}"));
        output::line(format_args!(
            "\n{} orders{}, {} to {} (UTC)",
            self.tally.total.orders,
            of.unwrap_or_default(),
            self.from,
            self.to
        ));
    }

    fn print_unknown_fees(&self) {
        let unknown = self.tally.total.unknown_fees;
        if unknown > 0 {
            output::line(format_args!(
                "\nFEES and PAYOUT leave out orders whose fees are not known: {unknown}"
            ));
        }
    }

    fn print_refusals(&self, first: &str) {
        if self.tally.total.refused.is_empty() {
            return;
        }
        let mut table = Table::new([first, "REFUSED", "AN ORDER THAT", "ORDERS", "TIMES"]);
        for (name, figures) in &self.tally.rows {
            for (code, why) in REFUSALS {
                if let Some(refused) = figures.refused.get(code.as_str()) {
                    table.row([
                        name.clone(),
                        code.as_str().to_owned(),
                        why.to_owned(),
                        refused.orders.to_string(),
                        refused.times.to_string(),
                    ]);
                }
            }
        }
        output::line(format_args!("\n{table}"));
    }

    fn print_stock_outs(&self) {
        if self.stock_outs.is_empty() {
            return;
        }
        let mut table = Table::new(["SKU", "REFUSED ORDERS", "UNITS ASKED FOR", "NOW"]);
        for stock_out in self.stock_outs.iter().take(SHOWN) {
            let now = if stock_out.out_of_stock {
                "out of stock"
            } else {
                ""
            };
            table.row([
                stock_out.sku.to_string(),
                stock_out.refused_orders.to_string(),
                stock_out.refused_units.to_string(),
                now.to_owned(),
            ]);
        }
        output::line(format_args!("\n{table}"));
        let more = self.stock_outs.len().saturating_sub(SHOWN);
        if more > 0 {
            output::line(format_args!("and {more} more; --format json has all"));
        }
    }
}

fn cells(name: &str, figures: &Figures, style: Style) -> Vec<String> {
    let mut cells = vec![
        name.to_owned(),
        figures.orders.to_string(),
        figures.units.to_string(),
        style.money(figures.sales),
        style.money(figures.shipping),
        style.money(figures.other),
        figures.canceled.to_string(),
        style.money(figures.canceled_value),
        figures.returned.to_string(),
        style.money(figures.returned_value),
        style.money(figures.fees),
        style.money(figures.payout),
        figures.unknown_fees.to_string(),
        figures.differing.to_string(),
        style.money(figures.difference),
    ];
    cells.extend(REFUSALS.map(|(code, _)| {
        let refused = figures.refused.get(code.as_str());
        refused.map_or(0, |refused| refused.orders).to_string()
    }));
    cells
}

/// `2 (150.00)`.
fn with_value(count: u64, value: Cents) -> String {
    if count == 0 {
        return "0".to_owned();
    }
    format!("{count} ({value})")
}
