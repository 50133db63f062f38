//! Keeping the books in a file, so that they outlive a kill.
//!
//! The file is one JSON record a line, appended as things change and written anew, short, at each
//! start. A line is written with one call and no sync: what the system has taken outlives the
//! process, though not the machine, which is enough for a sandbox. Only the last line can be torn;
//! it is ignored, since whoever made that change had no answer yet.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::books::Record;

/// The file, open for more.
#[derive(Debug)]
pub(crate) struct Keep {
    file: File,
    path: PathBuf,
}

/// Why books can't be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The file system's word.
    #[error("can't {doing} {path}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A whole line that is no record.
    #[error("line {line} of {path} is no record of the marketplace's books")]
    Line {
        /// Counted from 1.
        line: usize,
        /// Of which file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A record that can't be written.
    #[error("a record can't be written as JSON")]
    Record(#[source] serde_json::Error),
}

impl Keep {
    /// What was kept, the oldest first; nothing if there is no file.
    pub(crate) fn read(path: &Path) -> Result<Vec<Record>, KeepError> {
        let kept = match fs::read(path) {
            Ok(kept) => kept,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(failed("read", path, source)),
        };
        // What follows the last line feed was torn, or is nothing.
        let whole = kept
            .iter()
            .rposition(|byte| *byte == b'\n')
            .and_then(|end| kept.get(..end))
            .unwrap_or_default();
        whole
            .split(|byte| *byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.is_empty())
            .map(|(index, line)| {
                serde_json::from_slice(line).map_err(|source| KeepError::Line {
                    line: index + 1,
                    path: path.to_owned(),
                    source,
                })
            })
            .collect()
    }

    /// Starts the file anew with these records in place of all before; a kill on the way leaves
    /// the old one.
    pub(crate) fn start(path: &Path, records: &[Record]) -> Result<Self, KeepError> {
        let mut lines = Vec::new();
        for record in records {
            write_line(record, &mut lines)?;
        }
        let mut next = path.as_os_str().to_owned();
        next.push(".next");
        let next = PathBuf::from(next);
        fs::write(&next, lines).map_err(|source| failed("write", &next, source))?;
        fs::rename(&next, path).map_err(|source| failed("replace", path, source))?;
        let file = File::options()
            .append(true)
            .open(path)
            .map_err(|source| failed("open", path, source))?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Adds a record. After a failure nothing more may be added: the line may be torn.
    pub(crate) fn append(&mut self, record: &Record) -> Result<(), KeepError> {
        let mut line = Vec::new();
        write_line(record, &mut line)?;
        self.file
            .write_all(&line)
            .map_err(|source| failed("append to", &self.path, source))
    }
}

fn write_line(record: &Record, lines: &mut Vec<u8>) -> Result<(), KeepError> {
    serde_json::to_writer(&mut *lines, record).map_err(KeepError::Record)?;
    lines.push(b'\n');
    Ok(())
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> KeepError {
    KeepError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}
