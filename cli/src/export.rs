//! `feirante export`: offers, orders, refused orders and listings as files, page by page.

pub(crate) mod messages;
pub(crate) mod out;

mod listings;
mod offers;
mod orders;
mod refusals;

use std::path::PathBuf;

use clap::ValueEnum;

use self::out::{Out, Style};
use crate::failure::Failure;
use crate::system::System;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// SKUs with their prices and their stock, as `feirante import` reads them.
    Offers(OffersArguments),
    /// Orders, without anything personal.
    Orders(orders::Arguments),
    /// Orders that were refused, and why.
    Refusals(refusals::Arguments),
    /// Where each SKU stands at each marketplace.
    Listings(ListingsArguments),
}

#[derive(Debug, clap::Args)]
struct OffersArguments {
    #[command(flatten)]
    to: To,
    #[command(flatten)]
    system: System,
}

#[derive(Debug, clap::Args)]
struct ListingsArguments {
    #[command(flatten)]
    to: To,
    #[command(flatten)]
    system: System,
}

/// Where it goes, and written how.
#[derive(Debug, clap::Args)]
struct To {
    /// What it is written as [default: as the file's name says, or else CSV].
    #[arg(long)]
    format: Option<Format>,
    /// The file; it is replaced once the whole export is there. Without it, standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What stands between the cells of a row: `;` is what spreadsheets in Portuguese expect.
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = delimiter)]
    delimiter: u8,
    /// Writes 73,90 and not 73.90.
    #[arg(long)]
    decimal_comma: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for spreadsheets.
    Csv,
    /// A JSON object per line.
    Jsonl,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.what {
        What::Offers(arguments) => {
            let offers = arguments.system.offers().await;
            offers::export(&offers, arguments.to.open()?).await
        }
        What::Orders(arguments) => orders::export(&arguments).await,
        What::Refusals(arguments) => refusals::export(&arguments).await,
        What::Listings(arguments) => {
            let listings = arguments.system.listings().await;
            listings::export(&listings, arguments.to.open()?).await
        }
    }
}

impl To {
    fn open(&self) -> Result<Out, Failure> {
        let style = match self.format() {
            Format::Jsonl => Style::Jsonl,
            Format::Csv => Style::Csv {
                delimiter: self.delimiter,
                decimal_comma: self.decimal_comma,
            },
        };
        Out::open(self.output.as_deref(), style)
    }

    fn format(&self) -> Format {
        let named = self.output.as_ref().and_then(|path| path.extension());
        let is_lines = named.is_some_and(|extension| {
            ["jsonl", "ndjson"].contains(&extension.to_string_lossy().to_lowercase().as_str())
        });
        self.format
            .unwrap_or(if is_lines { Format::Jsonl } else { Format::Csv })
    }
}

/// What stands between the cells of a row, as a flag has it.
pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "," => Ok(b','),
        ";" => Ok(b';'),
        "|" => Ok(b'|'),
        "\t" | "tab" => Ok(b'\t'),
        _ => Err("is none of , ; | and tab".to_owned()),
    }
}
