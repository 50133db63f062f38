//! Who may call.

use http::{HeaderMap, StatusCode};

use super::reply::Reply;
use crate::books::{Permission, Settings};
use crate::options::AccountOptions;

/// The headers of a key, both of which every call carries (protocol §1.2).
pub(super) const CREDENTIALS: [&str; 2] = ["x-vtex-api-appkey", "x-vtex-api-apptoken"];

/// The credential headers that a call does not carry.
pub(super) fn missing(headers: &HeaderMap) -> Vec<&'static str> {
    let absent = |name: &&str| headers.get(*name).is_none_or(http::HeaderValue::is_empty);
    CREDENTIALS.into_iter().filter(absent).collect()
}

/// Refuses a call without credentials (401) or with wrong ones (403).
pub(super) fn authenticate(options: &AccountOptions, headers: &HeaderMap) -> Result<(), Reply> {
    if !missing(headers).is_empty() {
        let message = "Credentials are missing";
        return Err(Reply::envelope(StatusCode::UNAUTHORIZED, "401", message));
    }
    let expected = [&options.app_key, &options.app_token];
    let right = CREDENTIALS.into_iter().zip(expected).all(|(name, value)| {
        headers
            .get(name)
            .is_some_and(|given| given.as_bytes() == value.as_bytes())
    });
    if right {
        Ok(())
    } else {
        let message = "Access denied: invalid credentials";
        Err(Reply::envelope(StatusCode::FORBIDDEN, "403", message))
    }
}

/// Refuses a call whose key lacks the permission.
pub(super) fn authorize(settings: &Settings, permission: Permission) -> Result<(), Reply> {
    if settings.denied_permissions.contains(&permission) {
        let message = "Access denied: the key lacks a permission for this resource";
        Err(Reply::envelope(StatusCode::FORBIDDEN, "403", message))
    } else {
        Ok(())
    }
}
