//! The seller's calls about an order that were taken, and which of them were repeats.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Order;
use crate::name::CallName;

/// A call of the seller's that was taken: what the books changed for, or a repeat of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    /// Which call.
    pub call: CallName,
    /// The invoice it was about.
    pub invoice_number: Option<String>,
    /// A digest of its body: equal for equal JSON.
    pub digest: String,
    /// When it was taken.
    pub at: Timestamp,
    /// The receipt it got.
    pub receipt: String,
    /// Whether the success was answered; a dropped connection leaves it unanswered.
    pub answered: bool,
}

/// What [`Order::accept`] made of a call.
pub(crate) struct Acceptance {
    /// Its place in [`Order::accepted`].
    pub(crate) index: usize,
    /// The receipt to answer with.
    pub(crate) receipt: String,
    /// Whether it repeats a call that had been answered with success.
    pub(crate) repeat: bool,
}

impl Order {
    /// Takes a call: writes it down with a new receipt, and counts it if it is a repeat.
    ///
    /// Two invoices are the same if their number is, two cancellations always, other calls if they
    /// are about the same invoice with the same body. A repeat of what was never answered is the
    /// seller's good right and not counted.
    pub(crate) fn accept(
        &mut self,
        call: CallName,
        invoice_number: Option<&str>,
        body: &Value,
        now: Timestamp,
    ) -> Acceptance {
        let digest = digest(body);
        let whatever_the_body = matches!(call, CallName::Invoice | CallName::Cancellation);
        let repeat = self.accepted.iter().any(|before| {
            before.answered
                && before.call == call
                && before.invoice_number.as_deref() == invoice_number
                && (whatever_the_body || before.digest == digest)
        });
        if repeat {
            self.count_repeats(call.as_str(), 1);
        }
        let receipt = uuid::Uuid::new_v4().simple().to_string();
        self.accepted.push(Accepted {
            call,
            invoice_number: invoice_number.map(str::to_owned),
            digest,
            at: now,
            receipt: receipt.clone(),
            answered: false,
        });
        Acceptance {
            index: self.accepted.len() - 1,
            receipt,
            repeat,
        }
    }

    /// Counts repeats of a kind.
    pub(crate) fn count_repeats(&mut self, kind: &str, count: u64) {
        if count > 0 {
            *self.repeats.entry(kind.to_owned()).or_default() += count;
        }
    }

    /// Notes that the success of an accepted call is being answered.
    pub(crate) fn answered(&mut self, accepted: usize) {
        if let Some(accepted) = self.accepted.get_mut(accepted) {
            accepted.answered = true;
        }
    }
}

/// A digest that does not depend on the order of an object's keys.
fn digest(body: &Value) -> String {
    let mut hash = Sha256::new();
    feed(body, &mut hash);
    format!("{:x}", hash.finalize())
}

fn feed(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Array(values) => {
            hash.update("[");
            for value in values {
                feed(value, hash);
                hash.update(",");
            }
            hash.update("]");
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            hash.update("{");
            for (name, value) in fields {
                hash.update(Value::from(name.as_str()).to_string());
                hash.update(":");
                feed(value, hash);
                hash.update(",");
            }
            hash.update("}");
        }
        simple => hash.update(simple.to_string()),
    }
}
