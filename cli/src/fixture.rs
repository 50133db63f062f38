//! A fixture: a seller file and its offers, checked before anything starts.

use std::fs;
use std::path::{Path, PathBuf};

use feirante_models::Problem;
use feirante_models::erp::OfferMessage;
use feirante_seller::settings::Settings;

use crate::failure::Failure;

/// The seller the sandbox knows without being told of one.
const SELLER: &str = include_str!("../../sandbox/fixture/seller.toml");
const OFFERS: &str = include_str!("../../sandbox/fixture/offers.jsonl");

/// A seller and what it sells.
#[derive(Debug)]
pub struct Fixture {
    /// The seller file, checked.
    pub settings: Settings,
    /// Messages for `erp-offers`, each checked.
    pub offers: Vec<String>,
}

impl Fixture {
    /// `seller.toml` and `offers.jsonl` of `directory`, or the ones that come with the program.
    ///
    /// # Errors
    /// Every mistake in either, with its file and line.
    pub fn read(directory: Option<&Path>) -> Result<Self, Failure> {
        let Some(directory) = directory else {
            return Self::checked(
                Path::new("seller.toml"),
                SELLER,
                Path::new("offers.jsonl"),
                OFFERS,
            );
        };
        if !directory.is_dir() {
            return Err(Failure::input(format!(
                "--fixture {}: there is no such directory",
                directory.display()
            )));
        }
        let seller = directory.join("seller.toml");
        let offers = directory.join("offers.jsonl");
        Self::checked(&seller, &text_of(&seller)?, &offers, &text_of(&offers)?)
    }

    fn checked(
        seller: &Path,
        seller_text: &str,
        offers: &Path,
        offers_text: &str,
    ) -> Result<Self, Failure> {
        let mut mistakes = Vec::new();
        let settings = match Settings::parse(seller_text) {
            Ok(settings) => Some(settings),
            Err(found) => {
                mistakes.extend(found.iter().map(|mistake| in_seller_file(seller, mistake)));
                None
            }
        };
        let mut messages = Vec::new();
        for (index, line) in offers_text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            match OfferMessage::read(line.as_bytes()) {
                Ok(_) => messages.push(line.to_owned()),
                Err(problem) => mistakes.push(format!(
                    "{}:{}: {}",
                    offers.display(),
                    index + 1,
                    in_line(&problem)
                )),
            }
        }
        match settings {
            Some(settings) if mistakes.is_empty() => Ok(Self {
                settings,
                offers: messages,
            }),
            _ => Err(Failure::Input(mistakes)),
        }
    }
}

/// What is wrong with a message, where the line is what elsewhere is a body.
fn in_line(problem: &Problem) -> &str {
    let message = problem.message.as_str();
    message.strip_prefix("the body: ").unwrap_or(message)
}

/// The text of a file that the command line names.
pub(crate) fn text_of(file: &PathBuf) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::input(format!("{}: {error}", file.display())))
}

/// A mistake in a seller file, with its place.
pub(crate) fn in_seller_file(file: &Path, mistake: &feirante_seller::settings::Mistake) -> String {
    let place = format!("{}:{}:{}", file.display(), mistake.line, mistake.column);
    if mistake.path.is_empty() {
        format!("{place}: {}", mistake.message)
    } else {
        format!("{place}: {} {}", mistake.path, mistake.message)
    }
}
