//! Why a command did not do what it was asked.

use std::error::Error;
use std::process::ExitCode;

/// What goes to standard error, and the exit status that goes with it.
#[derive(Debug)]
pub enum Failure {
    /// The input is wrong: each line names its place. Nothing was done. Status 2.
    Input(Vec<String>),
    /// Something else went wrong. Status 1.
    System(String),
}

impl Failure {
    /// One mistake in the input.
    pub(crate) fn input(mistake: impl Into<String>) -> Self {
        Self::Input(vec![mistake.into()])
    }

    /// Something that failed, with all its causes.
    pub(crate) fn system(what: &str, error: &dyn Error) -> Self {
        Self::System(with_causes(what, error))
    }

    /// The same where the input is to blame.
    pub(crate) fn wrong_input(what: &str, error: &dyn Error) -> Self {
        Self::input(with_causes(what, error))
    }

    pub(crate) fn print(&self) {
        match self {
            Self::Input(mistakes) => mistakes.iter().for_each(|line| eprintln!("error: {line}")),
            Self::System(text) => eprintln!("error: {text}"),
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Input(_) => ExitCode::from(2),
            Self::System(_) => ExitCode::FAILURE,
        }
    }
}

fn with_causes(what: &str, error: &dyn Error) -> String {
    let mut text = format!("{what}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        // Some errors repeat their cause in their own text.
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}
