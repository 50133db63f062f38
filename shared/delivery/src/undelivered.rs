//! What can't be delivered: noted on its order, which tells the ERP, and then in the dead letters.

use feirante_lambda::batch::Failure;
use feirante_lambda::dead_letters::Rejection;
use feirante_models::erp::OrderReference;
use feirante_models::events::FailedDelivery;
use feirante_models::modification::AgreementName;
use feirante_models::{Instant, InvoiceNumber, OrderId, Problem};
use feirante_seller::lifecycle::{Finality, undelivered};
use feirante_seller::order::{Order, Undelivered};
use feirante_store::orders::Beside;
use feirante_store::{Budget, Orders};

use crate::times::{READ_TIME, RECORD_TIME};

/// What a queue's messages are about.
#[derive(Debug, Clone, Copy)]
pub struct Undeliverable<'a> {
    /// Where orders are kept.
    pub orders: &'a Orders,
    /// What its messages ask for.
    pub kind: FailedDelivery,
    /// The seller's agreement that a message is about.
    pub agreement: Option<&'a AgreementName>,
}

impl Undeliverable<'_> {
    /// A message that can't be read; what the order it names is told, if it names one.
    pub async fn unread(&self, body: &str, problem: &Problem) -> Failure {
        let rejection = Rejection::invalid(problem);
        let Some(named) = OrderReference::named_in(body.as_bytes()) else {
            return rejection.into();
        };
        self.refused_unseen(&named.order_id(), None, rejection)
            .await
    }

    /// A message about an order there is none of.
    #[must_use]
    pub fn unknown(&self, order: &OrderId) -> Failure {
        Rejection::refused(404, format!("there is no order {order}")).into()
    }

    /// A message that is refused before anything is begun for it, about an order that has not been
    /// read.
    pub(crate) async fn refused_unseen(
        &self,
        order: &OrderId,
        invoice_number: Option<&InvoiceNumber>,
        rejection: Rejection,
    ) -> Failure {
        let found = self.orders.get(order, Budget::of(READ_TIME)).await;
        match found.map_err(Failure::from) {
            Ok(Some(order)) => {
                let (finality, beside) = (Finality::NotAsked, &Beside::nothing());
                self.note(order, invoice_number, rejection, finality, beside)
                    .await
            }
            Ok(None) => rejection.into(),
            Err(Failure::Rejected(why)) => {
                not_noted(order, &why);
                rejection.into()
            }
            // It comes again, and is noted then.
            Err(failure) => failure,
        }
    }

    /// A message that is given up, with its reason; `beside` is written with the note. What the
    /// database does not take together it is given one by one: the ERP is told though `beside` has no
    /// room, and what a marketplace was told is known though the order has none.
    pub async fn note(
        &self,
        order: Order,
        invoice_number: Option<&InvoiceNumber>,
        rejection: Rejection,
        finality: Finality,
        beside: &Beside,
    ) -> Failure {
        let what = Undelivered {
            kind: self.kind,
            invoice_number: invoice_number.cloned(),
            agreement: self.agreement.cloned(),
            status: rejection.status,
            reason: rejection.reason.to_owned(),
            detail: rejection.detail.clone(),
        };
        let now = Instant::now();
        let budget = Budget::of(RECORD_TIME);
        let note = async |beside: &Beside| {
            let decide = |order: &Order| Ok(undelivered(order, what.clone(), finality, now));
            let written = self.orders.conclude(order.clone(), beside, budget, decide);
            taken(&order.order_id, written.await)
        };
        let noted = async {
            if note(beside).await? {
                return Ok(());
            }
            let known = self.orders.write_alone(beside, budget).await;
            taken(&order.order_id, known.map_err(Failure::from))?;
            note(&Beside::nothing()).await.map(drop)
        };
        match noted.await {
            Ok(()) => rejection.into(),
            // Not noted, it comes again.
            Err(failure) => failure,
        }
    }
}

/// Whether the database took what was `written`.
///
/// # Errors
/// When that is not known, or it may later.
fn taken(order: &OrderId, written: Result<(), Failure>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(true),
        Err(Failure::Rejected(why)) => {
            not_noted(order, &why);
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}

/// The database will not take or give it, however often it is asked.
fn not_noted(order: &OrderId, why: &Rejection) {
    let (order, why) = (order.as_str(), why.detail.as_str());
    tracing::error!(order, why, "a failed delivery can't be noted");
}
