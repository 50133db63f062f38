//! Many measurements of one thing.

use std::time::Duration;

use serde::Serialize;

/// Times, to be asked for the one that so many of them are below.
#[derive(Debug, Default, Clone)]
pub(crate) struct Samples(Vec<Duration>);

/// The times that are told, in microseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Percentiles {
    pub(crate) count: usize,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Samples {
    pub(crate) fn push(&mut self, sample: Duration) {
        self.0.push(sample);
    }

    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Duration>) {
        self.0.extend(others);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn percentiles(&self) -> Percentiles {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let of = |hundredths: usize| {
            let at = (sorted.len() * hundredths).div_ceil(100).max(1) - 1;
            sorted.get(at).copied().map_or(0.0, micros)
        };
        Percentiles {
            count: sorted.len(),
            p50: of(50),
            p95: of(95),
            p99: of(99),
            max: of(100),
        }
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentiles().p50
    }
}

/// A time in microseconds.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
