//! The credentials of our calls to a marketplace, wherever the seller keeps them.

use feirante_marketplace::Credentials;
use feirante_seller::settings::{Marketplace, Outbound, Secret};

use crate::parameters::{Keys, Parameters};

/// Credentials, and what they were made of.
#[derive(Debug)]
pub(crate) struct InUse {
    pub(crate) credentials: Credentials,
    keys: Keys,
}

/// Why there are no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoCredentials {
    /// The seller file names none.
    #[error("the seller file has no [marketplaces.outbound] for {0}")]
    Unnamed(String),
    /// They can't be had now, or are not fit to be sent.
    #[error("{0}")]
    Unusable(String),
}

/// What is known of credentials that a marketplace refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// The seller has no others: the refusal is meant.
    Same,
    /// There are others by now.
    Replaced,
    /// Whether there are others can't be learned now.
    Unknown,
}

/// The credentials that our calls to `marketplace` carry.
pub(crate) async fn of(
    marketplace: &Marketplace,
    parameters: &Parameters,
) -> Result<InUse, NoCredentials> {
    let account = &marketplace.account;
    let keys = match &marketplace.outbound {
        Some(Outbound::Keys { app_key, app_token }) => Keys::new(app_key, app_token),
        Some(Outbound::Parameter(name)) => parameters
            .get(name)
            .await
            .map_err(NoCredentials::Unusable)?,
        None => return Err(NoCredentials::Unnamed(account.to_string())),
    };
    let credentials = Credentials::new(&keys.app_key, keys.app_token.clone())
        .map_err(|error| NoCredentials::Unusable(format!("{account}: {error}")))?
        .hiding(of_its_calls(marketplace));
    Ok(InUse { credentials, keys })
}

/// The secrets of the marketplace's own calls, old ones too: it may tell us of one of them, with the URL
/// it called.
fn of_its_calls(marketplace: &Marketplace) -> impl Iterator<Item = Secret> {
    let inbound = marketplace.inbound.iter();
    let inbound = inbound.flat_map(|inbound| [Some(&inbound.current), inbound.previous.as_ref()]);
    let inbound = inbound.flatten().flat_map(|carried| {
        let app_key = carried.app_key.as_ref().map(Secret::new);
        let others = [carried.app_token.clone(), carried.password.clone()];
        others.into_iter().chain([app_key]).flatten()
    });
    let keys = [
        Some(marketplace.key.clone()),
        marketplace.previous_key.clone(),
    ];
    inbound.chain(keys.into_iter().flatten())
}

/// Whether `used`, which were refused, are still those of `marketplace`, which is `certain` to be as
/// the seller file in force has it, or not.
pub(crate) async fn renewal(
    used: &InUse,
    (marketplace, certain): (&Marketplace, bool),
    parameters: &Parameters,
) -> Renewal {
    let (keys, read) = match &marketplace.outbound {
        Some(Outbound::Keys { app_key, app_token }) => (Keys::new(app_key, app_token), true),
        Some(Outbound::Parameter(name)) => match parameters.renewed(name).await {
            (Ok(keys), read) => (keys, read),
            (Err(_), _) => return Renewal::Unknown,
        },
        None if certain => return Renewal::Same,
        None => return Renewal::Unknown,
    };
    match (keys == used.keys, certain && read) {
        (false, _) => Renewal::Replaced,
        (true, true) => Renewal::Same,
        (true, false) => Renewal::Unknown,
    }
}
