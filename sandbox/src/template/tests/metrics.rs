//! The metrics that alarms and the dashboard are made of.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_norway::Value;

use super::resources::{ALARM, FUNCTION, QUEUE, Resources, called, variables};

/// A metric as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Metric {
    pub(super) namespace: String,
    pub(super) name: String,
    /// What it is of: `FunctionName` and `Function` by logical id, `QueueName` by logical id.
    pub(super) of: BTreeMap<String, String>,
    /// `Sum`, `Maximum`, `p99`.
    pub(super) statistic: String,
    /// Seconds of which it is that.
    pub(super) period: i64,
}

impl Metric {
    /// How it is taken: the statistic, and seconds.
    pub(super) fn taken(&self) -> (&str, i64) {
        (&self.statistic, self.period)
    }
}

/// The metrics of an alarm, by their ids; one alone has none.
pub(super) fn of_alarm(alarm: &Value) -> BTreeMap<String, Metric> {
    let properties = &alarm["Properties"];
    let Some(metrics) = properties["Metrics"].as_sequence() else {
        let statistic = properties.get("ExtendedStatistic");
        let statistic = statistic.unwrap_or(&properties["Statistic"]);
        let period = &properties["Period"];
        return BTreeMap::from([(String::new(), metric(properties, statistic, period))]);
    };
    metrics
        .iter()
        .filter(|one| one.get("MetricStat").is_some())
        .map(|one| {
            let id = one["Id"].as_str().unwrap().to_owned();
            let asked = &one["MetricStat"];
            (
                id,
                metric(&asked["Metric"], &asked["Stat"], &asked["Period"]),
            )
        })
        .collect()
}

fn metric(written: &Value, statistic: &Value, period: &Value) -> Metric {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let dimensions = written["Dimensions"].as_sequence().unwrap();
    Metric {
        namespace: text(&written["Namespace"]),
        name: text(&written["MetricName"]),
        of: dimensions
            .iter()
            .map(|one| {
                let value = called(&one["Value"], "Ref").or(called(&one["Value"], "GetAtt"));
                (text(&one["Name"]), value.unwrap().replace(".QueueName", ""))
            })
            .collect(),
        statistic: text(statistic),
        period: period.as_i64().unwrap(),
    }
}

/// The metrics of a widget of the dashboard, whose references still stand in `${…}`.
pub(super) fn of_widget(widget: &Json) -> Vec<Metric> {
    let properties = &widget["properties"];
    let metrics = properties["metrics"].as_array().into_iter().flatten();
    metrics
        .map(|written| {
            let parts = written.as_array().unwrap();
            let text = |index: usize| parts[index].as_str().unwrap().to_owned();
            let of = variables(parts[3].as_str().unwrap()).next().unwrap();
            let own = parts.get(4).and_then(|options| options.get("stat"));
            let statistic = own.unwrap_or(&properties["stat"]);
            Metric {
                namespace: text(0),
                name: text(1),
                of: BTreeMap::from([(text(2), of.replace(".QueueName", ""))]),
                statistic: statistic.as_str().unwrap().to_owned(),
                period: properties["period"].as_i64().unwrap(),
            }
        })
        .collect()
}

/// What each function counts by itself, by what it does.
fn counted(resources: &Resources, function: &str) -> Vec<&'static str> {
    if resources.answering().contains(function) {
        let calls = [
            "Calls",
            "Latency",
            "PreviousCredentials",
            "Failures",
            "RefusedCredentials",
            "Refusals",
        ];
        return calls.into();
    }
    let messages = ["DeadLetters", "Failures", "Waiting"];
    let deliveries = ["Deliveries", "DeliveryFailures", "DeliveryDelay", "Held"];
    match function {
        "UpdateOffers" => messages.into(),
        "SendInvoice" | "SendTracking" | "ResolveCancellation" | "SendAgreement" => {
            [&messages[..], &deliveries].concat()
        }
        "NotifyMarketplace" => {
            let others = ["ListingErrors", "PausedAccounts", "TakenUp"];
            [&messages[..], &deliveries, &others].concat()
        }
        "RelayChanges" => vec![
            "DeadLetters",
            "Failures",
            "OrdersAuthorized",
            "OrdersCanceled",
            "OrdersExpired",
            "OrdersInvoiced",
            "OrdersPlaced",
        ],
        "ExpireReservations" => {
            vec!["Expired", "Failures", "LateInvoices", "OverdueReservations"]
        }
        _ => Vec::new(),
    }
}

