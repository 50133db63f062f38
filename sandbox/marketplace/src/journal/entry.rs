//! A call under way.

use std::sync::Arc;
use std::time::Instant;

use http::HeaderMap;
use jiff::Timestamp;

use super::mask::masked;
use super::{Call, Direction, Journal, Outcome};
use crate::name::CallName;

/// How much of a body is kept, in bytes: any that the protocol allows, but no more.
const LONGEST_BODY: usize = 1_048_576;

/// A call that has begun. However it ends, it gets into the journal: an entry that is dropped
/// without an ending is [`Outcome::Abandoned`].
pub(crate) struct Entry {
    journal: Arc<Journal>,
    began: Instant,
    /// Taken when it is written down.
    call: Option<Box<Call>>,
}

/// What a call begins with.
pub(crate) struct Beginning<'a> {
    /// Who calls.
    pub(crate) direction: Direction,
    /// The account it is about.
    pub(crate) account: Option<&'a str>,
    /// Which call it is.
    pub(crate) name: CallName,
    /// The verb.
    pub(crate) method: &'a str,
    /// Path and query, or the whole URL.
    pub(crate) url: &'a str,
    /// The request's headers, unmasked; the journal masks them.
    pub(crate) headers: &'a HeaderMap,
    /// The request's body.
    pub(crate) body: &'a [u8],
}

impl Entry {
    pub(super) fn begin(journal: Arc<Journal>, beginning: &Beginning<'_>) -> Self {
        let call = Call {
            id: 0,
            direction: beginning.direction,
            account: beginning.account.map(str::to_owned),
            name: beginning.name,
            method: beginning.method.to_owned(),
            url: beginning.url.to_owned(),
            request_headers: masked(beginning.headers),
            request_body: text(beginning.body),
            outcome: Outcome::Abandoned,
            status: None,
            response_headers: Vec::new(),
            response_body: String::new(),
            started_at: Timestamp::now(),
            duration_ms: 0.0,
            order: None,
            sku: None,
            faults: Vec::new(),
            repeat: false,
        };
        Self {
            journal,
            began: Instant::now(),
            call: Some(Box::new(call)),
        }
    }

    /// Says which order it is about.
    pub(crate) fn about_order(&mut self, order: &str) {
        self.write(|call| call.order = Some(order.to_owned()));
    }

    /// Says which SKU it is about.
    pub(crate) fn about_sku(&mut self, sku: &str) {
        self.write(|call| call.sku = Some(sku.to_owned()));
    }

    /// Says that a fault struck it.
    pub(crate) fn struck_by(&mut self, fault: impl Into<String>) {
        self.write(|call| call.faults.push(fault.into()));
    }

    /// Says that it repeats a call that had been answered with success.
    pub(crate) fn repeats(&mut self) {
        self.write(|call| call.repeat = true);
    }

    /// Ends it with an answer.
    pub(crate) fn answered(mut self, status: u16, headers: &HeaderMap, body: &[u8]) {
        self.write(|call| {
            call.outcome = Outcome::Answered;
            call.status = Some(status);
            call.response_headers = masked(headers);
            call.response_body = text(body);
        });
    }

    /// Ends it with a closed connection.
    pub(crate) fn hung_up(mut self) {
        self.write(|call| call.outcome = Outcome::HungUp);
    }

    /// Ends it without an answer, for a reason such as a time-out.
    pub(crate) fn failed(mut self, why: impl Into<String>) {
        self.write(|call| call.outcome = Outcome::Failed(why.into()));
    }

    fn write(&mut self, change: impl FnOnce(&mut Call)) {
        if let Some(call) = &mut self.call {
            change(call);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(mut call) = self.call.take() {
            call.duration_ms = self.began.elapsed().as_secs_f64() * 1_000.0;
            self.journal.add(*call);
        }
    }
}

/// The body as text, without the end of one that is very long.
fn text(body: &[u8]) -> String {
    let kept = body.get(..LONGEST_BODY).unwrap_or(body);
    String::from_utf8_lossy(kept).into_owned()
}
