//! What is served in two documented ways, and which of them an account serves.

use serde::{Deserialize, Serialize};

/// The ways an account has been seen to serve where the documents disagree. What is `None` is tried
/// in its default way first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ways {
    /// The verbs of tracking (protocol §8 D7).
    pub tracking: Option<TrackingWay>,
    /// The route of change notifications (protocol §3.9).
    pub announcement: Option<AnnouncementWay>,
    /// The route of agreements (protocol §8 D8).
    pub agreement: Option<AgreementWay>,
}

/// The verbs of tracking, C8 and C9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TrackingWay {
    /// POST for both; the default of a services endpoint.
    Post,
    /// PATCH for a shipment and PUT for its progress; the default of the account's order system.
    PatchPut,
}

/// The route of change notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AnnouncementWay {
    /// C2, that of SKU Bindings; the default.
    Bindings,
    /// C1, the classic one.
    Classic,
}

/// The route of agreements, C11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AgreementWay {
    /// Beside the order's other routes; the default.
    Services,
    /// That of the account's order modifications.
    OrderSystem,
}

/// One way of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Tracking(TrackingWay),
    Announcement(AnnouncementWay),
    Agreement(AgreementWay),
}

impl Ways {
    pub(crate) fn know(&self, way: Way) -> bool {
        match way {
            Way::Tracking(way) => self.tracking == Some(way),
            Way::Announcement(way) => self.announcement == Some(way),
            Way::Agreement(way) => self.agreement == Some(way),
        }
    }

    pub(crate) fn with(mut self, way: Way) -> Self {
        match way {
            Way::Tracking(way) => self.tracking = Some(way),
            Way::Announcement(way) => self.announcement = Some(way),
            Way::Agreement(way) => self.agreement = Some(way),
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        let ways = Ways::default()
            .with(Way::Tracking(TrackingWay::PatchPut))
            .with(Way::Announcement(AnnouncementWay::Classic));
        let stored = serde_json::to_string(&ways).unwrap();
        assert_eq!(
            stored,
            r#"{"tracking":"patchPut","announcement":"classic","agreement":null}"#
        );
        assert_eq!(serde_json::from_str::<Ways>(&stored).unwrap(), ways);
        assert_eq!(serde_json::from_str::<Ways>("{}").unwrap(), Ways::default());
    }
}
