//! `feirante sandbox`: the whole system on this machine.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;

use feirante_sandbox::{Error, Launcher, Options, Sandbox, template};
use feirante_store::SettingsTable;
use tokio::signal::unix::{SignalKind, signal};

use crate::apply::put_in_force;
use crate::failure::Failure;
use crate::fixture::Fixture;
use crate::ready::{self, Ready};
use crate::{endpoint, logs, output};

mod offers;

use offers::OffersQueue;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Directory with a seller.toml and an offers.jsonl (messages of erp-offers).
    #[arg(long, value_name = "DIR")]
    fixture: Option<PathBuf>,
    /// Keeps tables and queues in this directory; without it they are in memory.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Port of the API; the other servers take the ones after it. 0 picks free ones.
    #[arg(long, value_name = "N", default_value_t = 3000)]
    port: u16,
    /// Written once everything answers: where everything is, as JSON.
    #[arg(long, value_name = "FILE")]
    ready: Option<PathBuf>,
    /// Runs no marketplace beside the seller; there is none in this version.
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
    let options = Options {
        data: arguments.data.clone(),
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
    let started = start(options, &fixture, load);
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
    output::line(format_args!("  DynamoDB   {}", running.ready.dynamodb));
    output::line(format_args!("  SQS        {}", running.ready.sqs));
    if let Some(file) = &arguments.ready {
        running.ready.write(file)?;
    }
    ended.await;
    running.sandbox.stop().await;
    Ok(())
}

/// A sandbox with its fixture in it.
#[derive(Debug)]
pub struct Running {
    /// What runs.
    pub sandbox: Sandbox,
    /// Where it is.
    pub ready: Ready,
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
/// # Errors
/// When something can't start, or the offers do not take effect.
pub async fn start(options: Options, fixture: &Fixture, load: Load) -> Result<Running, Failure> {
    let mut settings = fixture.settings.clone();
    let mut loads = true;
    let prepared = Sandbox::prepare(options).await.map_err(not_started)?;
    let addresses = prepared.addresses();
    let table = ready::found(addresses.tables.get("settings"), "settings")?;
    let table = SettingsTable::new(prepared.dynamodb(), table);
    let queue = ready::found(addresses.queues.get("erp-offers"), "erp-offers")?;
    let queue = OffersQueue::new(prepared.sqs(), queue);
    if load == Load::IfEmpty
        && let Some(kept) = crate::apply::in_force(&table).await?
    {
        settings = kept.settings;
        loads = false;
    }
    if loads {
        // The offers first: what is cut off in between is loaded whole by the next start. And both
        // before the functions start, which read the seller file first of all.
        queue.send(&fixture.offers).await?;
        put_in_force(&table, &settings).await?;
    }
    let sandbox = prepared.start().await.map_err(not_started)?;
    let ready = Ready::of(sandbox.addresses(), &settings)?;
    // Of a start that was cut off, some may be left.
    queue.taken_effect().await?;
    Ok(Running { sandbox, ready })
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
fn ended() -> Result<impl Future<Output = ()>, Failure> {
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
