//! Who calls (protocol §2.1): the path key always, credentials as the seller file says.
//!
//! Both may be replaced: the old ones are taken beside the new as long as the seller file has them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use feirante_models::{Code, Problem};
use feirante_seller::settings::{
    Inbound as Expected, InboundCredentials, Marketplace, Secret, Settings,
};
use subtle::{Choice, ConstantTimeEq};

use super::inbound::Inbound;

/// Which of the keys or credentials that are taken a call carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    /// Those it is to carry, or none where none are asked for.
    Current,
    /// Old ones.
    Previous,
}

/// The marketplace a path key belongs to. Looks at every marketplace and at all of its keys, so that
/// the time it takes tells nothing.
pub(crate) fn marketplace<'s>(
    settings: &'s Settings,
    key: &str,
) -> Option<(&'s Marketplace, Generation)> {
    let mut found = None;
    for marketplace in &settings.marketplaces {
        let previous = marketplace.previous_key.iter();
        let keys = [(&marketplace.key, Generation::Current)].into_iter();
        for (expected, generation) in keys.chain(previous.map(|key| (key, Generation::Previous))) {
            if bool::from(same(expected.expose(), key)) {
                found = Some((marketplace, generation));
            }
        }
    }
    found
}

fn same(expected: &str, given: &str) -> Choice {
    expected.as_bytes().ct_eq(given.as_bytes())
}

/// Checks what credentials a call carries, in whichever form it carries them; says whether some of them
/// are old.
pub(crate) fn credentials(
    expected: Option<&Expected>,
    inbound: &Inbound<'_>,
) -> Result<Generation, Problem> {
    let Some(expected) = expected else {
        return Ok(Generation::Current);
    };
    let refused = |why: &str| Problem::new(Code::Unauthorized, why);
    let (mut carried, mut generation) = (false, Generation::Current);
    for given in Given::all(inbound) {
        carried = true;
        let of = given.generation(expected);
        if of.ok_or_else(|| refused("the credentials are wrong"))? == Generation::Previous {
            generation = Generation::Previous;
        }
    }
    if expected.required && !carried {
        return Err(refused("credentials are missing"));
    }
    Ok(generation)
}

/// Whether a call by these settings comes from a marketplace that carries what it has to.
pub(crate) fn lets_in(settings: &Settings, inbound: &Inbound<'_>) -> bool {
    marketplace(settings, inbound.key)
        .is_some_and(|(caller, _)| credentials(caller.inbound.as_ref(), inbound).is_ok())
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
        if inbound.raw_header("authorization").is_some() {
            let value = inbound.header("authorization").unwrap_or_default();
            all.push(authorization(value).unwrap_or(Self::Unreadable));
        }
        let names = ["x-vtex-api-appkey", "x-vtex-api-apptoken"];
        if names.iter().any(|name| inbound.raw_header(name).is_some()) {
            let [key, token] =
                names.map(|name| inbound.header(name).unwrap_or_default().to_owned());
            all.push(Self::Token { key, token });
        }
        all
    }

    /// Of which generation they are; `None`: they are wrong. Both are looked at, whichever it is.
    fn generation(&self, expected: &Expected) -> Option<Generation> {
        let current = self.matches(&expected.current);
        let previous = match &expected.previous {
            Some(previous) => self.matches(previous),
            None => Choice::from(0),
        };
        match (bool::from(current), bool::from(previous)) {
            (true, _) => Some(Generation::Current),
            (false, true) => Some(Generation::Previous),
            (false, false) => None,
        }
    }

    fn matches(&self, expected: &InboundCredentials) -> Choice {
        let both = |expected: Option<(&str, &Secret)>, name: &str, secret: &str| match expected {
            Some((first, second)) => same(first, name) & same(second.expose(), secret),
            None => Choice::from(0),
        };
        match self {
            Self::Token { key, token } => both(expected.app(), key, token),
            Self::User { user, password } => both(expected.basic(), user, password),
            Self::Unreadable => Choice::from(0),
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
mod tests;
