//! Structured logs: one JSON object a line on standard output, where Lambda collects them.
//!
//! What may be in them: ids of orders and SKUs, codes, places, times. What may not: credentials,
//! the path key, names, addresses, documents, anything else a body says of a person.

use tracing_subscriber::EnvFilter;

use crate::environment::{Environment, LOG_LEVEL};

/// Starts logging for `function`. Calling it again changes nothing.
pub fn start(environment: &Environment<'_>) {
    let level = environment
        .text(LOG_LEVEL)
        .unwrap_or_else(|_| "info".to_owned());
    // Dependencies only when something is wrong: they know of nothing our own lines do not say.
    let filter = EnvFilter::builder().parse_lossy(format!(
        "{level},aws_config=warn,aws_smithy_runtime=warn,aws_smithy_runtime_api=warn,\
         hyper=warn,hyper_util=warn,rustls=warn,h2=warn"
    ));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .finish();
    let _already_started = tracing::subscriber::set_global_default(subscriber);
}
