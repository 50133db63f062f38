//! What a seller is asked when the system is deployed.

use std::collections::BTreeSet;

use serde_norway::Value;

use super::super::TEMPLATE;
use super::resources::{conditions, document, references, texts, written};

fn names(section: &Value) -> BTreeSet<String> {
    let names = section.as_mapping().unwrap().keys();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_parameter_and_every_condition_is_used() {
    let document = document();
    let sections = ["Rules", "Conditions", "Globals", "Resources", "Outputs"];
    let used: BTreeSet<String> = sections
        .iter()
        .flat_map(|section| references(&document[*section]))
        .collect();
    let parameters = names(&document["Parameters"]);
    assert_eq!(&parameters - &used, BTreeSet::new());

    let mut used: BTreeSet<String> = sections
        .iter()
        .flat_map(|section| conditions(&document[*section]))
        .collect();
    for section in ["Resources", "Outputs"] {
        let all = document[section].as_mapping().unwrap().values();
        used.extend(all.filter_map(|one| Some(one.get("Condition")?.as_str()?.to_owned())));
    }
    assert_eq!(names(&document["Conditions"]), used);
}

#[test]
fn every_parameter_is_explained_and_stands_in_one_group() {
    let document = document();
    let interface = &document["Metadata"]["AWS::CloudFormation::Interface"];
    let groups = interface["ParameterGroups"].as_sequence().unwrap();
    let grouped: Vec<&str> = groups
        .iter()
        .flat_map(|group| texts(&group["Parameters"]))
        .collect();
    let once: BTreeSet<String> = grouped.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(once.len(), grouped.len());
    assert_eq!(once, names(&document["Parameters"]));
    assert!(names(&interface["ParameterLabels"]).is_subset(&once));
    for (name, parameter) in document["Parameters"].as_mapping().unwrap() {
        let description = parameter["Description"].as_str();
        assert!(description.is_some_and(|text| text.len() > 20), "{name:?}");
    }
}

/// A trust store without a domain would leave the API open to everybody.
#[test]
fn what_parameters_need_of_each_other_is_asked_for() {
    let needs = |parameter: &str, other: &str| {
        written(&format!(
            "{{RuleCondition: !Not [!Equals [!Ref {parameter}, \"\"]], Assertions: \
             [{{Assert: !Not [!Equals [!Ref {other}, \"\"]], \
             AssertDescription: {parameter} needs {other}.}}]}}"
        ))
    };
    let document = document();
    let rules = document["Rules"].as_mapping().unwrap();
    let rules: Vec<&Value> = rules.values().collect();
    let expected = [
        needs("DomainName", "CertificateArn"),
        needs("TruststoreUri", "DomainName"),
    ];
    assert_eq!(rules, expected.iter().collect::<Vec<_>>());
}

/// Whoever takes every default gets a system.
#[test]
fn every_default_is_allowed() {
    for (name, parameter) in document()["Parameters"].as_mapping().unwrap() {
        let default = &parameter["Default"];
        assert!(!default.is_null(), "{name:?}");
        if let Some(allowed) = parameter.get("AllowedValues") {
            assert!(allowed.as_sequence().unwrap().contains(default), "{name:?}");
        }
        if let Some(pattern) = parameter.get("AllowedPattern") {
            // Nothing, or what the pattern goes on to say; which is said in words as well.
            assert_eq!(default, "", "{name:?}");
            assert!(pattern.as_str().unwrap().starts_with("^$|^"), "{name:?}");
            assert!(parameter["ConstraintDescription"].is_string(), "{name:?}");
        }
        if let Some(number) = default.as_i64()
            && let Some(least) = parameter.get("MinValue")
        {
            assert!(number >= least.as_i64().unwrap(), "{name:?}");
            let most = parameter.get("MaxValue").and_then(Value::as_i64);
            assert!(most.is_none_or(|most| number <= most), "{name:?}");
        }
    }
}

/// CloudFormation takes an unquoted `yes` for true, unlike this test's reader.
#[test]
fn choices_are_written_as_text() {
    for (name, parameter) in document()["Parameters"].as_mapping().unwrap() {
        let allowed = parameter["AllowedValues"].as_sequence();
        let mut values = allowed.into_iter().flatten().chain([&parameter["Default"]]);
        if parameter["Type"] == "String" {
            assert!(values.all(Value::is_string), "{name:?}");
        }
    }
    for line in TEMPLATE.lines() {
        let chooses = ["!Equals", "Default:", "AllowedValues:"];
        if chooses.iter().any(|chooses| line.contains(chooses)) {
            let mut words = line.split([' ', ',', '[', ']']);
            let unquoted = words.find(|word| ["yes", "no", "on", "off"].contains(word));
            assert_eq!(unquoted, None, "{line}");
        }
    }
}
