//! Who is told of what.

use std::collections::BTreeSet;

use serde_norway::Value;

use super::metrics::{Metric, of_alarm};
use super::resources::{ALARM, FUNCTION, QUEUE, Resources, called, written};

/// What every alarm's name begins with.
const STACK: &str = "${AWS::StackName}-";

/// The one alarm of something that should be heard of.
const SILENCE: &str = "ClockStoppedAlarm";

/// `simulation-slow`
fn name(alarm: &Value) -> &str {
    let name = called(&alarm["Properties"]["AlarmName"], "Sub");
    name.unwrap().strip_prefix(STACK).unwrap()
}

/// The metrics of all alarms that ask for one of this name.
fn metrics_named(resources: &Resources, name: &str) -> Vec<Metric> {
    let alarms = resources.of_type(ALARM);
    let metrics = alarms.flat_map(|(_, alarm)| of_alarm(alarm).into_values());
    metrics.filter(|metric| metric.name == name).collect()
}

/// What they are of, by logical id.
fn of(metrics: &[Metric], dimension: &str) -> BTreeSet<String> {
    let of = metrics.iter().filter_map(|metric| metric.of.get(dimension));
    of.cloned().collect()
}

#[test]
fn alarms_tell_the_topic_when_they_begin_and_when_they_end() {
    let resources = Resources::read();
    let topic = written("[!Ref AlarmTopic]");
    for (id, alarm) in resources.of_type(ALARM) {
        let properties = &alarm["Properties"];
        assert_eq!(alarm["Condition"], "WithAlarms", "{id}");
        assert_eq!(properties["AlarmActions"], topic, "{id}");
        assert_eq!(properties["OKActions"], topic, "{id}");
    }
    // CloudWatch may publish there, and whoever is named is told.
    let policy = &resources.0["AlarmTopicPolicy"]["Properties"];
    assert_eq!(policy["Topics"], topic);
    let statement = &policy["PolicyDocument"]["Statement"][0];
    assert_eq!(
        statement["Principal"]["Service"],
        "cloudwatch.amazonaws.com"
    );
    assert_eq!(statement["Action"], "sns:Publish");
    for id in ["AlarmTopic", "AlarmTopicPolicy"] {
        assert_eq!(resources.0[id]["Condition"], "WithAlarms", "{id}");
    }
    let subscription = &resources.0["AlarmSubscription"];
    assert_eq!(subscription["Condition"], "WithAlarmEmail");
    let endpoint = &subscription["Properties"]["Endpoint"];
    assert_eq!(called(endpoint, "Ref"), Some("AlarmEmail"));
}

/// What is missing of what only counts mishaps is none; a clock that is not heard of has stopped.
#[test]
fn silence_is_good_but_of_a_clock() {
    let resources = Resources::read();
    for (id, alarm) in resources.of_type(ALARM) {
        let missing = &alarm["Properties"]["TreatMissingData"];
        let expected = if id == SILENCE {
            "breaching"
        } else {
            "notBreaching"
        };
        assert_eq!(missing, expected, "{id}");
    }
    let heard = of_alarm(&resources.0[SILENCE]);
    let clocks: BTreeSet<&str> = heard
        .values()
        .map(|metric| metric.of["Function"].as_str())
        .collect();
    assert_eq!(
        clocks,
        BTreeSet::from(["ExpireReservations", "NotifyMarketplace"])
    );
    assert!(
        heard
            .values()
            .all(|metric| metric.statistic == "SampleCount")
    );
}

#[test]
fn every_alarm_is_called_the_same_everywhere() {
    let resources = Resources::read();
    for (id, alarm) in resources.of_type(ALARM) {
        let name = name(alarm);
        let words = name.split('-');
        let words = words.map(|word| word[..1].to_uppercase() + &word[1..]);
        assert_eq!(id, format!("{}Alarm", words.collect::<String>()));
        let description = alarm["Properties"]["AlarmDescription"].as_str().unwrap();
        let end = format!(". docs/operations.md, {name}");
        assert!(description.ends_with(&end), "{id}: {description}");
        // CloudWatch takes no more.
        assert!(description.len() <= 1024, "{id}");
    }
}

/// Whoever is woken finds what to do under the alarm's name.
#[test]
fn every_alarm_is_in_the_runbook_and_nothing_else_is() {
    let runbook = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let runbook = std::fs::read_to_string(runbook).unwrap();
    let headings = runbook.lines().filter_map(|line| line.strip_prefix("### "));
    // Other headings have blanks or capitals.
    let is_name = |heading: &&str| heading.chars().all(|c| c == '-' || c.is_ascii_lowercase());
    let described: BTreeSet<&str> = headings.filter(is_name).collect();
    let resources = Resources::read();
    let alarms: BTreeSet<&str> = resources
        .of_type(ALARM)
        .map(|(_, alarm)| name(alarm))
        .collect();
    assert_eq!(alarms, described);
}

