//! The editions that are kept.

use feirante_models::Instant;
use feirante_seller::settings::{Settings, Source};

use super::parts::Kind;
use super::pointer::Kept;
use super::{SettingsTable, corrupt, read};
use crate::StoreError;
use crate::retry::Budget;

/// An edition that is kept, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its version.
    pub version: i64,
    /// When it was put in force; `None` for one from before that was noted.
    pub applied_at: Option<Instant>,
    /// The version it is a copy of, if it is one.
    pub restores: Option<i64>,
}

/// An edition that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEdition {
    /// Its version.
    pub version: i64,
    /// What functions read.
    pub settings: Settings,
    /// The seller file it was made from, if it was made from one and nothing else.
    pub source: Option<Source>,
}

impl SettingsTable {
    /// The editions that are kept, the one in force last; none before a seller file was applied.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn history(&self, budget: Budget) -> Result<Vec<Summary>, StoreError> {
        let Some(pointer) = self.pointer(true, budget).await? else {
            return Ok(Vec::new());
        };
        let mut history: Vec<_> = pointer.kept.iter().map(Summary::of).collect();
        if pointer.in_force().is_none() {
            history.push(Summary {
                version: pointer.version,
                applied_at: None,
                restores: None,
            });
        }
        Ok(history)
    }

    /// The edition in force; `None` before a seller file was applied.
    ///
    /// # Errors
    /// When it could not be read in time, or was written by a version that differs.
    pub async fn in_force(&self, budget: Budget) -> Result<Option<KeptEdition>, StoreError> {
        let Some(pointer) = self.pointer(true, budget).await? else {
            return Ok(None);
        };
        if let Some(kept) = pointer.in_force() {
            return self.content(kept, budget).await.map(Some);
        }
        Ok(Some(KeptEdition {
            version: pointer.version,
            settings: read(&self.compiled(&pointer, budget).await?)?,
            source: None,
        }))
    }

    /// The edition `version`; `None`: it is not kept.
    ///
    /// # Errors
    /// When it could not be read in time, or was written by a version that differs.
    pub async fn edition(
        &self,
        version: i64,
        budget: Budget,
    ) -> Result<Option<KeptEdition>, StoreError> {
        let pointer = self.pointer(true, budget).await?.unwrap_or_default();
        match pointer.kept.iter().find(|kept| kept.version == version) {
            Some(kept) => self.content(kept, budget).await.map(Some),
            None if pointer.version == version => self.in_force(budget).await,
            None => Ok(None),
        }
    }

    async fn content(&self, kept: &Kept, budget: Budget) -> Result<KeptEdition, StoreError> {
        let part = |kind, parts| self.join(&kept.id, kind, parts, budget);
        let compiled = part(Kind::Compiled, kept.compiled_parts).await?;
        let source = match kept.source_parts {
            0 => None,
            parts => {
                let json = part(Kind::Source, parts).await?;
                Some(serde_json::from_str(&json).map_err(corrupt)?)
            }
        };
        Ok(KeptEdition {
            version: kept.version,
            settings: read(&compiled)?,
            source,
        })
    }
}

impl Summary {
    fn of(kept: &Kept) -> Self {
        Self {
            version: kept.version,
            applied_at: kept.applied_at,
            restores: kept.restores,
        }
    }
}
