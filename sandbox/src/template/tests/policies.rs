//! What policies of any kind let in, beside what each function's role allows.

use std::collections::{BTreeMap, BTreeSet};

use serde_norway::Value;

use super::resources::{FUNCTION, Resources, called, each, written};

/// Every statement of every policy of the template, by the logical id of what has it.
fn statements(resources: &Resources) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    for (id, resource) in resources.all() {
        let properties = &resource["Properties"];
        let within = properties["Policies"].as_sequence().into_iter().flatten();
        let documents = within
            .chain([properties])
            .map(|holder| &holder["PolicyDocument"]);
        for document in documents {
            let statements = document["Statement"].as_sequence().into_iter().flatten();
            found.extend(statements.map(|statement| (id, statement)));
        }
    }
    found
}

/// A wildcard and why nothing narrower would do.
const WILDCARDS: [(&str, &str); 6] = [
    // Only the table of streams to be listed can be named.
    ("dynamodb:ListStreams", "${Offers.Arn}/stream/*"),
    ("dynamodb:ListStreams", "${Orders.Arn}/stream/*"),
    // What a seller calls the parameters with the marketplaces' keys.
    (
        "ssm:GetParameter",
        "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/feirante/*",
    ),
    // Versions have numbers.
    ("lambda:InvokeFunction", "${SimulateFulfillment.Arn}:*"),
    // SAM names the groups of its application.
    (
        "codedeploy:PutLifecycleEventHookExecutionStatus",
        "arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:\
         ${ServerlessDeploymentApplication}/*",
    ),
    // Reads how alarms stand; changes nothing.
    ("cloudwatch:DescribeAlarms", "*"),
];

/// Traces belong to no resource that could be named.
const TRACES: [&str; 2] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

#[test]
fn policies_have_no_wildcard_but_those_with_a_reason() {
    let resources = Resources::read();
    let mut used = BTreeSet::new();
    for (id, statement) in statements(&resources) {
        assert_eq!(statement["Effect"], "Allow", "{id}");
        assert!(statement.get("NotAction").is_none() && statement.get("NotResource").is_none());
        for action in each(&statement["Action"]) {
            let action = action.as_str().unwrap();
            assert!(!action.contains('*'), "{id}: {action}");
            for resource in each(&statement["Resource"]) {
                let text = called(resource, "Sub").or_else(|| resource.as_str());
                if let Some(text) = text.filter(|text| text.contains('*')) {
                    used.insert((action, text));
                }
            }
        }
    }
    let traces = TRACES.map(|action| (action, "*"));
    let expected: BTreeSet<_> = WILDCARDS.into_iter().chain(traces).collect();
    assert_eq!(used, expected);
}

/// Who may take which role, and send or publish without one.
#[test]
fn each_service_is_let_in_where_it_works() {
    let resources = Resources::read();
    let mut principals: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, role) in resources.of_type("AWS::IAM::Role") {
        let policy = &role["Properties"]["AssumeRolePolicyDocument"];
        let [statement] = policy["Statement"].as_sequence().unwrap().as_slice() else {
            panic!("{id}");
        };
        assert_eq!(statement["Action"], "sts:AssumeRole", "{id}");
        let service = statement["Principal"]["Service"].as_str().unwrap();
        principals.entry(service).or_default().insert(id);
    }
    assert_eq!(
        principals.remove("codedeploy.amazonaws.com"),
        Some(BTreeSet::from(["RolloutRole"]))
    );
    assert_eq!(Vec::from_iter(principals.keys()), [&"lambda.amazonaws.com"]);

    // Whoever names a service says of which account, or for what it comes.
    for (id, statement) in statements(&resources) {
        if let Some(principal) = statement.get("Principal") {
            assert!(principal["Service"].is_string(), "{id}");
            let condition = statement["Condition"].as_mapping();
            assert!(condition.is_some_and(|one| !one.is_empty()), "{id}");
        }
    }
}

/// Reading the tables is reading what the key encrypts, so every function needs it; and each may trace.
#[test]
fn every_function_may_use_the_sellers_key_and_send_traces_if_there_are_any() {
    let resources = Resources::read();
    let expected = written(
        "- !If [WithOwnKey, !Ref OwnKeyPolicy, !Ref AWS::NoValue]\n\
         - !If [WithTracing, !Ref TracingPolicy, !Ref AWS::NoValue]",
    );
    for (id, _) in resources.of_type(FUNCTION) {
        let role = &resources.0[format!("{id}Role").as_str()]["Properties"];
        assert_eq!(role["ManagedPolicyArns"], expected, "{id}");
    }
    let key = &resources.0["OwnKeyPolicy"];
    assert_eq!(key["Condition"], "WithOwnKey");
    let statements = &key["Properties"]["PolicyDocument"]["Statement"];
    let expected = written(
        "- {Effect: Allow, Action: [kms:Decrypt, kms:GenerateDataKey], Resource: !Ref CustomerKeyArn}",
    );
    assert_eq!(*statements, expected);
    assert_eq!(resources.0["TracingPolicy"]["Condition"], "WithTracing");
}
