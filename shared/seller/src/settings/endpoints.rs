//! `[marketplaces.endpoints]`: where our calls to a marketplace go.

use std::net::IpAddr;

use feirante_models::AccountName;
use http::Uri;
use serde::{Deserialize, Serialize};

use super::file::Table;

/// The base URLs of a marketplace's services, without a slash at their end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// The account's own host: notifications.
    pub api: String,
    /// Suggestions of SKUs.
    pub suggestions: String,
    /// Invoices, tracking and cancellations of orders that name no endpoint we trust.
    pub services: String,
    /// Whether the seller file names `services`. If not, it is the account's own order system, which
    /// takes tracking with other verbs than a services endpoint does (protocol §8 D7).
    #[serde(default)]
    pub services_named: bool,
}

impl Endpoints {
    /// The hosts every account has.
    #[must_use]
    pub fn of(account: &AccountName) -> Self {
        let api = format!("https://{account}.vtexcommercestable.com.br");
        Self {
            services: format!("{api}/api/oms"),
            services_named: false,
            suggestions: format!("https://api.vtex.com/{account}"),
            api,
        }
    }
}

/// What the seller file says instead.
#[derive(Default)]
pub(super) struct Overrides {
    api: Option<String>,
    suggestions: Option<String>,
    services: Option<String>,
}

impl Overrides {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let mut url = |key| table.get(key)?.parsed(base_url);
        Some(Self {
            api: url("api"),
            suggestions: url("suggestions"),
            services: url("services"),
        })
    }

    /// The account's own hosts but for these.
    pub(super) fn over(self, account: &AccountName) -> Endpoints {
        let default = Endpoints::of(account);
        let services_named = self.services.is_some();
        let services = self
            .services
            // Whoever moved the account's host elsewhere does not want its orders at the old one.
            .or_else(|| self.api.as_ref().map(|api| format!("{api}/api/oms")));
        Endpoints {
            api: self.api.unwrap_or(default.api),
            suggestions: self.suggestions.unwrap_or(default.suggestions),
            services: services.unwrap_or(default.services),
            services_named,
        }
    }
}

fn base_url(text: &str) -> Result<String, &'static str> {
    let no_url = "is not a URL like https://host/path";
    if text.contains(['?', '#', '@']) || text.chars().any(char::is_whitespace) {
        return Err("may hold no query, fragment or user");
    }
    let uri: Uri = text.parse().map_err(|_| no_url)?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or(no_url)?;
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if is_loopback(host) => {}
        Some("http") => return Err("is plain http, which only a loopback address may be"),
        _ => return Err(no_url),
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overridden(api: Option<&str>, services: Option<&str>) -> Endpoints {
        let overrides = Overrides {
            api: api.map(str::to_owned),
            suggestions: None,
            services: services.map(str::to_owned),
        };
        overrides.over(&AccountName::parse("mkt1").unwrap())
    }

    #[test]
    fn only_a_seller_file_that_says_services_names_it() {
        let (elsewhere, oms) = ("https://hub.example", "https://hub.example/oms");
        assert!(!overridden(None, None).services_named);
        let moved = overridden(Some(elsewhere), None);
        assert_eq!(
            (moved.services.as_str(), moved.services_named),
            ("https://hub.example/api/oms", false)
        );
        let named = overridden(Some(elsewhere), Some(oms));
        assert_eq!((named.services.as_str(), named.services_named), (oms, true));
    }

    #[test]
    fn endpoints_stored_before_there_was_a_name_are_read() {
        let stored = r#"{"api":"https://a.example","suggestions":"https://b.example","services":"https://c.example"}"#;
        let endpoints: Endpoints = serde_json::from_str(stored).unwrap();
        assert!(!endpoints.services_named);
    }

    #[test]
    fn credentials_travel_encrypted_but_on_one_machine() {
        for url in [
            "https://a.example/x",
            "http://127.0.0.1:3001",
            "http://[::1]:1/a",
            "http://localhost",
        ] {
            assert_eq!(base_url(url).as_deref(), Ok(url));
        }
        assert_eq!(
            base_url("https://a.example/").as_deref(),
            Ok("https://a.example")
        );
        for url in [
            "http://a.example",
            "ftp://a.example",
            "a.example",
            "",
            "https://",
            "https://u:p@a.example",
            "https://a.example?x=1",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "/x",
        ] {
            assert!(base_url(url).is_err(), "{url}");
        }
    }
}
