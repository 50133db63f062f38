//! What a person reads on standard output.

use std::fmt::Display;
use std::io::Write;

/// Prints a line. A reader that went away (`| head`) is no reason to fail.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
