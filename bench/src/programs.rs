//! The functions' programs: built as they are deployed, or found where they have been.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;

use crate::Failure;

/// The floor's package and program.
const FLOOR: (&str, &str) = ("feirante-bench-floor", "floor");

/// Where the programs are.
#[derive(Debug)]
pub(crate) struct Programs {
    directory: PathBuf,
    floor: PathBuf,
}

/// How large a function is.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Size {
    pub(crate) bytes: u64,
    /// As SAM packs it.
    pub(crate) zipped: u64,
}

impl Programs {
    /// Those in `directory`, called by the functions' names or `bootstrap` in a directory of that name;
    /// without one they are built, each by itself, as `sam build` does. `functions`: the ones needed.
    pub(crate) fn ready(directory: Option<&Path>, functions: &[&str]) -> Result<Self, Failure> {
        let target = target()?;
        let release = target.join("release");
        // Beside functions that were built otherwise, the floor may be too.
        let beside = directory.and_then(|directory| find(directory, FLOOR.1).ok());
        if beside.is_none() {
            build(FLOOR.0, &target)?;
        }
        if directory.is_none() {
            for function in functions {
                build(function, &target)?;
            }
        }
        let programs = Self {
            floor: beside.unwrap_or_else(|| release.join(FLOOR.1)),
            directory: directory.map_or(release, Path::to_owned),
        };
        for function in functions {
            programs.of(function)?;
        }
        Ok(programs)
    }

    /// The program of `function`.
    pub(crate) fn of(&self, function: &str) -> Result<PathBuf, Failure> {
        find(&self.directory, function)
    }

    /// The program of `bench/floor`.
    pub(crate) fn floor(&self) -> &Path {
        &self.floor
    }

    /// Where the functions' programs are.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn size(&self, function: &str) -> Result<Size, Failure> {
        let content = std::fs::read(self.of(function)?)?;
        let mut zip = DeflateEncoder::new(Vec::new(), Compression::default());
        zip.write_all(&content)?;
        Ok(Size {
            bytes: content.len().try_into()?,
            zipped: zip.finish()?.len().try_into()?,
        })
    }
}

/// The program of `function` in `directory`: by its name, or in a directory of that name.
pub(crate) fn find(directory: &Path, function: &str) -> Result<PathBuf, Failure> {
    let alone = directory.join(function);
    let packed = alone.join("bootstrap");
    let found = [packed, alone].into_iter().find(|path| path.is_file());
    found.ok_or_else(|| format!("no {function} in {}", directory.display()).into())
}

/// Where builds go: where this program was built.
fn target() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(Path::parent);
    let target = target.ok_or("this program is in no target directory")?;
    Ok(target.to_owned())
}

fn build(package: &str, target: &Path) -> Result<(), Failure> {
    eprintln!("building {package}");
    let status = Command::new("cargo")
        .args([
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--package",
            package,
        ])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !status.success() {
        return Err(format!("{package} can't be built").into());
    }
    Ok(())
}
