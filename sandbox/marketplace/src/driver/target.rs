//! Where a call goes: the registered endpoint, with the route before its query (protocol §1.1).

use url::Url;

/// The URL of `route` under `endpoint`, which keeps its path and query; parameters that its query
/// has already are not added again.
///
/// `None` if the endpoint is no URL that can have a path.
pub(super) fn url(endpoint: &str, route: &[&str], parameters: &[(&str, &str)]) -> Option<Url> {
    let mut url = Url::parse(endpoint).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(route);
    for (name, value) in parameters {
        if !url.query_pairs().any(|(existing, _)| existing == *name) {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    Some(url)
}

/// The same URL with characters percent-encoded that need not be: the first of each segment.
pub(super) fn over_encoded(url: &Url) -> Url {
    let path = url
        .path()
        .split('/')
        .map(|segment| match segment.bytes().next() {
            Some(first) if first.is_ascii_alphanumeric() => {
                format!("%{first:02X}{}", &segment[1..])
            }
            _ => segment.to_owned(),
        })
        .collect::<Vec<_>>();
    let mut over = url.clone();
    over.set_path(&path.join("/"));
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_goes_before_the_endpoints_query() {
        for (endpoint, expected) in [
            (
                "https://s/m/k9",
                "https://s/m/k9/pvt/orders/a%2Fb?sc=1&an=mkt1",
            ),
            (
                "https://s/m/k9/api/?sc=2",
                "https://s/m/k9/api/pvt/orders/a%2Fb?sc=2&an=mkt1",
            ),
            (
                "https://s?affiliateId=ABC&an=mkt1",
                "https://s/pvt/orders/a%2Fb?affiliateId=ABC&an=mkt1&sc=1",
            ),
        ] {
            let url = url(
                endpoint,
                &["pvt", "orders", "a/b"],
                &[("sc", "1"), ("an", "mkt1")],
            );
            assert_eq!(url.unwrap().as_str(), expected);
        }
        assert_eq!(url("mailto:a@b", &["pvt"], &[]), None);
        assert_eq!(url("s/m/k9", &["pvt"], &[]), None);
    }

    #[test]
    fn over_encoding_changes_the_spelling_of_the_path_alone() {
        let url = Url::parse("http://h:1/m/k9/pvt/orders/%C3%A3?sc=1").unwrap();
        assert_eq!(
            over_encoded(&url).as_str(),
            "http://h:1/%6D/%6B9/%70vt/%6Frders/%C3%A3?sc=1"
        );
    }
}
