//! The `feirante` command, as a library: what it does for a seller, programs can do too.

mod apply;
mod demo;
mod endpoint;
mod export;
mod failure;
mod fixture;
mod function;
mod import;
mod listings;
mod logs;
mod marketplace;
mod orders;
mod output;
mod period;
mod ready;
mod redrive;
mod report;
mod resync;
pub mod sandbox;
mod seller_file;
mod simulate;
mod system;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use failure::Failure;
pub use fixture::Fixture;
pub use ready::{Lambda, Ready};

/// The seller's side of a VTEX marketplace.
#[derive(Debug, Parser)]
#[command(name = "feirante", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the whole system on this machine until Ctrl-C.
    Sandbox(sandbox::Arguments),
    /// Plays the whole life of orders through the system and prints each step.
    Demo(demo::Arguments),
    /// Runs the sandbox's marketplace alone, for a seller that runs elsewhere on this machine.
    Marketplace(marketplace::Arguments),
    /// Checks a seller file and puts it in force.
    Apply(apply::Arguments),
    /// Shows what a marketplace would be told of a cart, and why.
    Simulate(simulate::Arguments),
    /// Sends offers from a CSV file or from lines of JSON, checked and compared first.
    Import(import::Arguments),
    /// Writes offers, orders, refused orders or listings to a file.
    Export(export::Arguments),
    /// Lists orders, shows one with what happened to it, or decides about one that is held.
    Orders(orders::Arguments),
    /// Sums up orders: sales, fees, payout, what was refused and what is out of stock.
    Report(report::Arguments),
    /// Lists where each SKU stands at each marketplace.
    Listings(listings::Arguments),
    /// Tells marketplaces of every SKU again, and shows how far that is.
    Resync(resync::Arguments),
    /// Shows a queue's dead letters with their reasons, and sends them again.
    Redrive(redrive::Arguments),
    /// Runs one function as Lambda would start it; the sandbox does.
    #[command(hide = true)]
    Function(function::Arguments),
}

/// Does what the command line asks; the status is 0, 1 for a failure, 2 for bad input.
#[must_use]
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Sandbox(arguments) => run(sandbox::run(arguments)),
        Command::Demo(arguments) => run(demo::run(arguments)),
        Command::Marketplace(arguments) => run(marketplace::run(arguments)),
        Command::Apply(arguments) => run(apply::run(arguments)),
        Command::Simulate(arguments) => run(simulate::run(arguments)),
        Command::Import(arguments) => run(import::run(arguments)),
        Command::Export(arguments) => run(export::run(arguments)),
        Command::Orders(arguments) => run(orders::run(arguments)),
        Command::Listings(arguments) => run(listings::run(arguments)),
        Command::Report(arguments) => run(report::run(arguments)),
        Command::Redrive(arguments) => run(redrive::run(arguments)),
        Command::Resync(arguments) => run(resync::run(arguments)),
        Command::Function(arguments) => function::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            failure.exit_code()
        }
    }
}

fn run(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::system("the runtime can't start", &error))?
        .block_on(work)
}
