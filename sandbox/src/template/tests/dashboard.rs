//! What a seller looks at.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::metrics::of_widget;
use super::resources::{ALARM, QUEUE, Resources, called};

/// How wide CloudWatch's grid is.
const COLUMNS: u64 = 24;

/// The widgets of the dashboard of a stack with alarms.
pub(super) fn widgets() -> Vec<Json> {
    let [with_alarms, _] = bodies();
    with_alarms
}

/// The widgets with alarms, and without.
fn bodies() -> [Vec<Json>; 2] {
    let resources = Resources::read();
    let body = &resources.0["SellerDashboard"]["Properties"]["DashboardBody"];
    let serde_norway::Value::Tagged(substitution) = body else {
        panic!("{body:?}");
    };
    assert_eq!(substitution.tag, "Sub");
    let [body, variables] = substitution.value.as_sequence().unwrap().as_slice() else {
        panic!("{substitution:?}");
    };
    let serde_norway::Value::Tagged(choice) = &variables["AlarmsWidget"] else {
        panic!("{variables:?}");
    };
    assert_eq!(choice.tag, "If");
    assert_eq!(choice.value[0], "WithAlarms");
    let choices = [
        called(&choice.value[1], "Sub").unwrap(),
        choice.value[2].as_str().unwrap(),
    ];
    choices.map(|widget| {
        let body = body.as_str().unwrap().replace("${AlarmsWidget}", widget);
        let body: Json = serde_json::from_str(&body).unwrap();
        body["widgets"].as_array().unwrap().clone()
    })
}

#[test]
fn widgets_stand_beside_each_other() {
    for widgets in bodies() {
        for (index, widget) in widgets.iter().enumerate() {
            let [left, top, right, bottom] = edges(widget);
            assert!(right <= COLUMNS, "{widget}");
            for other in &widgets[..index] {
                let [other_left, other_top, other_right, other_bottom] = edges(other);
                let beside = left >= other_right || right <= other_left;
                let below = top >= other_bottom || bottom <= other_top;
                assert!(beside || below, "{widget} and {other}");
            }
        }
    }
}

fn edges(widget: &Json) -> [u64; 4] {
    let [x, y, width, height] =
        ["x", "y", "width", "height"].map(|name| widget[name].as_u64().unwrap());
    [x, y, x + width, y + height]
}

#[test]
fn every_metric_has_a_name_for_people() {
    for widget in widgets() {
        let metrics = widget["properties"]["metrics"].as_array();
        for metric in metrics.into_iter().flatten() {
            assert!(metric[4]["label"].is_string(), "{metric}");
        }
        if widget["type"] == "metric" {
            assert!(!of_widget(&widget).is_empty(), "{widget}");
            assert_eq!(widget["properties"]["region"], "${AWS::Region}");
        }
    }
}

#[test]
fn every_queue_is_seen() {
    let widgets = widgets();
    let seen: BTreeSet<String> = widgets
        .iter()
        .flat_map(of_widget)
        .filter(|metric| metric.name == "ApproximateNumberOfMessagesVisible")
        .flat_map(|metric| metric.of.into_values())
        .collect();
    let resources = Resources::read();
    let queues: BTreeSet<String> = resources
        .of_type(QUEUE)
        .map(|(id, _)| id.to_owned())
        .collect();
    assert_eq!(seen, queues);
}

#[test]
fn every_alarm_is_seen() {
    let widgets = widgets();
    let mut alarms = widgets.iter().filter(|widget| widget["type"] == "alarm");
    let shown = alarms.next().unwrap()["properties"]["alarms"].as_array();
    let shown: BTreeSet<&str> = shown
        .unwrap()
        .iter()
        .map(|arn| arn.as_str().unwrap().rsplit_once(":alarm:").unwrap().1)
        .collect();
    let resources = Resources::read();
    let named = |(_, alarm)| called(alarm_name(alarm), "Sub").unwrap();
    let written: BTreeSet<&str> = resources.of_type(ALARM).map(named).collect();
    assert_eq!(shown, written);
}

fn alarm_name(alarm: &serde_norway::Value) -> &serde_norway::Value {
    &alarm["Properties"]["AlarmName"]
}
