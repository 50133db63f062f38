//! What the marketplace has been told of a package.

use std::collections::BTreeSet;

use feirante_models::Instant;
use feirante_models::erp::{Progress, Shipment, TrackingEvent};
use serde::{Deserialize, Serialize};

/// Tracking numbers of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Shipments {
    /// The one the marketplace has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<CurrentShipment>,
    /// Hashes of all it was ever told: an old message that comes again does not bring one back.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub told: BTreeSet<String>,
}

/// The shipment the marketplace has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentShipment {
    /// What it was told.
    #[serde(flatten)]
    pub shipment: Shipment,
    /// When the message that said it was first sent. Not known where an older version wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
}

impl CurrentShipment {
    /// Whether what a message of `sent_at` says replaces it. Of two messages of the same millisecond
    /// nobody can say which is newer. The greater hash counts then: with any fixed order between
    /// them the marketplace ends with the same one, whichever comes first.
    fn gives_way(&self, hash: &str, sent_at: Instant) -> bool {
        self.sent_at
            .is_none_or(|current| (current, self.shipment.hash().as_str()) < (sent_at, hash))
    }
}

impl Shipments {
    /// Whether the marketplace is to be told `shipment`, which a message of `sent_at` says. It is
    /// not where it was told before, or was told a newer one: messages come in any order, and a
    /// correction may overtake what it corrects.
    #[must_use]
    pub fn lack(&self, shipment: &Shipment, sent_at: Instant) -> bool {
        let hash = shipment.hash();
        let gives_way = |current: &CurrentShipment| current.gives_way(&hash, sent_at);
        !self.told.contains(&hash) && self.current.as_ref().is_none_or(gives_way)
    }

    /// After the marketplace was told `shipment`, which a message of `sent_at` said.
    #[must_use]
    pub fn with(&self, shipment: &Shipment, sent_at: Instant) -> Self {
        let mut told = self.told.clone();
        told.insert(shipment.hash());
        Self {
            current: Some(CurrentShipment {
                shipment: shipment.clone(),
                sent_at: Some(sent_at),
            }),
            told,
        }
    }
}

/// Where a package has been.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProgressTold {
    /// Hashes of the events the marketplace has: it would list one that is sent again twice.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub events: BTreeSet<String>,
    /// Whether it knows that the package has reached the buyer.
    pub is_delivered: bool,
}

impl ProgressTold {
    /// What the marketplace has not been told of `progress`; `None`: nothing.
    #[must_use]
    pub fn lack(&self, progress: &Progress) -> Option<Progress> {
        let mut seen = self.events.clone();
        let events: Vec<TrackingEvent> = progress
            .events
            .iter()
            .filter(|event| seen.insert(event.hash()))
            .cloned()
            .collect();
        if events.is_empty() && (self.is_delivered || !progress.is_delivered) {
            return None;
        }
        Some(Progress {
            // What has reached the buyer is not on its way again because an older message comes late.
            is_delivered: progress.is_delivered || self.is_delivered,
            events,
            ..progress.clone()
        })
    }

    /// After the marketplace was told `progress`.
    #[must_use]
    pub fn with(&self, progress: &Progress) -> Self {
        let mut events = self.events.clone();
        events.extend(progress.events.iter().map(TrackingEvent::hash));
        Self {
            events,
            is_delivered: self.is_delivered || progress.is_delivered,
        }
    }
}
