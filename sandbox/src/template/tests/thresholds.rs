//! When alarms go.

use std::collections::BTreeMap;

use super::metrics::of_alarm;
use super::resources::{ALARM, Resources, called};

/// What is above, and in how many of the last periods of so many seconds. The runbook says the same.
const GOES: [(&str, &str); 29] = [
    ("simulation-slow", "p99 > 1000 in 3 of 5 of 60 s"),
    ("simulation-failing", "Sum >= 1 in 2 of 5 of 60 s"),
    ("orders-failing", "Sum >= 1 in 2 of 10 of 60 s"),
    ("api-failing", "Sum >= 1 in 2 of 5 of 60 s"),
    ("refused-credentials", "Sum >= 1 in 1 of 1 of 300 s"),
    ("throttled", "Sum >= 1 in 1 of 1 of 60 s"),
    ("background-failing", "Sum >= 1 in 2 of 3 of 300 s"),
    ("deliveries-failing", "Sum >= 1 in 2 of 8 of 900 s"),
    ("erp-offers-old", "Maximum > 900 in 1 of 1 of 300 s"),
    ("erp-invoices-old", "Maximum > 7200 in 1 of 1 of 300 s"),
    ("erp-tracking-old", "Maximum > 7200 in 1 of 1 of 300 s"),
    ("erp-cancellations-old", "Maximum > 7200 in 1 of 1 of 300 s"),
    ("agreements-old", "Maximum > 7200 in 1 of 1 of 300 s"),
    ("notifications-old", "Maximum > 7200 in 1 of 1 of 300 s"),
    ("erp-orders-old", "Maximum > 3600 in 1 of 1 of 300 s"),
    ("erp-offers-dead", "Maximum > 0 in 1 of 1 of 60 s"),
    ("erp-invoices-dead", "Maximum > 0 in 1 of 1 of 60 s"),
    ("erp-tracking-dead", "Maximum > 0 in 1 of 1 of 60 s"),
    ("erp-cancellations-dead", "Maximum > 0 in 1 of 1 of 60 s"),
    ("agreements-dead", "Maximum > 0 in 1 of 1 of 60 s"),
    ("notifications-dead", "Maximum > 0 in 1 of 1 of 60 s"),
    ("erp-orders-dead", "Maximum > 0 in 1 of 1 of 60 s"),
    ("relay-failures", "Maximum > 0 in 1 of 1 of 60 s"),
    ("clock-failures", "Maximum > 0 in 1 of 1 of 60 s"),
    ("relay-behind", "Maximum > 300000 in 3 of 5 of 60 s"),
    ("invoices-late", "Maximum > 0 in 1 of 1 of 300 s"),
    ("reservations-overdue", "Maximum > 0 in 2 of 2 of 300 s"),
    ("marketplace-paused", "Maximum > 0 in 1 of 1 of 300 s"),
    ("clock-stopped", "SampleCount < 1 in 2 of 2 of 300 s"),
];

#[test]
fn every_alarm_goes_when_it_is_to() {
    let resources = Resources::read();
    let goes: BTreeMap<&str, String> = resources
        .of_type(ALARM)
        .map(|(id, alarm)| {
            let properties = &alarm["Properties"];
            let number = |name: &str| properties.get(name).and_then(serde_norway::Value::as_i64);
            let comparison = match properties["ComparisonOperator"].as_str().unwrap() {
                "GreaterThanThreshold" => ">",
                "GreaterThanOrEqualToThreshold" => ">=",
                "LessThanThreshold" => "<",
                other => panic!("{id}: {other}"),
            };
            let periods = number("EvaluationPeriods").unwrap();
            let points = number("DatapointsToAlarm").unwrap_or(periods);
            let mut metrics = of_alarm(alarm).into_values();
            let first = metrics.next().unwrap();
            // One expression is of one kind of figure.
            assert!(metrics.all(|other| other.taken() == first.taken()), "{id}");
            let (statistic, seconds) = first.taken();
            let threshold = number("Threshold").unwrap();
            let name = called(&properties["AlarmName"], "Sub").unwrap();
            (
                name.split_once('-').unwrap().1,
                format!(
                    "{statistic} {comparison} {threshold} in {points} of {periods} of {seconds} s"
                ),
            )
        })
        .collect();
    let expected = GOES.map(|(name, when)| (name, when.to_owned()));
    assert_eq!(goes, BTreeMap::from(expected));
}
