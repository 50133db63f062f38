//! `feirante redrive`: messages that could not be handled, why, and once more.

mod letters;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use self::letters::{Letter, Letters};
use crate::failure::Failure;
use crate::output;
use crate::system::System;
use crate::table::Table;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whose dead letters.
    queue: Queue,
    /// Sends all of them again, after showing them.
    #[arg(long, conflicts_with = "message")]
    all: bool,
    /// Sends this one again, by its id; may be given more than once.
    #[arg(long, value_name = "ID")]
    message: Vec<String>,
    /// Only those whose status is this one, like 403.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

/// The queues that have dead letters, as the ready file names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Queue {
    Offers,
    Invoices,
    Tracking,
    Cancellations,
    Agreements,
    Notifications,
    Orders,
}

impl Queue {
    /// Its own name and its dead letters'.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Offers => ("erp-offers", "erp-offers-dead"),
            Self::Invoices => ("erp-invoices", "erp-invoices-dead"),
            Self::Tracking => ("erp-tracking", "erp-tracking-dead"),
            Self::Cancellations => ("erp-cancellations", "erp-cancellations-dead"),
            Self::Agreements => ("agreements", "agreements-dead"),
            Self::Notifications => ("notifications", "notifications-dead"),
            Self::Orders => ("erp-orders.fifo", "erp-orders-dead.fifo"),
        }
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let system = &arguments.system;
    let client = system.queues().await;
    let (queue, dead) = arguments.queue.names();
    let letters = Letters {
        queue: system.queue_url(&client, queue).await?,
        dead: system.queue_url(&client, dead).await?,
        client,
    };
    let mut found = letters.take().await?;
    let all_found = found.len();
    let (wanted, others) = found.drain(..).partition(|letter| arguments.shows(letter));
    letters.give_back(others).await?;
    show(&arguments, &wanted, all_found);
    let (again, rest) = wanted
        .into_iter()
        .partition(|letter: &Letter| arguments.replays(letter));
    letters.give_back(rest).await?;
    replay(&arguments, &letters, again).await
}

impl Arguments {
    fn shows(&self, letter: &Letter) -> bool {
        let same = |status: &String| letter.status.as_ref() == Some(status);
        self.status.as_ref().is_none_or(same)
    }

    fn replays(&self, letter: &Letter) -> bool {
        self.all || self.message.contains(&letter.id)
    }
}

fn show(arguments: &Arguments, letters: &[Letter], of: usize) {
    if arguments.json {
        output::json(&letters);
        return;
    }
    let mut table = Table::new(["MESSAGE", "SENT", "REASON", "STATUS", "DETAIL", "BODY"]);
    for letter in letters {
        table.row([
            letter.id.clone(),
            letter.sent_at.map(|at| at.to_string()).unwrap_or_default(),
            letter.reason.clone().unwrap_or_default(),
            letter.status.clone().unwrap_or_default(),
            letter.detail.clone().unwrap_or_default(),
            shortened(&letter.body),
        ]);
    }
    if !letters.is_empty() {
        output::line(table);
    }
    output::line(format_args!("{} of {of} dead letters", letters.len()));
}

/// As much of a message as tells it from others.
fn shortened(body: &str) -> String {
    const MOST: usize = 200;
    match body.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &body[..end]),
        None => body.to_owned(),
    }
}

async fn replay(
    arguments: &Arguments,
    letters: &Letters,
    again: Vec<Letter>,
) -> Result<(), Failure> {
    if !arguments.all && arguments.message.is_empty() {
        return Ok(());
    }
    let progress = ProgressBar::new(again.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} sent again") {
        progress.set_style(style);
    }
    let sent = again.len();
    for letter in again {
        letters.send_again(letter).await?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    if !arguments.json {
        output::line(format_args!("{sent} sent again"));
    }
    let asked = arguments.message.len();
    if asked > sent {
        return Err(Failure::input(format!(
            "{} of {asked} messages are not among the dead letters",
            asked - sent
        )));
    }
    Ok(())
}
