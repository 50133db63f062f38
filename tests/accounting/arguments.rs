//! What the accounting is asked for.

use clap::Parser;

/// How many messages the test takes that runs with all others.
pub(crate) const FEW: usize = 500;

/// Plays an ERP's messages against a marketplace that fails and processes that are killed, and
/// compares all books in the end.
#[derive(Debug, Clone, Parser)]
#[command(name = "accounting")]
pub(crate) struct Arguments {
    /// How many messages the ERP has, copies aside.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) messages: usize,
    /// What chance starts from; another one each time if absent.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How many of the seller's calls fail at the marketplace, from 0 to 0.9.
    #[arg(long, default_value_t = 0.3)]
    pub(crate) failures: f64,
    /// Where tables, queues, books and logs are kept, and stay; a directory that goes if absent.
    #[arg(long)]
    pub(crate) data: Option<std::path::PathBuf>,
    /// Whether it says what it is at.
    #[arg(skip = true)]
    pub(crate) tells: bool,
}

impl Arguments {
    /// What the test asks for.
    pub(crate) fn of_the_test() -> Self {
        Self {
            messages: FEW,
            seed: Some(1),
            failures: 0.3,
            data: None,
            tells: false,
        }
    }

    /// What this command line asks for: nothing if it is one for tests.
    pub(crate) fn given() -> Option<Self> {
        let mut arguments = std::env::args();
        let mine = |argument: String| argument.starts_with("--messages");
        arguments.any(mine).then(Self::parse)
    }
}
