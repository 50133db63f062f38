//! What a marketplace sees of the seller file.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::settings::{
    CancellationPolicy, DeliverySettings, Marketplace, Secret, Seller, Settings,
};

/// Names what a marketplace sees of a seller file: two that look the same to it have the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Edition(String);

impl Edition {
    /// What is seen by a marketplace that can't be told of anything; that of no seller file.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(String::new())
    }

    /// The edition that `marketplace` sees of `settings`: neither what concerns others or orders, nor
    /// how it is called.
    ///
    /// # Errors
    /// Never for the values settings can hold.
    pub fn of(settings: &Settings, marketplace: &Marketplace) -> Result<Self, serde_json::Error> {
        let seen = Settings {
            seller: Seller {
                follow_up_email: String::new(),
                ..settings.seller.clone()
            },
            marketplaces: vec![Marketplace {
                key: Secret::new(""),
                previous_key: None,
                inbound: None,
                outbound: None,
                merchant_name: None,
                cancellation: CancellationPolicy::default(),
                modifications: false,
                divergence: Vec::new(),
                fees: None,
                repeat_notification_after: None,
                ..marketplace.clone()
            }],
            delivery: DeliverySettings::default(),
            ..settings.clone()
        };
        let digest = Sha256::digest(serde_json::to_vec(&seen)?);
        let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
        Ok(Self(digits.collect()))
    }
}
