//! The file: what it is written in, and its lines as often as they are needed. Nothing of it is kept
//! in memory.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use feirante_models::WarehouseId;
use feirante_seller::settings::csv::delimiter_of;
use indicatif::{ProgressBar, ProgressBarIter};
use sha2::{Digest, Sha256};

use super::entry::{Entry, Mistake};
use super::headers::Headers;
use super::lines::Lines;
use super::record;
use super::rows::{Encoding, Rows};
use crate::failure::Failure;

/// Bytes read at once.
const CHUNK: usize = 1 << 16;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file that was looked through once.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    pub(super) bytes: u64,
    modified: Option<SystemTime>,
    /// SHA-256 of its content, in hexadecimal.
    pub(super) hash: String,
    has_mark: bool,
    encoding: Encoding,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv { delimiter: u8 },
    Jsonl,
}

/// How a CSV file is read.
#[derive(Debug)]
pub(super) struct Reading {
    /// Where stock is counted, if its row does not say.
    pub(super) warehouse: WarehouseId,
    /// Leaves columns out that mean nothing here.
    pub(super) ignore_unknown: bool,
}

/// The lines of a file that have content.
pub(super) struct Entries<'a> {
    path: &'a Path,
    reading: &'a Reading,
    kind: Kind,
}

type Input = BufReader<ProgressBarIter<File>>;

enum Kind {
    Csv {
        rows: Box<Rows<Input>>,
        headers: Headers,
    },
    Jsonl(Lines<Input>),
    /// Nothing behind can be read.
    Ended,
}

impl Source {
    /// Looks through the file at `path`.
    ///
    /// # Errors
    /// When it can't be read, or is written in something else.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: &io::Error| unreadable(path, error);
        let mut file = File::open(path).map_err(|error| failed(&error))?;
        let metadata = file.metadata().map_err(|error| failed(&error))?;
        if !metadata.is_file() {
            return Err(Failure::input(format!("{}: is no file", path.display())));
        }
        let (mut hash, mut utf8) = (Sha256::new(), Utf8::default());
        let mut beginning = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = file.read(&mut chunk).map_err(|error| failed(&error))?;
            if read == 0 {
                break;
            }
            let part = &chunk[..read];
            hash.update(part);
            utf8.take(part);
            if beginning.len() < CHUNK {
                beginning.extend_from_slice(part);
            }
        }
        if beginning.starts_with(b"\xFF\xFE") || beginning.starts_with(b"\xFE\xFF") {
            let why = "is UTF-16: save it as CSV in UTF-8";
            return Err(Failure::input(format!("{}: {why}", path.display())));
        }
        let has_mark = beginning.starts_with(BYTE_ORDER_MARK);
        let beginning = beginning
            .strip_prefix(BYTE_ORDER_MARK)
            .unwrap_or(&beginning);
        Ok(Self {
            path: path.to_owned(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            hash: hash.finalize().iter().map(|b| format!("{b:02x}")).collect(),
            has_mark,
            encoding: utf8.encoding(),
            format: Format::of(path, beginning),
        })
    }

    /// Its lines from the first on; `progress` counts their bytes.
    ///
    /// # Errors
    /// When it can't be read, is not what it was before, or has mistakes in its first line.
    pub(super) fn entries<'a>(
        &'a self,
        reading: &'a Reading,
        progress: &ProgressBar,
    ) -> Result<Entries<'a>, Failure> {
        let path = &self.path;
        let failed = |error: &io::Error| unreadable(path, error);
        self.is_unchanged()?;
        let mut file = File::open(path).map_err(|error| failed(&error))?;
        if self.has_mark {
            let behind = SeekFrom::Start(BYTE_ORDER_MARK.len() as u64);
            file.seek(behind).map_err(|error| failed(&error))?;
        }
        let input = BufReader::with_capacity(CHUNK, progress.wrap_read(file));
        let kind = match self.format {
            Format::Jsonl => Kind::Jsonl(Lines::new(input)),
            Format::Csv { delimiter } => {
                let mut rows = Box::new(Rows::new(input, delimiter, self.encoding));
                let headers = headers(path, &mut rows, reading)?;
                Kind::Csv { rows, headers }
            }
        };
        Ok(Entries {
            path,
            reading,
            kind,
        })
    }

    fn is_unchanged(&self) -> Result<(), Failure> {
        let now = fs::metadata(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        if now.len() == self.bytes && now.modified().ok() == self.modified {
            return Ok(());
        }
        Err(Failure::input(format!(
            "{}: changed while it was read",
            self.path.display()
        )))
    }
}