/// What is counted of the access logs: a field of theirs says of which API.
fn filtered_from_access_logs(resources: &Resources) -> String {
    let filter = &resources.0["PaceFilter"]["Properties"];
    assert_eq!(called(&filter["LogGroupName"], "Ref"), Some("AccessLogs"));
    let pattern = filter["FilterPattern"].as_str().unwrap();
    assert_eq!(pattern, r#"{ $.status = "429" }"#);
    let counted = &filter["MetricTransformations"][0];
    assert_eq!(counted["MetricNamespace"], "Feirante/Api");
    let of = &counted["Dimensions"][0];
    assert_eq!(
        [&of["Key"], &of["Value"]].map(|part| part.as_str()),
        [Some("Api"), Some("$.api")]
    );
    let logged = resources.0["Api"]["Properties"]["AccessLogSettings"]["Format"].as_str();
    let logged: Json = serde_json::from_str(logged.unwrap()).unwrap();
    assert_eq!(
        [&logged["status"], &logged["api"]],
        ["$context.status", "$context.apiId"]
    );
    counted["MetricName"].as_str().unwrap().to_owned()
}

/// A metric that nobody counts is missing, which looks like all being well.
#[test]
fn every_metric_that_is_watched_is_counted() {
    let resources = Resources::read();
    let is = |id: &str, resource_type: &str| resources.0[id]["Type"] == resource_type;
    let alarms = resources.of_type(ALARM).flat_map(|(id, alarm)| {
        let metrics = of_alarm(alarm).into_values();
        metrics.map(move |metric| (id.to_owned(), metric))
    });
    let widgets = super::dashboard::widgets();
    let shown = widgets.iter().flat_map(|widget| {
        let title = widget["properties"]["title"].to_string();
        let metrics = of_widget(widget).into_iter();
        metrics.map(move |metric| (title.clone(), metric))
    });
    for (place, metric) in alarms.chain(shown) {
        let Metric {
            namespace,
            name,
            of,
            statistic,
            ..
        } = &metric;
        let of: Vec<(&str, &str)> = of
            .iter()
            .map(|(of, id)| (of.as_str(), id.as_str()))
            .collect();
        let counted = match (namespace.as_str(), of.as_slice()) {
            ("Feirante", [("Function", id)]) => {
                is(id, FUNCTION) && counted(&resources, id).contains(&name.as_str())
            }
            ("AWS/Lambda", [("FunctionName", id)]) => {
                is(id, FUNCTION) && ["Errors", "IteratorAge", "Throttles"].contains(&name.as_str())
            }
            ("AWS/SQS", [("QueueName", id)]) => {
                let known = [
                    "ApproximateAgeOfOldestMessage",
                    "ApproximateNumberOfMessagesVisible",
                ];
                is(id, QUEUE) && known.contains(&name.as_str())
            }
            ("AWS/ApiGateway", [("ApiId", "Api"), ("Stage", "Api.Stage")]) => name == "5xx",
            ("Feirante/Api", [("Api", "Api")]) => filtered_from_access_logs(&resources) == *name,
            _ => false,
        };
        assert!(counted, "{place}: {metric:?}");
        // Times have a distribution; what is counted once a run is not to be added up.
        let fits = match name.as_str() {
            "Latency" | "DeliveryDelay" => statistic.starts_with('p'),
            "LateInvoices" | "OverdueReservations" | "PausedAccounts" => statistic == "Maximum",
            _ if namespace == "AWS/SQS" => statistic == "Maximum",
            _ => ["Sum", "Maximum", "SampleCount"].contains(&statistic.as_str()),
        };
        assert!(fits, "{place}: {metric:?}");
    }
}
