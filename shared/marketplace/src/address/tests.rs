use proptest::prelude::*;

use super::*;

/// A seller file that names one authority on this machine and one with a port of its own.
fn known() -> Endpoints {
    Endpoints {
        api: "http://127.0.0.1:3001/mkt1".to_owned(),
        suggestions: "https://api.vtex.com/mkt1".to_owned(),
        services: "https://hub.example:8443/oms".to_owned(),
        services_named: true,
    }
}

/// Where an order's invoice goes, if its endpoint is trusted.
fn joined(endpoint: &str) -> Option<String> {
    let base = Base::of_order(endpoint, &known())?;
    let url = base.join(&["pvt", "orders", "1-01", "invoice"]).unwrap();
    Some(url.to_string())
}

#[test]
fn an_order_s_endpoint_keeps_its_path_and_query_and_is_asked_over_tls() {
    for (endpoint, url) in [
        (
            "https://luxstore.vtexcommercestable.com.br/api/oms?an=luxstore",
            "https://luxstore.vtexcommercestable.com.br/api/oms/pvt/orders/1-01/invoice?an=luxstore",
        ),
        (
            "http://oms.vtex.com/api/oms/?an=luxstore&x=a%20b",
            "https://oms.vtex.com/api/oms/pvt/orders/1-01/invoice?an=luxstore&x=a%20b",
        ),
        (
            "https://master--lux-store.myvtex.com",
            "https://master--lux-store.myvtex.com/pvt/orders/1-01/invoice",
        ),
        (
            "http://a_b.vtexcommercestable.com.br?an=1",
            "https://a_b.vtexcommercestable.com.br/pvt/orders/1-01/invoice?an=1",
        ),
        (
            "https://x.vtex.com/",
            "https://x.vtex.com/pvt/orders/1-01/invoice",
        ),
    ] {
        assert_eq!(joined(endpoint).as_deref(), Some(url), "{endpoint}");
    }
}

#[test]
fn authorities_of_the_seller_file_are_asked_as_it_says() {
    for (endpoint, url) in [
        (
            "http://127.0.0.1:3001/mkt1/api/oms?an=mkt1",
            "http://127.0.0.1:3001/mkt1/api/oms/pvt/orders/1-01/invoice?an=mkt1",
        ),
        (
            "http://hub.example:8443/elsewhere",
            "https://hub.example:8443/elsewhere/pvt/orders/1-01/invoice",
        ),
    ] {
        assert_eq!(joined(endpoint).as_deref(), Some(url), "{endpoint}");
    }
}

#[test]
fn any_other_endpoint_is_passed_over() {
    for endpoint in [
        // Not public, or not quite.
        "http://oms.vtexinternal.com.br/api/oms?an=luxstore",
        "https://vtex.com",
        "https://vtex.com.evil.example",
        "https://x.vtex.com.evil.example",
        "https://evilvtex.com",
        "https://x.evilmyvtex.com",
        "https://x.vtex.com.",
        "https://.vtex.com",
        "https://a..vtex.com",
        "https://X.VTEX.COM",
        "https://x.vtеx.com",
        "https://ｘ.vtex.com",
        "https://x。vtex.com",
        "https://x.vt%65x.com",
        "https://a'b.vtex.com",
        "https://evil.example/.vtex.com",
        "https://evil.example?.vtex.com",
        // Users, ports, fragments.
        "https://x.vtex.com@evil.example",
        "https://user@x.vtex.com",
        "https://user:word@x.vtex.com",
        "https://@x.vtex.com",
        "https://x.vtex.com:8443",
        "https://x.vtex.com:443",
        "https://x.vtex.com:80",
        "http://x.vtex.com:443",
        "https://x.vtex.com:",
        "https://x.vtex.com#",
        "https://x.vtex.com/#@evil.example",
        // What browsers forgive.
        "https://evil.example\\.vtex.com",
        "https://evil.example\\@x.vtex.com",
        "https:\\\\x.vtex.com",
        "https:x.vtex.com",
        "https:/x.vtex.com",
        "https:///x.vtex.com",
        "HTTPS://x.vtex.com",
        " https://x.vtex.com",
        "https://x.vtex.com ",
        "https://x.vt\tex.com",
        "https://x.vtex.com/a\nb",
        "https://x.vtex.com/a/../b",
        "https://x.vtex.com/%2e%2e/b",
        "https://x.vtex.com/a b",
        "//x.vtex.com",
        "x.vtex.com",
        "",
        "ftp://x.vtex.com",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/plain,x",
        // This machine and its neighbours.
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://127.0.0.1",
        "http://127.0.0.1:3002",
        "https://127.0.0.1:3001.evil.example",
        "http://localhost:3001",
        "http://127.1:3001",
        "http://2130706433:3001",
        "http://0x7f000001:3001",
        "http://0x7f.0.0.1:3001",
        "http://0177.0.0.1:3001",
        "http://127.0.0.1.:3001",
        "http://[::ffff:127.0.0.1]:3001",
        "http://0.0.0.0:3001",
        "http://[::1]:3001",
        "http://10.0.0.1",
        // An authority is a host and a port.
        "https://hub.example",
        "https://hub.example:8444",
        "https://sub.hub.example:8443",
        "https://hub.example.:8443",
    ] {
        assert_eq!(joined(endpoint), None, "{endpoint:?}");
    }
    let long = format!("https://x.vtex.com/{}", "a".repeat(LONGEST));
    assert_eq!(joined(&long), None);
}

