//! Orders by the day they were placed, or those that wait for a person.

use std::collections::HashSet;

use feirante_models::{AccountName, Instant, OrderId};
use feirante_store::orders::OrderSummary;
use feirante_store::{Budget, Orders, StoreError};
use jiff::civil::Date;
use serde::Serialize;

use super::TIME;
use crate::failure::Failure;
use crate::output;
use crate::system::{System, account};
use crate::table::Table;

/// Days a list goes back where it is not told.
const DAYS: i64 = 7;

/// How an order stands that is held and not paid, in the lifecycle's word.
const NEEDS_REVIEW: &str = "needs_review";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// First day, in UTC [default: six days before the last].
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day, in UTC [default: today].
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only those of this marketplace.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Option<AccountName>,
    /// Only those that stand so: placed, authorized, partially_invoiced, invoiced, shipped,
    /// delivered, returned, canceled or expired; or needs_review: those that wait for `release` or
    /// `reject`, paid or not, of any day if none is told.
    #[arg(long)]
    status: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

/// A row.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    order: OrderSummary,
    /// Whether it waits for a person.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    held: bool,
}

/// The days that are asked for, both included.
struct Days {
    first: Date,
    last: Date,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let days = arguments.days()?;
    let orders = arguments.system.orders().await;
    let failed = |error: StoreError| Failure::system("the orders can't be listed", &error);
    let held = orders.held(Budget::of(TIME)).await.map_err(failed)?;
    let (found, which) = if arguments.status.as_deref() == Some(NEEDS_REVIEW) {
        let of_any_day = arguments.from.is_none() && arguments.to.is_none();
        let held = held.into_iter().map(|order| Listed::of(order, true));
        let asked = held.filter(|listed| {
            arguments.is_of(&listed.order) && (of_any_day || days.have(listed.order.placed_at))
        });
        let found: Vec<Listed> = asked.take(arguments.limit).collect();
        (found, " wait for a review".to_owned())
    } else {
        let held = held.into_iter().map(|order| order.order_id).collect();
        let found = by_day(arguments, &orders, &days, &held).await;
        let which = format!(", {} to {}", days.first, days.last);
        (found.map_err(failed)?, which)
    };
    if arguments.json {
        output::json(&found);
        return Ok(());
    }
    let mut table = Table::new(["ORDER", "MARKETPLACE", "ITS ID", "STATUS", "PLACED"]);
    for Listed { order, held } in &found {
        let status = match (*held, order.status.as_str()) {
            (true, paid) if paid != NEEDS_REVIEW => format!("{paid}, held"),
            (_, status) => status.to_owned(),
        };
        table.row([
            order.order_id.to_string(),
            order.account.to_string(),
            order.marketplace_order_id.to_string(),
            status,
            order.placed_at.to_string(),
        ]);
    }
    output::line(table);
    output::line(format_args!("{} orders{which}", found.len()));
    Ok(())
}

/// Orders day by day, the newest first.
async fn by_day(
    arguments: &Arguments,
    orders: &Orders,
    days: &Days,
    held: &HashSet<OrderId>,
) -> Result<Vec<Listed>, StoreError> {
    let mut found = Vec::new();
    let mut day = days.last;
    while day >= days.first && found.len() < arguments.limit {
        let of_day = orders.of_day(&day.to_string(), Budget::of(TIME)).await?;
        let of_day = of_day.into_iter().map(|order| {
            let held = held.contains(&order.order_id);
            Listed::of(order, held)
        });
        found.extend(of_day.filter(|listed| arguments.wants(&listed.order)));
        match day.yesterday() {
            Ok(before) => day = before,
            Err(_) => break,
        }
    }
    found.truncate(arguments.limit);
    Ok(found)
}

impl Listed {
    fn of(mut order: OrderSummary, held: bool) -> Self {
        if held && order.status == "placed" {
            NEEDS_REVIEW.clone_into(&mut order.status);
        }
        Self { order, held }
    }
}

impl Arguments {
    fn days(&self) -> Result<Days, Failure> {
        let today = Instant::now().timestamp().to_zoned(jiff::tz::TimeZone::UTC);
        let last = self.to.unwrap_or(today.date());
        let six_days = jiff::Span::new().days(DAYS - 1);
        let first = match self.from {
            Some(first) => first,
            None => last.checked_sub(six_days).unwrap_or(last),
        };
        if first > last {
            return Err(Failure::input(format!(
                "--from {first}: is after the last day, {last}"
            )));
        }
        Ok(Days { first, last })
    }

    fn wants(&self, order: &OrderSummary) -> bool {
        let status = self.status.as_deref();
        status.is_none_or(|wanted| wanted == order.status) && self.is_of(order)
    }

    fn is_of(&self, order: &OrderSummary) -> bool {
        let account = self.marketplace.as_ref();
        account.is_none_or(|account| *account == order.account)
    }
}

impl Days {
    fn have(&self, moment: Instant) -> bool {
        let day = moment.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        (self.first..=self.last).contains(&day)
    }
}
