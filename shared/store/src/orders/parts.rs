//! What is owed to the marketplace about an order, and what it has been told: `INVOICE#{number}`
//! for an invoice and its package, `CANCELLATION` for the seller's own cancellation, `CHANGE#{id}` for
//! a modification.
//!
//! Different functions write different attributes of them at the same time. Who may write one has
//! taken the turn, which is a write on condition that the turns are as they were read.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use feirante_models::{ChangeRequestId, InvoiceNumber, OrderId};
use feirante_seller::package::{Package, ProgressTold, Shipments, Waiting};
use feirante_seller::turns::Turns;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Orders, item};
use crate::StoreError;
use crate::attributes::{Item, as_integer, as_text};

/// Begins the name of an attribute that holds a waiting message; its hash follows.
pub(super) const WAITING: &str = "waiting:";
/// How many messages have come to wait in the item.
pub(super) const WAITING_REVISION: &str = "waitingRevision";
/// Begins the name of an invoice's item.
pub(super) const INVOICE: &str = "INVOICE#";
/// Begins the name of a modification's item.
pub(super) const CHANGE: &str = "CHANGE#";
const SHIPMENTS: &str = "shipments";
const PROGRESS: &str = "progress";

/// Something that is owed to a marketplace about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// An invoice.
    Invoice(&'a InvoiceNumber),
    /// Its package's tracking number.
    Shipment(&'a InvoiceNumber),
    /// Where its package is.
    Progress(&'a InvoiceNumber),
    /// The seller's own cancellation.
    Cancellation,
    /// The seller's agreement to a modification.
    Agreement(&'a ChangeRequestId),
}

impl Part<'_> {
    pub(super) fn item(self) -> String {
        match self {
            Self::Invoice(number) | Self::Shipment(number) | Self::Progress(number) => {
                invoice_item(number)
            }
            Self::Cancellation => "CANCELLATION".to_owned(),
            Self::Agreement(change) => format!("{CHANGE}{change}"),
        }
    }

    /// The attribute of its [`Turns`].
    pub(super) const fn turns(self) -> &'static str {
        match self {
            Self::Invoice(_) => "invoiceTurns",
            Self::Shipment(_) => "shipmentTurns",
            Self::Progress(_) => "progressTurns",
            Self::Cancellation => "cancellationTurns",
            Self::Agreement(_) => "agreementTurns",
        }
    }
}

pub(super) fn invoice_item(number: &InvoiceNumber) -> String {
    format!("{INVOICE}{number}")
}

/// What is known of a part besides whose turn it is.
#[derive(Debug, Clone, Copy)]
pub enum Known<'a> {
    /// Nothing new.
    Nothing,
    /// The tracking numbers the marketplace has been told.
    Shipments(&'a Shipments),
    /// Where it has been told that the package is.
    Progress(&'a ProgressTold),
    /// That the message of this hash will not be told, and waits no longer if it did.
    GivenUp(&'a str),
}

/// Something to write in the transaction that changes an order.
#[derive(Debug, Clone, Default)]
pub struct Beside(Option<TransactWriteItem>);

impl Beside {
    /// Nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    pub(super) const fn of(action: TransactWriteItem) -> Self {
        Self(Some(action))
    }

    pub(super) fn action(&self) -> Option<TransactWriteItem> {
        self.0.clone()
    }
}

impl Orders {
    /// Writes whose turn it is and what is known, whatever stands there. Only for whoever has the
    /// turn.
    ///
    /// # Errors
    /// When it can't be written at all, which would be a defect.
    pub fn beside(
        &self,
        id: &OrderId,
        part: Part<'_>,
        turns: &Turns,
        known: Known<'_>,
    ) -> Result<Beside, StoreError> {
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(item::key(id, &part.item()).into()))
            .expression_attribute_names("#turns", part.turns())
            .expression_attribute_values(":turns", encode(id, turns)?);
        let (attribute, value) = match known {
            Known::Nothing => (None, None),
            Known::Shipments(shipments) => {
                (Some(SHIPMENTS.to_owned()), Some(encode(id, shipments)?))
            }
            Known::Progress(progress) => (Some(PROGRESS.to_owned()), Some(encode(id, progress)?)),
            Known::GivenUp(hash) => (Some(format!("{WAITING}{hash}")), None),
        };
        let expression = match (&attribute, &value) {
            (None, _) => "SET #turns = :turns",
            (Some(_), Some(_)) => "SET #turns = :turns, #known = :known",
            (Some(_), None) => "SET #turns = :turns REMOVE #known",
        };
        if let Some(attribute) = attribute {
            update = update.expression_attribute_names("#known", attribute);
        }
        if let Some(value) = value {
            update = update.expression_attribute_values(":known", value);
        }
        let update = update.update_expression(expression).build()?;
        let action = TransactWriteItem::builder().update(update).build();
        Ok(Beside(Some(action)))
    }
}

pub(super) fn encode<T: Serialize>(id: &OrderId, value: &T) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value)
        .map_err(|error| StoreError::corrupt(format!("order {id}"), error))
}

/// The package of an invoice's item; nothing is known of one that has none.
pub(super) fn package(id: &OrderId, item: Option<Item>) -> Result<Package, StoreError> {
    let mut item = item.unwrap_or_default();
    let mut waiting = BTreeMap::new();
    for (name, value) in &item {
        if let Some(hash) = name.strip_prefix(WAITING) {
            waiting.insert(hash.to_owned(), waits(id, value)?);
        }
    }
    let revision = item.get(WAITING_REVISION).and_then(as_integer);
    Ok(Package {
        invoice: decoded(id, item.remove("invoiceTurns"))?,
        shipment: decoded(id, item.remove("shipmentTurns"))?,
        progress: decoded(id, item.remove("progressTurns"))?,
        shipments: decoded(id, item.remove(SHIPMENTS))?,
        progress_told: decoded(id, item.remove(PROGRESS))?,
        waiting,
        waiting_revision: revision.unwrap_or_default().try_into().unwrap_or_default(),
    })
}

/// A waiting message. An older version wrote its text alone.
fn waits(id: &OrderId, value: &AttributeValue) -> Result<Waiting, StoreError> {
    if let Some(message) = as_text(value) {
        return Ok(Waiting {
            message: message.to_owned(),
            sent_at: None,
        });
    }
    serde_dynamo::from_attribute_value(value.clone())
        .map_err(|error| StoreError::corrupt(format!("order {id}"), error))
}

pub(super) fn decoded<T: DeserializeOwned + Default>(
    id: &OrderId,
    value: Option<AttributeValue>,
) -> Result<T, StoreError> {
    match value {
        None => Ok(T::default()),
        Some(value) => serde_dynamo::from_attribute_value(value)
            .map_err(|error| StoreError::corrupt(format!("order {id}"), error)),
    }
}
