//! What a person reads on standard output.

use std::fmt::Display;
use std::io::Write;

/// Prints a line. A reader that went away (`| head`) is no reason to fail.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a value as one JSON document.
pub(crate) fn json(value: &impl serde::Serialize) {
    let mut out = std::io::stdout().lock();
    let _ = serde_json::to_writer_pretty(&mut out, value);
    let _ = writeln!(out);
}
