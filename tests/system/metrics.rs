//! The metrics that alarms and the dashboard rest on, held against those the functions write.

mod written;

use std::collections::BTreeSet;

use feirante_lambda::metrics::{Metric, NAMESPACE};
use feirante_sandbox::template::TEMPLATE;
use serde_json::Value;
use serde_norway::Value as Yaml;

/// A metric of ours where something asks for it: its name, and the resource whose it is to be.
type Asked = (String, String);

#[test]
fn every_metric_an_alarm_asks_for_is_one_a_function_writes() {
    let mut asked = BTreeSet::new();
    in_yaml(&template(), &mut asked);
    // Of them all, those without which the test would have looked in the wrong places.
    holds(&asked, Metric::Failures, "PlaceOrder");
    holds(&asked, Metric::LateInvoices, "ExpireReservations");
    are_written(&asked);
}

#[test]
fn every_metric_the_dashboard_asks_for_is_one_a_function_writes() {
    let body = &template()["Resources"]["SellerDashboard"]["Properties"]["DashboardBody"];
    let mut asked = BTreeSet::new();
    in_texts(body, &mut asked);
    holds(&asked, Metric::Latency, "SimulateFulfillment");
    holds(&asked, Metric::OrdersPlaced, "RelayChanges");
    are_written(&asked);
}

#[test]
fn no_two_metrics_have_the_same_name() {
    let names: BTreeSet<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    assert_eq!(names.len(), Metric::ALL.len());
}

fn template() -> Yaml {
    serde_norway::from_str(TEMPLATE).unwrap()
}

fn holds(asked: &BTreeSet<Asked>, metric: Metric, function: &str) {
    let found = asked.contains(&(metric.name().to_owned(), function.to_owned()));
    assert!(found, "{metric:?} of {function} is not among {asked:#?}");
}

fn are_written(asked: &BTreeSet<Asked>) {
    let template = template();
    for (name, resource) in asked {
        let known = Metric::ALL.iter().any(|metric| metric.name() == name);
        assert!(
            known,
            "nothing writes the metric {name}, asked for of {resource}"
        );
        let kind = template["Resources"][resource.as_str()]["Type"].as_str();
        let is_function = kind == Some("AWS::Serverless::Function");
        assert!(is_function, "{name} is asked for of {resource}: {kind:?}");
    }
}

/// Notes the metrics of our namespace that `yaml` names, as alarms do.
fn in_yaml(yaml: &Yaml, asked: &mut BTreeSet<Asked>) {
    match yaml {
        Yaml::Mapping(mapping) => {
            if yaml["Namespace"].as_str() == Some(NAMESPACE) {
                let name = yaml["MetricName"].as_str().unwrap().to_owned();
                let dimensions = yaml["Dimensions"].as_sequence();
                let [dimension] = &dimensions.unwrap()[..] else {
                    panic!("{name} has one dimension: {dimensions:?}");
                };
                assert_eq!(dimension["Name"].as_str(), Some("Function"), "{name}");
                asked.insert((name, referred(&dimension["Value"])));
            }
            mapping.values().for_each(|value| in_yaml(value, asked));
        }
        Yaml::Sequence(values) => values.iter().for_each(|value| in_yaml(value, asked)),
        Yaml::Tagged(tagged) => in_yaml(&tagged.value, asked),
        _ => {}
    }
}

/// The resource of `!Ref Resource`.
fn referred(value: &Yaml) -> String {
    match value {
        Yaml::Tagged(tagged) if tagged.tag == "Ref" => tagged.value.as_str().unwrap().to_owned(),
        other => panic!("a function's name is a reference: {other:?}"),
    }
}

/// Notes the metrics of our namespace that texts of JSON in `yaml` name, as dashboards do.
fn in_texts(yaml: &Yaml, asked: &mut BTreeSet<Asked>) {
    match yaml {
        Yaml::String(text) if text.trim_start().starts_with('{') => {
            let json = serde_json::from_str(&without_substitutions(text));
            in_json(
                &json.unwrap_or_else(|error| panic!("{error}: {text}")),
                asked,
            );
        }
        Yaml::Mapping(mapping) => mapping.values().for_each(|value| in_texts(value, asked)),
        Yaml::Sequence(values) => values.iter().for_each(|value| in_texts(value, asked)),
        Yaml::Tagged(tagged) => in_texts(&tagged.value, asked),
        _ => {}
    }
}

/// The text with `null` for every `${…}` that stands for a whole value, and not for a part of a text.
fn without_substitutions(text: &str) -> String {
    let mut json = String::new();
    for (index, piece) in text.split('"').enumerate() {
        if index > 0 {
            json.push('"');
        }
        match piece.split_once("${").filter(|_| index % 2 == 0) {
            Some((before, after)) => {
                let (_, after) = after.split_once('}').unwrap();
                json.extend([before, "null", after]);
            }
            None => json.push_str(piece),
        }
    }
    json
}

fn in_json(json: &Value, asked: &mut BTreeSet<Asked>) {
    match json {
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().map_while(Value::as_str).collect();
            if let [NAMESPACE, name, rest @ ..] = &texts[..] {
                let ["Function", function] = rest else {
                    panic!("{name} has one dimension: {rest:?}");
                };
                let resource = function.trim_start_matches("${").trim_end_matches('}');
                asked.insert(((*name).to_owned(), resource.to_owned()));
            }
            // A dot stands for what the metric before it has there.
            assert_ne!(texts.first(), Some(&"."), "metrics are spelled out");
            values.iter().for_each(|value| in_json(value, asked));
        }
        Value::Object(object) => object.values().for_each(|value| in_json(value, asked)),
        _ => {}
    }
}
