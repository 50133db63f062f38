//! `feirante listings`: where each SKU stands at each marketplace.

mod unmapped;

use std::path::PathBuf;
use std::time::Duration;

use feirante_models::{AccountName, SkuId};
use feirante_seller::listing::{Listing, Problem, State};
use feirante_store::{Budget, StoreError};

use crate::export::delimiter;
use crate::failure::Failure;
use crate::output;
use crate::system::{System, account};
use crate::table::Table;

/// How long one question to the database may take.
const TIME: Duration = Duration::from_secs(30);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only this SKU.
    #[arg(long, conflicts_with = "state")]
    sku: Option<String>,
    /// Only those that stand so.
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(State::NAMES))]
    state: Option<String>,
    /// Only those of this marketplace.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Option<AccountName>,
    /// At most so many.
    #[arg(long, default_value_t = 1000)]
    limit: usize,
    /// Lists the categories, brands, specifications and values that are not mapped, before anything is
    /// suggested under them, with how many of the SKUs sold there have each.
    #[arg(long, conflicts_with_all = ["sku", "state", "limit"])]
    unmapped: bool,
    /// Writes those as rows for the mapping file: fill in what the marketplace calls them.
    #[arg(long, requires = "unmapped", conflicts_with = "json")]
    csv: bool,
    /// What stands between the cells of a row [default: ,]. `;` is what spreadsheets in Portuguese
    /// expect.
    #[arg(long, requires = "csv", value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// Goes by this seller file instead of the one in force: to try it before it is applied.
    #[arg(long, requires = "unmapped", value_name = "FILE")]
    file: Option<PathBuf>,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.unmapped {
        return unmapped::list(&arguments).await;
    }
    let mut found = match &arguments.sku {
        Some(sku) => arguments.of_sku(sku).await?,
        None => arguments.by_state().await.map_err(|error| failed(&error))?,
    };
    found.truncate(arguments.limit);
    if arguments.json {
        output::json(&found);
        return Ok(());
    }
    let mut table = Table::new(["SKU", "MARKETPLACE", "STATE", "SINCE", "WHAT IS KNOWN"]);
    for listing in &found {
        table.row([
            listing.sku.to_string(),
            listing.account.to_string(),
            listing.state.name().to_owned(),
            listing.since.to_string(),
            known(listing),
        ]);
    }
    output::line(table);
    output::line(format_args!("{} listings", found.len()));
    Ok(())
}

impl Arguments {
    async fn of_sku(&self, sku: &str) -> Result<Vec<Listing>, Failure> {
        let sku = SkuId::parse(sku).map_err(|error| Failure::input(format!("--sku: {error}")))?;
        let listings = self.system.listings().await;
        let found = listings.of_sku(&sku, Budget::of(TIME)).await;
        let mut found = found.map_err(|error| failed(&error))?;
        found.retain(|listing| self.wants(listing));
        Ok(found)
    }

    async fn by_state(&self) -> Result<Vec<Listing>, StoreError> {
        let listings = self.system.listings().await;
        let mut found = Vec::new();
        let states = match &self.state {
            Some(state) => vec![state.as_str()],
            None => State::NAMES.to_vec(),
        };
        for state in states {
            let mut page = None;
            while found.len() < self.limit {
                let budget = Budget::of(TIME);
                let (some, next) = listings.in_state(state, page, budget).await?;
                found.extend(some.into_iter().filter(|listing| self.wants(listing)));
                page = next;
                if page.is_none() {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn wants(&self, listing: &Listing) -> bool {
        let wanted = self.marketplace.as_ref();
        wanted.is_none_or(|account| *account == listing.account)
    }
}

/// What a person would ask next: what is missing, why not, or what the marketplace said last.
pub(crate) fn known(listing: &Listing) -> String {
    match &listing.state {
        State::Denied { reason, .. } => reason.clone(),
        State::Error {
            problem: Problem::Incomplete { missing },
        } => missing.join("; "),
        State::Error {
            problem: Problem::Unmapped { names },
        } => {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            format!("not mapped: {}", names.join("; "))
        }
        State::Error {
            problem: Problem::Refused { status, detail, .. },
        } => format!("{status} {detail}"),
        _ => listing.last.as_ref().map_or_else(String::new, |last| {
            let status = last.status.map(|status| status.to_string());
            let words = [status.unwrap_or_default(), last.detail.clone()];
            words.join(" ").trim().to_owned()
        }),
    }
}

fn failed(error: &StoreError) -> Failure {
    Failure::system("the listings can't be read", error)
}
