//! What can't be delivered: noted on its order, which tells the ERP, and then in the dead letters.

use feirante_lambda::batch::Failure;
use feirante_lambda::dead_letters::Rejection;
use feirante_models::erp::OrderReference;
use feirante_models::events::FailedDelivery;
use feirante_models::{Instant, InvoiceNumber, OrderId, Problem};
use feirante_seller::lifecycle::{Finality, undelivered};
use feirante_seller::order::{Order, Undelivered};
use feirante_store::orders::Beside;
use feirante_store::{Budget, Orders, StoreError};

use crate::RECORD_TIME;

/// What a queue's messages are about.
#[derive(Debug, Clone, Copy)]
pub struct Undeliverable<'a> {
    /// Where orders are kept.
    pub orders: &'a Orders,
    /// What its messages ask for.
    pub kind: FailedDelivery,
}

/// Why a decision about an order was not written.
#[derive(Debug)]
pub enum Undecided {
    /// The database says so.
    Store(StoreError),
    /// The order as it stands does not allow what was asked.
    Refused {
        /// The order.
        order: Box<Order>,
        /// Why.
        why: String,
    },
}

impl Undecided {
    /// What `order` does not allow.
    pub fn refused(order: &Order, why: &impl ToString) -> Self {
        Self::Refused {
            order: Box::new(order.clone()),
            why: why.to_string(),
        }
    }
}

impl From<StoreError> for Undecided {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Undeliverable<'_> {
    /// A message that can't be read; what the order it names is told, if it names one.
    pub async fn unread(&self, body: &str, problem: &Problem) -> Failure {
        let rejection = Rejection::invalid(problem);
        let Some(named) = OrderReference::named_in(body.as_bytes()) else {
            return rejection.into();
        };
        let budget = Budget::of(RECORD_TIME);
        match self.orders.get(&named.order_id(), budget).await {
            Ok(Some(order)) => self.refused(order, None, rejection).await,
            Ok(None) => rejection.into(),
            Err(error) => error.into(),
        }
    }

    /// A message about an order there is none of.
    #[must_use]
    pub fn unknown(&self, order: &OrderId) -> Failure {
        Rejection::refused(404, format!("there is no order {order}")).into()
    }

    /// A message whose decision was not written.
    pub async fn undecided(
        &self,
        undecided: Undecided,
        invoice_number: Option<&InvoiceNumber>,
    ) -> Failure {
        match undecided {
            Undecided::Store(error) => error.into(),
            Undecided::Refused { order, why } => {
                let rejection = Rejection::refused(409, why);
                self.refused(*order, invoice_number, rejection).await
            }
        }
    }

    /// A message that fails before anything is begun for it: a refusal is noted.
    pub async fn failed(
        &self,
        order: Order,
        invoice_number: Option<&InvoiceNumber>,
        failure: Failure,
    ) -> Failure {
        match failure {
            Failure::Rejected(rejection) => self.refused(order, invoice_number, rejection).await,
            failure @ (Failure::Later(_) | Failure::Wait { .. }) => failure,
        }
    }

    /// A message that is refused here.
    pub async fn refused(
        &self,
        order: Order,
        invoice_number: Option<&InvoiceNumber>,
        rejection: Rejection,
    ) -> Failure {
        let (finality, beside) = (Finality::NotAsked, Beside::nothing());
        self.note(order, invoice_number, rejection, finality, &beside)
            .await
    }

    /// A message that is given up, with its reason; `beside` is written with the note.
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
            status: rejection.status,
            reason: rejection.reason.to_owned(),
            detail: rejection.detail.clone(),
        };
        let now = Instant::now();
        let noted = self
            .orders
            .decide_beside::<(), Failure>(order, None, beside, Budget::of(RECORD_TIME), |order| {
                Ok(undelivered(order, what.clone(), finality, now))
            })
            .await;
        match noted {
            Ok(_) => rejection.into(),
            // Not noted, it comes again.
            Err(failure) => failure,
        }
    }
}
