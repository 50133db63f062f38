//! `feirante import`: offers from a file, checked whole, compared, then sent as the ERP would.
//!
//! The file is read from its beginning for each of the three, and never held: all that is kept of a
//! message is a hash, for the check, and a bit, for whether it is to be sent.

mod batches;
mod cells;
mod check;
pub(crate) mod columns;
mod compare;
mod entry;
mod headers;
mod lines;
pub(crate) mod list;
mod plan;
mod progress;
mod record;
mod report;
mod rows;
mod send;
mod source;

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use feirante_models::ids::InvalidId;
use feirante_models::{Instant, WarehouseId};
use indicatif::{ProgressBar, ProgressStyle};

use self::check::{Contents, Said};
use self::plan::Planning;
use self::progress::Keeper;
use self::report::Report;
use self::send::{Queue, Sent};
use self::source::{Reading, Source};
use crate::failure::Failure;
use crate::output;
use crate::system::System;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// CSV, or a message of erp-offers per line; docs/import.md has the columns.
    file: PathBuf,
    /// Only shows what would change.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Sends without asking.
    #[arg(long, short)]
    yes: bool,
    /// Sends what changes nothing too.
    #[arg(long)]
    all: bool,
    /// Begins anew where an import of this file was cut off.
    #[arg(long)]
    restart: bool,
    /// The warehouse of stock whose row names none.
    #[arg(long, value_name = "ID", default_value = "main", value_parser = warehouse)]
    warehouse: WarehouseId,
    /// Leaves columns out that are none of offers.
    #[arg(long)]
    ignore_unknown: bool,
    /// So many changes are listed.
    #[arg(long, value_name = "N", default_value_t = 20)]
    details: usize,
    /// One JSON document instead of tables.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let source = Source::open(&arguments.file)?;
    let reading = Reading {
        warehouse: arguments.warehouse.clone(),
        ignore_unknown: arguments.ignore_unknown,
    };
    let contents = check(&arguments, &source, &reading)?;

    let client = arguments.system.queues().await;
    let url = arguments.system.queue_url(&client, "erp-offers").await?;
    let read_as = format!("{} {}", arguments.warehouse, arguments.ignore_unknown);
    let target = (url.as_str(), read_as.as_str());
    let mut keeper = Keeper::open(&arguments.file, &source.hash, target, Instant::now())?;
    if arguments.restart {
        keeper = keeper.anew(Instant::now());
    }
    let (as_of, settled) = (keeper.progress().as_of, keeper.progress().settled);
    // What is on the queue lands after what is compared here, and might be what is to be undone.
    let backlog = backlog(&client, &url).await?;
    let planning = Planning {
        as_of,
        details: arguments.details,
        send_all: arguments.all || backlog > 0,
    };
    let bar = bar(contents.messages(), "compared");
    let entries = source.entries(&reading, &ProgressBar::hidden())?;
    let offers = arguments.system.offers().await;
    let plan = plan::plan(entries, &offers, planning, &bar).await?;
    bar.finish_and_clear();

    let to_send = plan.needed.from(settled);
    if !arguments.json {
        report::print(contents, &plan);
        if backlog > 0 {
            output::line(format_args!(
                "\nAbout {backlog} messages are still on the queue: rows that change nothing now may do so \
                 after them, and are sent too."
            ));
        }
        if settled > 0 {
            output::line(format_args!(
                "\nAn import of this file was cut off after {settled} messages and goes on; what it says \
                 was so at {as_of}."
            ));
        }
    }
    let mut report = Report {
        file: arguments.file.display().to_string(),
        contents,
        as_of,
        resumed: settled > 0,
        changes: plan,
        sent: None,
        unsent: Vec::new(),
    };
    if !arguments.dry_run && (to_send == 0 || confirmed(&arguments, to_send)?) {
        let queue = Queue { client, url };
        let bar = self::bar(to_send, "sent");
        let entries = source.entries(&reading, &ProgressBar::hidden())?;
        let needed = &report.changes.needed;
        let sent = send::send(entries, needed, &queue, &mut keeper, &bar).await;
        bar.finish_and_clear();
        let Sent { messages, unsent } = sent?;
        keeper.finish()?;
        (report.sent, report.unsent) = (Some(messages), unsent);
    }
    end(&arguments, &report)
}

