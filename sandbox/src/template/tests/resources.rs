//! The template as it is written, for what the sandbox does not read of it.

use serde_norway::Value;

use super::super::TEMPLATE;

pub(super) const FUNCTION: &str = "AWS::Serverless::Function";
pub(super) const TABLE: &str = "AWS::DynamoDB::Table";
pub(super) const QUEUE: &str = "AWS::SQS::Queue";

/// The resources of the template, unread.
pub(super) struct Resources(pub(super) Value);

impl Resources {
    pub(super) fn read() -> Self {
        let template: Value = serde_norway::from_str(TEMPLATE).unwrap();
        Self(template["Resources"].clone())
    }

    pub(super) fn of_type(&self, resource_type: &str) -> impl Iterator<Item = (&str, &Value)> {
        let resources = self.0.as_mapping().unwrap().iter();
        resources
            .filter(move |(_, resource)| resource["Type"] == resource_type)
            .map(|(id, resource)| (id.as_str().unwrap(), resource))
    }
}

/// The argument of `!{function} …`.
pub(super) fn called<'a>(value: &'a Value, function: &str) -> Option<&'a str> {
    match value {
        Value::Tagged(tagged) if tagged.tag == function => tagged.value.as_str(),
        _ => None,
    }
}
