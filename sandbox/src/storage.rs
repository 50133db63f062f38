//! The data directory: who may use it, and what lies where in it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::errors::Error;
use crate::logs::FunctionLog;
use crate::options::LogSink;

/// The data directory, or nothing if all is kept in memory.
#[derive(Debug)]
pub(crate) struct Storage {
    directory: Option<PathBuf>,
    /// Locked for the sandbox's life. The system lets go of it however the process ends.
    _lock: Option<File>,
}

impl Storage {
    /// Makes the directory if it is missing and takes it for this sandbox alone.
    pub(crate) fn open(directory: Option<&Path>) -> Result<Self, Error> {
        let Some(directory) = directory else {
            return Ok(Self {
                directory: None,
                _lock: None,
            });
        };
        create(&directory.join("logs"))?;
        let path = directory.join("lock");
        let error = |source| Error::Data {
            path: path.clone(),
            source,
        };
        let lock = File::create(&path).map_err(error)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                directory: Some(directory.to_owned()),
                _lock: Some(lock),
            }),
            Err(TryLockError::WouldBlock) => Err(Error::DataInUse(directory.to_owned())),
            Err(TryLockError::Error(source)) => Err(error(source)),
        }
    }

    /// The database's file.
    pub(crate) fn database(&self) -> Option<PathBuf> {
        self.file("dynamodb.sqlite")
    }

    /// The queues' file.
    pub(crate) fn queues(&self) -> Option<PathBuf> {
        self.file("queues.sqlite")
    }

    /// The file of stream positions.
    pub(crate) fn checkpoints(&self) -> Option<PathBuf> {
        self.file("checkpoints.json")
    }

    /// The log of one function.
    pub(crate) fn function_log(
        &self,
        function: &str,
        sink: &LogSink,
    ) -> Result<FunctionLog, Error> {
        let directory = self.file("logs");
        FunctionLog::open(function, sink.clone(), directory.as_deref())
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        Some(self.directory.as_ref()?.join(name))
    }
}

/// Orders hold personal data: a directory made here is its owner's alone.
fn create(path: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| Error::Data {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_user_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data");
        let first = Storage::open(Some(&path)).unwrap();
        let second = Storage::open(Some(&path)).unwrap_err();
        assert!(second.to_string().contains("in use by another sandbox"));
        drop(first);
        Storage::open(Some(&path)).unwrap();
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Storage::open(Some(file.path())).unwrap_err().to_string();
        assert!(
            error.contains(&*file.path().display().to_string()),
            "{error}"
        );
    }
}
