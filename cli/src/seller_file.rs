//! A seller file on this machine, with the files it names.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use feirante_seller::settings::{Attachments, Mistake, Settings, Source, csv};

use crate::failure::Failure;

/// Bytes of a file that a seller file names, at most: more is not a table that a person keeps.
const LARGEST: u64 = 32 * 1024 * 1024;

/// A seller file, checked.
#[derive(Debug)]
pub(crate) struct SellerFile {
    pub(crate) settings: Settings,
    /// What it was read from.
    pub(crate) source: Source,
}

impl SellerFile {
    /// Reads and checks the seller file at `path` and the files beside it that it names.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = text_of(path)?;
        Self::checked(&text, &Folder::of(path)).map_err(|mistakes| {
            let lines = mistakes.iter().map(|mistake| in_words(path, mistake));
            Failure::Input(lines.collect())
        })
    }

    /// Checks a seller file whose text is `text` and which names some of `files`.
    pub(crate) fn checked(text: &str, files: &dyn Attachments) -> Result<Self, Vec<Mistake>> {
        let recorder = Recorder {
            files,
            read: RefCell::default(),
        };
        let settings = Settings::parse_with(text, &recorder)?;
        let source = Source {
            text: text.to_owned(),
            attachments: recorder.read.into_inner(),
        };
        Ok(Self { settings, source })
    }
}

/// Remembers what was read.
struct Recorder<'a> {
    files: &'a dyn Attachments,
    read: RefCell<BTreeMap<String, String>>,
}

impl Attachments for Recorder<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let bytes = self.files.read(name)?;
        let text = csv::decoded(bytes.clone());
        self.read.borrow_mut().insert(name.to_owned(), text);
        Ok(bytes)
    }
}

/// The folder a seller file is in.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    fn of(file: &Path) -> Self {
        Self(file.parent().unwrap_or(Path::new("")).to_owned())
    }
}

impl Attachments for Folder {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let path = self.0.join(name);
        let size = fs::metadata(&path)
            .map_err(|error| error.to_string())?
            .len();
        if size > LARGEST {
            let most = LARGEST / 1024 / 1024;
            return Err(format!("is larger than {most} MB"));
        }
        fs::read(&path).map_err(|error| error.to_string())
    }
}

/// The text of a file that the command line names.
pub(crate) fn text_of(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::input(format!("{}: {error}", file.display())))
}

/// A mistake in the seller file `seller`, or in one beside it, with its place.
pub(crate) fn in_words(seller: &Path, mistake: &Mistake) -> String {
    let file = match &mistake.file {
        Some(name) => seller.with_file_name(name),
        None => seller.to_owned(),
    };
    let place = format!("{}:{}:{}", file.display(), mistake.line, mistake.column);
    if mistake.path.is_empty() {
        format!("{place}: {}", mistake.message)
    } else {
        format!("{place}: {} {}", mistake.path, mistake.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/examples/seller/seller.toml"
    );

    #[test]
    fn the_example_of_the_documentation_is_in_order() {
        let file = SellerFile::read(Path::new(EXAMPLE)).unwrap();
        let named: Vec<_> = file.source.attachments.keys().collect();
        assert!(named.contains(&&"frete.csv".to_owned()), "{named:?}");
        // What is kept of it is enough to read it again.
        let again = Settings::parse_with(&file.source.text, &file.source);
        assert_eq!(again, Ok(file.settings));
    }
}
