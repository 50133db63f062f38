//! What can be wrong with a template, and where in it.

/// A template that can't be read, or says something the sandbox would not do.
///
/// `path` is the place in the template: `Resources.PlaceOrder.Properties.Timeout`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not YAML at all; the message has line and column.
    #[error("not valid YAML: {0}")]
    Yaml(#[from] serde_norway::Error),
    /// Something required is not there.
    #[error("{path}: missing")]
    Missing {
        /// Where it should be.
        path: String,
    },
    /// Something of another kind or outside its range.
    #[error("{path}: expected {expected}, found {found}")]
    Mismatch {
        /// Where it is.
        path: String,
        /// What may stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// Possibly right for AWS, but the sandbox would have to ignore it.
    #[error("{path}: the sandbox does not understand {what}")]
    NotUnderstood {
        /// Where it is.
        path: String,
        /// What it is.
        what: String,
    },
    /// A reference to nothing.
    #[error("{path}: no parameter or resource is called {name}")]
    Unresolved {
        /// Where the reference is.
        path: String,
        /// What it refers to.
        name: String,
    },
    /// A condition that the template does not have.
    #[error("{path}: no condition is called {name}")]
    UnknownCondition {
        /// Where it is named.
        path: String,
        /// Its name.
        name: String,
    },
    /// A reference to a resource whose condition does not hold.
    #[error("{path}: {name} is left out, since its condition does not hold")]
    LeftOut {
        /// Where the reference is.
        path: String,
        /// What it refers to.
        name: String,
    },
    /// Two things that must differ are called the same.
    #[error("{path}: {name} is there already")]
    Duplicate {
        /// Where the second one is.
        path: String,
        /// What they are both called.
        name: String,
    },
}
