//! What a call asks for, and what a role in the template allows, in the same words.

use feirante_sandbox::template::{Stack, TEMPLATE, read};
use serde_json::Value;
use serde_norway::Value as Yaml;

use super::Actions;
use crate::harness::proxy::Call;

/// The actions a call needs: a transaction those of its parts.
pub(super) fn asked_by(call: &Call) -> Vec<String> {
    let action = |operation: &str, part: &Value| {
        let table = part["TableName"].as_str().unwrap();
        let index = part["IndexName"]
            .as_str()
            .map(|index| format!("/index/{index}"));
        format!("dynamodb:{operation} {table}{}", index.unwrap_or_default())
    };
    match call.operation.as_str() {
        "BatchGetItem" => {
            let tables = call.body["RequestItems"].as_object().unwrap().keys();
            tables
                .map(|table| format!("dynamodb:BatchGetItem {table}"))
                .collect()
        }
        "TransactWriteItems" => {
            let items = call.body["TransactItems"].as_array().unwrap().iter();
            let parts = items.flat_map(|item| item.as_object().unwrap());
            parts
                .map(|(kind, part)| action(&format!("{kind}Item"), part))
                .collect()
        }
        operation if call.body["QueueUrl"].is_string() => {
            let url = call.body["QueueUrl"].as_str().unwrap();
            let queue = url.rsplit('/').next().unwrap();
            // What a batch of messages needs is what each of them does.
            let action = operation.trim_end_matches("Batch");
            vec![format!("sqs:{action} {queue}")]
        }
        operation => vec![action(operation, &call.body)],
    }
}

/// What the function's role allows, but for what is done for it: its queue's messages and its tables'
/// streams are read by Lambda.
pub(super) fn allowed(function: &str) -> Actions {
    let template: Yaml = serde_norway::from_str(TEMPLATE).unwrap();
    let stack = read(TEMPLATE).unwrap_or_else(|error| panic!("template.yaml: {error}"));
    let words = function
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..]);
    let role = format!("{}Role", words.collect::<String>());
    let policies = &template["Resources"][role.as_str()]["Properties"]["Policies"];
    let statements = policies
        .as_sequence()
        .unwrap()
        .iter()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_sequence().unwrap());
    let mut allowed = Actions::new();
    for statement in statements {
        let resources = match &statement["Resource"] {
            Yaml::Sequence(resources) => resources.iter().collect(),
            resource => vec![resource],
        };
        let actions = statement["Action"].as_sequence().unwrap().iter();
        for action in actions.map(|action| action.as_str().unwrap()) {
            for resource in &resources {
                allowed.insert(format!("{action} {}", named(resource, &stack)));
            }
        }
    }
    let done_for_it = |action: &String| {
        [
            "Stream",
            "Shard",
            "Records",
            "sqs:Receive",
            "sqs:Delete",
            "sqs:Get",
        ]
        .iter()
        .any(|done| action.contains(done))
    };
    allowed.retain(|action| !done_for_it(action));
    allowed
}

/// The name behind `!GetAtt Orders.Arn`, or `!Sub ${Orders.Arn}/index/due`.
fn named(resource: &Yaml, stack: &Stack) -> String {
    let resource = serde_norway::to_string(resource).unwrap();
    let resource = resource.trim().rsplit(' ').next().unwrap_or_default();
    let resource = resource
        .trim_matches(['"', '\''])
        .replace(['$', '{', '}'], "")
        .replace(".Arn", "");
    match stack.queue(&resource) {
        Some(queue) => queue.name.clone(),
        None => resource.to_lowercase(),
    }
}
