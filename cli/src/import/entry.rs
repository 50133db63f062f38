//! What one line of a file says.

use std::fmt;

use feirante_models::erp::OfferMessage;

/// A line of a file, as its messages or with what is wrong with it.
#[derive(Debug)]
pub(super) struct Entry {
    /// The line it begins in, the first of the file being 1.
    pub(super) line: u64,
    pub(super) messages: Vec<OfferMessage>,
    pub(super) mistakes: Vec<Mistake>,
}

/// What is wrong, and where in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    line: u64,
    /// The column as the file names it; of a line that is a message, the JSON pointer.
    column: Option<String>,
    why: String,
}

impl Entry {
    pub(super) const fn at(line: u64) -> Self {
        Self {
            line,
            messages: Vec::new(),
            mistakes: Vec::new(),
        }
    }

    pub(super) fn wrong(mistake: Mistake) -> Self {
        let line = mistake.line;
        Self {
            mistakes: vec![mistake],
            ..Self::at(line)
        }
    }
}

impl Mistake {
    pub(super) fn of(line: u64, column: &str, why: impl Into<String>) -> Self {
        Self {
            line,
            column: Some(column.to_owned()),
            why: why.into(),
        }
    }

    pub(super) fn of_line(line: u64, why: impl Into<String>) -> Self {
        Self {
            line,
            column: None,
            why: why.into(),
        }
    }
}

/// `12: price: is not a number`, to be put behind the file's name.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{}: {column}: {}", self.line, self.why),
            None => write!(f, "{}: {}", self.line, self.why),
        }
    }
}
