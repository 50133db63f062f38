//! What must hold of the parts of the template that mean nothing on one machine: roles, builds, logs
//! and the care of data.

use std::collections::{BTreeMap, BTreeSet};

use serde_norway::Value;

use super::super::TEMPLATE;

const FUNCTION: &str = "AWS::Serverless::Function";
const TABLE: &str = "AWS::DynamoDB::Table";
const QUEUE: &str = "AWS::SQS::Queue";

struct Resources(Value);

impl Resources {
    fn read() -> Self {
        let template: Value = serde_norway::from_str(TEMPLATE).unwrap();
        Self(template["Resources"].clone())
    }

    fn of_type(&self, resource_type: &str) -> impl Iterator<Item = (&str, &Value)> {
        let resources = self.0.as_mapping().unwrap().iter();
        resources
            .filter(move |(_, resource)| resource["Type"] == resource_type)
            .map(|(id, resource)| (id.as_str().unwrap(), resource))
    }

    /// The statements of a function's role.
    fn statements(&self, function: &Value) -> Vec<&Value> {
        let role = called(&function["Properties"]["Role"], "GetAtt").unwrap();
        let role = &self.0[role.strip_suffix(".Arn").unwrap()];
        let policies = role["Properties"]["Policies"].as_sequence().unwrap();
        let statements = policies
            .iter()
            .map(|policy| policy["PolicyDocument"]["Statement"].as_sequence().unwrap());
        statements.flatten().collect()
    }
}

/// The argument of `!{function} …`.
fn called<'a>(value: &'a Value, function: &str) -> Option<&'a str> {
    match value {
        Value::Tagged(tagged) if tagged.tag == function => tagged.value.as_str(),
        _ => None,
    }
}

/// One or many.
fn each(value: &Value) -> Vec<&Value> {
    value
        .as_sequence()
        .map_or_else(|| vec![value], |values| values.iter().collect())
}

/// `Orders/index/due` for `!Sub ${Orders.Arn}/index/due`, `Orders` for `!GetAtt Orders.Arn`.
fn named(resource: &Value) -> String {
    let text = called(resource, "GetAtt").or_else(|| called(resource, "Sub"));
    let text = text.unwrap_or_else(|| panic!("not a resource of this stack: {resource:?}"));
    text.replace("${", "")
        .replace('}', "")
        .replacen(".Arn", "", 1)
}

#[test]
fn every_role_allows_exactly_what_its_function_does() {
    let expected: [(&str, &[&str]); 8] = [
        (
            "AuthorizeFulfillment",
            &[
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Orders",
                "dynamodb:UpdateItem Offers",
                "dynamodb:GetItem Settings",
            ],
        ),
        (
            "CancelOrder",
            &[
                "dynamodb:BatchGetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Offers",
                "dynamodb:GetItem Settings",
            ],
        ),
        (
            "ExpireReservations",
            &[
                "dynamodb:Query Orders/index/due",
                "dynamodb:GetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Offers",
            ],
        ),
        (
            "PlaceOrder",
            &[
                "dynamodb:BatchGetItem Offers",
                "dynamodb:UpdateItem Offers",
                "dynamodb:BatchGetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:GetItem Settings",
            ],
        ),
        (
            "RelayChanges",
            &[
                "dynamodb:GetItem Orders",
                "dynamodb:DescribeStream Orders.StreamArn",
                "dynamodb:GetRecords Orders.StreamArn",
                "dynamodb:GetShardIterator Orders.StreamArn",
                // Granted by the stream's table: no single stream can be named for a listing.
                "dynamodb:ListStreams Orders/stream/*",
                "sqs:SendMessage ErpOrders",
                "sqs:SendMessage RelayFailures",
            ],
        ),
        (
            "ResolveCancellation",
            &[
                "sqs:ReceiveMessage ErpCancellations",
                "sqs:DeleteMessage ErpCancellations",
                "sqs:GetQueueAttributes ErpCancellations",
                "sqs:SendMessage ErpCancellationsDead",
                "dynamodb:GetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Offers",
            ],
        ),
        (
            "SimulateFulfillment",
            &["dynamodb:BatchGetItem Offers", "dynamodb:GetItem Settings"],
        ),
        (
            "UpdateOffers",
            &[
                "sqs:ReceiveMessage ErpOffers",
                "sqs:DeleteMessage ErpOffers",
                "sqs:GetQueueAttributes ErpOffers",
                "sqs:SendMessage ErpOffersDead",
                "dynamodb:PutItem Offers",
                "dynamodb:UpdateItem Offers",
            ],
        ),
    ];
    let expected: BTreeMap<String, BTreeSet<String>> = expected
        .into_iter()
        .map(|(id, permissions)| {
            let logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
            let logs = logs.map(|action| format!("{action} {id}Logs"));
            (
                id.to_owned(),
                permissions
                    .iter()
                    .map(|one| (*one).to_owned())
                    .chain(logs)
                    .collect(),
            )
        })
        .collect();

    let resources = Resources::read();
    let mut actual = BTreeMap::new();
    for (id, function) in resources.of_type(FUNCTION) {
        let permissions: &mut BTreeSet<String> = actual.entry(id.to_owned()).or_default();
        for statement in resources.statements(function) {
            assert_eq!(statement["Effect"], "Allow", "{id}");
            for action in each(&statement["Action"]) {
                for resource in each(&statement["Resource"]) {
                    permissions.insert(format!("{} {}", action.as_str().unwrap(), named(resource)));
                }
            }
        }
    }
    assert_eq!(actual, expected);
}

