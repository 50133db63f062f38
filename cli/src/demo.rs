//! `feirante demo`: the whole life of orders, from a SKU nobody knows to a return, step by step.
//!
//! The demo is a shopper and an operator at the sandbox's marketplace, and the ERP at the seller's
//! queues; between the two it touches nothing. A step prints what went over the wire, and holds only
//! if all it claims was seen.

mod acts;
mod erp;
mod market;
mod stage;
mod unmet;
mod wire;

use std::time::{Duration, Instant};

use feirante_sandbox::{LogSink, Options};
use feirante_sandbox_marketplace as marketplace;
use feirante_seller::settings::{Breaker, DeliverySettings, LaneSettings};
use jiff::SignedDuration;

use crate::failure::Failure;
use crate::fixture::Fixture;
use crate::output;
use crate::sandbox::{self, Load, Running};

use stage::Stage;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Also shows what the functions log.
    #[arg(long)]
    logs: bool,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let started = Instant::now();
    let mut fixture = Fixture::read(None)?;
    fixture.settings.delivery = hurried_delivery();
    let logs = if arguments.logs {
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
    let outcome = play(&running, &fixture, !arguments.logs).await;
    running.stop().await;
    let steps = outcome?;
    output::line(format_args!(
        "\nAll {steps} steps held ({:.1} s).",
        started.elapsed().as_secs_f32()
    ));
    Ok(())
}

/// Plays all acts and says how many steps held.
async fn play(running: &Running, fixture: &Fixture, spinner: bool) -> Result<usize, Failure> {
    let mut stage = Stage::new(running, spinner)?;
    match acts::all(&mut stage, &fixture.offers).await {
        Ok(()) => Ok(stage.steps()),
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

/// Short waits between attempts, and a breaker that does not stay open for long.
fn hurried_delivery() -> DeliverySettings {
    let lane = LaneSettings {
        breaker: Breaker {
            failures: 3,
            pause: SignedDuration::from_secs(1),
            longest_pause: SignedDuration::from_secs(2),
        },
        ..LaneSettings::default()
    };
    DeliverySettings {
        retry: vec![
            SignedDuration::from_millis(500),
            SignedDuration::from_secs(1),
            SignedDuration::from_secs(2),
        ],
        orders: lane.clone(),
        catalog: lane,
        ..DeliverySettings::default()
    }
}