fn headers(path: &Path, rows: &mut Rows<Input>, reading: &Reading) -> Result<Headers, Failure> {
    let wrong = |mistake: Mistake| format!("{}:{mistake}", path.display());
    let first = match rows.next().map_err(|error| unreadable(path, &error))? {
        Some(Ok(first)) => first,
        Some(Err((line, why))) => {
            let mistake = Mistake::of_line(line, why.to_string());
            return Err(Failure::input(wrong(mistake)));
        }
        None => {
            let why = "is empty: the first line names the columns";
            return Err(Failure::input(wrong(Mistake::of_line(1, why))));
        }
    };
    Headers::read(&first.cells, reading.ignore_unknown).map_err(|mistakes| {
        let mistakes = mistakes
            .iter()
            .map(|(column, why)| wrong(Mistake::of(first.line, column, why)));
        Failure::Input(mistakes.collect())
    })
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.kind {
            Kind::Ended => return None,
            Kind::Jsonl(lines) => lines.next(),
            Kind::Csv { rows, headers } => match rows.next() {
                Ok(Some(Ok(row))) => Ok(Some(record::read(headers, &row, &self.reading.warehouse))),
                Ok(Some(Err((line, why)))) => {
                    self.kind = Kind::Ended;
                    let mistake = Mistake::of_line(line, why.to_string());
                    Ok(Some(Entry::wrong(mistake)))
                }
                Ok(None) => Ok(None),
                Err(error) => Err(error),
            },
        };
        match next {
            Ok(Some(entry)) => Some(Ok(entry)),
            Ok(None) => {
                self.kind = Kind::Ended;
                None
            }
            Err(error) => {
                self.kind = Kind::Ended;
                Some(Err(unreadable(self.path, &error)))
            }
        }
    }
}

impl Format {
    /// By the file's name, or else by how it begins.
    fn of(path: &Path, beginning: &[u8]) -> Self {
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy());
        let extension = extension.unwrap_or_default().to_lowercase();
        match extension.as_str() {
            "jsonl" | "ndjson" | "json" => return Self::Jsonl,
            "csv" | "tsv" => {}
            _ if beginning.trim_ascii_start().starts_with(b"{") => return Self::Jsonl,
            _ => {}
        }
        // The delimiters and quotes are the same in both encodings.
        let header = String::from_utf8_lossy(beginning.trim_ascii_start());
        let delimiter = delimiter_of(&header);
        Self::Csv { delimiter }
    }
}

/// Whether bytes that come in parts are UTF-8.
#[derive(Debug, Default)]
struct Utf8 {
    /// The beginning of a letter whose end has not come.
    begun: Vec<u8>,
    is_not: bool,
}

impl Utf8 {
    fn take(&mut self, part: &[u8]) {
        if self.is_not {
            return;
        }
        let whole = [self.begun.as_slice(), part].concat();
        match std::str::from_utf8(&whole) {
            Ok(_) => self.begun.clear(),
            Err(error) if error.error_len().is_none() => {
                self.begun = whole[error.valid_up_to()..].to_vec();
            }
            Err(_) => self.is_not = true,
        }
    }

    const fn encoding(&self) -> Encoding {
        if self.is_not || !self.begun.is_empty() {
            Encoding::Windows1252
        } else {
            Encoding::Utf8
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::input(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_may_come_in_parts() {
        let encoding = |parts: &[&[u8]]| {
            let mut utf8 = Utf8::default();
            parts.iter().for_each(|part| utf8.take(part));
            utf8.encoding()
        };
        assert_eq!(encoding(&[b"pre\xc3", b"\xa7o"]), Encoding::Utf8);
        assert_eq!(encoding(&[b"\xe2", b"\x82", b"\xac"]), Encoding::Utf8);
        assert_eq!(encoding(&[b"pre\xe7o"]), Encoding::Windows1252);
        assert_eq!(encoding(&[b"pre\xc3"]), Encoding::Windows1252);
    }

    #[test]
    fn the_format_is_found_out() {
        let format = |name: &str, text: &str| Format::of(Path::new(name), text.as_bytes());
        let csv = |delimiter| Format::Csv { delimiter };
        assert_eq!(format("a.csv", "sku;price,x;stock"), csv(b';'));
        assert_eq!(format("a.txt", "sku\tprice"), csv(b'\t'));
        assert_eq!(format("a", "\n {\"type\""), Format::Jsonl);
        assert_eq!(format("a.JSONL", "sku,price"), Format::Jsonl);
        assert_eq!(format("a.CSV", "{sku|price"), csv(b'|'));
    }
}
