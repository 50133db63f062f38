//! `AWS::DynamoDB::Table`.

use serde_json::{Map, Value as Json, json};

use super::intrinsics::physical_name;
use super::node::Node;
use super::{Error, Table};

/// Properties that `CreateTable` takes under the same names and in the same form.
const SAME_IN_CREATE_TABLE: [&str; 4] = [
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
];

/// Reads the table of that logical id.
pub(super) fn read(id: &str, resource: &Node) -> Result<Table, Error> {
    resource.only(&[
        "Type",
        "Condition",
        "Properties",
        "DeletionPolicy",
        "UpdateReplacePolicy",
    ])?;
    let properties = resource.get("Properties")?.only(&[
        "TableName",
        "AttributeDefinitions",
        "BillingMode",
        "GlobalSecondaryIndexes",
        "KeySchema",
        "StreamSpecification",
        "TimeToLiveSpecification",
        // Care of data that is worth something; nothing a reader or writer sees.
        "DeletionProtectionEnabled",
        "PointInTimeRecoverySpecification",
        "SSESpecification",
    ])?;
    let name = physical_name(properties.get("TableName")?)?;
    let stream = properties
        .find("StreamSpecification")?
        .map(stream)
        .transpose()?;

    let mut definition = Map::new();
    definition.insert("TableName".to_owned(), name.as_str().into());
    for key in SAME_IN_CREATE_TABLE {
        if let Some(property) = properties.find(key)? {
            definition.insert(key.to_owned(), property.to_json()?);
        }
    }
    let streamed = stream.is_some();
    if let Some(stream) = stream {
        definition.insert("StreamSpecification".to_owned(), stream);
    }
    Ok(Table {
        id: id.to_owned(),
        name,
        definition: Json::Object(definition),
        ttl_attribute: ttl_attribute(properties)?,
        streamed,
    })
}

/// CloudFormation takes the view for the wish to have a stream; `CreateTable` wants both.
fn stream(specification: &Node) -> Result<Json, Error> {
    let view = specification
        .only(&["StreamViewType"])?
        .get("StreamViewType")?;
    Ok(json!({ "StreamEnabled": true, "StreamViewType": view.text()? }))
}

fn ttl_attribute(properties: &Node) -> Result<Option<String>, Error> {
    let Some(specification) = properties.find("TimeToLiveSpecification")? else {
        return Ok(None);
    };
    specification.only(&["AttributeName", "Enabled"])?;
    match specification.get("Enabled")?.flag()? {
        true => specification.get("AttributeName")?.text().map(Some),
        false => Ok(None),
    }
}
