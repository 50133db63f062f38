//! How an order may end.

use std::collections::BTreeMap;

use feirante_sandbox_marketplace::Status;

use super::Draft;
use crate::plan::expected::{Ending, Invoice, Kind};
use crate::plan::message::MessageId;

impl Draft<'_> {
    /// Ends where its invoices lead it; `after` are its events after the authorization.
    pub(crate) fn invoiced(&self, invoices: Vec<Invoice>, after: &[&'static str]) -> Ending {
        let outputs = || invoices.iter().filter(|one| one.kind == Kind::Output);
        let sum = |kind| {
            let of_kind = invoices.iter().filter(move |one| one.kind == kind);
            of_kind.map(|one| one.value).sum::<i64>()
        };
        let total = self.order.total();
        let (theirs, ours) = if sum(Kind::Output) < total {
            (Status::PaymentApproved, "partially_invoiced")
        } else if sum(Kind::Input) == total && self.erp_decides() {
            // The first marketplace lets the seller cancel what was returned.
            (Status::Canceled, "canceled")
        } else if sum(Kind::Input) == total {
            (Status::Invoiced, "returned")
        } else if outputs().all(|one| one.delivered) {
            (Status::Invoiced, "delivered")
        } else if outputs().all(|one| one.shipment.is_some()) {
            (Status::Invoiced, "shipped")
        } else {
            (Status::Invoiced, "invoiced")
        };
        self.ending(
            theirs,
            ours,
            invoices,
            &[&["order.authorized"], after].concat(),
        )
    }

    /// Ends canceled with nothing invoiced.
    pub(crate) fn canceled(&self, after: &[&'static str]) -> Ending {
        self.ending(Status::Canceled, "canceled", Vec::new(), after)
    }

    /// Ends so.
    pub(crate) fn ending(
        &self,
        theirs: Status,
        ours: &'static str,
        invoices: Vec<Invoice>,
        after: &[&'static str],
    ) -> Ending {
        Ending {
            theirs,
            ours,
            invoices,
            events: [&["order.placed"], after].concat(),
            perhaps: None,
            refused: BTreeMap::new(),
        }
    }
}

impl Ending {
    /// The same with these messages refused.
    pub(crate) fn refusing(
        mut self,
        status: u16,
        messages: impl IntoIterator<Item = MessageId>,
    ) -> Self {
        self.refused
            .extend(messages.into_iter().map(|id| (id, status)));
        self
    }

    /// The same with an event that may be there or not.
    pub(crate) fn perhaps(mut self, event: &'static str) -> Self {
        self.perhaps = Some(event);
        self
    }
}
