//! What the queue `notifications` carries, from the stream of changes to whoever tells the
//! marketplaces.

use std::collections::BTreeSet;

use feirante_models::{AccountName, Instant, SkuId};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

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
}

impl Notification {
    /// The text of the message. Two characters that JSON allows and queues refuse are escaped.
    ///
    /// # Errors
    /// Never for the values it can hold.
    pub fn to_message(&self) -> Result<String, serde_json::Error> {
        let json = serde_json::to_string(self)?;
        Ok(json
            .replace('\u{fffe}', "\\ufffe")
            .replace('\u{ffff}', "\\uffff"))
    }

    /// From when on the marketplace may be told.
    #[must_use]
    pub fn readable_at(&self) -> Instant {
        self.changed_at.plus(READABLE_AFTER)
    }
}
