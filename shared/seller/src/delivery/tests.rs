//! The schedule as tables, the gate as properties.

mod breaker;
mod pace;
mod schedule;

use feirante_models::Instant;
use jiff::SignedDuration;

use super::*;

/// So many milliseconds after the tests' beginning.
fn at(milliseconds: i64) -> Instant {
    Instant::from_millis(1_795_219_200_000 + milliseconds).unwrap()
}

fn ms(milliseconds: i64) -> SignedDuration {
    SignedDuration::from_millis(milliseconds)
}

fn lane(per_second: u32, burst: u32) -> LaneSettings {
    LaneSettings {
        per_second,
        burst,
        ..LaneSettings::default()
    }
}
