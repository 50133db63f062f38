//! The executable, run as a user runs it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use crate::harness::{FEIRANTE, PATIENCE};

/// What a command that ended left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ended {
    /// The lines of standard error; bad input, so nothing else was said or done.
    pub(super) fn refused(&self) -> Vec<&str> {
        assert_eq!(self.status, Some(2), "{self:?}");
        assert_eq!(self.out, "");
        self.err.lines().collect()
    }

    /// Standard error of a command whose input was in order, but which failed.
    pub(super) fn failed(&self) -> &str {
        assert_eq!(self.status, Some(1), "{self:?}");
        self.err.trim_end()
    }

    /// Standard output of a command that did what it was asked.
    pub(super) fn succeeded(&self) -> &str {
        assert_eq!(self.status, Some(0), "{self:?}");
        &self.out
    }
}

fn command<A: AsRef<OsStr>>(arguments: &[A]) -> Command {
    let mut command = Command::new(FEIRANTE);
    command
        .args(arguments)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Runs a command that ends by itself.
pub(crate) async fn feirante<A: AsRef<OsStr>>(arguments: &[A]) -> Ended {
    ended(command(arguments)).await
}

/// The same with a variable set.
pub(super) async fn feirante_with(variable: (&str, &str), arguments: &[&str]) -> Ended {
    let mut command = command(arguments);
    command.env(variable.0, variable.1);
    ended(command).await
}

async fn ended(mut command: Command) -> Ended {
    // The demo takes longest: up to a minute.
    let output = tokio::time::timeout(PATIENCE * 3, command.output());
    let output = output.await.expect("it does not end").unwrap();
    Ended {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A directory for one test, with what the commands are given.
pub(super) struct Files(tempfile::TempDir);

impl Files {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn directory(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and says where it is.
    pub(super) fn write(&self, name: &str, text: impl AsRef<str>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text.as_ref()).unwrap();
        path
    }

    /// A fixture directory.
    pub(super) fn fixture(&self, seller: &str, offers: &str) -> PathBuf {
        self.write("fixture/seller.toml", seller);
        self.write("fixture/offers.jsonl", offers);
        self.path("fixture")
    }

    /// All files below a directory, with their contents.
    pub(super) fn contents(&self, directory: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut contents = BTreeMap::new();
        let mut directories = vec![self.path(directory)];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else {
                    contents.insert(path.clone(), std::fs::read(path).unwrap());
                }
            }
        }
        contents
    }
}
