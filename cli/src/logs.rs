//! What the sandbox itself reports while it runs: to standard error, beside what the functions write.

use std::env::{self, VarError};
use std::io;

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// What decides how much is reported, in the syntax of `tracing_subscriber`.
const VARIABLE: &str = "RUST_LOG";

/// What went wrong. The embedded database reports each failed condition, of which a shop that sells
/// its last piece has many.
const DEFAULT: &str = "warn,dynoxide=error";

/// Starts reporting.
pub(crate) fn start() -> Result<(), Failure> {
    let subscriber = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_env_filter(filter()?)
        .finish();
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|error| Failure::system("nothing can be reported", &error))
}

fn filter() -> Result<EnvFilter, Failure> {
    let wanted = match env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => text,
        Ok(_) | Err(VarError::NotPresent) => DEFAULT.to_owned(),
        Err(VarError::NotUnicode(_)) => {
            return Err(Failure::input(format!("{VARIABLE} is not text")));
        }
    };
    EnvFilter::try_new(&wanted)
        .map_err(|error| Failure::input(format!("{VARIABLE}={wanted}: {error}")))
}
