//! A fixture: a seller file and its offers, checked before anything starts.

use std::path::Path;

use feirante_models::Problem;
use feirante_models::erp::OfferMessage;
use feirante_seller::settings::{Attachments, Settings, Source};

use crate::failure::Failure;
use crate::seller_file::{self, Folder, SellerFile, text_of};

/// The seller the sandbox knows without being told of one.
const SELLER: &str = include_str!("../../sandbox/fixture/seller.toml");
const OFFERS: &str = include_str!("../../sandbox/fixture/offers.jsonl");

/// A seller and what it sells.
#[derive(Debug)]
pub struct Fixture {
    /// The seller file, checked.
    pub settings: Settings,
    /// The seller file itself, with the files it names.
    pub source: Source,
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
            return Self::built_in("");
        };
        if !directory.is_dir() {
            return Err(Failure::input(format!(
                "--fixture {}: there is no such directory",
                directory.display()
            )));
        }
        let seller = directory.join("seller.toml");
        let offers = directory.join("offers.jsonl");
        let folder = Folder::new(directory);
        let (seller_text, offers_text) = (text_of(&seller)?, text_of(&offers)?);
        Self::checked(&seller, &seller_text, &folder, &offers, &offers_text)
    }

    /// The one that comes with the program, with `more` at the end of its seller file.
    ///
    /// # Errors
    /// Every mistake, as in [`Fixture::read`].
    pub(crate) fn built_in(more: &str) -> Result<Self, Failure> {
        let seller = format!("{SELLER}{more}");
        Self::checked(
            Path::new("seller.toml"),
            &seller,
            &Source::new(&seller),
            Path::new("offers.jsonl"),
            OFFERS,
        )
    }

    fn checked(
        seller: &Path,
        seller_text: &str,
        files: &dyn Attachments,
        offers: &Path,
        offers_text: &str,
    ) -> Result<Self, Failure> {
        let mut mistakes = Vec::new();
        let seller_file = match SellerFile::checked(seller_text, files) {
            Ok(file) => Some(file),
            Err(found) => {
                let lines = found.iter();
                mistakes.extend(lines.map(|mistake| seller_file::in_words(seller, mistake)));
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
        match seller_file {
            Some(file) if mistakes.is_empty() => Ok(Self {
                settings: file.settings,
                source: file.source,
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
