//! The items of an order: their keys and attributes.
//!
//! `STATE` is the order with what finds it: `dueAt` and `duePartition` while its reservation can
//! end or it waits for its invoices ([`Due`]), `day` for lists, `heldFor` while a person has to decide
//! about it. `BODY` is the placement as it came, `BODY#PAYMENT` what its authorization said of its
//! payment; both go with the personal data.

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::{Instant, OrderId};
use feirante_seller::order::Order;

use crate::StoreError;
use crate::attributes::{Item, number, text, time};
use crate::compressed::compress;

pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
pub(crate) const STATE: &str = "STATE";
pub(crate) const BODY: &str = "BODY";
/// What came with the authorization about the payment.
pub(crate) const PAYMENT: &str = "BODY#PAYMENT";
/// What came, compressed.
pub(crate) const RECEIVED: &str = "received";
/// When an item may be deleted, in seconds.
pub(crate) const EXPIRES_AT: &str = "expiresAt";
/// When a reservation is to be released, or since when invoices are waited for, in milliseconds.
pub(crate) const DUE_AT: &str = "dueAt";
/// Which part of the due index an order is in.
pub(crate) const DUE_PARTITION: &str = "duePartition";
/// The index of what is due.
pub(crate) const DUE_INDEX: &str = "due";
/// The day an order was placed, in UTC.
pub(crate) const DAY: &str = "day";
/// What an order is held for.
pub(crate) const HELD_FOR: &str = "heldFor";
/// A person's decision about its prices.
pub(crate) const REVIEW: &str = "review";

/// Parts of the due index for each kind of what is due: so many writers do not meet at one key.
pub(crate) const DUE_PARTITIONS: u8 = 4;

/// What can be due about an order: one thing at a time, since only what is not paid can expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The end of its reservation.
    Reservation,
    /// Invoices of all of it, from its authorization on.
    Invoices,
}

impl Due {
    /// The name of part `number` of the index.
    pub(crate) fn partition(self, number: u8) -> String {
        match self {
            Self::Reservation => format!("reservation#{number}"),
            Self::Invoices => format!("invoice-{number}"),
        }
    }

    /// The name of the part that `order` is in.
    pub(crate) fn partition_of(self, order: &OrderId) -> String {
        let sum = order.as_str().bytes().fold(0_u8, u8::wrapping_add);
        self.partition(sum % DUE_PARTITIONS)
    }
}

/// The key of an item of an order.
pub(crate) fn key(order: &OrderId, item: &str) -> [(String, AttributeValue); 2] {
    [
        (PK.to_owned(), text(format!("ORDER#{order}"))),
        (SK.to_owned(), text(item)),
    ]
}

/// The STATE item.
pub(crate) fn state(order: &Order) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(order)
        .map_err(|error| StoreError::corrupt(format!("order {}", order.order_id), error))?;
    item.extend(key(&order.order_id, STATE));
    // RFC 3339 starts with the date.
    item.insert(
        DAY.to_owned(),
        text(
            order
                .placed_at
                .to_string()
                .chars()
                .take(10)
                .collect::<String>(),
        ),
    );
    if order.is_held() {
        item.insert(HELD_FOR.to_owned(), text(REVIEW));
    }
    if let Some((due, at)) = due(order) {
        item.insert(DUE_AT.to_owned(), time(at));
        let partition = due.partition_of(&order.order_id);
        item.insert(DUE_PARTITION.to_owned(), text(partition));
    }
    Ok(item)
}

/// What is due about `order`, and when.
fn due(order: &Order) -> Option<(Due, Instant)> {
    let ends = order.due().map(|at| (Due::Reservation, at));
    let paid = order.awaits_invoices_since();
    ends.or_else(|| paid.map(|at| (Due::Invoices, at)))
}

/// The item called `name` of an order, with what came: BODY or PAYMENT.
pub(crate) fn kept(
    order: &OrderId,
    name: &str,
    received: &str,
    expires_at: Instant,
) -> Result<Item, StoreError> {
    let received = compress(received)
        .map_err(|error| StoreError::corrupt(format!("{name} of order {order}"), error))?;
    let mut item: Item = key(order, name).into();
    item.insert(RECEIVED.to_owned(), received);
    item.insert(EXPIRES_AT.to_owned(), number(expires_at.seconds()));
    Ok(item)
}

/// The order of a STATE item.
pub(crate) fn decode(item: Item) -> Result<Order, StoreError> {
    let name = match item.get(PK) {
        Some(AttributeValue::S(key)) => key.clone(),
        _ => "order".to_owned(),
    };
    serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt(name, error))
}

/// The order of a STATE item's image in a stream; `None` for an image of another item.
///
/// # Errors
/// When it is a STATE that can't be read.
pub fn from_stream_image(image: serde_dynamo::Item) -> Result<Option<Order>, StoreError> {
    match image.get(SK) {
        Some(serde_dynamo::AttributeValue::S(item)) if item == STATE => {}
        _ => return Ok(None),
    }
    serde_dynamo::from_item(image)
        .map(Some)
        .map_err(|error| StoreError::corrupt("order", error))
}
