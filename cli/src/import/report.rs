//! What an import found and did, for people and for programs.

use feirante_models::{Cents, Instant};
use serde::Serialize;

use super::check::Contents;
use super::compare::Change;
use super::plan::Plan;
use super::send::Unsent;
use crate::output;
use crate::table::Table;

/// An import, as `--json` prints it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) file: String,
    /// What is in the file.
    pub(super) contents: Contents,
    /// When what it says was so.
    pub(super) as_of: Instant,
    /// Whether an import that was cut off went on.
    pub(super) resumed: bool,
    pub(super) changes: Plan,
    /// Messages that were sent; `None`: that was not asked for.
    pub(super) sent: Option<u64>,
    /// Messages the queue does not take.
    pub(super) unsent: Vec<Unsent>,
}

/// Prints what would change.
pub(super) fn print(contents: Contents, plan: &Plan) {
    let mut table = Table::new(["", ""]);
    for (what, count) in [
        ("new SKUs", plan.new_skus),
        ("SKUs with other data", plan.skus),
        ("  of which lose data they have", plan.losing_data),
        ("prices", plan.prices),
        ("counts of stock", plan.counts),
        ("adjustments of stock", plan.adjustments),
        ("unchanged", plan.unchanged),
        ("older than what is held", plan.outdated),
    ] {
        if count > 0 {
            table.row([what.to_owned(), count.to_string()]);
        }
    }
    output::line(format_args!(
        "{} lines, {} messages",
        contents.lines,
        contents.messages()
    ));
    output::line(table);
    if plan.details.is_empty() {
        return;
    }
    let mut table = Table::new(["SKU", "WHAT", "BEFORE", "AFTER", "ALSO"]);
    for change in &plan.details {
        table.row(row(change));
    }
    output::line(format_args!("\n{table}"));
    let more = plan.changes() - plan.details.len() as u64;
    if more > 0 {
        output::line(format_args!(
            "and {more} more; --details N shows more of them"
        ));
    }
}

fn row(change: &Change) -> [String; 5] {
    let money = |cents: &Option<Cents>| cents.map_or_else(|| "-".to_owned(), |c| c.to_string());
    match change {
        Change::NewSku { sku, name } => [
            sku.clone(),
            "new".to_owned(),
            String::new(),
            name.clone(),
            String::new(),
        ],
        Change::Sku { sku, fields, lost } => [
            sku.clone(),
            "data".to_owned(),
            String::new(),
            fields.join(", "),
            match lost.is_empty() {
                true => String::new(),
                false => format!("loses {}", lost.join(", ")),
            },
        ],
        Change::Price {
            sku,
            place,
            before,
            after,
            fields,
        } => [
            sku.clone(),
            format!("price {place}").trim_end().to_owned(),
            money(before),
            money(after),
            fields.join(", "),
        ],
        Change::Stock {
            sku,
            warehouse,
            before,
            after,
        } => [
            sku.clone(),
            format!("stock {warehouse}"),
            before.map_or_else(|| "-".to_owned(), |units| units.to_string()),
            after.to_string(),
            String::new(),
        ],
        Change::Adjustment {
            sku,
            warehouse,
            delta,
        } => [
            sku.clone(),
            format!("adjustment {warehouse}"),
            String::new(),
            format!("{delta:+}"),
            String::new(),
        ],
    }
}
