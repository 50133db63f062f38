//! What each function may do. What it does of that in the database is a test of the whole system.

use std::collections::{BTreeMap, BTreeSet};

use serde_norway::Value;

use super::resources::{FUNCTION, Resources, called, each};

/// The statements of a function's role.
fn statements<'a>(resources: &'a Resources, function: &Value) -> Vec<&'a Value> {
    let role = called(&function["Properties"]["Role"], "GetAtt").unwrap();
    let role = &resources.0[role.strip_suffix(".Arn").unwrap()];
    let policies = role["Properties"]["Policies"].as_sequence().unwrap();
    let statements = policies
        .iter()
        .map(|policy| policy["PolicyDocument"]["Statement"].as_sequence().unwrap());
    statements.flatten().collect()
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
    const PARAMETERS: &str = "ssm:GetParameter \
         arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter/feirante/*";
    let expected: [(&str, &[&str]); 14] = [
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
            "CheckDeployment",
            &[
                "dynamodb:Scan Offers",
                "dynamodb:GetItem Settings",
                "lambda:InvokeFunction SimulateFulfillment:*",
                "codedeploy:PutLifecycleEventHookExecutionStatus arn:AWS::Partition:codedeploy:\
                 AWS::Region:AWS::AccountId:deploymentgroup:ServerlessDeploymentApplication/*",
            ],
        ),
        (
            "ExpireReservations",
            &[
                "sqs:SendMessage ClockFailures",
                "dynamodb:Query Orders/index/due",
                "dynamodb:GetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Offers",
            ],
        ),
        (
            "ModifyOrder",
            &[
                "dynamodb:BatchGetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:BatchGetItem Offers",
                "dynamodb:UpdateItem Offers",
                "dynamodb:GetItem Settings",
            ],
        ),
        (
            "NotifyMarketplace",
            &[
                "sqs:ReceiveMessage Notifications",
                "sqs:DeleteMessage Notifications",
                "sqs:GetQueueAttributes Notifications",
                "sqs:ChangeMessageVisibility Notifications",
                "sqs:SendMessage Notifications",
                "sqs:SendMessage NotificationsDead",
                "sqs:SendMessage ClockFailures",
                "dynamodb:Query Listings/index/by-state",
                "dynamodb:BatchGetItem Listings",
                "dynamodb:GetItem Listings",
                "dynamodb:PutItem Listings",
                "dynamodb:BatchGetItem Offers",
                "dynamodb:Scan Offers",
                "dynamodb:GetItem Accounts",
                "dynamodb:PutItem Accounts",
                "dynamodb:Scan Accounts",
                "dynamodb:GetItem Settings",
                PARAMETERS,
            ],
        ),
        (
            "PlaceOrder",
            &[
                "dynamodb:BatchGetItem Offers",
                "dynamodb:UpdateItem Offers",
                "dynamodb:BatchGetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Orders",
                "dynamodb:GetItem Settings",
            ],
        ),
        (
            "RelayChanges",
            &[
                "dynamodb:GetItem Orders",
                "dynamodb:Query Orders",
                "dynamodb:GetItem Settings",
                "dynamodb:DescribeStream Offers.StreamArn",
                "dynamodb:GetRecords Offers.StreamArn",
                "dynamodb:GetShardIterator Offers.StreamArn",
                "dynamodb:DescribeStream Orders.StreamArn",
                "dynamodb:GetRecords Orders.StreamArn",
                "dynamodb:GetShardIterator Orders.StreamArn",
                // Granted by the stream's table: no single stream can be named for a listing.
                "dynamodb:ListStreams Offers/stream/*",
                "dynamodb:ListStreams Orders/stream/*",
                "sqs:SendMessage Agreements",
                "sqs:SendMessage ErpCancellations",
                "sqs:SendMessage ErpOrders",
                "sqs:SendMessage ErpTracking",
                "sqs:SendMessage Notifications",
                "sqs:SendMessage RelayFailures",
            ],
        ),
        (
            "ResolveCancellation",
            &[
                "sqs:ReceiveMessage ErpCancellations",
                "sqs:DeleteMessage ErpCancellations",
                "sqs:GetQueueAttributes ErpCancellations",
                "sqs:ChangeMessageVisibility ErpCancellations",
                "sqs:SendMessage ErpCancellationsDead",
                "dynamodb:BatchGetItem Orders",
                "dynamodb:UpdateItem Orders",
                "dynamodb:GetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Offers",
                "dynamodb:GetItem Accounts",
                "dynamodb:PutItem Accounts",
                "dynamodb:GetItem Settings",
                PARAMETERS,
            ],
        ),
        (
            "SendAgreement",
            &[
                "sqs:ReceiveMessage Agreements",
                "sqs:DeleteMessage Agreements",
                "sqs:GetQueueAttributes Agreements",
                "sqs:ChangeMessageVisibility Agreements",
                "sqs:SendMessage AgreementsDead",
                "dynamodb:BatchGetItem Orders",
                "dynamodb:GetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Orders",
                "dynamodb:GetItem Accounts",
                "dynamodb:PutItem Accounts",
                "dynamodb:GetItem Settings",
                PARAMETERS,
            ],
        ),
        (
            "SendInvoice",
            &[
                "sqs:ReceiveMessage ErpInvoices",
                "sqs:DeleteMessage ErpInvoices",
                "sqs:GetQueueAttributes ErpInvoices",
                "sqs:ChangeMessageVisibility ErpInvoices",
                "sqs:SendMessage ErpInvoicesDead",
                "sqs:SendMessage ErpTracking",
                "dynamodb:BatchGetItem Orders",
                "dynamodb:GetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:UpdateItem Orders",
                "dynamodb:UpdateItem Offers",
                "dynamodb:GetItem Accounts",
                "dynamodb:PutItem Accounts",
                "dynamodb:GetItem Settings",
                PARAMETERS,
            ],
        ),
        (
            "SendTracking",
            &[
                "sqs:ReceiveMessage ErpTracking",
                "sqs:DeleteMessage ErpTracking",
                "sqs:GetQueueAttributes ErpTracking",
                "sqs:ChangeMessageVisibility ErpTracking",
                "sqs:SendMessage ErpTrackingDead",
                "dynamodb:BatchGetItem Orders",
                "dynamodb:ConditionCheckItem Orders",
                "dynamodb:GetItem Orders",
                "dynamodb:PutItem Orders",
                "dynamodb:Query Orders",
                "dynamodb:UpdateItem Orders",
                "dynamodb:GetItem Accounts",
                "dynamodb:PutItem Accounts",
                "dynamodb:GetItem Settings",
                PARAMETERS,
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
                "sqs:ChangeMessageVisibility ErpOffers",
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
        for statement in statements(&resources, function) {
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
