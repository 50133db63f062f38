//! The credentials that a marketplace issues to a seller.

use std::fmt;

use feirante_seller::settings::Secret;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;

const APP_KEY: &str = "x-vtex-api-appkey";
const APP_TOKEN: &str = "x-vtex-api-apptoken";

/// The shortest of other secrets that is looked for in what an account answers, in characters.
const SHORTEST: usize = 8;

/// The credentials of our calls to one account, fit to be sent as headers.
#[derive(Clone)]
pub struct Credentials {
    app_key: String,
    app_token: Secret,
    headers: HeaderMap,
    /// What else is not to be told of what the account answers.
    more: Vec<Secret>,
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
            more: Vec::new(),
        })
    }

    /// With other secrets between the seller and the account, which an answer may hold as well. What is
    /// so short that it may be in any word is none.
    #[must_use]
    pub fn hiding(self, more: impl IntoIterator<Item = Secret>) -> Self {
        let more = more.into_iter();
        Self {
            more: more
                .filter(|secret| secret.expose().len() >= SHORTEST)
                .collect(),
            ..self
        }
    }

    /// `X-VTEX-API-AppKey` and `X-VTEX-API-AppToken`.
    pub(crate) fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    /// The text without the credentials, which a server may have sent back in letters of either case.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        let own = [self.app_token.expose(), &self.app_key];
        let mut secrets: Vec<&str> = own.into_iter().collect();
        secrets.extend(self.more.iter().map(Secret::expose));
        // One may be a part of another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let hide = |text: String, secret: &&str| without(&text, secret);
        secrets.iter().fold(text.to_owned(), hide)
    }

    /// The same for all texts of an answer.
    pub(crate) fn hide_in(&self, answer: &mut Value) {
        match answer {
            Value::String(text) => *text = self.hidden_in(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.hide_in(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.hide_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// `text` with `***` in place of each `secret`, which is not empty.
fn without(text: &str, secret: &str) -> String {
    let (lower, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut told = String::with_capacity(text.len());
    let mut end = 0;
    // Lower case letters of ASCII are as long as the others: positions hold in both.
    for (start, found) in lower.match_indices(&secret) {
        told.push_str(&text[end..start]);
        told.push_str("***");
        end = start + found.len();
    }
    told.push_str(&text[end..]);
    told
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
    use proptest::prelude::*;
    use serde_json::json;

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
            credentials.hidden_in("no the-token for the-key, THE-KEY!"),
            "no *** for ***, ***!"
        );
        let mut answer = json!({"receipt": "r", "said": [{"of": "the-token"}, 1, null]});
        credentials.hide_in(&mut answer);
        let told = json!({"receipt": "r", "said": [{"of": "***"}, 1, null]});
        assert_eq!(answer, told);
    }

    #[test]
    fn what_else_is_secret_is_hidden_and_the_longest_first() {
        let credentials = new("the-key", "the-token").unwrap();
        let others = ["the-key-of-ours", "", "not"].map(Secret::new);
        let credentials = credentials.hiding(others);
        assert_eq!(credentials.hidden_in("not the-key-of-ours"), "not ***");
    }

    proptest! {
        #[test]
        fn no_secret_is_told_whatever_it_looks_like(
            secret in "[!-~]([ -~]{0,40}[!-~])?",
            before in ".{0,20}",
            after in ".{0,20}",
        ) {
            let credentials = new("vtexappkey", &secret).unwrap();
            let told = credentials.hidden_in(&format!("{before}{secret}{after}"));
            let secret = secret.to_ascii_lowercase();
            let tells = |left: &str| left.to_ascii_lowercase().contains(&secret);
            prop_assert!(!told.split("***").any(tells), "{}", told);
        }
    }
}
