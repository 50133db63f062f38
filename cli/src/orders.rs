//! `feirante orders`: what was sold, and what became of it.

mod show;
mod timeline;

use std::time::Duration;

use feirante_models::{AccountName, Instant, MarketplaceOrderId, OrderId};
use feirante_store::Budget;
use feirante_store::orders::OrderSummary;
use jiff::civil::Date;

use crate::failure::Failure;
use crate::output;
use crate::system::{System, account};
use crate::table::Table;

/// How long the database may take.
const TIME: Duration = Duration::from_secs(30);

/// Days a list goes back where it is not told.
const DAYS: i64 = 7;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists orders by the day they were placed, the newest first.
    List(ListArguments),
    /// Shows one order: its lines, its invoices, and what happened to it.
    Show(ShowArguments),
}

#[derive(Debug, clap::Args)]
struct ListArguments {
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
    /// delivered, returned, canceled or expired.
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

#[derive(Debug, clap::Args)]
struct ShowArguments {
    /// The order's id: ours, or the marketplace's with --marketplace.
    order: String,
    /// The marketplace whose id it is.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Option<AccountName>,
    /// One JSON document instead of tables.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::List(arguments) => list(&arguments).await,
        Command::Show(arguments) => {
            let id = named(&arguments)?;
            let orders = arguments.system.orders().await;
            let dossier = orders
                .dossier(&id, Budget::of(TIME))
                .await
                .map_err(|error| Failure::system("the order can't be read", &error))?
                .ok_or_else(|| Failure::input(format!("there is no order {id}")))?;
            if arguments.json {
                output::json(&show::json(&dossier)?);
            } else {
                show::print(&dossier);
            }
            Ok(())
        }
    }
}

async fn list(arguments: &ListArguments) -> Result<(), Failure> {
    let today = Instant::now().timestamp().to_zoned(jiff::tz::TimeZone::UTC);
    let last = arguments.to.unwrap_or(today.date());
    let six_days = jiff::Span::new().days(DAYS - 1);
    let first = match arguments.from {
        Some(first) => first,
        None => last.checked_sub(six_days).unwrap_or(last),
    };
    if first > last {
        return Err(Failure::input(format!(
            "--from {first}: is after the last day, {last}"
        )));
    }
    let orders = arguments.system.orders().await;
    let mut found = Vec::new();
    let mut day = last;
    while day >= first && found.len() < arguments.limit {
        let of_day = orders.of_day(&day.to_string(), Budget::of(TIME)).await;
        let of_day =
            of_day.map_err(|error| Failure::system("the orders can't be listed", &error))?;
        found.extend(of_day.into_iter().filter(|order| arguments.wants(order)));
        match day.yesterday() {
            Ok(before) => day = before,
            Err(_) => break,
        }
    }
    found.truncate(arguments.limit);
    if arguments.json {
        output::json(&found);
        return Ok(());
    }
    let mut table = Table::new(["ORDER", "MARKETPLACE", "ITS ID", "STATUS", "PLACED"]);
    for order in &found {
        table.row([
            order.order_id.to_string(),
            order.account.to_string(),
            order.marketplace_order_id.to_string(),
            order.status.clone(),
            order.placed_at.to_string(),
        ]);
    }
    output::line(table);
    output::line(format_args!("{} orders, {first} to {last}", found.len()));
    Ok(())
}

impl ListArguments {
    fn wants(&self, order: &OrderSummary) -> bool {
        let same =
            |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        same(&self.status, &order.status)
            && self
                .marketplace
                .as_ref()
                .is_none_or(|account| *account == order.account)
    }
}

fn named(arguments: &ShowArguments) -> Result<OrderId, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::input(format!("{}: {error}", arguments.order));
    match &arguments.marketplace {
        None => OrderId::parse(arguments.order.as_str()).map_err(|error| wrong(&error)),
        Some(account) => MarketplaceOrderId::parse(arguments.order.as_str())
            .map(|theirs| OrderId::of(account, &theirs))
            .map_err(|error| wrong(&error)),
    }
}
