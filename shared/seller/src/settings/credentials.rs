//! `key`, `[marketplaces.inbound]` and `[marketplaces.outbound]`: what a marketplace's calls carry, and
//! what ours do.
//!
//! What its calls carry can be replaced without losing one: old and new are taken side by side until
//! the marketplace has the new.

use serde::{Deserialize, Serialize};

use super::Secret;
use super::file::Table;

/// The credentials a marketplace's calls carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// Those it is to carry.
    #[serde(flatten)]
    pub current: InboundCredentials,
    /// Old ones, which are still taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<InboundCredentials>,
    /// Whether a call without credentials is refused.
    pub required: bool,
}

/// Credentials of calls in one form or in both; those that are set must match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundCredentials {
    /// Of `Authorization: VTEX key="…"` and `X-VTEX-API-AppKey`; set together with `app_token`.
    pub app_key: Option<String>,
    /// Of `Authorization: VTEX token="…"` and `X-VTEX-API-AppToken`.
    pub app_token: Option<Secret>,
    /// Of `Authorization: Basic`; set together with `password`.
    pub user: Option<String>,
    /// Of `Authorization: Basic`.
    pub password: Option<Secret>,
}

/// The credentials of our calls to a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outbound {
    /// As they are.
    Keys {
        /// `X-VTEX-API-AppKey`.
        app_key: String,
        /// `X-VTEX-API-AppToken`.
        app_token: Secret,
    },
    /// The name of the parameter in the parameter store that holds them.
    Parameter(String),
}

impl Inbound {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let current = InboundCredentials::read(table);
        let previous = table
            .get("previous")
            .and_then(|value| value.table(|table| InboundCredentials::before(&current, table)));
        let required = table.get("required").and_then(|value| value.boolean());
        let required = required.unwrap_or(false);
        if !InboundCredentials::are_in(table) {
            let lacks = "needs app_key and app_token, or user and password";
            if required {
                table.mistake("required", lacks);
            }
            if table.has("previous") {
                table.mistake("previous", format_args!("{lacks}, which replace it"));
            }
        }
        Some(Self {
            current,
            previous,
            required,
        })
    }
}

impl InboundCredentials {
    fn read(table: &mut Table<'_>) -> Self {
        let credentials = Self {
            app_key: optional_text(table, "app_key"),
            app_token: optional_text(table, "app_token").map(Secret::new),
            user: optional_text(table, "user"),
            password: optional_text(table, "password").map(Secret::new),
        };
        for (one, other) in [("app_key", "app_token"), ("user", "password")] {
            together(table, one, other);
        }
        credentials
    }

    /// The old ones of `current`. What has not changed is none of them: nobody could tell which is used.
    fn before(current: &Self, table: &mut Table<'_>) -> Option<Self> {
        let before = Self::read(table);
        if !Self::are_in(table) {
            table.mistake("app_key", "is missing, or user and password are");
        }
        let same = "is the current one, beside the same";
        if before.app_token.is_some() && before.app() == current.app() {
            table.mistake("app_token", format_args!("{same} app_key"));
        }
        if before.password.is_some() && before.basic() == current.basic() {
            table.mistake("password", format_args!("{same} user"));
        }
        Some(before)
    }

    /// Whether there are any in `table`, right or wrong.
    fn are_in(table: &Table<'_>) -> bool {
        ["app_key", "app_token", "user", "password"]
            .into_iter()
            .any(|key| table.has(key))
    }

    /// A marketplace's key and token, if they are set.
    #[must_use]
    pub fn app(&self) -> Option<(&str, &Secret)> {
        self.app_key.as_deref().zip(self.app_token.as_ref())
    }

    /// The seller form's user and password, if they are set.
    #[must_use]
    pub fn basic(&self) -> Option<(&str, &Secret)> {
        self.user.as_deref().zip(self.password.as_ref())
    }
}

impl Outbound {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let app_key = optional_text(table, "app_key");
        let app_token = optional_text(table, "app_token").map(Secret::new);
        let parameter = table
            .get("parameter")
            .and_then(|value| value.parsed(parameter_name));
        together(table, "app_key", "app_token");
        if table.has("parameter") {
            if table.has("app_key") {
                table.mistake("parameter", "can't stand beside app_key and app_token");
            }
            return parameter.map(Self::Parameter);
        }
        if !table.has("app_key") && !table.has("app_token") {
            table.mistake("parameter", "is missing, or app_key and app_token are");
        }
        Some(Self::Keys {
            app_key: app_key?,
            app_token: app_token?,
        })
    }
}

/// The segment of a base URL that names a marketplace.
pub(super) fn path_key(text: &str) -> Result<Secret, &'static str> {
    let url_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if (1..=64).contains(&text.len()) && text.chars().all(url_safe) {
        Ok(Secret::new(text))
    } else {
        Err("has 1 to 64 characters of A-Z, a-z, 0-9, - and _")
    }
}

/// A parameter that the functions may read: their roles name this prefix.
fn parameter_name(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    match text.strip_prefix("/feirante/") {
        Some(name) if !name.is_empty() && name.chars().all(plain) => Ok(text.to_owned()),
        _ => Err("is not the name of a parameter under /feirante/, like /feirante/mkt1"),
    }
}

pub(super) fn optional_text(table: &mut Table<'_>, key: &'static str) -> Option<String> {
    table.get(key)?.text().map(str::to_owned)
}

fn together(table: &Table<'_>, one: &str, other: &str) {
    match (table.has(one), table.has(other)) {
        (true, false) => table.mistake(other, format_args!("is missing beside {one}")),
        (false, true) => table.mistake(one, format_args!("is missing beside {other}")),
        _ => {}
    }
}
