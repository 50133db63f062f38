//! Small templates to read.

use super::super::{Stack, read};

/// A template of these resources, with two parameters.
pub(super) fn template(resources: &str) -> String {
    let resources: String = resources
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    format!(
        "Transform: AWS::Serverless-2016-10-31\n\
         Parameters:\n  Level: {{Type: String, Default: info}}\n  Seconds: {{Type: Number, Default: 7}}\n\
         Globals:\n  Function:\n    MemorySize: 256\n    Environment: {{Variables: {{LEVEL: !Ref Level}}}}\n\
         Resources:\n{resources}"
    )
}

/// The same with these conditions, beside `Held`, which holds, and `Failed`.
pub(super) fn conditional(conditions: &str, resources: &str) -> String {
    format!(
        "{}Conditions:\n  Held: !Equals [!Ref Level, info]\n  Failed: !Not [!Condition Held]\n  {conditions}\n",
        template(resources)
    )
}

/// What such a template is read as.
pub(super) fn stack(resources: &str) -> Stack {
    read(&template(resources)).unwrap_or_else(|error| panic!("{error}"))
}

/// A function with these further properties, which a clock invokes.
pub(super) fn function(properties: &str) -> String {
    let clock = "Events: {Clock: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}}";
    uninvoked(&format!("{properties}, {clock}"))
}

/// A function with these further properties, and nothing else.
pub(super) fn uninvoked(properties: &str) -> String {
    format!(
        "{RESOURCES}\nCount:\n  Type: AWS::Serverless::Function\n  \
         Properties: {{CodeUri: functions/count-things, {properties}}}"
    )
}

/// A function with these events.
pub(super) fn events(events: &str) -> String {
    uninvoked(&format!("Events: {{{events}}}"))
}

/// A function with this event.
pub(super) fn event(event: &str) -> String {
    events(&format!("It: {event}"))
}

/// What references can point at.
pub(super) const RESOURCES: &str = "\
Api: {Type: AWS::Serverless::HttpApi}
Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub \"${AWS::StackName}-jobs\"}}
Things:
  Type: AWS::DynamoDB::Table
  Properties: {TableName: !Sub \"${AWS::StackName}-things\", StreamSpecification: {StreamViewType: NEW_IMAGE}}
Others:
  Type: AWS::DynamoDB::Table
  Properties: {TableName: !Sub \"${AWS::StackName}-others\", StreamSpecification: {StreamViewType: NEW_IMAGE}}
Still: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub \"${AWS::StackName}-still\"}}";