/// Every mistake of the file.
fn check(arguments: &Arguments, source: &Source, reading: &Reading) -> Result<Contents, Failure> {
    let bar = ProgressBar::new(source.bytes);
    style(&bar, "{bar:30} {bytes}/{total_bytes} checked");
    let (mut contents, mut said) = (Contents::default(), Said::default());
    let mut mistakes = 0;
    let mut tell = |mistake: &entry::Mistake| {
        // As they are found, since there may be as many as lines.
        bar.suspend(|| eprintln!("error: {}:{mistake}", arguments.file.display()));
        mistakes += 1;
    };
    for entry in source.entries(reading, &bar)? {
        let entry = entry?;
        contents.lines += 1;
        entry.mistakes.iter().for_each(&mut tell);
        for message in &entry.messages {
            let checked = check::message(message, entry.line, &mut said, &mut contents);
            if let Err(mistake) = checked {
                tell(&mistake);
            }
        }
    }
    bar.finish_and_clear();
    match mistakes {
        0 => Ok(contents),
        _ => Err(check::refused(&arguments.file, mistakes)),
    }
}

/// Asks, unless that was answered before.
fn confirmed(arguments: &Arguments, messages: u64) -> Result<bool, Failure> {
    if arguments.yes {
        return Ok(true);
    }
    if arguments.json || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::input(
            "nothing was sent: --yes sends without asking, --dry-run only shows what would change",
        ));
    }
    let failed = |error: &io::Error| Failure::system("the answer can't be read", error);
    let mut terminal = io::stderr();
    write!(terminal, "\nSend {messages} messages? [y/N] ").map_err(|error| failed(&error))?;
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| failed(&error))?;
    let answer = answer.trim().to_lowercase();
    Ok(["y", "yes", "s", "sim"].contains(&answer.as_str()))
}

/// Says how it ended.
fn end(arguments: &Arguments, report: &Report) -> Result<(), Failure> {
    if arguments.json {
        output::json(report);
    } else {
        match report.sent {
            None => output::line("\nnothing was sent"),
            Some(0) if report.unsent.is_empty() => output::line("\nthere is nothing to send"),
            Some(sent) => output::line(format_args!(
                "\n{sent} messages were sent; they take effect within seconds"
            )),
        }
    }
    if report.unsent.is_empty() {
        return Ok(());
    }
    let file = arguments.file.display();
    let lines = report.unsent.iter().map(|unsent| {
        format!(
            "{file}:{}: {} was not sent: {}",
            unsent.line, unsent.what, unsent.why
        )
    });
    Err(Failure::System(lines.collect::<Vec<_>>().join("\nerror: ")))
}

/// A bar on the terminal, if there is one.
/// How many messages the queue has, about: waiting, under way, or for later.
async fn backlog(client: &aws_sdk_sqs::Client, url: &str) -> Result<u64, Failure> {
    use aws_sdk_sqs::types::QueueAttributeName as Name;
    const COUNTS: [Name; 3] = [
        Name::ApproximateNumberOfMessages,
        Name::ApproximateNumberOfMessagesNotVisible,
        Name::ApproximateNumberOfMessagesDelayed,
    ];
    let asked = client
        .get_queue_attributes()
        .queue_url(url)
        .set_attribute_names(Some(COUNTS.into()))
        .send()
        .await
        .map_err(|error| Failure::system("the queue erp-offers", &error))?;
    let attributes = asked.attributes.unwrap_or_default();
    let counts = COUNTS
        .iter()
        .filter_map(|name| attributes.get(name)?.parse::<u64>().ok());
    Ok(counts.sum())
}

fn bar(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    style(
        &bar,
        &format!("{{bar:30}} {{pos}}/{{len}} {what}, {{eta}} left"),
    );
    bar
}

fn style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

fn warehouse(text: &str) -> Result<WarehouseId, InvalidId> {
    WarehouseId::parse(text)
}
