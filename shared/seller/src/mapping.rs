//! What a marketplace calls the seller's categories, brands, specifications and their values
//! (protocol §3.10): it takes a suggestion by its own names only.
//!
//! A suggestion has no other field for them than their names: neither ids nor the seller's own names
//! beside the marketplace's. So a name that is mapped takes the place of the seller's.

mod mapped;
mod name;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use mapped::{Mapped, Names};
pub use name::Name;

/// What stands for every name that has no row of its own, and for the seller's name itself.
pub(crate) const ANY: &str = "*";

/// What stands for nothing.
pub(crate) const NOTHING: &str = "-";

/// A marketplace's names for the seller's; the default has none and sends every name as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// What becomes of a SKU with a name that is not mapped.
    pub unmapped: Unmapped,
    #[serde(with = "rows")]
    targets: BTreeMap<Name, Target>,
}

/// What becomes of a SKU with a name that is not mapped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unmapped {
    /// The name is sent as the seller has it.
    #[default]
    Pass,
    /// The SKU is not suggested.
    Hold,
}

/// What a name becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Target {
    /// The marketplace has the same name.
    Same,
    /// The marketplace has nothing of the kind: a specification or a value is not sent.
    LeftOut,
    /// The marketplace's name.
    Name(String),
}

impl From<String> for Target {
    fn from(text: String) -> Self {
        match text.as_str() {
            ANY => Self::Same,
            NOTHING => Self::LeftOut,
            _ => Self::Name(text),
        }
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        match target {
            Target::Same => ANY.to_owned(),
            Target::LeftOut => NOTHING.to_owned(),
            Target::Name(name) => name,
        }
    }
}

impl Mapping {
    /// What each of `names` becomes. Of names that differ in capitals and blanks alone, the last one
    /// counts.
    #[must_use]
    pub fn new(unmapped: Unmapped, names: impl IntoIterator<Item = (Name, Target)>) -> Self {
        let targets = names.into_iter();
        Self {
            unmapped,
            targets: targets
                .map(|(name, target)| (name.folded(), target))
                .collect(),
        }
    }

    /// Whether it is the one of a marketplace that has none.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What a name becomes; `None`: it is not mapped. A row of its own goes before one of every name,
    /// and one of its specification before one of every specification.
    #[must_use]
    pub fn target(&self, name: &Name) -> Option<&Target> {
        let rows = name.folded().or_any();
        rows.iter().find_map(|row| self.targets.get(row))
    }
}

/// The targets as a list: the keys of an object could only be texts.
mod rows {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Name, Target};

    #[derive(Serialize, Deserialize)]
    struct Row {
        #[serde(flatten)]
        name: Name,
        to: Target,
    }

    pub(super) fn serialize<S: Serializer>(
        targets: &BTreeMap<Name, Target>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(targets.iter().map(|(name, to)| Row {
            name: name.clone(),
            to: to.clone(),
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Name, Target>, D::Error> {
        let rows = Vec::<Row>::deserialize(deserializer)?;
        Ok(rows.into_iter().map(|row| (row.name, row.to)).collect())
    }
}

#[cfg(test)]
mod tests;
