//! Putting an edition in force: its parts first, then the pointer, conditional on the version that
//! was read. Whatever dies in between, what is in force is whole.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use feirante_models::Instant;
use feirante_seller::settings::Settings;
use uuid::Uuid;

use super::parts::{self, Kind};
use super::pointer::{self, Kept, Pointer};
use super::{Draft, KEPT, SettingsTable, corrupt};
use crate::StoreError;
use crate::attributes::number;
use crate::retry::{Attempt, Budget, attempt};

/// Bytes up to which an edition is in the pointer too: with the list of editions it is about the
/// 4 KB that a read is charged for.
const INLINE_BYTES: usize = 3_000;

/// How an application ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It is in force, as this version.
    As(i64),
    /// It is not: another came first, and this version is in force now. Look at it and decide again.
    Overtaken(i64),
}

impl SettingsTable {
    /// Puts `settings` in force and says as which edition; of two at once the later one holds.
    ///
    /// # Errors
    /// When they could not be written in time.
    pub async fn apply(&self, settings: &Settings, budget: Budget) -> Result<i64, StoreError> {
        let draft = Draft {
            settings,
            source: None,
            restores: None,
            at: Instant::now(),
        };
        let mut read = self.version(budget).await?;
        loop {
            match self.apply_over(read, draft, budget).await? {
                Applied::As(version) => return Ok(version),
                Applied::Overtaken(now) => read = now,
            }
        }
    }

    /// Puts `draft` in force over the edition `read` (0: over none), unless another is by now.
    ///
    /// # Errors
    /// When it could not be written in time, or the outcome not learned.
    pub async fn apply_over(
        &self,
        read: i64,
        draft: Draft<'_>,
        budget: Budget,
    ) -> Result<Applied, StoreError> {
        let before = self.pointer(true, budget).await?.unwrap_or_default();
        if before.version != read {
            return Ok(Applied::Overtaken(before.version));
        }
        let mut kept = before.kept.clone();
        kept.extend(self.adopt(&before, budget).await?);
        // What is deleted before the list says so is missed by nobody; what were deleted after it
        // could stay for ever.
        let gone = kept.len().saturating_sub(KEPT - 1);
        for kept in kept.drain(..gone) {
            self.forget(&kept, budget).await?;
        }
        let (written, compiled) = self.write(read + 1, draft, budget).await?;
        kept.push(written.clone());
        let pointer = Pointer {
            version: written.version,
            compiled: Some(compiled).filter(|bytes| bytes.len() <= INLINE_BYTES),
            kept,
        };
        let applied = self.point(read, &pointer, budget).await?;
        if matches!(applied, Applied::Overtaken(_))
            && let Err(error) = self.forget(&written, budget).await
        {
            // They are in nobody's way.
            tracing::warn!(%error, "the parts of an edition that did not come in force stay");
        }
        Ok(applied)
    }

    /// The version in force; 0: none.
    async fn version(&self, budget: Budget) -> Result<i64, StoreError> {
        let pointer = self.pointer(true, budget).await?;
        Ok(pointer.map_or(0, |pointer| pointer.version))
    }

    /// An edition in force that is not kept was written before editions were: from now on it is.
    async fn adopt(&self, pointer: &Pointer, budget: Budget) -> Result<Option<Kept>, StoreError> {
        let Some(compiled) = &pointer.compiled else {
            return Ok(None);
        };
        if pointer.in_force().is_some() {
            return Ok(None);
        }
        let kept = Kept {
            version: pointer.version,
            // The same each time: its content can't differ.
            id: pointer.version.to_string(),
            applied_at: None,
            restores: None,
            compiled_parts: parts::parts_of(compiled.len()),
            source_parts: 0,
        };
        self.split(&kept.id, Kind::Compiled, compiled, budget)
            .await?;
        Ok(Some(kept))
    }

    /// Writes the parts of an edition; also returns what functions read, compressed.
    async fn write(
        &self,
        version: i64,
        draft: Draft<'_>,
        budget: Budget,
    ) -> Result<(Kept, Vec<u8>), StoreError> {
        let id = format!("{version}-{}", Uuid::new_v4().simple());
        let compiled = serde_json::to_string(draft.settings).map_err(corrupt)?;
        let compiled = parts::zipped(&compiled)?;
        let source = match draft.source {
            Some(source) => parts::zipped(&serde_json::to_string(source).map_err(corrupt)?)?,
            None => Vec::new(),
        };
        self.split(&id, Kind::Compiled, &compiled, budget).await?;
        self.split(&id, Kind::Source, &source, budget).await?;
        let kept = Kept {
            version,
            id,
            applied_at: Some(draft.at),
            restores: draft.restores,
            compiled_parts: parts::parts_of(compiled.len()),
            source_parts: parts::parts_of(source.len()),
        };
        Ok((kept, compiled))
    }

    /// Deletes the parts of an edition.
    async fn forget(&self, kept: &Kept, budget: Budget) -> Result<(), StoreError> {
        self.delete(&kept.id, Kind::Compiled, kept.compiled_parts, budget)
            .await?;
        self.delete(&kept.id, Kind::Source, kept.source_parts, budget)
            .await
    }

    /// Writes the pointer, unless another was written since the version `read`.
    async fn point(
        &self,
        read: i64,
        pointer: &Pointer,
        budget: Budget,
    ) -> Result<Applied, StoreError> {
        const OPERATION: &str = "PutItem";
        let mut call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(pointer.encode()?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        call = if read == 0 {
            call.condition_expression("attribute_not_exists(#name)")
                .expression_attribute_names("#name", pointer::NAME)
        } else {
            call.condition_expression("#version = :read")
                .expression_attribute_names("#version", pointer::VERSION)
                .expression_attribute_values(":read", number(read))
        };
        let tries = AtomicU32::new(0);
        let found = budget
            .run(OPERATION, || async {
                tries.fetch_add(1, Ordering::Relaxed);
                let error = match call.clone().send().await {
                    Ok(_) => return Ok(Attempt::Done(None)),
                    Err(error) => error,
                };
                if let Some(PutItemError::ConditionalCheckFailedException(failed)) =
                    error.as_service_error()
                {
                    let found = failed.item().cloned().map(Pointer::decode).transpose()?;
                    return Ok(Attempt::Done(Some(found.unwrap_or_default())));
                }
                attempt(OPERATION, Err(error))
            })
            .await?;
        match found {
            None => Ok(Applied::As(pointer.version)),
            // A try whose answer was lost was written all the same.
            Some(found) if tries.into_inner() > 1 && found == *pointer => {
                Ok(Applied::As(pointer.version))
            }
            Some(found) => Ok(Applied::Overtaken(found.version)),
        }
    }
}
