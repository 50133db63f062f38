//! The marketplace beside the seller, and what each is told of the other.

use std::io::ErrorKind;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use feirante_sandbox_marketplace as marketplace;
use feirante_seller::settings::{Endpoints, Inbound, Marketplace, Outbound, Secret, Settings};
use reqwest::Url;
use uuid::Uuid;

use crate::failure::Failure;

/// Starts a marketplace for every account of `settings`, whose seller answers at `api`, and returns
/// it with the settings that send the seller's calls to it.
///
/// Without a port of its own it takes the one that `before` names, if that is free: the orders a
/// kept marketplace placed name it.
pub(crate) async fn start(
    mut options: marketplace::Options,
    settings: &Settings,
    api: &str,
    before: Option<&Settings>,
) -> Result<(marketplace::Running, Settings), Failure> {
    let mut settings = settings.clone();
    for one in &mut settings.marketplaces {
        let keys = keys(one);
        options.accounts.push(account(one, &keys, api));
        one.outbound = Some(Outbound::Keys {
            app_key: keys.0,
            app_token: Secret::new(keys.1),
        });
    }
    let started = match before.and_then(port).filter(|_| options.port == 0) {
        Some(port) => {
            let there = marketplace::Options {
                port,
                ..options.clone()
            };
            match marketplace::Marketplace::start(there).await {
                Err(marketplace::StartError::Listen { .. }) => {
                    marketplace::Marketplace::start(options).await
                }
                other => other,
            }
        }
        None => marketplace::Marketplace::start(options).await,
    };
    let running = started.map_err(not_started)?;
    for one in &mut settings.marketplaces {
        one.endpoints = endpoints(&running.account_url(one.account.as_str()));
    }
    Ok((running, settings))
}

fn not_started(error: marketplace::StartError) -> Failure {
    match &error {
        marketplace::StartError::Listen { port, source }
            if source.kind() == ErrorKind::AddrInUse =>
        {
            Failure::System(format!(
                "the sandbox can't start: port {port}, meant for the marketplace, is in use: \
                 choose others with --port"
            ))
        }
        _ => Failure::system("the sandbox can't start", &error),
    }
}

/// Where an account of the sandbox's marketplace is called.
fn endpoints(base: &str) -> Endpoints {
    Endpoints {
        api: base.to_owned(),
        suggestions: base.to_owned(),
        services: format!("{base}/api/oms"),
        services_named: true,
    }
}

/// The port of a marketplace that ran on this machine.
fn port(settings: &Settings) -> Option<u16> {
    let api = &settings.marketplaces.first()?.endpoints.api;
    let url = Url::parse(api).ok()?;
    url.port().filter(|_| url.host_str() == Some("127.0.0.1"))
}

/// The credentials of the seller's calls: those of the seller file, or made-up ones where it keeps
/// them out of itself. Those are meant for the real marketplace, and there is no such store here.
fn keys(marketplace: &Marketplace) -> (String, String) {
    match &marketplace.outbound {
        Some(Outbound::Keys { app_key, app_token }) => {
            (app_key.clone(), app_token.expose().to_owned())
        }
        Some(Outbound::Parameter(_)) | None => (
            format!("sandbox-{}", marketplace.account),
            Uuid::new_v4().simple().to_string(),
        ),
    }
}

fn account(
    one: &Marketplace,
    (app_key, app_token): &(String, String),
    api: &str,
) -> marketplace::AccountOptions {
    marketplace::AccountOptions {
        account: one.account.to_string(),
        seller_id: one.seller_id.clone(),
        fulfillment_endpoint: format!("{api}/m/{}", one.key.expose()),
        authorization: one.inbound.as_ref().and_then(authorization),
        app_key: app_key.clone(),
        app_token: app_token.clone(),
        sales_channel: one.sales_channel(None).unwrap_or_default().to_owned(),
        bound: Vec::new(),
        settings: marketplace::Settings::default(),
    }
}

/// The header with which a marketplace calls a seller that asks for these credentials.
fn authorization(inbound: &Inbound) -> Option<String> {
    let carried = &inbound.current;
    if let Some((key, token)) = carried.app() {
        return Some(format!(r#"VTEX key="{key}" token="{}""#, token.expose()));
    }
    let (user, password) = carried.basic()?;
    let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
    Some(format!("Basic {pair}"))
}

#[cfg(test)]
mod tests {
    use feirante_seller::settings::InboundCredentials;

    use super::*;

    fn settings(outbound: Option<Outbound>) -> Settings {
        let file = include_str!("../../../sandbox/fixture/seller.toml");
        let mut settings = Settings::parse(file).unwrap();
        settings.marketplaces[0].outbound = outbound;
        settings
    }

    fn elsewhere() -> Option<Outbound> {
        Some(Outbound::Parameter("/feirante/mkt1".to_owned()))
    }

    fn outbound(settings: &Settings) -> (&str, &str) {
        match &settings.marketplaces[0].outbound {
            Some(Outbound::Keys { app_key, app_token }) => (app_key, app_token.expose()),
            other => panic!("{other:?}"),
        }
    }

    async fn started(
        settings: &Settings,
        before: Option<&Settings>,
    ) -> (marketplace::Running, Settings) {
        let options = marketplace::Options::new(Vec::new());
        start(options, settings, "http://127.0.0.1:3000", before)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn the_sellers_calls_go_to_the_marketplace_that_runs() {
        let keys = Some(Outbound::Keys {
            app_key: "K".to_owned(),
            app_token: Secret::new("T"),
        });
        let (running, settings) = started(&settings(keys), None).await;
        let base = format!("{}/mkt1", running.url());
        let endpoints = &settings.marketplaces[0].endpoints;
        assert_eq!(endpoints.api, base);
        assert_eq!(endpoints.suggestions, base);
        assert_eq!(endpoints.services, format!("{base}/api/oms"));
        assert!(endpoints.services_named);
        assert_eq!(outbound(&settings), ("K", "T"));
        running.stop().await;
    }

    #[tokio::test]
    async fn keys_that_are_kept_elsewhere_are_made_up() {
        let (running, settings) = started(&settings(elsewhere()), None).await;
        let (key, token) = outbound(&settings);
        assert_eq!(key, "sandbox-mkt1");
        assert_eq!(token.len(), 32);
        running.stop().await;
    }

    #[tokio::test]
    async fn it_comes_back_where_it_was_if_that_is_free() {
        let original = settings(elsewhere());
        let (first, before) = started(&original, None).await;
        let url = first.url().to_owned();
        let (beside_it, _) = started(&original, Some(&before)).await;
        assert_ne!(beside_it.url(), url);
        first.stop().await;
        let (again, _) = started(&original, Some(&before)).await;
        assert_eq!(again.url(), url);
        again.stop().await;
        beside_it.stop().await;
    }

    #[test]
    fn the_marketplace_carries_what_the_seller_asks_for() {
        let asks = |key: Option<&str>, user: Option<&str>| Inbound {
            current: InboundCredentials {
                app_key: key.map(str::to_owned),
                app_token: key.map(|_| Secret::new("T")),
                user: user.map(str::to_owned),
                password: user.map(|_| Secret::new("P")),
            },
            previous: None,
            required: false,
        };
        assert_eq!(
            authorization(&asks(Some("K"), Some("U"))).as_deref(),
            Some(r#"VTEX key="K" token="T""#)
        );
        assert_eq!(
            authorization(&asks(None, Some("U"))).as_deref(),
            Some("Basic VTpQ")
        );
        assert_eq!(authorization(&asks(None, None)), None);
    }
}
