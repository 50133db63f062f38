//! Accepting an invoice: from here on it holds back cancellations.

use feirante_delivery::{Errand, RECORD_TIME, Stopped};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::Message;
use feirante_models::{Instant, OrderId};
use feirante_seller::ledger::Invoice;
use feirante_seller::lifecycle::{AcceptedInvoice, accept_invoice};
use feirante_seller::order::Order;
use feirante_seller::package::Package;
use feirante_seller::turns::Turns;
use feirante_store::Budget;
use feirante_store::orders::{Known, Part};

use crate::SendInvoice;

/// What is to be done about an invoice that holds.
pub(crate) enum Next {
    /// The marketplace is to be told; the turn is taken.
    Send(Box<Order>, Turns),
    /// The marketplace has it.
    Sent(OrderId),
}

impl SendInvoice {
    /// Accepts the invoice, if it was not before, and takes the turn to send it.
    pub(crate) async fn accept(
        &self,
        invoice: &Invoice,
        order: Order,
        package: &Package,
        from: &Message<'_>,
    ) -> Result<Next, Stopped> {
        let now = Instant::now();
        let id = order.order_id.clone();
        let part = Part::Invoice(&invoice.number);
        // What an invoice of this number that was refused or given up has left behind counts no more.
        let taken = Errand::taken(&package.invoice.settled(&invoice.content_hash), now);
        let orders = &self.sender.orders;
        let beside = orders.beside(&id, part, &taken, Known::Nothing)?;
        let mut after = Box::new(order.clone());
        let decide = |order: &Order| {
            let outcome =
                accept_invoice(order, invoice, now).map_err(|why| Stopped::refused(&why))?;
            *after = outcome.order_after(order).clone();
            Ok::<_, Stopped>(outcome)
        };
        let budget = Budget::of(RECORD_TIME);
        match orders.begin(order, &beside, budget, decide).await? {
            AcceptedInvoice::Accepted => Ok(Next::Send(after, taken)),
            AcceptedInvoice::Pending => {
                let errand = self.errand(&id, invoice);
                let taken = errand.take(&package.invoice, now).await;
                let taken = taken.map_err(|failure| Stopped::unable(failure, true))?;
                Ok(Next::Send(after, taken))
            }
            AcceptedInvoice::Sent => Ok(Next::Sent(id)),
            AcceptedInvoice::HeldBack(by) => Err(Failure::Wait {
                until: from.looks_again(now),
                why: by.as_str().to_owned(),
            }
            .into()),
        }
    }
}
