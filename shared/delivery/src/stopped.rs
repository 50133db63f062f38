//! A message about an order that can't go on, wherever on its way that shows.
//!
//! Whoever handles it says only why; what is for good is noted on the order in one place, before it
//! goes to the dead letters.

use feirante_lambda::batch::Failure;
use feirante_lambda::dead_letters::Rejection;
use feirante_models::{InvoiceNumber, OrderId};
use feirante_seller::lifecycle::Finality;
use feirante_seller::order::Order;
use feirante_store::orders::Beside;
use feirante_store::{Budget, StoreError};

use crate::Undeliverable;
use crate::times::READ_TIME;

/// Why a message about an order is not done.
#[derive(Debug)]
pub struct Stopped {
    /// What becomes of the message.
    pub failure: Failure,
    /// Whether the marketplace may have what it asks for.
    pub finality: Finality,
    /// What is written with the note, if it is for good.
    pub beside: Box<Beside>,
}

impl Stopped {
    /// What the order as it stands does not allow.
    pub fn refused(why: &impl ToString) -> Self {
        Rejection::refused(409, why.to_string()).into()
    }

    /// The marketplace can't be asked. If it was before, as what has `begun` says, it may have it.
    #[must_use]
    pub fn unable(failure: Failure, begun: bool) -> Self {
        Self {
            finality: if begun {
                Finality::Unanswered
            } else {
                Finality::NotAsked
            },
            ..Self::from(failure)
        }
    }

    /// The marketplace said no, or never answered.
    #[must_use]
    pub fn given_up(rejection: Rejection, finality: Finality, beside: Beside) -> Self {
        Self {
            failure: rejection.into(),
            finality,
            beside: Box::new(beside),
        }
    }

    /// What became of it can't be written; `beside` was to be written with that. Whether the
    /// marketplace has it is not known any more, or nowhere.
    pub fn untold(failure: impl Into<Failure>, beside: Beside) -> Self {
        Self {
            failure: failure.into(),
            finality: Finality::Unanswered,
            beside: Box::new(beside),
        }
    }
}

/// Before the marketplace was asked.
impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            finality: Finality::NotAsked,
            beside: Box::default(),
        }
    }
}

impl From<Rejection> for Stopped {
    fn from(rejection: Rejection) -> Self {
        Failure::from(rejection).into()
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Failure::from(error).into()
    }
}

/// Units that can't leave, or come back: somebody took their SKU out of the table.
#[must_use]
pub fn sku_gone() -> Rejection {
    Rejection::refused(500, "a SKU of the order is gone from the offers")
}

impl Undeliverable<'_> {
    /// A message about `order` that stopped: noted there, if it is for good.
    pub async fn stopped(
        &self,
        order: Order,
        invoice_number: Option<&InvoiceNumber>,
        stopped: Stopped,
    ) -> Failure {
        match stopped.failure {
            Failure::Rejected(rejection) => {
                let (finality, beside) = (stopped.finality, &stopped.beside);
                self.note(order, invoice_number, rejection, finality, beside)
                    .await
            }
            failure @ (Failure::Later(_) | Failure::Wait { .. }) => failure,
        }
    }

    /// A message that waited in vain, for what it asks for or for its turn to ask. What had been
    /// begun for it holds nothing back any more: the marketplace may have it.
    pub async fn waited_in_vain(
        &self,
        order: &OrderId,
        invoice_number: Option<&InvoiceNumber>,
        rejection: Rejection,
    ) -> Failure {
        let found = self.orders.get(order, Budget::of(READ_TIME)).await;
        match found.map_err(Failure::from) {
            Ok(Some(order)) => {
                let (finality, beside) = (Finality::Unanswered, &Beside::nothing());
                self.note(order, invoice_number, rejection, finality, beside)
                    .await
            }
            Ok(None) | Err(Failure::Rejected(_)) => rejection.into(),
            // It comes again.
            Err(failure) => failure,
        }
    }

    /// What a message needs could not be read. Where that is for good, the order itself may be
    /// readable still.
    pub async fn unreadable(
        &self,
        order: &OrderId,
        invoice_number: Option<&InvoiceNumber>,
        error: StoreError,
    ) -> Failure {
        match Failure::from(error) {
            Failure::Rejected(rejection) => {
                self.refused_unseen(order, invoice_number, rejection).await
            }
            failure @ (Failure::Later(_) | Failure::Wait { .. }) => failure,
        }
    }
}
