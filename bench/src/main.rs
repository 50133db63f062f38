//! `feirante-bench`: what the functions cost, beside what nothing at all costs on the same machine.
//!
//! The functions are the deployed programs, each in a process behind a Lambda Runtime API, its events
//! those of API Gateway, against the embedded DynamoDB in a process of its own. Times hang on the
//! machine; the ratios to the floors (`bench/floor`), which are taken in the same run by turns, are the
//! result. `docs/performance.md` has the figures and what they say.

mod cold;
mod crowd;
#[path = "../../shared/seller/benches/common/mod.rs"]
mod freight;
mod load;
mod meter;
mod operations;
mod orders;
mod process;
mod programs;
mod report;
mod samples;
mod shelf;
mod site;
mod stand;
mod stay;
mod warm;

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand};
use feirante_sandbox::{RuntimeApi, template};

use programs::Programs;
use report::Report;
use stand::Stand;

/// Whatever keeps a measurement from being made.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Parser)]
#[command(about, version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
    /// Where the functions' programs are: by their names, or `bootstrap` in directories of those. Without
    /// it they are built.
    #[arg(long, global = true, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// Also writes all figures there, as JSON.
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// One instance of the simulation: its time, processor time, allocations, memory and start beside the
    /// floors.
    Instance {
        /// Turns of twenty calls that each subject gets.
        #[arg(long, default_value_t = 40)]
        turns: usize,
        /// Cold starts of each.
        #[arg(long, default_value_t = 40)]
        starts: usize,
        /// Simulations before memory is looked at.
        #[arg(long, default_value_t = 10_000)]
        calls: u64,
    },
    /// The routes of an order: placed, authorized, canceled.
    Routes {
        #[arg(long, default_value_t = 800)]
        orders: usize,
    },
    /// All functions: how large they are, and how long they take to start.
    Functions,
    /// Each step of an order's life: its calls of the database and the queues, and their units.
    Operations,
    /// Simulations and orders together on the whole system.
    Load(load::Load),
    /// Many who buy one SKU at once.
    Crowd(crowd::Crowd),
    /// Database and queues, for this program itself.
    #[command(hide = true)]
    Stand,
    /// One of the functions, for this program itself.
    #[command(hide = true)]
    Function { directory: PathBuf, name: String },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let What::Function { directory, name } = &arguments.what {
        return failed(&become_function(directory, name));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &Failure) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let directory = arguments.functions.as_deref();
    let mut report = Report::default();
    match arguments.what {
        What::Stand => return stand::serve().await,
        What::Function { .. } => return Ok(()),
        What::Instance {
            turns,
            starts,
            calls,
        } => {
            // Said now, and not when all else has been measured.
            stay::counted()?;
            let programs = Programs::ready(directory, &[warm::FUNCTION])?;
            let (api, stand) = (RuntimeApi::open().await?, Stand::start()?);
            shelf::fill(&stand.place, shelf::SKUS).await?;
            shelf::apply(&stand.place, shelf::Freight::OneRow).await?;
            report.warm = warm::measure(&api, &programs, &stand, turns).await?;
            report.cold = cold::measure(&api, &programs, &stand, starts).await?;
            report.stay = stay::measure(&api, &programs, &stand, calls).await?;
            report.allocations = stay::allocations(&api, &stand).await?;
        }
        What::Routes { orders } => {
            let programs = Programs::ready(directory, &orders::FUNCTIONS)?;
            let (api, stand) = (RuntimeApi::open().await?, Stand::start()?);
            shelf::fill(&stand.place, shelf::SKUS).await?;
            shelf::apply(&stand.place, shelf::Freight::OneRow).await?;
            report.orders = orders::measure(&api, &programs, &stand, orders).await?;
        }
        What::Functions => {
            let names = names()?;
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let programs = Programs::ready(directory, &names)?;
            let (api, stand) = (RuntimeApi::open().await?, Stand::start()?);
            shelf::apply(&stand.place, shelf::Freight::OneRow).await?;
            report.bare_init = Some(cold::bare_init(&api, &programs, &stand, 20).await?);
            for name in names {
                let size = programs.size(name)?;
                let init = cold::init_of(&api, &programs, &stand, name, 20).await?;
                report.functions.push((name.to_owned(), size, init));
            }
        }
        What::Operations => {
            let programs = programs(directory)?;
            report.operations = operations::measure(&programs).await?;
        }
        What::Load(load) => {
            let programs = programs(directory)?;
            report.load = Some(load::measure(&programs, load).await?);
        }
        What::Crowd(crowd) => {
            let programs = programs(directory)?;
            report.crowd = crowd::measure(&programs, &crowd).await?;
        }
    }
    report.print();
    if let Some(file) = &arguments.json {
        std::fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

/// The functions of the template that run here.
fn names() -> Result<Vec<String>, Failure> {
    let stack = template::read(template::TEMPLATE)?;
    Ok(stack.functions.into_keys().collect())
}

/// All of them.
fn programs(directory: Option<&std::path::Path>) -> Result<Programs, Failure> {
    let names = names()?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Programs::ready(directory, &names)
}

/// Goes on as that function. Returns only if it can't.
fn become_function(directory: &std::path::Path, name: &str) -> Failure {
    match programs::find(directory, name) {
        Ok(program) => Command::new(program).exec().into(),
        Err(error) => error,
    }
}
