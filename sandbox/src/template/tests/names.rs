//! What things are called: stacks share their account.

use std::collections::BTreeMap;

use serde_norway::Value;

use super::resources::{FUNCTION, Resources, called, document, references};

/// What names are under, where it is not ours to choose.
const UNDER: [&str; 3] = ["/aws/lambda/", "/aws/vendedlogs/", "CodeDeployHook_"];

/// The property that names a resource of a type, or nothing where CloudFormation makes a name that
/// begins with the stack's.
const NAMED_BY: [(&str, Option<&str>); 18] = [
    ("AWS::ApiGatewayV2::ApiMapping", None),
    // The domain is the seller's.
    ("AWS::ApiGatewayV2::DomainName", None),
    ("AWS::CloudWatch::Alarm", Some("AlarmName")),
    ("AWS::CloudWatch::Dashboard", Some("DashboardName")),
    ("AWS::DynamoDB::Table", Some("TableName")),
    ("AWS::IAM::ManagedPolicy", None),
    ("AWS::IAM::Role", None),
    ("AWS::Logs::LogGroup", Some("LogGroupName")),
    ("AWS::Logs::MetricFilter", None),
    ("AWS::Route53::RecordSet", None),
    ("AWS::SNS::Subscription", None),
    ("AWS::SNS::Topic", Some("TopicName")),
    ("AWS::SNS::TopicPolicy", None),
    ("AWS::SQS::Queue", Some("QueueName")),
    ("AWS::SQS::QueuePolicy", None),
    ("AWS::Serverless::Function", Some("FunctionName")),
    // Called like the stack by the title of its definition.
    ("AWS::Serverless::HttpApi", None),
    ("Schedule", Some("Name")),
];

#[test]
fn every_name_begins_with_the_stacks() {
    let named_by = BTreeMap::from(NAMED_BY);
    let resources = Resources::read();
    let events = resources.all().flat_map(|(id, resource)| {
        let events = resource["Properties"]["Events"].as_mapping();
        let events = events.into_iter().flat_map(|events| events.values());
        events.map(move |event| (id, event))
    });
    // Other events have no names.
    let clocks = events.filter(|(_, event)| event["Type"] == "Schedule");
    for (id, resource) in resources.all().chain(clocks) {
        let resource_type = resource["Type"].as_str().unwrap();
        let property = named_by
            .get(resource_type)
            .unwrap_or_else(|| panic!("what names {id}, a {resource_type}?"));
        if let Some(property) = property {
            let name = stack_name(&resource["Properties"][*property]);
            assert!(name, "{id}: {property}");
        }
    }
    let title = &document()["Resources"]["Api"]["Properties"]["DefinitionBody"]["info"]["title"];
    assert!(stack_name(title));
}

fn stack_name(name: &Value) -> bool {
    if called(name, "Ref") == Some("AWS::StackName") {
        return true;
    }
    let mut text = called(name, "Sub").unwrap_or_default();
    for prefix in UNDER {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    text.starts_with("${AWS::StackName}-")
}

/// What SAM makes of what is written.
const MADE_BY_SAM: [&str; 3] = [
    "ExpireReservationsClock",
    "NotifyMarketplaceClock",
    "ServerlessDeploymentApplication",
];

#[test]
fn every_reference_is_to_something_there() {
    let document = document();
    let sections = ["Conditions", "Globals", "Resources", "Outputs"];
    for name in sections.iter().flat_map(|one| references(&document[*one])) {
        let id = name.split('.').next().unwrap();
        let is_there = ["Parameters", "Resources"]
            .iter()
            .any(|section| document[*section].get(id).is_some());
        let given = id.starts_with("AWS::") || MADE_BY_SAM.contains(&id);
        // A text put into the dashboard's.
        assert!(is_there || given || name == "AlarmsWidget", "{name}");
    }
}

/// A function's name has 64 letters at most.
#[test]
fn a_stack_may_be_called_by_32_letters() {
    let resources = Resources::read();
    for (id, function) in resources.of_type(FUNCTION) {
        let name = called(&function["Properties"]["FunctionName"], "Sub").unwrap();
        let rest = name.replace("${AWS::StackName}", "");
        assert!(rest.len() + 32 <= 64, "{id}");
    }
}
