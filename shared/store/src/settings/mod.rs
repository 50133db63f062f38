//! The seller file in force, and the editions before it.
//!
//! The item `seller` points to the edition in force and lists the ones that are kept. An edition is
//! what functions read, and the seller file it was made from; both may be larger than an item, so
//! they are in parts: items of their own that are written once, before anything points to them. A
//! small edition is in the pointer as well, and costs its readers one call.

mod apply;
mod history;
mod parts;
mod pointer;

use aws_sdk_dynamodb::Client;
use feirante_models::Instant;
use feirante_seller::settings::{Settings, Source};

use crate::StoreError;
use crate::retry::Budget;

pub use apply::Applied;
pub use history::{KeptEdition, Summary};

use parts::Kind;
use pointer::Pointer;

/// How many editions are kept, the one in force included.
pub const KEPT: usize = 10;

/// The Settings table.
#[derive(Debug, Clone)]
pub struct SettingsTable {
    client: Client,
    table: String,
}

/// The settings and which edition of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Raised by each application of a seller file.
    pub version: i64,
    /// What is in force.
    pub settings: Settings,
}

/// What to put in force.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// What functions read.
    pub settings: &'a Settings,
    /// The seller file it was made from, if it was made from one and nothing else.
    pub source: Option<&'a Source>,
    /// The version it is a copy of, if it is one.
    pub restores: Option<i64>,
    /// When it is put in force.
    pub at: Instant,
}

/// What is in force, to somebody who holds an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InForce {
    /// The edition that is held.
    Held,
    /// Another one.
    Edition(Box<Edition>),
    /// None: no seller file was applied.
    Nothing,
}

impl SettingsTable {
    /// The table called `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
        }
    }

    /// The settings in force; `None` before a seller file was applied.
    ///
    /// # Errors
    /// When they could not be read in time, or were written by a version that differs.
    pub async fn load(&self, budget: Budget) -> Result<Option<Edition>, StoreError> {
        match self.load_unless(None, budget).await? {
            InForce::Edition(edition) => Ok(Some(*edition)),
            InForce::Held | InForce::Nothing => Ok(None),
        }
    }

    /// The settings in force, for somebody who holds the edition `held`: one small read, unless
    /// another one is in force.
    ///
    /// # Errors
    /// When they could not be read in time, or were written by a version that differs.
    pub async fn load_unless(
        &self,
        held: Option<i64>,
        budget: Budget,
    ) -> Result<InForce, StoreError> {
        let Some(pointer) = self.pointer(false, budget).await? else {
            return Ok(InForce::Nothing);
        };
        if held == Some(pointer.version) {
            return Ok(InForce::Held);
        }
        let json = self.compiled(&pointer, budget).await?;
        Ok(InForce::Edition(Box::new(Edition {
            version: pointer.version,
            settings: read(&json)?,
        })))
    }

    /// What functions read of the edition in force, as JSON.
    async fn compiled(&self, pointer: &Pointer, budget: Budget) -> Result<String, StoreError> {
        if let Some(inline) = &pointer.compiled {
            return parts::text(inline);
        }
        let in_force = pointer.in_force();
        let kept = in_force.ok_or_else(|| corrupt("has no content"))?;
        self.join(&kept.id, Kind::Compiled, kept.compiled_parts, budget)
            .await
    }
}

fn read(json: &str) -> Result<Settings, StoreError> {
    serde_json::from_str(json).map_err(corrupt)
}

fn corrupt(why: impl ToString) -> StoreError {
    StoreError::corrupt("settings", why)
}
