//! The template's tables, made where they are missing.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{TableStatus, TimeToLiveSpecification, TimeToLiveStatus};
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

use crate::clients::Clients;
use crate::errors::{Cause, Error};
use crate::sources::backoff::Backoff;
use crate::template::{Stack, Table};

/// Physical names, by the template's names.
pub(crate) fn names(stack: &Stack) -> BTreeMap<String, String> {
    let name = |table: &Table| (table.name.clone(), physical_name(table).to_owned());
    stack.tables.iter().map(name).collect()
}

/// The name the database knows a table by.
pub(crate) fn physical_name(table: &Table) -> &str {
    let named = table.definition.get("TableName").and_then(Value::as_str);
    named.unwrap_or(&table.name)
}

/// Makes the tables that are missing and waits until all can be used.
pub(crate) async fn ensure(stack: &Stack, clients: &Clients, endpoint: &str) -> Result<(), Error> {
    for table in &stack.tables {
        let ready = ensure_one(table, &clients.dynamodb).await;
        ready.map_err(|source| Error::Table {
            table: physical_name(table).to_owned(),
            endpoint: endpoint.to_owned(),
            source,
        })?;
    }
    Ok(())
}

async fn ensure_one(table: &Table, client: &Client) -> Result<(), Cause> {
    let name = physical_name(table);
    if status(name, client).await?.is_none() {
        create(table, client).await?;
    }
    let mut backoff = Backoff::default();
    while status(name, client).await? != Some(TableStatus::Active) {
        backoff.wait().await;
    }
    match &table.ttl_attribute {
        Some(attribute) => expire_by(name, attribute, client).await,
        None => Ok(()),
    }
}

/// `None`: there is no such table.
async fn status(name: &str, client: &Client) -> Result<Option<TableStatus>, Cause> {
    match client.describe_table().table_name(name).send().await {
        Ok(described) => Ok(described.table.and_then(|table| table.table_status)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn is_missing<R>(
    error: &aws_sdk_dynamodb::error::SdkError<
        aws_sdk_dynamodb::operation::describe_table::DescribeTableError,
        R,
    >,
) -> bool {
    error
        .as_service_error()
        .is_some_and(|error| error.is_resource_not_found_exception())
}

/// The definition is a `CreateTable` body already; taking it apart into the client's types and
/// having them put together again could only lose something.
async fn create(table: &Table, client: &Client) -> Result<(), Cause> {
    let mut definition = table.definition.clone();
    if let Some(definition) = definition.as_object_mut() {
        definition.insert("TableName".to_owned(), physical_name(table).into());
    }
    let body = definition.to_string();
    client
        .create_table()
        .table_name(physical_name(table))
        .customize()
        .mutate_request(move |request| {
            let length = body.len().to_string();
            request.headers_mut().insert("content-length", length);
            *request.body_mut() = SdkBody::from(body.as_str());
        })
        .send()
        .await?;
    Ok(())
}

async fn expire_by(name: &str, attribute: &str, client: &Client) -> Result<(), Cause> {
    let described = client
        .describe_time_to_live()
        .table_name(name)
        .send()
        .await?;
    let status = described
        .time_to_live_description
        .and_then(|description| description.time_to_live_status);
    if matches!(
        status,
        Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
    ) {
        return Ok(());
    }
    let specification = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name(attribute)
        .build()?;
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(specification)
        .send()
        .await?;
    Ok(())
}
