//! The item `seller`: which edition is in force, and which are kept.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::Blob;
use feirante_models::Instant;
use serde::{Deserialize, Serialize};

use super::{SettingsTable, corrupt};
use crate::StoreError;
use crate::attributes::{Item, as_integer, number, text};
use crate::retry::{Budget, attempt};

pub(super) const NAME: &str = "name";
pub(super) const VERSION: &str = "version";
const SELLER: &str = "seller";
const COMPILED: &str = "compiled";
const KEPT: &str = "kept";

/// The item, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pointer {
    /// The edition in force; 0: there is no item.
    pub(super) version: i64,
    /// What functions read, compressed, where it is small.
    pub(super) compiled: Option<Vec<u8>>,
    /// The editions that are kept, the oldest first. Empty where no version that keeps them has
    /// written yet.
    pub(super) kept: Vec<Kept>,
}

/// An edition that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    pub(super) version: i64,
    /// What its parts are called by. Not the version: two that apply at once both write the next.
    pub(super) id: String,
    /// When it was put in force; `None` for one from before that was noted.
    pub(super) applied_at: Option<Instant>,
    /// The version it is a copy of.
    pub(super) restores: Option<i64>,
    /// How many parts hold what functions read.
    pub(super) compiled_parts: usize,
    /// How many parts hold the seller file; 0: it is not known.
    pub(super) source_parts: usize,
}

impl Pointer {
    /// The edition in force, as it is kept.
    pub(super) fn in_force(&self) -> Option<&Kept> {
        self.kept.last().filter(|kept| kept.version == self.version)
    }

    pub(super) fn encode(&self) -> Result<Item, StoreError> {
        let kept = serde_dynamo::to_attribute_value(&self.kept).map_err(corrupt)?;
        let mut item = key();
        item.insert(VERSION.to_owned(), number(self.version));
        item.insert(KEPT.to_owned(), kept);
        if let Some(compiled) = &self.compiled {
            let compiled = AttributeValue::B(Blob::new(compiled.clone()));
            item.insert(COMPILED.to_owned(), compiled);
        }
        Ok(item)
    }

    pub(super) fn decode(mut item: Item) -> Result<Self, StoreError> {
        let version = item.get(VERSION).and_then(as_integer);
        let compiled = match item.remove(COMPILED) {
            Some(AttributeValue::B(blob)) => Some(blob.into_inner()),
            Some(_) => return Err(corrupt("is not binary")),
            None => None,
        };
        let kept = item.remove(KEPT).map(serde_dynamo::from_attribute_value);
        Ok(Self {
            version: version.ok_or_else(|| corrupt("has no version"))?,
            compiled,
            kept: kept.transpose().map_err(corrupt)?.unwrap_or_default(),
        })
    }
}

pub(super) fn key() -> Item {
    Item::from([(NAME.to_owned(), text(SELLER))])
}

impl SettingsTable {
    /// The item; a `consistent` read sees every write before it.
    pub(super) async fn pointer(
        &self,
        consistent: bool,
        budget: Budget,
    ) -> Result<Option<Pointer>, StoreError> {
        const OPERATION: &str = "GetItem";
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key()))
            .consistent_read(consistent);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        answer.item.map(Pointer::decode).transpose()
    }
}
