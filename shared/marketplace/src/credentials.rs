//! The credentials that a marketplace issues to a seller.

use std::fmt;

use feirante_seller::settings::Secret;
use http::{HeaderMap, HeaderValue};

const APP_KEY: &str = "x-vtex-api-appkey";
const APP_TOKEN: &str = "x-vtex-api-apptoken";

/// The credentials of our calls to one account, fit to be sent as headers.
#[derive(Clone)]
pub struct Credentials {
    app_key: String,
    app_token: Secret,
    headers: HeaderMap,
}

/// Why credentials can't be sent. It does not show them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {name} of the marketplace's credentials {problem}")]
pub struct InvalidCredentials {
    name: &'static str,
    problem: &'static str,
}

impl Credentials {
    /// Checks that both can be headers. A parameter that was stored with a line break at its end, as
    /// happens, can't.
    ///
    /// # Errors
    /// Which of the two is empty or holds what no header can.
    pub fn new(app_key: impl Into<String>, app_token: Secret) -> Result<Self, InvalidCredentials> {
        let app_key = app_key.into();
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(APP_KEY, header("app key", &app_key)?);
        headers.insert(APP_TOKEN, header("app token", app_token.expose())?);
        Ok(Self {
            app_key,
            app_token,
            headers,
        })
    }

    /// `X-VTEX-API-AppKey` and `X-VTEX-API-AppToken`.
    pub(crate) fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    /// The text without the credentials, which a server may have sent back.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        let text = text.replace(self.app_token.expose(), "***");
        text.replace(&self.app_key, "***")
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("app_key", &self.app_key)
            .field("app_token", &self.app_token)
            .finish_non_exhaustive()
    }
}

fn header(name: &'static str, text: &str) -> Result<HeaderValue, InvalidCredentials> {
    let invalid = |problem| InvalidCredentials { name, problem };
    if text.is_empty() {
        return Err(invalid("is empty"));
    }
    if text.trim() != text {
        return Err(invalid("starts or ends with a space or a line break"));
    }
    let header = HeaderValue::from_str(text).ok();
    let mut header = header
        .filter(|_| text.is_ascii())
        .ok_or_else(|| invalid("holds a character that no HTTP header can"))?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(key: &str, token: &str) -> Result<Credentials, InvalidCredentials> {
        Credentials::new(key, Secret::new(token))
    }

    #[test]
    fn no_form_shows_the_token() {
        let credentials = new("vtexappkey-mkt1", "outbound-token").unwrap();
        let shown = format!("{credentials:?} {:?}", credentials.headers());
        assert!(shown.contains("vtexappkey-mkt1"), "{shown}");
        assert!(!shown.contains("outbound-token"), "{shown}");
    }

    #[test]
    fn what_can_t_be_a_header_is_told_without_being_shown() {
        for (key, token, told) in [
            (
                "",
                "t",
                "the app key of the marketplace's credentials is empty",
            ),
            (
                "k",
                "s3cret\n",
                "the app token of the marketplace's credentials starts or ends with a space or a line break",
            ),
            (
                "k",
                "s3\ncret",
                "the app token of the marketplace's credentials holds a character that no HTTP header can",
            ),
            (
                "ção",
                "t",
                "the app key of the marketplace's credentials holds a character that no HTTP header can",
            ),
        ] {
            let error = new(key, token).unwrap_err();
            assert_eq!(error.to_string(), told);
            assert!(!format!("{error:?}").contains("s3"), "{error:?}");
        }
    }

    #[test]
    fn what_a_server_sends_back_is_hidden() {
        let credentials = new("the-key", "the-token").unwrap();
        assert_eq!(
            credentials.hidden_in("no the-token for the-key, the-key!"),
            "no *** for ***, ***!"
        );
    }
}
