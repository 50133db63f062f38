//! `feirante orders`: what was sold, what became of it, and what waits for a person.

mod fees;
mod list;
mod review;
mod show;
mod timeline;

use std::time::Duration;

use feirante_models::{AccountName, MarketplaceOrderId, OrderId};
use feirante_store::Budget;

use crate::failure::Failure;
use crate::output;
use crate::system::{System, account};

/// How long the database may take.
const TIME: Duration = Duration::from_secs(30);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists orders by the day they were placed, the newest first.
    List(list::Arguments),
    /// Shows one order: its lines, its invoices, and what happened to it.
    Show(ShowArguments),
    /// Lets an order go on that is held for its prices.
    Release(review::Arguments),
    /// Cancels an order that is held for its prices: the marketplace is told.
    Reject(review::Arguments),
}

#[derive(Debug, clap::Args)]
struct ShowArguments {
    #[command(flatten)]
    order: Named,
    /// One JSON document instead of tables.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

/// An order by its name.
#[derive(Debug, clap::Args)]
struct Named {
    /// The order's id: ours, or the marketplace's with --marketplace.
    order: String,
    /// The marketplace whose id it is.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Option<AccountName>,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::List(arguments) => list::run(&arguments).await,
        Command::Show(arguments) => show(&arguments).await,
        Command::Release(arguments) => review::release(&arguments).await,
        Command::Reject(arguments) => review::reject(&arguments).await,
    }
}

async fn show(arguments: &ShowArguments) -> Result<(), Failure> {
    let id = arguments.order.id()?;
    let orders = arguments.system.orders().await;
    let dossier = orders
        .dossier(&id, Budget::of(TIME))
        .await
        .map_err(|error| Failure::system("the order can't be read", &error))?
        .ok_or_else(|| unknown(&id))?;
    if arguments.json {
        output::json(&show::json(&dossier)?);
    } else {
        show::print(&dossier);
    }
    Ok(())
}

impl Named {
    /// Ours.
    fn id(&self) -> Result<OrderId, Failure> {
        let wrong =
            |error: &dyn std::fmt::Display| Failure::input(format!("{}: {error}", self.order));
        match &self.marketplace {
            None => OrderId::parse(self.order.as_str()).map_err(|error| wrong(&error)),
            Some(account) => MarketplaceOrderId::parse(self.order.as_str())
                .map(|theirs| OrderId::of(account, &theirs))
                .map_err(|error| wrong(&error)),
        }
    }
}

fn unknown(id: &OrderId) -> Failure {
    Failure::input(format!("there is no order {id}"))
}
