//! One line about each call.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use feirante_seller::settings::Marketplace;

use super::inbound::Inbound;

/// At most this many ids of a kind go into a line.
const IDS: usize = 20;

/// What the log line of a call says besides status and time. Ids only: nothing personal.
#[derive(Debug, Default)]
pub struct CallLog {
    pub(crate) operation_id: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) request_id: String,
    notes: Mutex<Notes>,
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Notes {
    pub(crate) account: Option<String>,
    pub(crate) orders: Vec<String>,
    pub(crate) skus: Vec<String>,
    pub(crate) sales_channel: Option<String>,
    pub(crate) remark: Option<String>,
    pub(crate) previous: Vec<&'static str>,
}

impl CallLog {
    pub(crate) fn of(inbound: Option<&Inbound<'_>>, request_id: &str) -> Self {
        let header = |name| {
            let value = inbound.and_then(|inbound| inbound.header(name))?;
            Some(value.chars().take(200).collect())
        };
        Self {
            operation_id: header("x-vtex-operation-id"),
            traceparent: header("traceparent"),
            request_id: request_id.to_owned(),
            notes: Mutex::default(),
        }
    }

    /// The calling marketplace.
    pub fn account(&self, account: &impl Display) {
        self.note(|notes| notes.account = Some(account.to_string()));
    }

    /// Orders the call is about.
    pub fn orders(&self, ids: impl IntoIterator<Item = impl Display>) {
        self.note(|notes| notes.orders.extend(first(ids)));
    }

    /// SKUs the call is about.
    pub fn skus(&self, ids: impl IntoIterator<Item = impl Display>) {
        self.note(|notes| notes.skus.extend(first(ids)));
    }

    /// The sales channel the call names; not in its words if it is none of the marketplace's.
    pub fn sales_channel(&self, channel: Option<&str>, marketplace: &Marketplace) {
        let known = |channel| match marketplace.sales_channel(Some(channel)) {
            Some(channel) => channel.to_owned(),
            None => "unknown".to_owned(),
        };
        self.note(|notes| notes.sales_channel = channel.map(known));
    }

    /// Something worth telling whoever reads the log.
    pub fn remark(&self, remark: impl Display) {
        self.note(|notes| notes.remark = Some(remark.to_string()));
    }

    /// That `what` the call carries is an old one.
    pub(crate) fn previous(&self, what: &'static str) {
        self.note(|notes| notes.previous.push(what));
    }

    pub(crate) fn notes(&self) -> Notes {
        self.notes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn note(&self, write: impl FnOnce(&mut Notes)) {
        write(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn first(ids: impl IntoIterator<Item = impl Display>) -> impl Iterator<Item = String> {
    ids.into_iter().take(IDS).map(|id| id.to_string())
}