#[test]
fn no_two_functions_share_a_role() {
    let resources = Resources::read();
    for (id, function) in resources.of_type(FUNCTION) {
        let role = called(&function["Properties"]["Role"], "GetAtt");
        assert_eq!(role, Some(format!("{id}Role.Arn").as_str()));
    }
}

#[test]
fn every_function_is_built_by_cargo_lambda_and_logs_with_a_retention() {
    let resources = Resources::read();
    for (id, function) in resources.of_type(FUNCTION) {
        assert_eq!(
            function["Metadata"]["BuildMethod"], "rust-cargolambda",
            "{id}"
        );
        let log_group = called(&function["Properties"]["LoggingConfig"]["LogGroup"], "Ref");
        let log_group = &resources.0[log_group.unwrap()];
        assert_eq!(log_group["Type"], "AWS::Logs::LogGroup", "{id}");
        let retention = called(&log_group["Properties"]["RetentionInDays"], "Ref");
        assert_eq!(retention, Some("LogRetentionDays"), "{id}");
    }
}

#[test]
fn access_logs_never_have_the_path() {
    let resources = Resources::read();
    let format = &resources.0["Api"]["Properties"]["AccessLogSettings"]["Format"];
    let format: serde_json::Value = serde_json::from_str(format.as_str().unwrap()).unwrap();
    let logged: Vec<&str> = format
        .as_object()
        .unwrap()
        .values()
        .filter_map(|v| v.as_str())
        .collect();
    assert!(logged.contains(&"$context.routeKey"));
    assert!(logged.contains(&"$context.status"));
    for variable in logged {
        assert!(!variable.to_lowercase().contains("path"), "{variable}");
    }
}

#[test]
fn tables_survive_the_stack_and_can_be_restored() {
    let resources = Resources::read();
    for (id, table) in resources.of_type(TABLE) {
        assert_eq!(table["DeletionPolicy"], "RetainExceptOnCreate", "{id}");
        assert_eq!(table["UpdateReplacePolicy"], "Retain", "{id}");
        let properties = &table["Properties"];
        let recovery = &properties["PointInTimeRecoverySpecification"];
        assert_eq!(recovery["PointInTimeRecoveryEnabled"], true, "{id}");
        assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST", "{id}");
    }
}

#[test]
fn data_is_encrypted_at_rest() {
    let resources = Resources::read();
    for (id, table) in resources.of_type(TABLE) {
        assert_eq!(
            table["Properties"]["SSESpecification"]["SSEEnabled"], true,
            "{id}"
        );
    }
    for (id, queue) in resources.of_type(QUEUE) {
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{id}");
    }
}
