//! The function as the template deploys it: nothing else runs it, the sandbox least of all.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use feirante_lambda::environment::LOG_LEVEL;
use feirante_lambda::{Clients, Environment};
use serde_norway::Value;

use super::world::Setup;
use crate::check::{ANSWERED_WITHIN, Check, READ_TIME, STARTED_WITHIN};
use crate::clients::TELL_TIME;

/// A resource of the template.
fn resource(id: &str) -> Value {
    let template: Value =
        serde_norway::from_str(include_str!("../../../../template.yaml")).unwrap();
    let resource = template["Resources"][id].clone();
    assert!(!resource.is_null(), "{id}");
    resource
}

fn names(value: &Value) -> BTreeSet<String> {
    let names = match value {
        Value::Sequence(names) => names.iter().collect(),
        name => vec![name],
    };
    names
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// The actions its role allows but for its logs, each with what it is allowed on, as it is written.
fn allowed() -> Vec<(String, String)> {
    let role = resource("CheckDeploymentRole");
    let policies = role["Properties"]["Policies"].as_sequence().unwrap();
    let statements = policies
        .iter()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_sequence().unwrap());
    let allowed = statements.flat_map(|statement| {
        assert_eq!(statement["Effect"], "Allow");
        let resources = serde_norway::to_string(&statement["Resource"]).unwrap();
        let actions = names(&statement["Action"]).into_iter();
        actions.map(move |action| (action, resources.clone()))
    });
    allowed
        .filter(|(action, _)| !action.starts_with("logs:"))
        .collect()
}

/// The clients of these tests know no other calls: one more would find no answer.
#[tokio::test(start_paused = true)]
async fn its_role_allows_just_what_a_check_does() {
    let (world, _) = Setup::new().verdict().await;
    let asked = world.calls.iter().filter(|(_, rule)| rule.num_calls() > 0);
    let asked: BTreeSet<String> = asked.map(|(action, _)| (*action).to_owned()).collect();
    assert_eq!(asked.len(), world.calls.len());
    let actions: BTreeSet<String> = allowed().into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, asked);
}

#[test]
fn its_role_names_what_it_is_allowed_on() {
    for (action, resources) in allowed() {
        let expected = match action.as_str() {
            "dynamodb:GetItem" => "Settings.Arn",
            "dynamodb:Scan" => "Offers.Arn",
            "lambda:InvokeFunction" => "SimulateFulfillment.Arn}:*",
            _ => "deploymentgroup:",
        };
        assert!(resources.contains(expected), "{action} {resources}");
    }
}

#[test]
fn it_gets_exactly_the_variables_it_reads() {
    let read = Mutex::new(BTreeSet::new());
    let environment = Environment::new(|name| {
        read.lock().unwrap().insert(name.to_owned());
        Some("set".to_owned())
    });
    let config = SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12());
    Check::new(&environment, &Clients::of(config.build())).unwrap();
    let function = resource("CheckDeployment");
    let variables = function["Properties"]["Environment"]["Variables"]
        .as_mapping()
        .unwrap();
    let given = variables
        .keys()
        .map(|name| name.as_str().unwrap().to_owned());
    // Every function gets this one, and reads it when it starts to log.
    let given: BTreeSet<String> = given.filter(|name| name != LOG_LEVEL).collect();
    assert_eq!(given, *read.lock().unwrap());
}

/// A check of five marketplaces that each take all the time they may, twice, and telling of it.
#[test]
fn it_is_given_the_time_it_takes() {
    let once = 2 * READ_TIME + STARTED_WITHIN + 5 * ANSWERED_WITHIN;
    let timeout = resource("CheckDeployment")["Properties"]["Timeout"].as_u64();
    assert!(Duration::from_secs(timeout.unwrap()) >= 2 * once + TELL_TIME);
}

/// AWS's own policy for CodeDeploy lets it call functions of such names alone.
#[test]
fn codedeploy_may_call_it_by_its_name() {
    let function = resource("CheckDeployment");
    let Value::Tagged(name) = &function["Properties"]["FunctionName"] else {
        panic!("not made of the stack's name");
    };
    let name = name.value.as_str().unwrap();
    assert_eq!(name, "CodeDeployHook_${AWS::StackName}-check-deployment");
}
