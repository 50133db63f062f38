//! How far an import came, in a file beside its input: one that was cut off goes on there.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Clock};

use feirante_models::Instant;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What was sent since the file was written last is sent again after a cut. It changes nothing, so
/// the file need not be written for every call.
const EVERY: Duration = Duration::from_millis(500);

/// How far an import came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Progress {
    /// Hash of the input's content.
    content: String,
    /// Where it is sent.
    queue: String,
    /// How its rows are read: what was sent otherwise is no part of it.
    reading: String,
    /// When it began: what it says was so then, however long it takes.
    pub(super) as_of: Instant,
    /// So many of its messages are settled, from the first on.
    pub(super) settled: u64,
}

/// The file that keeps it.
#[derive(Debug)]
pub(super) struct Keeper {
    path: PathBuf,
    progress: Progress,
    written: Option<Clock>,
}

impl Keeper {
    /// The progress of the same content, read the same way, to the same queue; or a new one that
    /// begins at `now`.
    ///
    /// # Errors
    /// When there is a file and it can't be read.
    pub(super) fn open(
        input: &Path,
        content: &str,
        (queue, reading): (&str, &str),
        now: Instant,
    ) -> Result<Self, Failure> {
        let mut name = input.file_name().unwrap_or_default().to_owned();
        name.push(".import");
        let path = input.with_file_name(name);
        let new = Progress {
            content: content.to_owned(),
            queue: queue.to_owned(),
            reading: reading.to_owned(),
            as_of: now,
            settled: 0,
        };
        let progress = match fs::read(&path) {
            // One of another content is over with: the file was edited since.
            Ok(kept) => serde_json::from_slice(&kept)
                .ok()
                .filter(|kept: &Progress| {
                    (kept.content.as_str(), kept.queue.as_str()) == (content, queue)
                        && kept.reading == reading
                }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&path, &error)),
        };
        Ok(Self {
            path,
            progress: progress.unwrap_or(new),
            written: None,
        })
    }

    /// The same, begun anew at `now`.
    pub(super) fn anew(mut self, now: Instant) -> Self {
        (self.progress.as_of, self.progress.settled) = (now, 0);
        self
    }

    pub(super) const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Notes that `settled` messages are settled.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(super) fn settle(&mut self, settled: u64) -> Result<(), Failure> {
        self.progress.settled = settled;
        match self.written {
            Some(written) if written.elapsed() < EVERY => Ok(()),
            _ => self.write(),
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn write(&mut self) -> Result<(), Failure> {
        self.written = Some(Clock::now());
        let directory = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // Whole or not at all, whenever the power fails.
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(directory)?;
            serde_json::to_writer(&mut file, &self.progress)?;
            file.flush()?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().map_err(|error| failed(&self.path, &error))
    }

    /// The import is over: the same file is a new one from now on.
    ///
    /// # Errors
    /// When the file can't be removed.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed(&self.path, &error))
            }
            _ => Ok(()),
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::system(
        &format!("{}, which keeps how far it came", path.display()),
        error,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_to_the_same_queue_goes_on() {
        let directory = tempfile::tempdir().unwrap();
        let input = directory.path().join("offers.csv");
        let [first, later] = ["2026-11-21", "2026-11-22"].map(|at| Instant::parse(at).unwrap());
        let open = |content: &str, queue: &str, now| {
            Keeper::open(&input, content, (queue, "main"), now).unwrap()
        };

        let mut keeper = open("a", "q", first);
        assert_eq!(keeper.progress().settled, 0);
        keeper.settle(7).unwrap();
        let kept = open("a", "q", later).progress().clone();
        assert_eq!((kept.settled, kept.as_of), (7, first));
        for other in [open("b", "q", later), open("a", "r", later)] {
            let begun = (other.progress().settled, other.progress().as_of);
            assert_eq!(begun, (0, later));
        }

        let loja = Keeper::open(&input, "a", ("q", "loja"), later).unwrap();
        assert_eq!(loja.progress().settled, 0);

        // The next is not written at once, but it is when asked for.
        keeper.settle(8).unwrap();
        assert_eq!(open("a", "q", later).progress().settled, 7);
        keeper.write().unwrap();
        assert_eq!(open("a", "q", later).progress().settled, 8);
        keeper.finish().unwrap();
        assert_eq!(open("a", "q", later).progress().settled, 0);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
