//! What the journal does not write down.

use http::HeaderMap;

/// Headers whose value is a credential.
const CREDENTIALS: [&str; 6] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "vtexidclientautcookie",
    "x-vtex-api-appkey",
    "x-vtex-api-apptoken",
];

/// What stands for a credential.
const MASK: &str = "***";

/// The headers by name, in lower case, with credentials masked.
pub(super) fn masked(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = if CREDENTIALS.contains(&name.as_str()) {
                MASK.to_owned()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            (name.as_str().to_owned(), value)
        })
        .collect()
}
