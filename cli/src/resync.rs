//! `feirante resync`: marketplaces are told of every SKU again.

use std::time::Duration;

use feirante_lambda::notifications::Notifications;
use feirante_models::{AccountName, Instant};
use feirante_seller::listing::{Edition, Resync, Task};
use feirante_seller::settings::{Marketplace, Settings};
use feirante_store::{Accounts, Budget};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::SignedDuration;
use serde::Serialize;

use crate::failure::Failure;
use crate::output;
use crate::system::{System, account};
use crate::table::Table;

/// How long one question to the database may take.
const TIME: Duration = Duration::from_secs(30);

/// How often it is looked how far they are.
const LOOKS_AFTER: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only this marketplace; may be given more than once.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    marketplace: Vec<AccountName>,
    /// Begins and does not wait for the end. Without it, Ctrl-C ends the waiting and nothing else.
    #[arg(long)]
    no_wait: bool,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

/// A run, as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    marketplace: &'a AccountName,
    began_at: Instant,
    cause: &'static str,
    announced: u64,
    finished_at: Option<Instant>,
}

/// What runs are begun and watched with.
struct Desk {
    accounts: Accounts,
    notifications: Notifications,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let system = &arguments.system;
    let settings = settings(system).await?;
    let marketplaces = chosen(&settings, &arguments.marketplace)?;
    let client = system.queues().await;
    let queue = system.queue_url(&client, "notifications").await?;
    let desk = Desk {
        accounts: system.accounts().await,
        notifications: Notifications::new(client, queue),
    };
    let mut runs = Vec::new();
    for marketplace in marketplaces {
        runs.push(desk.begin(&settings, marketplace).await?);
    }
    if !arguments.no_wait {
        desk.watch(&mut runs).await?;
    }
    let shown: Vec<_> = runs.iter().filter_map(shown).collect();
    if arguments.json {
        output::json(&shown);
        return Ok(());
    }
    let mut table = Table::new(["MARKETPLACE", "BEGAN", "WHY", "ANNOUNCED", "FINISHED"]);
    for run in shown {
        table.row([
            run.marketplace.to_string(),
            run.began_at.to_string(),
            run.cause.to_owned(),
            run.announced.to_string(),
            run.finished_at
                .map_or_else(|| "under way".to_owned(), |at| at.to_string()),
        ]);
    }
    output::line(table);
    Ok(())
}

async fn settings(system: &System) -> Result<Settings, Failure> {
    let read = system.settings().await.load(Budget::of(TIME)).await;
    let edition = read.map_err(|error| Failure::system("the seller file can't be read", &error))?;
    edition
        .map(|edition| edition.settings)
        .ok_or_else(|| Failure::input("no seller file is in force: apply one first"))
}

/// The marketplaces to tell: those that were named, or all that we have credentials for.
fn chosen<'a>(
    settings: &'a Settings,
    named: &[AccountName],
) -> Result<Vec<&'a Marketplace>, Failure> {
    let all = &settings.marketplaces;
    let callable = |marketplace: &&Marketplace| marketplace.outbound.is_some();
    if named.is_empty() {
        let found: Vec<_> = all.iter().filter(callable).collect();
        return match found.is_empty() {
            true => Err(Failure::input(
                "the seller file has [marketplaces.outbound] for no marketplace: none can be told",
            )),
            false => Ok(found),
        };
    }
    let mut mistakes = Vec::new();
    let mut found: Vec<&Marketplace> = Vec::new();
    for account in named {
        match all.iter().find(|one| one.account == *account) {
            Some(one) if one.outbound.is_none() => mistakes.push(format!(
                "the seller file has no [marketplaces.outbound] for {account}: it can't be told"
            )),
            Some(one) if found.contains(&one) => {}
            Some(one) => found.push(one),
            None => mistakes.push(format!("the seller file names no marketplace {account}")),
        }
    }
    if mistakes.is_empty() {
        Ok(found)
    } else {
        Err(Failure::Input(mistakes))
    }
}

impl Desk {
    /// Begins a run, or finds the one that is under way.
    async fn begin(
        &self,
        settings: &Settings,
        marketplace: &Marketplace,
    ) -> Result<Resync, Failure> {
        let account = &marketplace.account;
        let edition = Edition::of(settings, marketplace)
            .map_err(|error| Failure::system("the seller file can't be told apart", &error))?;
        loop {
            let resync = self.read(account).await?;
            let Some(asked) = resync.asked(&edition, Instant::now()) else {
                return Ok(resync);
            };
            let put = self.accounts.put_resync(&asked, Budget::of(TIME)).await;
            let put = put.map_err(|error| Failure::system(&format!("resync of {account}"), &error));
            // Of two at once, the later one finds the other's.
            let Some(begun) = put? else {
                continue;
            };
            if let Some(page) = begun.page() {
                let task = (Task::GoOn(page), SignedDuration::ZERO);
                let sent = self.notifications.send(&[task]).await;
                sent.map_err(|error| {
                    Failure::system(
                        &format!("resync of {account} begins within minutes, not now"),
                        &error,
                    )
                })?;
            }
            return Ok(begun);
        }
    }

    async fn read(&self, account: &AccountName) -> Result<Resync, Failure> {
        let read = self.accounts.resync(account, Budget::of(TIME)).await;
        read.map_err(|error| Failure::system(&format!("resync of {account}"), &error))
    }

    /// Waits until no run is under way, showing how far each is.
    async fn watch(&self, runs: &mut [Resync]) -> Result<(), Failure> {
        let all = MultiProgress::new();
        let bars: Vec<_> = runs.iter().map(|run| all.add(bar(&run.account))).collect();
        let mut clock = tokio::time::interval(LOOKS_AFTER);
        loop {
            for (run, bar) in runs.iter_mut().zip(&bars) {
                if run.under_way().is_some() {
                    *run = self.read(&run.account).await?;
                    bar.set_position(run.run.as_ref().map_or(0, |run| run.announced));
                }
            }
            if runs.iter().all(|run| run.under_way().is_none()) {
                break;
            }
            clock.tick().await;
        }
        bars.iter().for_each(ProgressBar::finish_and_clear);
        Ok(())
    }
}

fn bar(account: &AccountName) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(account.to_string());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {pos} SKUs announced") {
        bar.set_style(style);
    }
    bar
}

fn shown(resync: &Resync) -> Option<Shown<'_>> {
    let run = resync.run.as_ref()?;
    Some(Shown {
        marketplace: &resync.account,
        began_at: run.started_at,
        cause: run.cause.name(),
        announced: run.announced,
        finished_at: run.finished_at,
    })
}
