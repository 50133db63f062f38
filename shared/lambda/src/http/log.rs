//! One line about each call.

use std::fmt::{Display, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use feirante_seller::settings::Marketplace;
use serde::Serialize;

use super::inbound::Inbound;

/// At most this many ids of a kind go into a line.
const IDS: usize = 20;

/// What the log line of a call says besides status and time. Ids only: nothing personal.
#[derive(Debug, Default)]
pub struct CallLog(Mutex<CallLine>);

/// The same as it is written.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallLine {
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Ids::is_empty")]
    orders: Ids,
    #[serde(skip_serializing_if = "Ids::is_empty")]
    skus: Ids,
    #[serde(skip_serializing_if = "Option::is_none")]
    sales_channel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    /// What of the call is to be replaced: its key, its credentials.
    #[serde(skip_serializing_if = "Ids::is_empty")]
    previous: Ids,
}

/// Ids as a line has them: with spaces between them.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
struct Ids(String);

impl Ids {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn extend(&mut self, ids: impl IntoIterator<Item = impl Display>) {
        for id in ids.into_iter().take(IDS) {
            let space = if self.0.is_empty() { "" } else { " " };
            // Writing to a text can't fail.
            let _ = write!(self.0, "{space}{id}");
        }
    }
}

impl CallLog {
    pub(crate) fn of(inbound: Option<&Inbound<'_>>, request_id: &str) -> Self {
        let header = |name| {
            let value = inbound.and_then(|inbound| inbound.header(name))?;
            Some(value.chars().take(200).collect())
        };
        Self(Mutex::new(CallLine {
            operation_id: header("x-vtex-operation-id"),
            traceparent: header("traceparent"),
            request_id: request_id.to_owned(),
            ..CallLine::default()
        }))
    }

    /// The calling marketplace.
    pub fn account(&self, account: &impl Display) {
        self.note(|line| line.account = Some(account.to_string()));
    }

    /// Orders the call is about.
    pub fn orders(&self, ids: impl IntoIterator<Item = impl Display>) {
        self.note(|line| line.orders.extend(ids));
    }

    /// SKUs the call is about.
    pub fn skus(&self, ids: impl IntoIterator<Item = impl Display>) {
        self.note(|line| line.skus.extend(ids));
    }

    /// The sales channel the call names; not in its words if it is none of the marketplace's.
    pub fn sales_channel(&self, channel: Option<&str>, marketplace: &Marketplace) {
        let known = |channel| match marketplace.sales_channel(Some(channel)) {
            Some(channel) => channel.to_owned(),
            None => "unknown".to_owned(),
        };
        self.note(|line| line.sales_channel = channel.map(known));
    }

    /// Something worth telling whoever reads the log.
    pub fn remark(&self, remark: impl Display) {
        self.note(|line| line.remark = Some(remark.to_string()));
    }

    /// That `what` the call carries is an old one.
    pub(crate) fn previous(&self, what: &'static str) {
        self.note(|line| line.previous.extend([what]));
    }

    /// Whether any was.
    pub(crate) fn used_previous(&self) -> bool {
        !self.line().previous.is_empty()
    }

    pub(crate) fn into_line(self) -> CallLine {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self) -> MutexGuard<'_, CallLine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, write: impl FnOnce(&mut CallLine)) {
        write(&mut self.line());
    }
}