#[test]
fn an_endpoint_of_the_seller_file_is_encrypted_or_stays_on_this_machine() {
    for endpoint in [
        "https://anywhere.example:1/x",
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost",
    ] {
        assert!(Base::of_seller(endpoint).is_ok(), "{endpoint}");
    }
    for endpoint in [
        "http://anywhere.example",
        "http://localhost.example",
        "https://u:p@anywhere.example",
        "https://anywhere.example#f",
        "ftp://127.0.0.1",
        "anywhere.example",
    ] {
        assert!(Base::of_seller(endpoint).is_err(), "{endpoint}");
    }
}

#[test]
fn an_id_stays_one_segment() {
    let base = Base::of_seller("https://a.example/base/?an=x").unwrap();
    for (id, segment) in [
        ("2000037", "2000037"),
        ("a-b_c.d~e", "a-b_c.d~e"),
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("..\\x", "..%5Cx"),
        ("a?b#c", "a%3Fb%23c"),
        ("100%", "100%25"),
        ("%2e%2e", "%252e%252e"),
        (" ", "%20"),
        ("a+b;c@d:e", "a%2Bb%3Bc%40d%3Ae"),
        ("ção", "%C3%A7%C3%A3o"),
        ("...", "..."),
    ] {
        assert_eq!(
            base.join(&["sku", id, "price"]).unwrap().as_str(),
            format!("https://a.example/base/sku/{segment}/price?an=x")
        );
    }
}

#[test]
fn an_id_that_is_a_step_in_the_path_has_no_url() {
    let base = Base::of_seller("https://a.example").unwrap();
    for id in [".", "..", ""] {
        let refused = base.join(&["sku", id, "price"]).unwrap_err();
        assert_eq!(refused.to_string(), format!("no URL can name {id:?}"));
    }
}

/// The host and port of a request, read without the parser that is tested.
fn authority(url: &str) -> (&str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap();
    (scheme, rest.split(['/', '?']).next().unwrap())
}

/// Pieces of URLs that parsers disagree on.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "http",
            "https",
            "://",
            ":",
            "/",
            "//",
            "\\",
            "@",
            "?",
            "#",
            ".",
            "%2e",
            "%2f",
            "%00",
            "%40",
            "\t",
            "\n",
            " ",
            "[",
            "]",
            "x",
            "evil.example",
            "x.vtex.com",
            ".vtex.com",
            "vtex.com",
            "x.myvtex.com",
            ".vtexcommercestable.com.br",
            "127.0.0.1",
            ":3001",
            ":443",
            ":80",
            "hub.example",
            ":8443",
            "localhost",
            "169.254.169.254",
            "0x7f.1",
            "[::1]",
            "user",
            "pass",
            "xn--",
            "。",
            "ｖ",
            "е",
            "/api/oms",
            "?an=x",
            "..",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ]
}

fn endpoint() -> impl Strategy<Value = String> {
    let pieces = || prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![
        pieces(),
        pieces().prop_map(|rest| format!("https://{rest}")),
        pieces().prop_map(|rest| format!("https://x.vtex.com{rest}")),
        pieces().prop_map(|rest| format!("http://127.0.0.1:3001{rest}")),
        pieces().prop_map(|rest| format!("http://{rest}.vtex.com")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_host_off_the_list_is_ever_the_target(endpoint in endpoint(), id in "\\PC{1,8}") {
        let Some(base) = Base::of_order(&endpoint, &known()) else {
            return Ok(());
        };
        let Ok(url) = base.join(&["pvt", "orders", &id, "invoice"]) else {
            return Ok(());
        };
        let requested = target(&url).unwrap();
        let (scheme, authority) = authority(url.as_str());
        prop_assert_eq!(requested.authority().unwrap().as_str(), authority);
        prop_assert_eq!(requested.scheme_str(), Some(scheme));
        let named = (scheme, authority) == ("http", "127.0.0.1:3001")
            || (scheme, authority) == ("https", "hub.example:8443");
        let public = scheme == "https"
            && authority.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            && (authority.ends_with(".vtex.com")
                || authority.ends_with(".myvtex.com")
                || authority.ends_with(".vtexcommercestable.com.br"));
        prop_assert!(named || public || authority == "api.vtex.com", "{}", url);
        let path = requested.path();
        prop_assert!(path.ends_with("/invoice"), "{}", path);
        prop_assert_eq!(path.rsplit('/').nth(2), Some("orders"), "{}", path);
    }
}