#[test]
fn an_expression_takes_all_the_metrics_of_its_alarm() {
    let resources = Resources::read();
    for (id, alarm) in resources.of_type(ALARM) {
        let Some(metrics) = alarm["Properties"]["Metrics"].as_sequence() else {
            continue;
        };
        let expressions: Vec<&str> = metrics
            .iter()
            .filter_map(|metric| metric.get("Expression")?.as_str())
            .collect();
        let [expression] = expressions.as_slice() else {
            panic!("{id}: {expressions:?}");
        };
        let words = expression.split(|c: char| !c.is_alphanumeric() && c != '_');
        let words = words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
        let taken: BTreeSet<&str> = words.collect();
        let given = of_alarm(alarm);
        let given: BTreeSet<&str> = given.keys().map(String::as_str).collect();
        assert_eq!(taken, given, "{id}");
        // CloudWatch takes ten with the expression's own.
        assert!(given.len() <= 10, "{id}");
    }
}

/// Of a queue that something reads the oldest message is watched; of one for what failed, that any is there.
#[test]
fn every_queue_has_its_alarm() {
    let resources = Resources::read();
    let last_resorts = |queue: &Value| queue["Properties"].get("RedrivePolicy").is_none();
    let queues = |last_resort: bool| -> BTreeSet<String> {
        let queues = resources.of_type(QUEUE);
        let queues = queues.filter(|(_, queue)| last_resorts(queue) == last_resort);
        queues.map(|(id, _)| id.to_owned()).collect()
    };
    let old = metrics_named(&resources, "ApproximateAgeOfOldestMessage");
    assert_eq!(of(&old, "QueueName"), queues(false));
    let dead = metrics_named(&resources, "ApproximateNumberOfMessagesVisible");
    assert_eq!(of(&dead, "QueueName"), queues(true));
    for (id, alarm) in resources.of_type(ALARM) {
        if of_alarm(alarm).values().any(|metric| dead.contains(metric)) {
            let properties = &alarm["Properties"];
            assert_eq!(properties["Threshold"], 0, "{id}");
            let comparison = &properties["ComparisonOperator"];
            assert_eq!(comparison, "GreaterThanThreshold", "{id}");
        }
    }
}

/// A time-out or a crash is told by Lambda; what a function answers with 5xx, by the function.
#[test]
fn every_function_that_dies_or_fails_is_told_of() {
    let resources = Resources::read();
    let functions: BTreeSet<String> = resources
        .of_type(FUNCTION)
        .map(|(id, _)| id.to_owned())
        .collect();
    let died = metrics_named(&resources, "Errors");
    assert_eq!(of(&died, "FunctionName"), functions);
    let answering: BTreeSet<String> = resources
        .answering()
        .into_iter()
        .map(str::to_owned)
        .collect();
    for (name, dimension) in [
        ("Failures", "Function"),
        ("RefusedCredentials", "Function"),
        ("Throttles", "FunctionName"),
    ] {
        let watched = metrics_named(&resources, name);
        assert_eq!(of(&watched, dimension), answering, "{name}");
    }
}

/// The age of a queue's oldest message leaves out what was received a few times: that a marketplace takes
/// nothing is told by what is counted of each request.
#[test]
fn every_function_that_delivers_is_told_of_when_nothing_is_taken() {
    let resources = Resources::read();
    let delivering: BTreeSet<String> = resources
        .of_type(FUNCTION)
        .filter(|(_, function)| {
            !function["Properties"]["Environment"]["Variables"]["ACCOUNTS_TABLE"].is_null()
        })
        .map(|(id, _)| id.to_owned())
        .collect();
    let failed = metrics_named(&resources, "DeliveryFailures");
    assert_eq!(of(&failed, "Function"), delivering);
    let mut held = of(&metrics_named(&resources, "Held"), "Function");
    // After an import many of its calls are held back for their pace alone.
    held.insert("NotifyMarketplace".to_owned());
    assert_eq!(held, delivering);
}

/// An alarm must have time to go while a tenth of the calls meet the new version: five minutes.
#[test]
fn what_takes_a_version_back_goes_while_it_takes_over() {
    let resources = Resources::read();
    for alarm in ["SimulationFailingAlarm", "OrdersFailingAlarm"] {
        let properties = &resources.0[alarm]["Properties"];
        let metrics = properties["Metrics"].as_sequence().unwrap().iter();
        let mut periods = metrics.filter_map(|metric| metric.get("MetricStat")?["Period"].as_i64());
        let points = properties["DatapointsToAlarm"].as_i64().unwrap();
        assert!(periods.all(|period| points * period <= 150), "{alarm}");
    }
}
