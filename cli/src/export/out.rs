//! Where an export is written: standard output, or a file that appears when it is whole.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use feirante_models::Cents;
use rust_decimal::Decimal;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Csv { delimiter: u8, decimal_comma: bool },
    Jsonl,
}

/// An export under way.
#[derive(Debug)]
pub(crate) struct Out {
    pub(crate) style: Style,
    sink: Sink,
    path: Option<PathBuf>,
}

#[derive(Debug)]
enum Sink {
    Csv(Box<csv::Writer<Target>>),
    Lines(BufWriter<Target>),
}

#[derive(Debug)]
enum Target {
    Screen(io::Stdout),
    File(NamedTempFile),
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Screen(out) => out.write(bytes),
            Self::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Screen(out) => out.flush(),
            Self::File(out) => out.flush(),
        }
    }
}

impl Out {
    /// Begins to write the file at `path`, or to standard output.
    ///
    /// # Errors
    /// When its directory can't be written.
    pub(crate) fn open(path: Option<&Path>, style: Style) -> Result<Self, Failure> {
        let target = match path {
            None => Target::Screen(io::stdout()),
            Some(path) => {
                let directory = match path.parent() {
                    Some(parent) if !parent.as_os_str().is_empty() => parent,
                    _ => Path::new("."),
                };
                let file = NamedTempFile::new_in(directory).map_err(|error| {
                    Failure::input(format!("--output {}: {error}", path.display()))
                })?;
                Target::File(file)
            }
        };
        let sink = match style {
            Style::Jsonl => Sink::Lines(BufWriter::new(target)),
            Style::Csv { delimiter, .. } => {
                let writer = csv::WriterBuilder::new()
                    .delimiter(delimiter)
                    .from_writer(target);
                Sink::Csv(Box::new(writer))
            }
        };
        Ok(Self {
            style,
            sink,
            path: path.map(Path::to_owned),
        })
    }

    /// Writes a row of cells, where it is CSV.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn row<T: AsRef<[u8]>>(
        &mut self,
        cells: impl IntoIterator<Item = T>,
    ) -> Result<(), Failure> {
        let Sink::Csv(writer) = &mut self.sink else {
            return Ok(());
        };
        let written = writer.write_record(cells);
        written.map_err(|error| self.failed(&error))
    }

    /// Writes a line, where it is one JSON object per line.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        let Sink::Lines(writer) = &mut self.sink else {
            return Ok(());
        };
        let written = writeln!(writer, "{text}");
        written.map_err(|error| self.failed(&error))
    }

    /// Writes something as a row, where it is CSV, or as a JSON object.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn put<T: Serialize>(
        &mut self,
        value: &T,
        cells: impl FnOnce(&T, Style) -> Vec<String>,
    ) -> Result<(), Failure> {
        if self.style == Style::Jsonl {
            let text = serde_json::to_string(value).map_err(|error| self.failed(&error))?;
            self.line(&text)
        } else {
            self.row(cells(value, self.style))
        }
    }

    /// Ends it: a file is there now, whole.
    ///
    /// # Errors
    /// When not all of it can be written.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let path = self.path;
        let failed = |error: &dyn std::error::Error| failed(path.as_deref(), error);
        let target = match self.sink {
            Sink::Csv(writer) => writer.into_inner().map_err(|error| failed(error.error()))?,
            Sink::Lines(writer) => writer.into_inner().map_err(|error| failed(error.error()))?,
        };
        match (target, &path) {
            (Target::File(file), Some(path)) => {
                open_to_others(&file).map_err(|error| failed(&error))?;
                file.persist(path).map_err(|error| failed(&error))?;
                Ok(())
            }
            (mut target, _) => target.flush().map_err(|error| failed(&error)),
        }
    }

    fn failed(&self, error: &dyn std::error::Error) -> Failure {
        failed(self.path.as_deref(), error)
    }
}

/// A temporary file is for its owner alone; an export is a file like others.
fn open_to_others(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(0o644);
    file.as_file().set_permissions(permissions)
}

fn failed(path: Option<&Path>, error: &dyn std::error::Error) -> Failure {
    let place = path.map_or_else(
        || "standard output".to_owned(),
        |path| path.display().to_string(),
    );
    Failure::system(&format!("{place} can't be written"), error)
}

impl Style {
    /// An amount of money in units: `73.90`.
    pub(crate) fn money(self, cents: Cents) -> String {
        self.with_separator(cents.to_string())
    }

    /// A decimal without needless zeros.
    pub(crate) fn decimal(self, number: Decimal) -> String {
        self.with_separator(number.normalize().to_string())
    }

    fn with_separator(self, number: String) -> String {
        match self {
            Self::Csv {
                decimal_comma: true,
                ..
            } => number.replace('.', ","),
            _ => number,
        }
    }
}
