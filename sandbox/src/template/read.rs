//! From the template's text to the [`Stack`].

use serde_norway::Value;

use super::conditions::{self, CONDITION, Conditions};
use super::intrinsics::Scope;
use super::node::{Kind, Node, join};
use super::{Error, Source, Stack, functions, queues, resource_type, tables};

const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Metadata",
    "Parameters",
    // What parameters may be together: their defaults may.
    "Rules",
    conditions::SECTION,
    "Globals",
    "Resources",
    "Outputs",
];

/// Reads a SAM template.
///
/// # Errors
/// Names the place of whatever is wrong, and of whatever the sandbox would have to ignore: it runs
/// what is deployed, or nothing.
pub fn read(text: &str) -> Result<Stack, Error> {
    let document: Value = serde_norway::from_str(text)?;
    for (section, _) in entries("template", &document)? {
        if !SECTIONS.contains(&section) {
            return Err(Error::NotUnderstood {
                path: section.to_owned(),
                what: section.to_owned(),
            });
        }
    }
    let scope = scope(&document)?;
    let defaults = function_defaults(&scope, &document)?;

    let mut stack = Stack::default();
    for (id, resource) in section("Resources", &document)? {
        if scope.is_left_out(id) {
            continue;
        }
        add(&mut stack, &scope, &defaults, id, resource)?;
    }
    check_streams(&stack)?;
    Ok(stack)
}

/// Reads one resource into the stack.
fn add(
    stack: &mut Stack,
    scope: &Scope,
    defaults: &Node,
    id: &str,
    resource: &Value,
) -> Result<(), Error> {
    let path = join("Resources", id);
    let unique = |taken: bool, name: &str| match taken {
        true => Err(Error::Duplicate {
            path: path.clone(),
            name: name.to_owned(),
        }),
        false => Ok(()),
    };
    match scope.resource_type(id) {
        Some(resource_type::FUNCTION) if !functions::is_invoked(resource) => {}
        Some(resource_type::FUNCTION) => {
            let (function, routes) = functions::read(&scope.resolve(&path, resource)?, defaults)?;
            unique(stack.functions.contains_key(&function.name), &function.name)?;
            for route in routes {
                unique(
                    stack.routes.iter().any(|known| known.key == route.key),
                    &route.key,
                )?;
                stack.routes.push(route);
            }
            stack.functions.insert(function.name.clone(), function);
        }
        Some(resource_type::QUEUE) => {
            let queue = queues::read(id, &scope.resolve(&path, resource)?)?;
            unique(stack.queue_named(&queue.name).is_some(), &queue.name)?;
            stack.queues.push(queue);
        }
        Some(resource_type::TABLE) => {
            let table = tables::read(id, &scope.resolve(&path, resource)?)?;
            unique(stack.table_named(&table.name).is_some(), &table.name)?;
            stack.tables.push(table);
        }
        Some(other) if resource_type::WITHOUT_COUNTERPART.contains(&other) => {}
        other => {
            return Err(Error::NotUnderstood {
                path: join(&path, "Type"),
                what: other.unwrap_or("its absence").to_owned(),
            });
        }
    }
    Ok(())
}

/// What values may refer to: parameters, which have their defaults here, conditions and resources.
fn scope(document: &Value) -> Result<Scope, Error> {
    let mut scope = Scope::new();
    for (name, parameter) in section("Parameters", document)? {
        let parameter = scope.resolve(&join("Parameters", name), parameter)?;
        scope.add_parameter(name, parameter.get("Default")?.kind.clone());
    }
    let conditions = Conditions::read(&scope, &section(conditions::SECTION, document)?)?;
    scope.add_conditions(conditions);
    for (id, resource) in section("Resources", document)? {
        let path = join("Resources", id);
        let Some(resource_type) = resource.get("Type").and_then(Value::as_str) else {
            return Err(Error::Missing {
                path: join(&path, "Type"),
            });
        };
        match resource.get(CONDITION).and_then(Value::as_str) {
            Some(name) if !scope.holds(&join(&path, CONDITION), name)? => scope.leave_out(id),
            _ => scope.add_resource(id, resource_type),
        }
    }
    Ok(scope)
}

/// `Globals.Function`, or an empty map.
fn function_defaults(scope: &Scope, document: &Value) -> Result<Node, Error> {
    let empty = |path: &str| Node {
        path: path.to_owned(),
        kind: Kind::Map(Vec::new()),
    };
    let globals = match document.get("Globals") {
        Some(globals) => scope.resolve("Globals", globals)?,
        None => empty("Globals"),
    };
    let function = globals.only(&["Function"])?.find("Function")?.cloned();
    Ok(function.unwrap_or_else(|| empty("Globals.Function")))
}

/// A stream can be read only from a table that has one.
fn check_streams(stack: &Stack) -> Result<(), Error> {
    let sources = stack
        .functions
        .values()
        .flat_map(|function| &function.sources);
    for source in sources {
        if let Source::Stream { table, .. } = source
            && stack.table(table).is_some_and(|table| !table.streamed)
        {
            let path = format!("Resources.{table}.Properties.StreamSpecification");
            return Err(Error::Missing { path });
        }
    }
    Ok(())
}

fn section<'a>(name: &str, document: &'a Value) -> Result<Vec<(&'a str, &'a Value)>, Error> {
    document
        .get(name)
        .map_or(Ok(Vec::new()), |section| entries(name, section))
}

fn entries<'a>(path: &str, value: &'a Value) -> Result<Vec<(&'a str, &'a Value)>, Error> {
    let mismatch = || Error::Mismatch {
        path: path.to_owned(),
        expected: "a map of names".to_owned(),
        found: "something else".to_owned(),
    };
    value
        .as_mapping()
        .ok_or_else(mismatch)?
        .iter()
        .map(|(key, value)| Ok((key.as_str().ok_or_else(mismatch)?, value)))
        .collect()
}
