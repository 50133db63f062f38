//! `feirante sandbox`: the whole system on this machine.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use feirante_sandbox::{Error, Launcher, Options, Sandbox, template};
use feirante_sandbox_marketplace as marketplace;
use feirante_store::SettingsTable;
use tokio::signal::unix::{SignalKind, signal};

use crate::apply::put_in_force;
use crate::failure::Failure;
use crate::fixture::Fixture;
use crate::ready::{self, Ready};
use crate::{endpoint, logs, output};

pub(crate) mod beside;
mod offers;
mod originals;

use offers::OffersQueue;
use originals::Originals;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Directory with a seller.toml and an offers.jsonl (messages of erp-offers).
    #[arg(long, value_name = "DIR")]
    fixture: Option<PathBuf>,
    /// Keeps tables, queues and the marketplace's books in this directory; without it they are in memory.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Port of the API; the other servers take the ones after it. 0 picks free ones.
    #[arg(long, value_name = "N", default_value_t = 3000)]
    port: u16,
    /// Written once everything answers: where everything is, as JSON.
    #[arg(long, value_name = "FILE")]
    ready: Option<PathBuf>,
    /// Runs no marketplace beside the seller: its calls go to the endpoints of the seller file.
    #[arg(long)]
    no_marketplace: bool,
    /// Uses this DynamoDB instead of the embedded one.
    #[arg(long, value_name = "URL", value_parser = endpoint::parse)]
    dynamodb: Option<String>,
    /// Uses this SQS instead of the embedded one.
    #[arg(long, value_name = "URL", value_parser = endpoint::parse)]
    sqs: Option<String>,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    logs::start()?;
    // Before anything starts, so that a signal during the start is not lost.
    let ended = ended()?;
    tokio::pin!(ended);
    let fixture = Fixture::read(arguments.fixture.as_deref())?;
    if let Some(file) = &arguments.ready {
        ready::can_be_written(file)?;
    }
    let marketplace = if arguments.no_marketplace {
        None
    } else {
        Some(marketplace::Options {
            port: marketplace_port(arguments.port)?,
            data: arguments.data.as_deref().map(books),
            ..marketplace::Options::new(Vec::new())
        })
    };
    let options = Options {
        data: arguments.data,
        port: arguments.port,
        dynamodb: arguments.dynamodb,
        sqs: arguments.sqs,
        ..options()?
    };
    // What is kept from before stays as it is, unless a fixture is asked for.
    let load = match arguments.fixture {
        Some(_) => Load::Always,
        None => Load::IfEmpty,
    };
    let started = start(options, marketplace, &fixture, load);
    let running = tokio::select! {
        running = started => running?,
        () = &mut ended => return Ok(()),
    };
    output::line(format_args!(
        "sandbox is up; Ctrl-C ends it\n\n  API        {}",
        running.ready.api
    ));
    for (account, base) in &running.ready.bases {
        output::line(format_args!("  {account:<9}  {base}"));
    }
    if let Some(marketplace) = &running.ready.marketplace {
        output::line(format_args!("  Market     {marketplace}"));
    }
    output::line(format_args!("  DynamoDB   {}", running.ready.dynamodb));
    output::line(format_args!("  SQS        {}", running.ready.sqs));
    if let Some(file) = &arguments.ready {
        ready::write(file, &running.ready)?;
    }
    ended.await;
    running.stop().await;
    Ok(())
}

/// A sandbox with its fixture in it.
pub struct Running {
    /// The seller's side.
    pub sandbox: Sandbox,
    /// The marketplace beside it, if one was asked for.
    pub marketplace: Option<marketplace::Running>,
    /// Where it is.
    pub ready: Ready,
}

impl Running {
    /// Ends it: first the seller, whose calls in hand still find their marketplace.
    pub async fn stop(self) {
        self.sandbox.stop().await;
        if let Some(marketplace) = self.marketplace {
            marketplace.stop().await;
        }
    }
}

/// When a fixture is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Always.
    Always,
    /// If no seller file is in force.
    IfEmpty,
}

/// What a sandbox runs: the template, with this executable as its functions.
pub(crate) fn options() -> Result<Options, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::system("this program's own file can't be found", &error))?;
    options_with(program)
}

