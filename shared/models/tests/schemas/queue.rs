//! The queues the ERP writes to: each has a schema and a reader.

use std::path::{Path, PathBuf};

use feirante_models::erp::{CancellationMessage, InvoiceMessage, OfferMessage, TrackingMessage};
use jsonschema::Validator;
use serde_json::Value;

/// A queue the ERP writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Queue {
    Offers,
    Invoices,
    Tracking,
    Cancellations,
}

impl Queue {
    pub(crate) const ALL: [Self; 4] = [
        Self::Offers,
        Self::Invoices,
        Self::Tracking,
        Self::Cancellations,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Offers => "erp-offers",
            Self::Invoices => "erp-invoices",
            Self::Tracking => "erp-tracking",
            Self::Cancellations => "erp-cancellations",
        }
    }

    /// Whether the queue's reader takes a message.
    pub(crate) fn reads(self, message: &[u8]) -> Result<(), String> {
        match self {
            Self::Offers => OfferMessage::read(message).map(drop),
            Self::Invoices => InvoiceMessage::read(message).map(drop),
            Self::Tracking => TrackingMessage::read(message).map(drop),
            Self::Cancellations => CancellationMessage::read(message).map(drop),
        }
        .map_err(|problem| problem.to_string())
    }

    pub(crate) fn validator(self) -> Validator {
        validator(&schema(self.name()))
    }

    /// The examples of the queue's schema.
    pub(crate) fn examples(self) -> Vec<Value> {
        let examples = schema(self.name())["examples"].clone();
        let examples = examples.as_array().unwrap().clone();
        assert!(!examples.is_empty());
        examples
    }
}

/// What stands at the top of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The schema of a queue, as it is published.
pub(crate) fn schema(queue: &str) -> Value {
    let file = repository(&format!("docs/schemas/{queue}.json"));
    let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).unwrap()
}

pub(crate) fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// What a schema has against a message.
pub(crate) fn complaints(validator: &Validator, message: &Value) -> Vec<String> {
    validator
        .iter_errors(message)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}
