//! How far each function has come in each stream, kept over restarts.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::errors::Error;

/// The positions, in memory or in a file.
#[derive(Debug, Default)]
pub(crate) struct Checkpoints {
    path: Option<PathBuf>,
    positions: Mutex<BTreeMap<String, String>>,
}

impl Checkpoints {
    /// `path`: the file they are kept in; one that doesn't exist yet is empty.
    pub(crate) fn open(path: Option<PathBuf>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let positions = match std::fs::read(&path) {
            Ok(text) => match serde_json::from_slice(&text) {
                Ok(positions) => positions,
                Err(source) => return Err(Error::Checkpoints { path, source }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(source) => return Err(Error::Data { path, source }),
        };
        Ok(Self {
            path: Some(path),
            positions: Mutex::new(positions),
        })
    }

    /// The sequence number of the last record dealt with.
    pub(super) fn get(&self, reader: &str) -> Option<String> {
        self.positions().get(reader).cloned()
    }

    /// Remembers a position. The file is replaced as a whole, so that the end of the process at any
    /// moment leaves either the old or the new one.
    pub(super) fn set(&self, reader: &str, sequence_number: &str) -> io::Result<()> {
        let mut positions = self.positions();
        positions.insert(reader.to_owned(), sequence_number.to_owned());
        let Some(path) = &self.path else {
            return Ok(());
        };
        let new = path.with_extension("new");
        std::fs::write(&new, serde_json::to_vec_pretty(&*positions)?)?;
        std::fs::rename(&new, path)
    }

    fn positions(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.positions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("checkpoints.json");
        let checkpoints = Checkpoints::open(Some(path.clone())).unwrap();
        assert_eq!(checkpoints.get("relay"), None);
        checkpoints.set("relay", "111").unwrap();
        checkpoints.set("relay", "112").unwrap();
        let reopened = Checkpoints::open(Some(path)).unwrap();
        assert_eq!(reopened.get("relay").as_deref(), Some("112"));
    }

    #[test]
    fn a_damaged_file_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "{").unwrap();
        let error = Checkpoints::open(Some(file.path().to_owned())).unwrap_err();
        assert!(matches!(error, Error::Checkpoints { .. }), "{error}");
    }
}
