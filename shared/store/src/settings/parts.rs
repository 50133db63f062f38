//! Texts larger than an item: compressed, cut, and put together again.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::Blob;
use futures::{StreamExt, TryStreamExt, stream};

use super::pointer::NAME;
use super::{SettingsTable, corrupt};
use crate::StoreError;
use crate::attributes::text as name_of;
use crate::compressed::{unzip, zip};
use crate::retry::{Budget, attempt};

const CONTENT: &str = "content";

/// Bytes of a part: an item holds 400 KB, its key and its attributes' names included.
const PART_BYTES: usize = 350_000;

/// Parts on their way at once.
const AT_ONCE: usize = 4;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What functions read.
    Compiled,
    /// The seller file and what it names.
    Source,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Compiled => "compiled",
            Self::Source => "source",
        }
    }
}

/// The name of a part of the edition `id`.
fn name(id: &str, kind: Kind, number: usize) -> AttributeValue {
    name_of(format!("seller#{id}#{}#{number}", kind.name()))
}

/// A text as bytes.
pub(super) fn zipped(text: &str) -> Result<Vec<u8>, StoreError> {
    zip(text).map_err(corrupt)
}

/// The text those bytes were made of.
pub(super) fn text(zipped: &[u8]) -> Result<String, StoreError> {
    unzip(zipped).map_err(corrupt)
}

/// How many parts so many bytes make.
pub(super) const fn parts_of(bytes: usize) -> usize {
    bytes.div_ceil(PART_BYTES)
}

impl SettingsTable {
    /// Writes `bytes` as parts of the edition `id`.
    pub(super) async fn split(
        &self,
        id: &str,
        kind: Kind,
        bytes: &[u8],
        budget: Budget,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "PutItem";
        let numbered = bytes.chunks(PART_BYTES).enumerate();
        let writes = numbered.map(|(number, part)| {
            let call = self
                .client
                .put_item()
                .table_name(&self.table)
                .item(NAME, name(id, kind, number))
                .item(CONTENT, AttributeValue::B(Blob::new(part)));
            budget.run(OPERATION, move || {
                let call = call.clone();
                async move { attempt(OPERATION, call.send().await) }
            })
        });
        // Collected first: what is lazy and borrows can't be sent to another thread.
        let writes: Vec<_> = writes.collect();
        let written = stream::iter(writes).buffer_unordered(AT_ONCE);
        written.map_ok(drop).try_collect().await
    }

    /// The text in the parts of the edition `id`.
    pub(super) async fn join(
        &self,
        id: &str,
        kind: Kind,
        parts: usize,
        budget: Budget,
    ) -> Result<String, StoreError> {
        let reads: Vec<_> = (0..parts)
            .map(|number| self.part(id, kind, number, budget))
            .collect();
        let parts: Vec<Vec<u8>> = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
        text(&parts.concat())
    }

    /// Read consistently: what points to it may have been read a moment after both were written.
    async fn part(
        &self,
        id: &str,
        kind: Kind,
        number: usize,
        budget: Budget,
    ) -> Result<Vec<u8>, StoreError> {
        const OPERATION: &str = "GetItem";
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(NAME, name(id, kind, number))
            .consistent_read(true);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        match answer.item.and_then(|mut item| item.remove(CONTENT)) {
            Some(AttributeValue::B(content)) => Ok(content.into_inner()),
            _ => Err(corrupt(format_args!(
                "part {number} of edition {id} is missing"
            ))),
        }
    }

    /// Deletes the parts of the edition `id`.
    pub(super) async fn delete(
        &self,
        id: &str,
        kind: Kind,
        parts: usize,
        budget: Budget,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "DeleteItem";
        for number in 0..parts {
            let call = self
                .client
                .delete_item()
                .table_name(&self.table)
                .key(NAME, name(id, kind, number));
            budget
                .run(OPERATION, || async {
                    attempt(OPERATION, call.clone().send().await)
                })
                .await?;
        }
        Ok(())
    }
}
