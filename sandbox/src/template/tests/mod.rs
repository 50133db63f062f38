//! Tests of the reader, and of the template it reads.

mod alarms;
mod clocks;
mod cloud_only;
mod conditions;
mod dashboard;
mod deployed;
mod metrics;
mod names;
mod parameters;
mod policies;
mod reading;
mod refusing;
mod resources;
mod roles;
mod rollout;
mod samples;
mod thresholds;
mod variables;
