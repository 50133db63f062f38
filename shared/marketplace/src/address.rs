//! Where a request may go: the allow-list of hosts, and how paths are joined (protocol §1.2).

use feirante_seller::settings::Endpoints;
use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Position, Url};

/// The domains every marketplace is served under. An account's host is below one of them.
const PUBLIC: [&str; 3] = [".vtexcommercestable.com.br", ".myvtex.com", ".vtex.com"];

/// An endpoint longer than this is none, in bytes.
const LONGEST: usize = 2_000;

/// What a segment of a path holds as it is; everything else is percent-encoded, whatever servers
/// are known to make of it.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why there is no request for something.
#[derive(Debug, thiserror::Error)]
pub enum Unaddressable {
    /// An id that a path can't hold: to clients and servers it is a step in the path.
    #[error("no URL can name {0:?}")]
    Segment(String),
    /// An endpoint of the seller file that no credentials may go to.
    #[error("the endpoint {0:?} of the seller file is no https URL")]
    Endpoint(String),
    /// A target that HTTP has no room for.
    #[error("the URL can't be requested: {0}")]
    Target(#[from] http::uri::InvalidUri),
    /// A body that JSON can't hold.
    #[error("the body can't be written: {0}")]
    Body(#[from] serde_json::Error),
}

/// The base of an endpoint, which may hold a path and a query. Its host may be told the credentials.
#[derive(Debug, Clone)]
pub(crate) struct Base(Url);

impl Base {
    /// An endpoint of the seller file: any host, over TLS or on this machine.
    pub(crate) fn of_seller(endpoint: &str) -> Result<Self, Unaddressable> {
        let refused = || Unaddressable::Endpoint(endpoint.to_owned());
        let url = Url::parse(endpoint).map_err(|_| refused())?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url),
            _ => false,
        };
        if !encrypted || has_user(&url) || url.fragment().is_some() {
            return Err(refused());
        }
        Ok(Self(url))
    }

    /// The endpoint that the body of an order names, if its host is on the allow-list: at a public
    /// domain, or exactly an authority of the seller file. It is always asked over TLS, but for
    /// what the seller file has on this machine.
    pub(crate) fn of_order(endpoint: &str, known: &Endpoints) -> Option<Self> {
        let url = as_written(endpoint)?;
        if let Some(Self(mut named)) = [&known.services, &known.api, &known.suggestions]
            .into_iter()
            .filter_map(|known| Self::of_seller(known).ok())
            .find(|Self(named)| named.host() == url.host() && named.port() == url.port())
        {
            named.set_path(url.path());
            named.set_query(url.query());
            return Some(Self(named));
        }
        if !is_public(&url) {
            return None;
        }
        let mut url = url;
        url.set_scheme("https").ok()?;
        Some(Self(url))
    }

    /// The URL of a path below the base, whose query stays.
    pub(crate) fn join(&self, segments: &[&str]) -> Result<Url, Unaddressable> {
        let mut path = self.0.path().trim_end_matches('/').to_owned();
        for segment in segments {
            if matches!(*segment, "" | "." | "..") {
                return Err(Unaddressable::Segment((*segment).to_owned()));
            }
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        let mut url = self.0.clone();
        url.set_path(&path);
        Ok(url)
    }
}

/// What is requested: nothing of the URL is read in another way than when it was checked, since a
/// parsed URL is written in one way only.
pub(crate) fn target(url: &Url) -> Result<Uri, Unaddressable> {
    Ok(Uri::try_from(url.as_str())?)
}

/// A URL with a host, if its text is the one way to write it. So nobody has to know what else is
/// read as a URL: hosts in upper case or in another script, addresses as one number, tabs, backslashes.
fn as_written(text: &str) -> Option<Url> {
    if text.len() > LONGEST {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let (host, query) = (&url[..Position::BeforePath], &url[Position::AfterPath..]);
    let without_slash = || url.path() == "/" && text == format!("{host}{query}");
    let written = text == url.as_str() || without_slash();
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && !has_user(&url)
        && url.fragment().is_none()
        && target(&url).is_ok();
    (written && plain).then_some(url)
}

/// Whether the host is an account's own at one of the public domains, at its scheme's own port.
fn is_public(url: &Url) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_account = |name: &str| {
        let mut labels = name.split('.');
        labels.all(|label| !label.is_empty() && label.chars().all(plain))
    };
    let Some(Host::Domain(domain)) = url.host() else {
        return false;
    };
    url.port().is_none()
        && PUBLIC
            .iter()
            .any(|public| domain.strip_suffix(public).is_some_and(is_account))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests;
