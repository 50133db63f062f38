//! Orders that were refused as a file: one row for each, with what they were of and why they were not
//! placed. Nothing of a person is in it.

use std::collections::BTreeMap;
use std::time::Duration;

use feirante_models::{AccountName, Instant, SkuId};
use feirante_seller::placement::Reason;
use feirante_store::orders::RecordedRefusal;
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
    #[command(flatten)]
    to: To,
    #[command(flatten)]
    system: System,
}

/// A refused order, in cents and units.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    marketplace: &'a str,
    marketplace_order_id: &'a str,
    /// What the marketplace was told.
    code: &'static str,
    #[serde(flatten)]
    reason: &'a Reason,
    units: &'a BTreeMap<SkuId, i64>,
    /// How often it was refused.
    times: u64,
    first_at: Instant,
    last_at: Instant,
}

const COLUMNS: [&str; 11] = [
    "marketplace",
    "marketplace_order_id",
    "code",
    "reason",
    "missing",
    "units",
    "price_theirs",
    "price_ours",
    "times",
    "first_at",
    "last_at",
];

/// Writes the orders first refused on some days, the oldest day first.
pub(super) async fn export(arguments: &Arguments) -> Result<(), Failure> {
    let (first, last) = period(arguments.from, arguments.last, DAYS)?;
    let orders = arguments.system.orders().await;
    let mut out = arguments.to.open()?;
    out.row(COLUMNS)?;
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
    let failed = |error: StoreError| Failure::system("the refusals can't be read", &error);
    let (day, now, wanted) = (day.to_string(), Instant::now(), &arguments.marketplace);
    let mut page = None;
    loop {
        let budget = Budget::of(TIME);
        let read = orders.refusals_of_day(&day, now, page, budget).await;
        let (mut found, next) = read.map_err(failed)?;
        let is_wanted = |of: &AccountName| wanted.as_ref().is_none_or(|wanted| wanted == of);
        found.retain(|recorded| is_wanted(&recorded.refusal.account));
        found.sort_by_key(|recorded| recorded.first_at);
        for recorded in &found {
            out.put(&Row::of(recorded), Row::cells)?;
        }
        page = next;
        if page.is_none() {
            return Ok(());
        }
    }
}

impl<'a> Row<'a> {
    fn of(recorded: &'a RecordedRefusal) -> Self {
        let refusal = &recorded.refusal;
        Self {
            marketplace: refusal.account.as_str(),
            marketplace_order_id: refusal.marketplace_order_id.as_str(),
            code: refusal.reason.code().as_str(),
            reason: &refusal.reason,
            units: &refusal.units,
            times: recorded.count,
            first_at: recorded.first_at,
            last_at: recorded.last_at,
        }
    }

    fn cells(&self, style: Style) -> Vec<String> {
        let missing = match self.reason {
            Reason::NotSold { sku } | Reason::OutOfStock { sku } => sku.as_str(),
            Reason::WindowFull { window } => window,
            _ => "",
        };
        let (theirs, ours) = match self.reason {
            Reason::Prices { theirs, ours } => (style.money(*theirs), style.money(*ours)),
            _ => (String::new(), String::new()),
        };
        let units = self.units.iter();
        vec![
            self.marketplace.to_owned(),
            self.marketplace_order_id.to_owned(),
            self.code.to_owned(),
            self.reason.name().to_owned(),
            missing.to_owned(),
            list::join(units.map(|(sku, units)| format!("{sku}:{units}"))),
            theirs,
            ours,
            self.times.to_string(),
            self.first_at.to_string(),
            self.last_at.to_string(),
        ]
    }
}
