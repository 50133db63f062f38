//! Metrics in CloudWatch's embedded format: a log line that CloudWatch counts.

use std::io::Write;

use serde::{Serialize, Serializer};

/// Where CloudWatch keeps them.
pub const NAMESPACE: &str = "Feirante";

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

/// Declares the metrics, so that the list of them lacks none.
macro_rules! metrics {
    ($($(#[$meta:meta])+ $name:ident: $unit:ident,)+) => {
        /// Everything that is measured, by the name it has in CloudWatch. Alarms and the dashboard of
        /// the template rest on these names (`tests/system/metrics.rs`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Metric {
            $($(#[$meta])+ $name,)+
        }

        impl Metric {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            /// What its values count.
            #[must_use]
            pub const fn unit(self) -> Unit {
                match self {
                    $(Self::$name => Unit::$unit,)+
                }
            }
        }
    };
}

metrics! {
    /// Calls of a marketplace.
    Calls: Count,
    /// How long a call took, from its event to its answer, but for the runtime's own part.
    Latency: Milliseconds,
    /// Calls answered with 5xx; messages, changes and work of a schedule that failed and come again.
    Failures: Count,
    /// Calls with a path key or credentials that are not right (401, 403).
    RefusedCredentials: Count,
    /// Calls with a path key or credentials that are to be replaced.
    PreviousCredentials: Count,
    /// Calls answered with any other 4xx.
    Refusals: Count,

    /// Messages and changes that were set aside for good.
    DeadLetters: Count,
    /// Messages that wait for their time.
    Waiting: Count,

    /// Requests a marketplace has taken.
    Deliveries: Count,
    /// Requests it has not.
    DeliveryFailures: Count,
    /// From the first attempt at a request to the one that was taken.
    DeliveryDelay: Milliseconds,
    /// Requests that were held back, and not made.
    Held: Count,

    /// Orders the ERP was told of: placed, held for review or not. A repeat counts again; so with the
    /// next four.
    OrdersPlaced: Count,
    /// Orders whose payment was approved.
    OrdersAuthorized: Count,
    /// Orders the marketplace has all invoices of.
    OrdersInvoiced: Count,
    /// Orders that were canceled.
    OrdersCanceled: Count,
    /// Orders that were never paid.
    OrdersExpired: Count,

    /// Reservations that a run released.
    Expired: Count,
    /// Reservations that should have been released long ago.
    OverdueReservations: Count,
    /// Orders that should be invoiced by now.
    LateInvoices: Count,

    /// SKUs that can't be listed until somebody mends something.
    ListingErrors: Count,
    /// Listings a run took up.
    TakenUp: Count,
    /// Accounts whose marketplace refuses our key, so that calls are held back.
    PausedAccounts: Count,
}

/// The metrics of one invocation, written as one line.
#[derive(Debug)]
pub struct Metrics {
    function: &'static str,
    values: Vec<(Metric, i64)>,
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
    pub fn add(&mut self, metric: Metric, value: i64) {
        match self.values.iter_mut().find(|(known, _)| *known == metric) {
            Some((_, sum)) => *sum = sum.saturating_add(value),
            None => self.values.push((metric, value)),
        }
    }

    /// Writes the line.
    pub fn write(&self) {
        self.write_with(None::<&()>);
    }

    /// Writes the line with what else is to be logged: one line costs half of two, to write and to keep.
    pub(crate) fn write_with(&self, said: Option<&impl Serialize>) {
        // The deployed name tells two stacks of an account apart.
        let deployed = std::env::var("AWS_LAMBDA_FUNCTION_NAME");
        let function = deployed.as_deref().unwrap_or(self.function);
        let now = feirante_models::Instant::now().millis();
        let Ok(mut line) = serde_json::to_vec(&self.line(said, function, now)) else {
            return;
        };
        line.push(b'\n');
        // Standard output is gone only when the process is: there is nobody left to tell.
        let _ = std::io::stdout().lock().write_all(&line);
    }

    fn line<'a, T>(
        &'a self,
        said: Option<&'a T>,
        function: &'a str,
        timestamp: i64,
    ) -> Line<'a, T> {
        let defined = self.values.iter().map(|(metric, _)| Definition {
            name: metric.name(),
            unit: metric.unit().name(),
        });
        Line {
            said,
            aws: Aws {
                timestamp,
                directives: [Directive {
                    namespace: NAMESPACE,
                    dimensions: [["Function"]],
                    metrics: defined.collect(),
                }],
            },
            function,
            values: Values(&self.values),
        }
    }
}

/// A line as CloudWatch reads it: what `_aws` declares are metrics, all else is just kept.
#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(flatten)]
    said: Option<&'a T>,
    #[serde(rename = "_aws")]
    aws: Aws,
    #[serde(rename = "Function")]
    function: &'a str,
    #[serde(flatten)]
    values: Values<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Aws {
    timestamp: i64,
    #[serde(rename = "CloudWatchMetrics")]
    directives: [Directive; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: &'static str,
    dimensions: [[&'static str; 1]; 1],
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

/// The values, each under its metric's name.
struct Values<'a>(&'a [(Metric, i64)]);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(metric, value)| (metric.name(), value)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn line(metrics: &Metrics, said: Option<&Value>) -> Value {
        serde_json::to_value(metrics.line(said, "place-order", 1_700_000_000_000)).unwrap()
    }

    #[test]
    fn the_line_defines_every_metric_it_carries() {
        let mut metrics = Metrics::of("place-order");
        metrics.add(Metric::Calls, 1);
        metrics.add(Metric::Latency, 12);
        metrics.add(Metric::Calls, 2);
        let line = line(&metrics, None);
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

    #[test]
    fn the_line_says_what_else_there_is_to_say() {
        let mut metrics = Metrics::of("place-order");
        metrics.add(Metric::Calls, 1);
        let said = json!({"message": "answered", "status": 200});
        let line = line(&metrics, Some(&said));
        assert_eq!(
            (&line["message"], &line["status"]),
            (&json!("answered"), &json!(200))
        );
        assert_eq!(
            (&line["Calls"], &line["Function"]),
            (&json!(1), &json!("place-order"))
        );
        assert_eq!(line["_aws"]["Timestamp"], 1_700_000_000_000_i64);
    }
}