/// The same with `program`, a `feirante` executable, as its functions.
///
/// # Errors
/// When the template has a mistake.
pub fn options_with(program: PathBuf) -> Result<Options, Failure> {
    let stack = template::read(template::TEMPLATE)
        .map_err(|error| Failure::system("template.yaml", &error))?;
    let launcher = Launcher {
        program,
        arguments: vec![OsString::from("function")],
    };
    Ok(Options::new(stack, launcher))
}

/// Starts a sandbox and loads `fixture` the way a seller would: the seller file applied, the offers
/// sent to their queue. Returns once a simulation can read them.
///
/// With a `marketplace`, one runs beside the seller that has the accounts of the seller file, and
/// gets the seller's calls in place of those it names. Its `accounts` are filled in here.
///
/// # Errors
/// When something can't start, or the offers do not take effect.
pub async fn start(
    options: Options,
    marketplace: Option<marketplace::Options>,
    fixture: &Fixture,
    load: Load,
) -> Result<Running, Failure> {
    let prepared = Sandbox::prepare(options).await.map_err(not_started)?;
    let addresses = prepared.addresses();
    let table = ready::found(addresses.tables.get("settings"), "settings")?;
    let originals = Originals::new(prepared.dynamodb(), table.clone());
    let table = SettingsTable::new(prepared.dynamodb(), table);
    let queue = ready::found(addresses.queues.get("erp-offers"), "erp-offers")?;
    let queue = OffersQueue::new(prepared.sqs(), queue);
    let kept = crate::apply::in_force(&table).await?;
    let sellers = match &kept {
        Some(kept) if load == Load::IfEmpty => originals.of(kept.clone()).await?,
        _ => {
            // The offers first: what is cut off in between is loaded whole by the next start. And
            // both before the functions start, which read the seller file first of all.
            queue.send(&fixture.offers).await?;
            fixture.settings.clone()
        }
    };
    let before = kept.as_ref().map(|kept| &kept.settings);
    let (marketplace, settings) = match marketplace {
        Some(options) => {
            let (running, settings) =
                beside::start(options, &sellers, &addresses.api, before).await?;
            (Some(running), settings)
        }
        None => (None, sellers.clone()),
    };
    let changed = load == Load::Always || before != Some(&settings);
    if marketplace.is_some() {
        let version = kept.as_ref().map_or(0, |kept| kept.version);
        originals
            .keep(&sellers, version + i64::from(changed))
            .await?;
    }
    if changed {
        put_in_force(&table, &settings, &fixture.source).await?;
    }
    let sandbox = prepared.start().await.map_err(not_started)?;
    let url = marketplace.as_ref().map(|running| running.url().to_owned());
    let ready = Ready::of(sandbox.addresses(), &settings, url)?;
    // Of a start that was cut off, some may be left.
    queue.taken_effect().await?;
    Ok(Running {
        sandbox,
        marketplace,
        ready,
    })
}

/// The marketplace's port is the one after the API's.
fn marketplace_port(api: u16) -> Result<u16, Failure> {
    match api {
        0 => Ok(0),
        port => port.checked_add(1).ok_or_else(|| {
            Failure::input(format!(
                "--port {port} leaves no room for the ports after it"
            ))
        }),
    }
}

/// The marketplace's books in the data directory.
fn books(data: &Path) -> PathBuf {
    data.join("marketplace.jsonl")
}

/// A start fails over what the command line asks for, or over what this machine has.
fn not_started(error: Error) -> Failure {
    const WHAT: &str = "the sandbox can't start";
    match &error {
        Error::PortTooHigh(_) => Failure::wrong_input(WHAT, &error),
        Error::Data { source, .. } => match source.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::PermissionDenied => {
                Failure::wrong_input(WHAT, &error)
            }
            _ => Failure::system(WHAT, &error),
        },
        _ => Failure::system(WHAT, &error),
    }
}

/// Resolves at Ctrl-C or SIGTERM.
pub(crate) fn ended() -> Result<impl Future<Output = ()>, Failure> {
    let failed = |error| Failure::system("signals can't be waited for", &error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
