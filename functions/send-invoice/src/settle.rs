//! What the marketplace made of an invoice.

use feirante_delivery::{Done, RECORD_TIME, Stopped, sku_gone};
use feirante_lambda::dead_letters::Rejection;
use feirante_models::Instant;
use feirante_seller::ledger::Invoice;
use feirante_seller::lifecycle::{Outcome, invoice_sent, invoice_waived, is_waived};
use feirante_seller::order::Order;
use feirante_seller::package::Shipments;
use feirante_store::orders::{Beside, Decided, Known, Part};
use feirante_store::{Budget, StoreError};

use crate::SendInvoice;

impl SendInvoice {
    /// Writes it: the order and its stock after an invoice that was taken, with the tracking number
    /// that makes the package's `shipments` if it carried one; or why the message is given up.
    pub(crate) async fn settle(
        &self,
        invoice: &Invoice,
        shipments: Option<&Shipments>,
        order: Order,
        done: Done,
    ) -> Result<(), Stopped> {
        let (id, part) = (&order.order_id, Part::Invoice(&invoice.number));
        let now = Instant::now();
        match done {
            Done::Sent(sent, turns) => {
                let known = shipments.map_or(Known::Nothing, Known::Shipments);
                let beside = self.sender.orders.beside(id, part, &turns, known)?;
                let shipped = shipments.is_some();
                self.conclude(order, beside, |order| {
                    invoice_sent(order, &invoice.number, shipped, sent.clone(), now)
                })
                .await
            }
            Done::GivenUp {
                status,
                detail,
                turns,
                ..
            } if is_waived(&order, status) => {
                let beside = self
                    .sender
                    .orders
                    .beside(id, part, &turns, Known::Nothing)?;
                self.conclude(order, beside, |order| {
                    invoice_waived(order, &invoice.number, detail.clone(), now)
                })
                .await
            }
            Done::GivenUp {
                finality,
                status,
                detail,
                turns,
            } => {
                let beside = self
                    .sender
                    .orders
                    .beside(id, part, &turns, Known::Nothing)?;
                let rejection = Rejection::refused(status, detail);
                Err(Stopped::given_up(rejection, finality, beside))
            }
        }
    }

    async fn conclude(
        &self,
        order: Order,
        beside: Beside,
        decide: impl Fn(&Order) -> Outcome<()>,
    ) -> Result<(), Stopped> {
        let decide = |order: &Order| Ok::<_, StoreError>(decide(order));
        let (offers, budget) = (&self.offers, Budget::of(RECORD_TIME));
        let decided = self
            .sender
            .orders
            .conclude_with_stock(order, offers, &beside, budget, decide)
            .await;
        match decided {
            Ok(Decided::Settled(())) => Ok(()),
            Ok(Decided::OutOfStock(_)) => Err(Stopped::untold(sku_gone(), beside)),
            Err(error) => Err(Stopped::untold(error, beside)),
        }
    }
}
