//! Who calls (protocol §2.1): the path key always, credentials as the seller file says.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use feirante_models::{Code, Problem};
use feirante_seller::settings::{Inbound as Expected, Marketplace, Settings};
use subtle::{Choice, ConstantTimeEq};

use super::inbound::Inbound;

/// The marketplace a path key belongs to. Looks at every marketplace and at all of its key, so
/// that the time it takes tells nothing.
pub(crate) fn marketplace<'s>(settings: &'s Settings, key: &str) -> Option<&'s Marketplace> {
    let mut found = None;
    for marketplace in &settings.marketplaces {
        if bool::from(same(marketplace.key.expose(), key)) {
            found = Some(marketplace);
        }
    }
    found
}

fn same(expected: &str, given: &str) -> Choice {
    expected.as_bytes().ct_eq(given.as_bytes())
}

/// Checks what credentials a call carries, in whichever form it carries them.
pub(crate) fn credentials(expected: &Expected, inbound: &Inbound<'_>) -> Result<(), Problem> {
    let refuse = |why: &str| Err(Problem::new(Code::Unauthorized, why));
    let mut carried = false;
    for given in Given::all(inbound) {
        carried = true;
        if !given.matches(expected) {
            return refuse("the credentials are wrong");
        }
    }
    if expected.required && !carried {
        return refuse("credentials are missing");
    }
    Ok(())
}

/// Credentials as a call carries them.
#[derive(Debug, PartialEq, Eq)]
enum Given {
    /// A marketplace's key and token.
    Token { key: String, token: String },
    /// The seller form's user and password.
    User { user: String, password: String },
    /// An `Authorization` nobody can read.
    Unreadable,
}

impl Given {
    fn all(inbound: &Inbound<'_>) -> Vec<Self> {
        let mut all = Vec::new();
        if let Some(value) = inbound.headers.get("authorization") {
            let value = value.to_str().unwrap_or_default();
            all.push(authorization(value).unwrap_or(Self::Unreadable));
        }
        let names = ["x-vtex-api-appkey", "x-vtex-api-apptoken"];
        if names.iter().any(|name| inbound.headers.contains_key(*name)) {
            let [key, token] =
                names.map(|name| inbound.header(name).unwrap_or_default().to_owned());
            all.push(Self::Token { key, token });
        }
        all
    }

    fn matches(&self, expected: &Expected) -> bool {
        let both = |first: Option<&str>, a: &str, second: Option<&str>, b: &str| {
            let (Some(first), Some(second)) = (first, second) else {
                return false;
            };
            bool::from(same(first, a) & same(second, b))
        };
        match self {
            Self::Token { key, token } => both(
                expected.app_key.as_deref(),
                key,
                expected.app_token.as_ref().map(|token| token.expose()),
                token,
            ),
            Self::User { user, password } => both(
                expected.user.as_deref(),
                user,
                expected.password.as_ref().map(|password| password.expose()),
                password,
            ),
            Self::Unreadable => false,
        }
    }
}

/// `VTEX key="…" token="…"` (any case, order, quotes; space or comma between) or `Basic …`.
fn authorization(value: &str) -> Option<Given> {
    let (scheme, rest) = value.trim().split_once(char::is_whitespace)?;
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = BASE64_STANDARD.decode(rest.trim()).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (user, password) = text.split_once(':')?;
        return Some(Given::User {
            user: user.to_owned(),
            password: password.to_owned(),
        });
    }
    if !scheme.eq_ignore_ascii_case("vtex") {
        return None;
    }
    let (mut key, mut token) = (None, None);
    let mut rest = rest;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next()?;
        let (value, after) = if quote == '"' || quote == '\'' {
            after[1..].split_once(quote)?
        } else {
            let end = after
                .find(|c: char| c.is_whitespace() || c == ',')
                .unwrap_or(after.len());
            after.split_at(end)
        };
        match name.trim().to_ascii_lowercase().as_str() {
            "key" => key = Some(value.to_owned()),
            "token" => token = Some(value.to_owned()),
            _ => {}
        }
        rest = after;
    }
    Some(Given::Token {
        key: key?,
        token: token?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marketplaces_scheme_is_read_in_every_spelling() {
        let expected = Some(Given::Token {
            key: "K".to_owned(),
            token: "T".to_owned(),
        });
        for value in [
            r#"VTEX key="K" token="T""#,
            r#"vtex token='T', key='K'"#,
            r#"Vtex  key="K",token="T""#,
            r#"VTEX key=K token=T"#,
            r#"VTEX KEY = "K" Token= "T" extra="x""#,
        ] {
            assert_eq!(authorization(value), expected, "{value}");
        }
    }

    #[test]
    fn basic_is_read() {
        let expected = Given::User {
            user: "u".to_owned(),
            password: "p:w".to_owned(),
        };
        assert_eq!(authorization("Basic dTpwOnc="), Some(expected));
    }

    #[test]
    fn anything_else_is_unreadable() {
        for value in [
            "",
            "VTEX",
            "VTEX key=\"K\"",
            "VTEX key=\"K token=",
            "Bearer x",
            "Basic %",
            "VTEX é",
        ] {
            assert_eq!(authorization(value), None, "{value}");
        }
    }
}
