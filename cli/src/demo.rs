//! `feirante demo`: the whole life of orders, from a SKU nobody knows to a return, step by step.
//!
//! The demo is a shopper and an operator at the sandbox's marketplace, and the ERP at the seller's
//! queues; between the two it touches nothing but the clock. A step prints what went over the wire,
//! and holds only if all it claims was seen. What it is played on makes no difference to it: a
//! sandbox of its own, or a system that runs already, a deployed stack included.

mod acts;
mod clock;
mod erp;
mod market;
mod stage;
mod unmet;
mod wire;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aws_config::Region;
use feirante_sandbox::{LogSink, Options};
use feirante_sandbox_marketplace as marketplace;

use crate::failure::Failure;
use crate::fixture::Fixture;
use crate::output;
use crate::ready::{Lambda, Ready};
use crate::sandbox::{self, Load};
use crate::system;

use clock::Clock;
use erp::Erp;
use stage::Stage;

/// Short waits between attempts, as the end of the fixture's seller file.
const HURRY: &str = include_str!("demo/delivery.toml");

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Also shows what the functions log.
    #[arg(long, conflicts_with = "against")]
    logs: bool,
    /// Plays on a system that runs already, whose ready file this is and which has just been given
    /// the fixture, in place of a sandbox of its own. For a deployed stack the credentials are the
    /// usual ones of AWS.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let started = Instant::now();
    let played = match &arguments.against {
        Some(file) => against(file).await?,
        None => in_a_sandbox(arguments.logs, started).await?,
    };
    output::line(format_args!(
        "\nAll {} steps held ({:.1} s).",
        played.held,
        started.elapsed().as_secs_f32()
    ));
    if !played.left_out.is_empty() {
        output::line(format_args!("Left out: {}.", played.left_out.join(", ")));
    }
    Ok(())
}

/// What became of the acts.
#[derive(Debug)]
struct Played {
    /// How many steps held.
    held: usize,
    /// The steps that can't be played on this system.
    left_out: Vec<&'static str>,
}

async fn in_a_sandbox(shows_logs: bool, started: Instant) -> Result<Played, Failure> {
    let fixture = Fixture::built_in(HURRY)?;
    let logs = if shows_logs {
        LogSink::Stderr
    } else {
        LogSink::Discard
    };
    let options = Options {
        port: 0,
        logs,
        ..sandbox::options()?
    };
    let running = sandbox::start(options, Some(market()), &fixture, Load::Always).await?;
    output::line(format_args!(
        "A seller and a marketplace are up on this machine ({} ms):\n\
         the marketplace at {}, the seller at {}.\n\
         {} messages about SKUs, prices and stock went through the ERP's queue erp-offers.\n\
         Here failed calls are repeated after 0.5 to 2 s (by default 5 s to 1 h), so that an outage\n\
         and what follows it can be watched.",
        started.elapsed().as_millis(),
        running.ready.marketplace.as_deref().unwrap_or_default(),
        running.ready.api,
        fixture.offers.len(),
    ));
    let erp = Erp::new(running.sandbox.sqs(), &running.ready);
    let clock = Clock::Sandbox(&running.sandbox);
    let played = play(&running.ready, erp, Some(&clock), &fixture, !shows_logs).await;
    running.stop().await;
    played
}

async fn against(file: &Path) -> Result<Played, Failure> {
    let ready = Ready::read(file)?;
    let fixture = Fixture::built_in("")?;
    if let Some(marketplace) = &ready.marketplace {
        let seller = &ready.api;
        output::line(format_args!(
            "The marketplace is at {marketplace}, the seller at {seller}."
        ));
    }
    let Some(lambda) = &ready.lambda else {
        let erp = Erp::new(feirante_sandbox::sqs_client(&ready.sqs), &ready);
        return play(&ready, erp, None, &fixture, true).await;
    };
    let (sqs, clock) = deployed(&ready, lambda).await?;
    let erp = Erp::new(sqs, &ready);
    play(&ready, erp, Some(&clock), &fixture, true).await
}

/// The queues and the clock of a deployed stack.
async fn deployed(
    ready: &Ready,
    lambda: &Lambda,
) -> Result<(aws_sdk_sqs::Client, Clock<'static>), Failure> {
    let signed_in = system::signed_in().await;
    let region = Region::new(ready.region.clone());
    let sqs = aws_sdk_sqs::config::Builder::from(&signed_in)
        .endpoint_url(&ready.sqs)
        .region(region.clone())
        .build();
    let functions = aws_sdk_lambda::config::Builder::from(&signed_in)
        .endpoint_url(&lambda.url)
        .region(region)
        .build();
    let clock = Clock::of_stack(
        aws_sdk_lambda::Client::from_conf(functions),
        &lambda.functions,
    )?;
    Ok((aws_sdk_sqs::Client::from_conf(sqs), clock))
}

/// Plays all acts. Without a clock those are left out in which time has to pass.
async fn play(
    ready: &Ready,
    erp: Erp,
    clock: Option<&Clock<'_>>,
    fixture: &Fixture,
    spinner: bool,
) -> Result<Played, Failure> {
    let mut stage = Stage::new(ready, erp, spinner)?;
    match acts::all(&mut stage, clock, &fixture.offers).await {
        Ok(()) => Ok(stage.played()),
        Err(unmet) => Err(stage.failed(&unmet).await),
    }
}

/// The marketplace, quicker than by default where it would only be waited for.
fn market() -> marketplace::Options {
    let mut options = marketplace::Options::new(Vec::new());
    options.timings.coalesce = Duration::from_secs(1);
    options.timings.recall_interval = Duration::from_millis(500);
    options
}
