//! What the seller file says of its marketplaces, kept while a sandbox's marketplace stands in for
//! them: the settings in force name that one instead.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::AccountName;
use feirante_seller::settings::{Endpoints, Outbound, Settings};
use feirante_store::settings::Edition;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

const NAME: &str = "name";
const ITEM: &str = "sandbox";
const VERSION: &str = "version";
const ORIGINALS: &str = "originals";

/// An item of its own in the Settings table.
#[derive(Debug)]
pub(super) struct Originals {
    client: Client,
    table: String,
}

/// What one marketplace of the seller file says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Original {
    account: AccountName,
    endpoints: Endpoints,
    outbound: Option<Outbound>,
}

impl Originals {
    pub(super) const fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The seller's own settings behind the edition in force: its own ones, unless a sandbox wrote
    /// that edition.
    pub(super) async fn of(&self, edition: Edition) -> Result<Settings, Failure> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(NAME, AttributeValue::S(ITEM.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| failed("read", &DisplayErrorContext(error)))?;
        let mut settings = edition.settings;
        let Some(item) = answer.item else {
            return Ok(settings);
        };
        let number = item.get(VERSION).and_then(|value| value.as_n().ok());
        let version = number.and_then(|number| number.parse::<i64>().ok());
        // Newer than what was kept: a seller file was applied since.
        if version.is_none_or(|version| edition.version > version) {
            return Ok(settings);
        }
        let json = item.get(ORIGINALS).and_then(|value| value.as_s().ok());
        let originals: Vec<Original> = serde_json::from_str(json.map_or("[]", String::as_str))
            .map_err(|error| failed("read", &error))?;
        for original in originals {
            let mut marketplaces = settings.marketplaces.iter_mut();
            if let Some(one) = marketplaces.find(|one| one.account == original.account) {
                one.endpoints = original.endpoints;
                one.outbound = original.outbound;
            }
        }
        Ok(settings)
    }

    /// Keeps what `settings` say, before others are put in force as the edition `version`: a start
    /// that is cut off in between has lost nothing.
    pub(super) async fn keep(&self, settings: &Settings, version: i64) -> Result<(), Failure> {
        let originals: Vec<Original> = settings
            .marketplaces
            .iter()
            .map(|one| Original {
                account: one.account.clone(),
                endpoints: one.endpoints.clone(),
                outbound: one.outbound.clone(),
            })
            .collect();
        let json = serde_json::to_string(&originals).map_err(|error| failed("written", &error))?;
        self.client
            .put_item()
            .table_name(&self.table)
            .item(NAME, AttributeValue::S(ITEM.to_owned()))
            .item(VERSION, AttributeValue::N(version.to_string()))
            .item(ORIGINALS, AttributeValue::S(json))
            .send()
            .await
            .map(drop)
            .map_err(|error| failed("written", &DisplayErrorContext(error)))
    }
}

fn failed(what: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::System(format!("the seller's own endpoints can't be {what}: {why}"))
}
