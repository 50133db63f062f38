//! The modifications of an order (protocol §3.12): one at a time is open, the others are kept so that
//! a repeated call is known.

use feirante_models::modification::{Alterations, Difference};
use feirante_models::{ChangeRequestId, Instant};
use serde::{Deserialize, Serialize};

/// An order's modifications in the order they were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Modifications(Vec<Modification>);

/// A modification the marketplace asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Modification {
    /// Its name, unique in its order.
    pub id: ChangeRequestId,
    /// When it was asked for first.
    pub requested_at: Instant,
    /// Why.
    pub reason: String,
    /// Hash of what it changes: a repeat has the same.
    pub content_hash: String,
    /// What it changes of the order's costs, as the order stood when it was asked for.
    pub difference: Difference,
    /// How far it has come.
    #[serde(flatten)]
    pub stage: ModificationStage,
}

/// How far a modification has come (protocol §4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "stage",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum ModificationStage {
    /// The marketplace is told that the seller knows of it.
    Requested {
        /// What it changes.
        alterations: Alterations,
    },
    /// It has been told, and may ask for it to be applied.
    Acknowledged {
        /// What it changes.
        alterations: Alterations,
    },
    /// The order is changed; the marketplace is told so.
    Applied {
        /// Whether it could not be told. Then that holds nothing back until the marketplace asks again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        given_up: bool,
    },
    /// It has been told.
    Confirmed,
    /// It came to nothing: the marketplace took it back, or something else happened to the order.
    Over,
}

impl ModificationStage {
    /// What is still to be applied.
    #[must_use]
    pub const fn alterations(&self) -> Option<&Alterations> {
        match self {
            Self::Requested { alterations } | Self::Acknowledged { alterations } => {
                Some(alterations)
            }
            Self::Applied { .. } | Self::Confirmed | Self::Over => None,
        }
    }

    /// In words.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Requested { .. } => "requested",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Applied { .. } => "applied",
            Self::Confirmed => "confirmed",
            Self::Over => "over",
        }
    }
}

impl Modifications {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Modification> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The modification of this name.
    #[must_use]
    pub fn get(&self, id: &ChangeRequestId) -> Option<&Modification> {
        self.0.iter().find(|modification| modification.id == *id)
    }

    /// The one that is neither applied nor over.
    #[must_use]
    pub fn open(&self) -> Option<&Modification> {
        let mut all = self.0.iter();
        all.find(|modification| modification.stage.alterations().is_some())
    }

    /// Whether the marketplace is being told that one is applied. Nothing is invoiced meanwhile: until it
    /// has heard, it takes invoices for the order as it was.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        let telling = ModificationStage::Applied { given_up: false };
        self.0.iter().any(|one| one.stage == telling)
    }

    /// How many are not open any more.
    pub(crate) fn ended(&self) -> usize {
        self.0.len() - usize::from(self.open().is_some())
    }

    /// These and a new one.
    #[must_use]
    pub(crate) fn with(&self, modification: Modification) -> Self {
        let mut all = self.clone();
        all.0.push(modification);
        all
    }

    /// These, with this one at `stage`.
    #[must_use]
    pub(crate) fn at_stage(&self, id: &ChangeRequestId, stage: ModificationStage) -> Self {
        let mut all = self.clone();
        for modification in all.0.iter_mut().filter(|one| one.id == *id) {
            modification.stage = stage.clone();
        }
        all
    }

    /// These after something happened to the order that no modification survives.
    #[must_use]
    pub(crate) fn closed(&self) -> Self {
        match self.open() {
            Some(open) => self.at_stage(&open.id, ModificationStage::Over),
            None => self.clone(),
        }
    }
}
