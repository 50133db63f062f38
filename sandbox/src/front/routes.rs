//! Which function answers a request, by the rules of an API Gateway HTTP API.
//!
//! The most specific route wins: literal segments before `{variable}` ones from left to right, then
//! a route ending in a greedy `{variable+}`, then `$default`; a method of its own before `ANY`. A
//! trailing slash counts: `/a/` is not `/a`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::template::Route;

/// The routes of an API, most specific first.
#[derive(Debug)]
pub(super) struct Routes {
    routes: Vec<Compiled>,
    default: Option<Route>,
}

/// A route that fits, and what its variables stand for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match<'a> {
    pub(super) route: &'a Route,
    /// Decoded once.
    pub(super) parameters: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Compiled {
    route: Route,
    /// `None`: any.
    method: Option<String>,
    segments: Vec<Segment>,
}

// The order is that of preference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Variable(String),
    Greedy(String),
}

impl Routes {
    pub(super) fn new(routes: &[Route]) -> Self {
        let default = routes.iter().find(|route| route.key == "$default").cloned();
        let mut routes: Vec<_> = routes.iter().filter_map(Compiled::new).collect();
        routes.sort_by_key(Compiled::preference);
        Self { routes, default }
    }

    /// `path`: as received, still percent-encoded.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        // Split before decoding: `%2F` stays inside its segment.
        let segments: Vec<_> = path
            .trim_start_matches('/')
            .split('/')
            .map(|segment| decode(segment, false))
            .collect();
        let found = self
            .routes
            .iter()
            .find_map(|route| route.matches(method, &segments));
        found.or_else(|| {
            self.default.as_ref().map(|route| Match {
                route,
                parameters: BTreeMap::new(),
            })
        })
    }
}

impl Compiled {
    /// `None`: not of the form `METHOD /path`.
    fn new(route: &Route) -> Option<Self> {
        let (method, path) = route.key.split_once(' ')?;
        let segments = path.strip_prefix('/')?.split('/').map(Segment::new);
        Some(Self {
            route: route.clone(),
            method: (method != "ANY").then(|| method.to_owned()),
            segments: segments.collect(),
        })
    }

    fn preference(&self) -> (bool, Vec<u8>, bool, Reverse<usize>) {
        let kinds = self.segments.iter().map(Segment::rank).collect();
        let greedy = matches!(self.segments.last(), Some(Segment::Greedy(_)));
        let any_method = self.method.is_none();
        (greedy, kinds, any_method, Reverse(self.segments.len()))
    }

    fn matches(&self, method: &str, path: &[String]) -> Option<Match<'_>> {
        if self.method.as_deref().is_some_and(|own| own != method) {
            return None;
        }
        let mut parameters = BTreeMap::new();
        let mut rest = path.iter();
        for segment in &self.segments {
            match segment {
                Segment::Literal(literal) => {
                    if rest.next()? != literal {
                        return None;
                    }
                }
                Segment::Variable(name) => {
                    let value = rest.next().filter(|value| !value.is_empty())?;
                    parameters.insert(name.clone(), value.clone());
                }
                Segment::Greedy(name) => {
                    let value: Vec<_> = rest.by_ref().map(String::as_str).collect();
                    let value = value.join("/");
                    if value.is_empty() {
                        return None;
                    }
                    parameters.insert(name.clone(), value);
                }
            }
        }
        rest.next().is_none().then_some(Match {
            route: &self.route,
            parameters,
        })
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        let variable = text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'));
        match variable {
            None => Self::Literal(text.to_owned()),
            Some(name) => match name.strip_suffix('+') {
                None => Self::Variable(name.to_owned()),
                Some(name) => Self::Greedy(name.to_owned()),
            },
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Literal(_) => 0,
            Self::Variable(_) => 1,
            Self::Greedy(_) => 2,
        }
    }
}

/// Undoes percent-encoding once; `plus`: in a query, where `+` is a space. What isn't UTF-8 is
/// replaced, since an event is JSON.
pub(super) fn decode(text: &str, plus: bool) -> String {
    let text = match plus {
        true => text.replace('+', " "),
        false => text.to_owned(),
    };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(keys: &[&str]) -> Routes {
        let route = |key: &&str| Route {
            key: (*key).to_owned(),
            function: "f".to_owned(),
        };
        Routes::new(&keys.iter().map(route).collect::<Vec<_>>())
    }

    fn key<'a>(routes: &'a Routes, method: &str, path: &str) -> Option<&'a str> {
        Some(&routes.find(method, path)?.route.key)
    }

    #[test]
    fn variables_are_decoded_once_and_keep_their_slashes() {
        let routes = routes(&["ANY /m/{key}/pvt/orders/{orderId}/fulfill"]);
        let found = routes
            .find("POST", "/m/k9/pvt/orders/a%2Fb%252F%20c/fulfill")
            .unwrap();
        assert_eq!(found.parameters["key"], "k9");
        assert_eq!(found.parameters["orderId"], "a/b%2F c");
    }

    #[test]
    fn literals_win_over_variables_and_greedy_ones_come_last() {
        let routes = routes(&[
            "$default",
            "ANY /{proxy+}",
            "ANY /m/{key}",
            "ANY /m/health",
            "GET /m/{key}",
        ]);
        assert_eq!(key(&routes, "PUT", "/m/health"), Some("ANY /m/health"));
        assert_eq!(key(&routes, "GET", "/m/k9"), Some("GET /m/{key}"));
        assert_eq!(key(&routes, "PUT", "/m/k9"), Some("ANY /m/{key}"));
        assert_eq!(key(&routes, "PUT", "/m/k9/x"), Some("ANY /{proxy+}"));
        assert_eq!(key(&routes, "PUT", "/"), Some("$default"));
    }

    #[test]
    fn a_greedy_variable_holds_the_rest_of_the_path() {
        let routes = routes(&["ANY /files/{proxy+}"]);
        let found = routes.find("GET", "/files/a/b%20c").unwrap();
        assert_eq!(found.parameters["proxy"], "a/b c");
    }

    #[test]
    fn empty_segments_and_trailing_slashes_do_not_match() {
        let routes = routes(&["ANY /m/{key}/pvt"]);
        assert_eq!(key(&routes, "GET", "/m//pvt"), None);
        assert_eq!(key(&routes, "GET", "/m/k9/pvt/"), None);
        assert_eq!(key(&routes, "GET", "/m/k9"), None);
    }
}
