//! What the reader makes of conditions, of values that depend on them, and of what is left out.

use std::time::Duration;

use super::super::{Stack, Value, read};
use super::samples::{conditional, stack, uninvoked};

fn conditional_stack(conditions: &str, resources: &str) -> Stack {
    read(&conditional(conditions, resources)).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(conditions: &str, resources: &str) -> String {
    match read(&conditional(conditions, resources)) {
        Ok(stack) => panic!("read as {stack:?}"),
        Err(error) => error.to_string(),
    }
}

/// A queue with these further lines.
fn queue(further: &str) -> String {
    format!(
        "Jobs:\n  Type: AWS::SQS::Queue\n  {further}\n  \
         Properties:\n    QueueName: !Sub \"${{AWS::StackName}}-jobs\""
    )
}

#[test]
fn conditions_are_worked_out_with_the_parameters_defaults() {
    for (condition, holds) in [
        ("!Equals [!Ref Level, info]", true),
        ("!Equals [!Ref Level, debug]", false),
        ("!Equals [!Ref Seconds, \"7\"]", true),
        ("!Equals [!Sub \"${Level}-${Seconds}\", info-7]", true),
        ("!Not [!Equals [a, a]]", false),
        ("!And [!Condition Held, !Equals [a, a]]", true),
        (
            "!And [!Condition Held, !Condition Failed, !Equals [a, a]]",
            false,
        ),
        ("!Or [!Condition Failed, !Equals [a, b]]", false),
        (
            "!Or [!Condition Failed, !Equals [a, b], !Condition Held]",
            true,
        ),
        ("!Condition Failed", false),
        ("{Fn::Not: [{Condition: Failed}]}", true),
        (
            "{Fn::And: [{Condition: Held}, {Fn::Equals: [{Ref: Level}, info]}]}",
            true,
        ),
        (
            "{Fn::Or: [{Condition: Failed}, {Fn::Equals: [a, b]}]}",
            false,
        ),
    ] {
        let stack = conditional_stack(&format!("It: {condition}"), &queue("Condition: It"));
        assert_eq!(stack.queue("Jobs").is_some(), holds, "{condition}");
    }
}

#[test]
fn a_resource_whose_condition_does_not_hold_is_left_out_whatever_it_is() {
    let unknown = "Stream: {Type: AWS::Kinesis::Stream, Condition: Failed}";
    assert_eq!(conditional_stack("", unknown), Stack::default());
    let table = "Things: {Type: AWS::DynamoDB::Table, Condition: Held, \
         Properties: {TableName: !Sub \"${AWS::StackName}-things\"}}";
    assert!(conditional_stack("", table).table("Things").is_some());
}

#[test]
fn a_value_is_chosen_by_its_condition_alone() {
    let resources = format!(
        "{}\nGone: {{Type: AWS::SQS::Queue, Condition: Failed}}",
        uninvoked(
            "Timeout: !If [Held, !Ref Seconds, soon], \
             Environment: {Variables: {A: {Fn::If: [Failed, !Ref Gone, !Ref Things]}, \
             B: !If [Held, !If [Failed, 1, 2], 3]}}, \
             Events: {Clock: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}}"
        )
    );
    let stack = conditional_stack("", &resources);
    let function = &stack.functions["count-things"];
    assert_eq!(function.timeout, Duration::from_secs(7));
    assert_eq!(function.environment["A"], Value::TableName("Things".into()));
    assert_eq!(function.environment["B"], Value::Text("2".into()));
}

#[test]
fn what_has_no_value_is_as_if_it_were_not_written() {
    let resources = "Jobs:\n  Type: AWS::SQS::Queue\n  Properties:\n    \
         QueueName: !Sub \"${AWS::StackName}-jobs\"\n    \
         VisibilityTimeout: !If [Failed, 7, !Ref \"AWS::NoValue\"]\n    \
         KmsMasterKeyId: {Ref: AWS::NoValue}\n\
         Things:\n  Type: AWS::DynamoDB::Table\n  Properties:\n    \
         TableName: !Sub \"${AWS::StackName}-things\"\n    \
         KeySchema:\n      - !Ref AWS::NoValue\n      - {AttributeName: id, KeyType: HASH}";
    let stack = conditional_stack("", resources);
    let jobs = stack.queue("Jobs").unwrap();
    assert_eq!(jobs.visibility, Duration::from_secs(30));
    let things = stack.table("Things").unwrap();
    let key = serde_json::json!([{"AttributeName": "id", "KeyType": "HASH"}]);
    assert_eq!(things.definition["KeySchema"], key);
}

/// The deployed check of new versions, for one, has no counterpart here.
#[test]
fn a_function_that_nothing_invokes_is_left_out() {
    for events in ["", "Events: {}"] {
        let stack = stack(&uninvoked(events));
        assert!(stack.functions.is_empty(), "{events}");
        assert!(stack.queue("Jobs").is_some());
    }
}

#[test]
fn mistakes_in_conditions_are_named_with_their_place() {
    for (conditions, resources, expected) in [
        (
            "",
            queue("Condition: Other"),
            "Resources.Jobs.Condition: no condition is called Other",
        ),
        (
            "It: !Condition Other",
            String::new(),
            "Conditions.It: no condition is called Other",
        ),
        (
            "It: !Condition That\n  That: !Not [!Condition It]",
            String::new(),
            "Conditions.That: the sandbox does not understand a condition that depends on itself",
        ),
        (
            "It: true",
            String::new(),
            "Conditions.It: the sandbox does not understand a condition of this form",
        ),
        (
            "It: !Equals [a, a, a]",
            String::new(),
            "Conditions.It: the sandbox does not understand Fn::Equals in this form",
        ),
        (
            "It: !Not [!Condition Held, !Condition Held]",
            String::new(),
            "Conditions.It: the sandbox does not understand Fn::Not in this form",
        ),
        (
            "It: !Or [!Condition Held]",
            String::new(),
            "Conditions.It: the sandbox does not understand Fn::Or in this form",
        ),
        (
            "It: !If [Held, a, b]",
            String::new(),
            "Conditions.It: the sandbox does not understand Fn::If",
        ),
        (
            "It: !Equals [!Ref Jobs, a]",
            queue("Condition: It"),
            "Conditions.It: no parameter or resource is called Jobs",
        ),
        (
            "It: !Equals [!Ref AWS::NoValue, a]",
            String::new(),
            "Conditions.It: the sandbox does not understand AWS::NoValue here",
        ),
    ] {
        assert_eq!(refusal(conditions, &resources), expected, "{conditions}");
    }
}

#[test]
fn mistakes_in_values_that_depend_on_conditions_are_named_with_their_place() {
    let variable = |value: &str| {
        uninvoked(&format!(
            "Environment: {{Variables: {{X: {value}}}}}, \
             Events: {{Clock: {{Type: Schedule, Properties: {{Schedule: rate(1 minute)}}}}}}"
        )) + "\nGone: {Type: AWS::SQS::Queue, Condition: Failed}"
    };
    let place = "Resources.Count.Properties.Environment.Variables.X";
    for (value, expected) in [
        ("!If [Other, a, b]", "no condition is called Other"),
        (
            "!If [Held, a]",
            "the sandbox does not understand Fn::If in this form",
        ),
        (
            "!If Held",
            "the sandbox does not understand Fn::If in this form",
        ),
        (
            "!If [Held, !Ref Gone, b]",
            "Gone is left out, since its condition does not hold",
        ),
        (
            "!Sub \"${AWS::NoValue}\"",
            "no parameter or resource is called AWS::NoValue",
        ),
    ] {
        assert_eq!(
            refusal("", &variable(value)),
            format!("{place}: {expected}")
        );
    }
    let nameless = "Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref AWS::NoValue}}";
    assert_eq!(
        refusal("", nameless),
        "Resources.Jobs.Properties.QueueName: missing"
    );
}
