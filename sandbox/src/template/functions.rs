//! `AWS::Serverless::Function`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_norway::Value as Yaml;

use super::node::{Kind, Node, REF};
use super::sources::{self, Trigger};
use super::{Error, Function, Route, Value, resource_type};

/// Lambda's own, for what a template leaves out.
const DEFAULT_MEMORY: u32 = 128;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3);

/// Whether anything in the template invokes the function.
pub(super) fn is_invoked(resource: &Yaml) -> bool {
    let events = resource.get("Properties").and_then(|it| it.get("Events"));
    events
        .and_then(Yaml::as_mapping)
        .is_some_and(|events| !events.is_empty())
}

/// Reads one function and the routes it answers. `defaults` is `Globals.Function`.
pub(super) fn read(resource: &Node, defaults: &Node) -> Result<(Function, Vec<Route>), Error> {
    resource.only(&["Type", "Condition", "Metadata", "Properties", "DependsOn"])?;
    let properties = resource.get("Properties")?.clone().over(defaults.clone());
    properties.only(&[
        "CodeUri",
        "Environment",
        "Events",
        "MemorySize",
        "Timeout",
        // Without effect on one machine: the crate's binary is run as it was built, under the
        // crate's name, by whoever started the sandbox, with its logs in the terminal.
        "Architectures",
        "Description",
        "FunctionName",
        "Handler",
        "LoggingConfig",
        "Role",
        "Runtime",
        "Tracing",
        // There is one version, the one that was built.
        "AutoPublishAlias",
        "AutoPublishAliasAllProperties",
        "DeploymentPreference",
        "VersionDescription",
        // Of the clock's calls alone: one that fails is in the log, and the next does what it left.
        "EventInvokeConfig",
    ])?;

    let name = crate_name(resource, &properties)?;
    let mut routes = Vec::new();
    let mut sources = Vec::new();
    if let Some(events) = properties.find("Events")? {
        for (_, event) in events.entries()? {
            match sources::read(event)? {
                Trigger::Route(key) => routes.push(Route {
                    key,
                    function: name.clone(),
                }),
                Trigger::Source(source) => sources.push(source),
            }
        }
    }
    let function = Function {
        memory: match properties.find("MemorySize")? {
            Some(megabytes) => megabytes.whole()?,
            None => DEFAULT_MEMORY,
        },
        timeout: match properties.find("Timeout")? {
            Some(timeout) => timeout.seconds()?,
            None => DEFAULT_TIMEOUT,
        },
        environment: environment(&properties)?,
        sources,
        name,
    };
    Ok((function, routes))
}

/// The binary that the build is told to take, or else the crate that lies at `CodeUri`.
fn crate_name(resource: &Node, properties: &Node) -> Result<String, Error> {
    if let Some(metadata) = resource.find("Metadata")?
        && let Some(build) = metadata.find("BuildProperties")?
        && let Some(binary) = build.find("Binary")?
    {
        return binary.text();
    }
    let code = properties.get("CodeUri")?;
    let text = code.text()?;
    match text.trim_end_matches('/').rsplit('/').next() {
        Some(name) if !name.is_empty() && name != "." => Ok(name.to_owned()),
        _ => Err(code.mismatch("the directory of a crate")),
    }
}

fn environment(properties: &Node) -> Result<BTreeMap<String, Value>, Error> {
    let Some(environment) = properties.find("Environment")? else {
        return Ok(BTreeMap::new());
    };
    environment
        .only(&["Variables"])?
        .get("Variables")?
        .entries()?
        .iter()
        .map(|(name, node)| Ok((name.clone(), value(node)?)))
        .collect()
}

fn value(node: &Node) -> Result<Value, Error> {
    let Kind::Reference(reference) = &node.kind else {
        return node.text().map(Value::Text);
    };
    let resource = reference.resource.clone();
    match (
        reference.resource_type.as_str(),
        reference.attribute.as_str(),
    ) {
        (resource_type::TABLE, REF) => Ok(Value::TableName(resource)),
        (resource_type::QUEUE, REF | "QueueUrl") => Ok(Value::QueueUrl(resource)),
        _ => Err(node.mismatch("text, the name of a table or the URL of a queue")),
    }
}
