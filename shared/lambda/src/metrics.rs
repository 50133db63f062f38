//! Metrics in CloudWatch's embedded format: a log line that CloudWatch counts.

use std::io::Write;

use serde_json::{Map, Value, json};

const NAMESPACE: &str = "Feirante";

/// What a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Time.
    Milliseconds,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// The metrics of one invocation, written as one line.
#[derive(Debug)]
pub struct Metrics {
    function: &'static str,
    values: Vec<(&'static str, Unit, i64)>,
}

impl Metrics {
    /// No metrics yet of `function`.
    #[must_use]
    pub const fn of(function: &'static str) -> Self {
        Self {
            function,
            values: Vec::new(),
        }
    }

    /// Adds to a metric.
    pub fn add(&mut self, name: &'static str, unit: Unit, value: i64) {
        match self.values.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, _, sum)) => *sum = sum.saturating_add(value),
            None => self.values.push((name, unit, value)),
        }
    }

    /// Writes the line.
    pub fn write(&self) {
        // The deployed name tells two stacks of an account apart.
        let deployed = std::env::var("AWS_LAMBDA_FUNCTION_NAME");
        let function = deployed.as_deref().unwrap_or(self.function);
        let line = self.line(function, feirante_models::Instant::now().millis());
        // Standard output is gone only when the process is: there is nobody left to tell.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }

    fn line(&self, function: &str, timestamp: i64) -> Value {
        let definitions: Vec<Value> = self
            .values
            .iter()
            .map(|(name, unit, _)| json!({"Name": name, "Unit": unit.name()}))
            .collect();
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": timestamp,
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": [["Function"]],
                    "Metrics": definitions,
                }],
            }),
        );
        line.insert("Function".to_owned(), json!(function));
        for (name, _, value) in &self.values {
            line.insert((*name).to_owned(), json!(value));
        }
        Value::Object(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_defines_every_metric_it_carries() {
        let mut metrics = Metrics::of("place-order");
        metrics.add("Calls", Unit::Count, 1);
        metrics.add("Latency", Unit::Milliseconds, 12);
        metrics.add("Calls", Unit::Count, 2);
        let line = metrics.line("place-order", 1_700_000_000_000);
        assert_eq!(line["Calls"], 3);
        assert_eq!(line["Latency"], 12);
        assert_eq!(line["Function"], "place-order");
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], "Feirante");
        assert_eq!(directive["Dimensions"], json!([["Function"]]));
        assert_eq!(
            directive["Metrics"],
            json!([{"Name": "Calls", "Unit": "Count"}, {"Name": "Latency", "Unit": "Milliseconds"}])
        );
    }
}
