//! The seller file in force.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;
use feirante_seller::settings::Settings;

use crate::StoreError;
use crate::attributes::{Item, as_integer, number, text};
use crate::compressed::{compress, decompress};
use crate::retry::{Budget, attempt};

const NAME: &str = "name";
const SELLER: &str = "seller";
const COMPILED: &str = "compiled";
const VERSION: &str = "version";

/// The Settings table.
#[derive(Debug, Clone)]
pub struct SettingsTable {
    client: Client,
    table: String,
}

/// The settings and which edition of them.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Raised by each application of a seller file.
    pub version: i64,
    /// What is in force.
    pub settings: Settings,
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
        const OPERATION: &str = "GetItem";
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(NAME, text(SELLER));
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        answer.item.as_ref().map(decode).transpose()
    }

    /// Puts `settings` in force and says as which edition; of two at once the later one holds.
    ///
    /// # Errors
    /// When they could not be written in time.
    pub async fn apply(&self, settings: &Settings, budget: Budget) -> Result<i64, StoreError> {
        const OPERATION: &str = "UpdateItem";
        let corrupt = |why: &dyn std::fmt::Display| StoreError::corrupt("settings", why);
        let json = serde_json::to_string(settings).map_err(|why| corrupt(&why))?;
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(NAME, text(SELLER))
            .update_expression("SET #compiled = :compiled ADD #version :one")
            .expression_attribute_names("#compiled", COMPILED)
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":compiled", compress(&json).map_err(|why| corrupt(&why))?)
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        answer
            .attributes
            .as_ref()
            .and_then(|item| item.get(VERSION))
            .and_then(as_integer)
            .ok_or_else(|| corrupt(&"has no version"))
    }
}

fn decode(item: &Item) -> Result<Edition, StoreError> {
    let corrupt = |why: String| StoreError::corrupt("settings", why);
    let missing = || corrupt("has no content".to_owned());
    let json = decompress(item.get(COMPILED).ok_or_else(missing)?).map_err(corrupt)?;
    Ok(Edition {
        version: item.get(VERSION).and_then(as_integer).ok_or_else(missing)?,
        settings: serde_json::from_str(&json).map_err(|error| corrupt(error.to_string()))?,
    })
}
