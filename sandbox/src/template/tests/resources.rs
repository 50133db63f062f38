//! The template as it is written, for what the sandbox does not read of it.

use std::collections::BTreeSet;

use serde_norway::Value;

use super::super::TEMPLATE;

pub(super) const FUNCTION: &str = "AWS::Serverless::Function";
pub(super) const TABLE: &str = "AWS::DynamoDB::Table";
pub(super) const QUEUE: &str = "AWS::SQS::Queue";
pub(super) const LOG_GROUP: &str = "AWS::Logs::LogGroup";
pub(super) const ALARM: &str = "AWS::CloudWatch::Alarm";

/// The template, unread.
pub(super) fn document() -> Value {
    serde_norway::from_str(TEMPLATE).unwrap()
}

/// The resources of the template, unread.
pub(super) struct Resources(pub(super) Value);

impl Resources {
    pub(super) fn read() -> Self {
        Self(document()["Resources"].clone())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Value)> {
        let resources = self.0.as_mapping().unwrap().iter();
        resources.map(|(id, resource)| (id.as_str().unwrap(), resource))
    }

    pub(super) fn of_type(&self, resource_type: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.all()
            .filter(move |(_, resource)| resource["Type"] == resource_type)
    }

    /// Logical ids of the functions that answer marketplaces.
    pub(super) fn answering(&self) -> BTreeSet<&str> {
        let answering = |function: &Value| {
            let events = function["Properties"]["Events"].as_mapping();
            let mut events = events.into_iter().flat_map(|events| events.values());
            events.any(|event| event["Type"] == "HttpApi")
        };
        let functions = self.of_type(FUNCTION);
        let ours = functions.filter(|(_, function)| answering(function));
        ours.map(|(id, _)| id).collect()
    }
}

/// The argument of `!{function} …`.
pub(super) fn called<'a>(value: &'a Value, function: &str) -> Option<&'a str> {
    match value {
        Value::Tagged(tagged) if tagged.tag == function => tagged.value.as_str(),
        _ => None,
    }
}

/// A value as it would be written.
pub(super) fn written(yaml: &str) -> Value {
    serde_norway::from_str(yaml).unwrap()
}

/// One or many.
pub(super) fn each(value: &Value) -> Vec<&Value> {
    value
        .as_sequence()
        .map_or_else(|| vec![value], |values| values.iter().collect())
}

/// What a value refers to at any depth: parameters, pseudo-parameters and resources, with an attribute
/// as it is written (`Offers.Arn`).
pub(super) fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(value, &mut |tag, argument| match (tag, argument) {
        ("Ref" | "GetAtt", Value::String(name)) => {
            found.insert(name.clone());
        }
        ("Sub", argument) => {
            let text = argument.get(0).unwrap_or(argument).as_str().unwrap();
            found.extend(variables(text));
        }
        _ => {}
    });
    found
}

/// The conditions that a value depends on, at any depth.
pub(super) fn conditions(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(value, &mut |tag, argument| {
        let name = match tag {
            "If" => &argument[0],
            "Condition" => argument,
            _ => return,
        };
        found.insert(name.as_str().unwrap().to_owned());
    });
    found
}

/// The variables of a text for `!Sub`.
pub(super) fn variables(text: &str) -> impl Iterator<Item = String> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
}

/// Every text in a value, at any depth.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Sequence(items) => items.iter().flat_map(texts).collect(),
        Value::Mapping(entries) => entries.values().flat_map(texts).collect(),
        Value::Tagged(tagged) => texts(&tagged.value),
        _ => Vec::new(),
    }
}

fn visit(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Sequence(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Mapping(entries) => entries.values().for_each(|value| visit(value, see)),
        Value::Tagged(tagged) => {
            see(
                tagged.tag.to_string().trim_start_matches('!'),
                &tagged.value,
            );
            visit(&tagged.value, see);
        }
        _ => {}
    }
}
