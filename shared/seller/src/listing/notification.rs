//! What the queue `notifications` carries: what a marketplace has to be told of a SKU, and the pages
//! of those who tell it everything again.

use std::collections::BTreeSet;

use feirante_models::queue::message_text;
use feirante_models::{AccountName, Instant, SkuId};
use jiff::SignedDuration;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::resync::Page;

/// A change can be read everywhere so long after it was made. A marketplace told earlier might ask
/// for the new value and get the old one (protocol §3.11).
pub const READABLE_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// What about a SKU changed, as the marketplace's three notifications tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What it is (C1, C2).
    Catalog,
    /// What it costs (C3).
    Price,
    /// How much of it there is (C4).
    Inventory,
}

/// Something about a SKU changed that a marketplace has to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// The SKU.
    pub sku: SkuId,
    /// The marketplace.
    pub account: AccountName,
    /// What changed.
    pub kinds: BTreeSet<Kind>,
    /// A moment at or after the last of these changes.
    pub changed_at: Instant,
    /// That nothing is known to have changed: the marketplace is told again. What it decided about
    /// the SKU as it is stays decided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resync: bool,
}

/// A message of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// To tell a marketplace of a SKU.
    Tell(Notification),
    /// To go on with telling it of all.
    GoOn(Page),
}

impl Notification {
    /// From when on the marketplace may be told.
    #[must_use]
    pub fn readable_at(&self) -> Instant {
        self.changed_at.plus(READABLE_AFTER)
    }
}

/// A page in its message: the name tells it from a notification.
#[derive(Serialize, Deserialize)]
struct PageMessage<P> {
    resync: P,
}

impl Task {
    /// The text of the message.
    ///
    /// # Errors
    /// Never for the values it can hold.
    pub fn to_message(&self) -> Result<String, serde_json::Error> {
        let json = match self {
            Self::Tell(notification) => serde_json::to_string(notification)?,
            Self::GoOn(page) => serde_json::to_string(&PageMessage { resync: page })?,
        };
        Ok(message_text(&json))
    }

    /// Reads a message.
    ///
    /// # Errors
    /// Names what is missing or wrong.
    pub fn read(message: &str) -> Result<Self, serde_json::Error> {
        // Of a notification, `resync` is no object.
        #[derive(Deserialize)]
        struct Named {
            #[serde(default)]
            sku: Option<IgnoredAny>,
            #[serde(default)]
            resync: Option<IgnoredAny>,
        }
        let named: Named = serde_json::from_str(message)?;
        if named.sku.is_none() && named.resync.is_some() {
            let PageMessage { resync } = serde_json::from_str(message)?;
            Ok(Self::GoOn(resync))
        } else {
            serde_json::from_str(message).map(Self::Tell)
        }
    }
}
