//! Names of the seller's that marketplaces have others for.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ANY;
use crate::selection::{letters, levels};

/// A name of the seller's, in the order suggestions are mapped in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Name {
    /// A category, with its path from the department on.
    Category {
        /// `Department/Category`.
        from: String,
    },
    /// A brand.
    Brand {
        /// Its name.
        from: String,
    },
    /// A specification of SKUs or of products.
    Specification {
        /// Its name.
        from: String,
    },
    /// A value of a specification.
    Value {
        /// The specification's name, as the seller has it.
        specification: String,
        /// The value.
        from: String,
    },
}

impl Name {
    /// A category, by its path.
    #[must_use]
    pub fn category(path: &str) -> Self {
        let from = path.trim().to_owned();
        Self::Category { from }
    }

    /// A brand.
    #[must_use]
    pub fn brand(name: &str) -> Self {
        let from = name.trim().to_owned();
        Self::Brand { from }
    }

    /// A specification.
    #[must_use]
    pub fn specification(name: &str) -> Self {
        let from = name.trim().to_owned();
        Self::Specification { from }
    }

    /// A value of a specification.
    #[must_use]
    pub fn value(specification: &str, value: &str) -> Self {
        Self::Value {
            specification: specification.trim().to_owned(),
            from: value.trim().to_owned(),
        }
    }

    /// What it is a name of, as files have it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Category { .. } => "category",
            Self::Brand { .. } => "brand",
            Self::Specification { .. } => "specification",
            Self::Value { .. } => "value",
        }
    }

    /// The name itself.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Category { from }
            | Self::Brand { from }
            | Self::Specification { from }
            | Self::Value { from, .. } => from,
        }
    }

    /// The specification it is a value of.
    #[must_use]
    pub fn of_specification(&self) -> Option<&str> {
        match self {
            Self::Value { specification, .. } => Some(specification),
            Self::Category { .. } | Self::Brand { .. } | Self::Specification { .. } => None,
        }
    }

    /// The name that all its spellings have in common: capitals, the blanks around it and those
    /// around a category's levels make no difference.
    #[must_use]
    pub fn folded(&self) -> Self {
        let fold = |text: &str| letters(text).collect::<String>();
        match self {
            Self::Category { from } => {
                let levels: Vec<String> = levels(from).map(fold).collect();
                let from = levels.join("/");
                Self::Category { from }
            }
            Self::Brand { from } => Self::Brand { from: fold(from) },
            Self::Specification { from } => Self::Specification { from: fold(from) },
            Self::Value {
                specification,
                from,
            } => Self::Value {
                specification: fold(specification),
                from: fold(from),
            },
        }
    }

    /// The name, and then those that stand for it where it has no row of its own.
    pub(super) fn or_any(self) -> Vec<Self> {
        let any = || ANY.to_owned();
        match self {
            Self::Category { .. } => vec![self, Self::Category { from: any() }],
            Self::Brand { .. } => vec![self, Self::Brand { from: any() }],
            Self::Specification { .. } => vec![self, Self::Specification { from: any() }],
            Self::Value {
                specification,
                from,
            } => vec![
                Self::value(&specification, &from),
                Self::value(&specification, ANY),
                Self::value(ANY, &from),
                Self::value(ANY, ANY),
            ],
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.text())?;
        match self.of_specification() {
            Some(specification) => write!(f, " of {specification}"),
            None => Ok(()),
        }
    }
}
