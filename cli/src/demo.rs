//! `feirante demo`: one order through the whole system, step by step.
//!
//! The bodies are those of the protocol's published examples. A step prints what went over the wire
//! and holds only if all it claims was seen.

mod exchange;
mod play;
mod steps;

use std::time::Instant;

use feirante_sandbox::{LogSink, Options};

use crate::failure::Failure;
use crate::fixture::Fixture;
use crate::output;
use crate::sandbox::{self, Load};

use play::Play;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Also shows what the functions log.
    #[arg(long)]
    logs: bool,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let started = Instant::now();
    let fixture = Fixture::read(None)?;
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
    let running = sandbox::start(options, &fixture, Load::Always).await?;
    output::line(format_args!(
        "A seller and a marketplace on this machine: database, queues and functions are up \
         ({} ms).\n{} offers came in through the queue {}.",
        started.elapsed().as_millis(),
        fixture.offers.len(),
        running.ready.queues["offers"],
    ));
    let outcome = match Play::new(&running) {
        Ok(mut play) => steps::all(&mut play).await,
        Err(failure) => Err(failure),
    };
    running.sandbox.stop().await;
    let steps = outcome?;
    output::line(format_args!(
        "\nAll {steps} steps held ({:.1} s).",
        started.elapsed().as_secs_f32()
    ));
    Ok(())
}
