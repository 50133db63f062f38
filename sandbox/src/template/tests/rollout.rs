//! How new versions take over.

use std::collections::BTreeSet;

use serde_norway::Value;

use super::resources::{FUNCTION, Resources, called, conditions, document, references, written};

/// Properties of a function that are not part of a version, or say how it takes over.
const BESIDE_THE_VERSION: [&str; 6] = [
    "DeploymentPreference",
    "Events",
    "FunctionName",
    "ProvisionedConcurrencyConfig",
    "ReservedConcurrentExecutions",
    "Role",
];

#[test]
fn what_answers_marketplaces_takes_over_step_by_step_and_nothing_else_does() {
    let resources = Resources::read();
    let answering = resources.answering();
    assert_eq!(answering.len(), 5);
    for (id, function) in resources.of_type(FUNCTION) {
        let properties = &function["Properties"];
        let preference = &properties["DeploymentPreference"];
        if !answering.contains(id) {
            // A queue, a stream or a clock would go on with the version that it was bound to.
            assert!(properties["AutoPublishAlias"].is_null(), "{id}");
            assert!(preference.is_null(), "{id}");
            continue;
        }
        assert_eq!(properties["AutoPublishAlias"], "live", "{id}");
        assert_eq!(properties["AutoPublishAliasAllProperties"], true, "{id}");
        assert_eq!(called(&preference["Type"], "Ref"), Some("Rollout"), "{id}");
        let alarm = match id {
            "SimulateFulfillment" => "SimulationFailingAlarm",
            _ => "OrdersFailingAlarm",
        };
        let alarms = format!("!If [WithRollback, [!Ref {alarm}], [!Ref AWS::NoValue]]");
        assert_eq!(preference["Alarms"], written(&alarms), "{id}");
        let role = called(&preference["Role"], "GetAtt");
        assert_eq!(role, Some("RolloutRole.Arn"), "{id}");
    }
}

/// CodeDeploy's role can do for each of them what it has to, and for no other.
#[test]
fn rollouts_move_the_aliases_there_are() {
    let resources = Resources::read();
    let policies = &resources.0["RolloutRole"]["Properties"]["Policies"];
    let statements = policies[0]["PolicyDocument"]["Statement"].as_sequence();
    let aliases: BTreeSet<String> = statements
        .unwrap()
        .iter()
        .filter(|statement| statement["Action"].as_sequence().unwrap()[0] == "lambda:GetAlias")
        .flat_map(|statement| statement["Resource"].as_sequence().unwrap())
        .map(|one| {
            called(one, "Sub")
                .or(called(one, "GetAtt"))
                .unwrap()
                .to_owned()
        })
        .collect();
    let expected: BTreeSet<String> = resources
        .answering()
        .into_iter()
        .flat_map(|id| [format!("{id}.Arn"), format!("${{{id}.Arn}}:live")])
        .collect();
    assert_eq!(aliases, expected);
}

/// A version has the values that parameters had when it was published. One that is not named in its
/// description would change and leave the alias with the old value.
#[test]
fn a_version_is_made_anew_when_a_parameter_changes_that_reaches_it() {
    let (document, resources) = (document(), Resources::read());
    let parameters = document["Parameters"].as_mapping().unwrap();
    let reach = |value: &Value| -> BTreeSet<String> {
        let by_condition = conditions(value);
        let by_condition = by_condition
            .iter()
            .flat_map(|name| references(&document["Conditions"][name.as_str()]));
        let all = references(value).into_iter().chain(by_condition);
        all.filter(|name| parameters.contains_key(name)).collect()
    };
    let for_all = reach(&document["Globals"]["Function"]);
    for id in resources.answering() {
        let properties = resources.0[id]["Properties"].as_mapping().unwrap();
        let mut reaching = for_all.clone();
        let mut described = BTreeSet::new();
        for (name, value) in properties {
            match name.as_str().unwrap() {
                "VersionDescription" => described = reach(value),
                name if BESIDE_THE_VERSION.contains(&name) => {}
                _ => reaching.extend(reach(value)),
            }
        }
        assert_eq!(described, reaching, "{id}");
        assert!(described.contains("LogLevel"), "{id}");
    }
}

#[test]
fn a_new_version_of_simulations_is_checked_first() {
    let resources = Resources::read();
    let preference = &resources.0["SimulateFulfillment"]["Properties"]["DeploymentPreference"];
    let hook = called(&preference["Hooks"]["PreTraffic"], "Ref");
    assert_eq!(hook, Some("CheckDeployment"));
    let check = &resources.0["CheckDeployment"]["Properties"];
    // CodeDeploy calls no function of another name.
    let name = called(&check["FunctionName"], "Sub").unwrap();
    assert!(name.starts_with("CodeDeployHook_"), "{name}");
    let checked = &check["Environment"]["Variables"]["CHECKED_FUNCTION"];
    assert_eq!(called(checked, "Ref"), Some("SimulateFulfillment.Version"));
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
    let manifest = format!(
        "{manifest}{}/Cargo.toml",
        check["CodeUri"].as_str().unwrap()
    );
    assert!(std::fs::exists(&manifest).unwrap(), "{manifest}");
}
