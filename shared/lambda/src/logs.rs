//! Structured logs: one JSON object a line on standard output, where Lambda collects them.
//!
//! What may be in them: ids of orders and SKUs, codes, places, times. What may not, at any level:
//! credentials, the path key, names, addresses, documents, anything else a body says of a person.

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;

use crate::environment::{Environment, LOG_LEVEL};

/// The crates whose lines are written at the level that is set, by what their names begin with.
const OURS: [&str; 15] = [
    "feirante",
    "authorize_fulfillment",
    "cancel_order",
    "check_deployment",
    "expire_reservations",
    "modify_order",
    "notify_marketplace",
    "place_order",
    "relay_changes",
    "resolve_cancellation",
    "send_agreement",
    "send_invoice",
    "send_tracking",
    "simulate_fulfillment",
    "update_offers",
];

/// The lines of all others, whatever is set: below it the runtime and the clients write whole events,
/// requests and answers.
const OTHERS: LevelFilter = LevelFilter::WARN;

/// Starts logging for a function. Calling it again changes nothing.
pub fn start(environment: &Environment<'_>) {
    let level = level(environment);
    let _already_started =
        tracing::subscriber::set_global_default(subscriber(level, std::io::stdout));
}

/// What is set; no more than a level, or the lines of others could be asked for.
fn level(environment: &Environment<'_>) -> LevelFilter {
    environment.value(LOG_LEVEL).unwrap_or(LevelFilter::INFO)
}

fn subscriber<W>(level: LevelFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = Targets::new()
        .with_default(level.min(OTHERS))
        .with_targets(OURS.map(|name| (name, level)));
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(writer);
    tracing_subscriber::registry().with(lines.with_filter(filter))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What is written at `level` of lines of each level by one of ours and by two others.
    fn written(level: LevelFilter) -> Vec<String> {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = subscriber(level, move || writer.clone());
        tracing::subscriber::with_default(subscriber, || {
            macro_rules! speak {
                ($($target:literal),*) => {$(
                    tracing::error!(target: $target, "error");
                    tracing::warn!(target: $target, "warn");
                    tracing::info!(target: $target, "info");
                    tracing::debug!(target: $target, "debug");
                    tracing::trace!(target: $target, "trace");
                )*};
            }
            speak!("place_order", "lambda_runtime::layers", "aws_sigv4");
        });
        let lines = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines = lines.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            format!(
                "{} {}",
                line["target"].as_str().unwrap(),
                line["message"].as_str().unwrap()
            )
        });
        lines.collect()
    }

    #[test]
    fn only_our_own_lines_are_written_below_warnings() {
        let all = written(LevelFilter::TRACE);
        let ours = all.iter().filter(|line| line.starts_with("place_order"));
        assert_eq!(ours.count(), 5);
        for other in ["lambda_runtime::layers", "aws_sigv4"] {
            let theirs = all.iter().filter_map(|line| line.strip_prefix(other));
            assert_eq!(theirs.collect::<Vec<_>>(), [" error", " warn"]);
        }
        assert_eq!(
            written(LevelFilter::ERROR),
            [
                "place_order error",
                "lambda_runtime::layers error",
                "aws_sigv4 error"
            ]
        );
    }

    #[test]
    fn every_function_is_ours() {
        let functions = concat!(env!("CARGO_MANIFEST_DIR"), "/../../functions");
        for function in std::fs::read_dir(functions).unwrap() {
            let name = function.unwrap().file_name().into_string().unwrap();
            assert!(OURS.contains(&name.replace('-', "_").as_str()), "{name}");
        }
    }

    #[test]
    fn what_is_no_level_is_the_usual_one() {
        for (set, expected) in [
            ("trace", LevelFilter::TRACE),
            ("ERROR", LevelFilter::ERROR),
            ("info,lambda_runtime=trace", LevelFilter::INFO),
        ] {
            let environment = Environment::new(|_| Some(set.to_owned()));
            assert_eq!(level(&environment), expected, "{set}");
        }
    }
}
