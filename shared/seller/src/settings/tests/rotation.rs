//! Old keys and credentials that are still taken.

use proptest::prelude::*;

use super::mistakes::mistakes;
use super::*;

/// The fixture's credentials of inbound calls.
const INBOUND: &str = "app_key = \"K\"\napp_token = \"T\"\nrequired = false";

/// The fixture with these credentials of inbound calls.
fn inbound(credentials: &str) -> String {
    edited(&[(INBOUND, credentials)])
}

#[test]
fn old_keys_and_credentials_stand_beside_the_new() {
    let file = edited(&[
        ("key = \"k9\"", "key = \"k10\"\nprevious_key = \"k9\" #"),
        (
            INBOUND,
            "app_key = \"K\"\napp_token = \"new\"\nrequired = true\n\
             [marketplaces.inbound.previous]\napp_key = \"K\"\napp_token = \"T\"\n\
             user = \"hub\"\npassword = \"P\"",
        ),
    ]);
    let settings = Settings::parse(&file).unwrap();
    let marketplace = &settings.marketplaces[0];
    assert_eq!(marketplace.key.expose(), "k10");
    assert_eq!(marketplace.previous_key, Some(Secret::new("k9")));
    let inbound = marketplace.inbound.as_ref().unwrap();
    let previous = inbound.previous.as_ref().unwrap();
    let (new, old) = (Secret::new("new"), Secret::new("T"));
    assert_eq!(inbound.current.app(), Some(("K", &new)));
    assert_eq!(inbound.current.basic(), None);
    assert_eq!(previous.app(), Some(("K", &old)));
    assert_eq!(previous.basic(), Some(("hub", &Secret::new("P"))));
    assert!(inbound.required);

    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
    // None of them is shown.
    let shown = format!("{settings:?}");
    assert!(
        !shown.contains("\"k9\"") && !shown.contains("\"P\""),
        "{shown}"
    );
}

/// As settings were stored when nothing could be replaced.
#[test]
fn credentials_stored_before_there_were_old_ones_are_read() {
    let settings = Settings::parse(SELLER_FILE).unwrap();
    let mut stored = serde_json::to_value(&settings).unwrap();
    let marketplace = &mut stored["marketplaces"][0];
    assert_eq!(marketplace.get("previous_key"), None);
    let expected =
        r#"{"app_key":"K","app_token":"T","user":null,"password":null,"required":false}"#;
    let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
    assert_eq!(marketplace["inbound"], expected);
    assert_eq!(
        serde_json::from_value::<Settings>(stored).unwrap(),
        settings
    );
}

#[test]
fn what_makes_no_sense_of_old_ones_is_a_mistake() {
    let previous = "[marketplaces.inbound.previous]";
    for (credentials, expected) in [
        (
            format!("{INBOUND}\n{previous}"),
            "marketplaces[0].inbound.previous.app_key: is missing, or user and password are",
        ),
        (
            format!("{INBOUND}\n{previous}\napp_key = \"K\""),
            "marketplaces[0].inbound.previous.app_token: is missing beside app_key",
        ),
        (
            format!("{INBOUND}\n{previous}\nuser = \"u\"\npassword = \" \""),
            "marketplaces[0].inbound.previous.password: is empty",
        ),
        (
            format!("{INBOUND}\n{previous}\napp_key = \"K\"\napp_token = \"T\""),
            "marketplaces[0].inbound.previous.app_token: is the current one, beside the same app_key",
        ),
        (
            format!(
                "user = \"u\"\npassword = \"p\"\n{previous}\nuser = \"u\"\npassword = \"p\"\n\
                 app_key = \"K\"\napp_token = \"T\""
            ),
            "marketplaces[0].inbound.previous.password: is the current one, beside the same user",
        ),
        (
            format!("{previous}\napp_key = \"K\"\napp_token = \"T\""),
            "marketplaces[0].inbound.previous: needs app_key and app_token, or user and password, \
             which replace it",
        ),
        (
            format!("{INBOUND}\n{previous}\napp_key = \"K\"\napp_token = \"U\"\nrequired = true"),
            "marketplaces[0].inbound.previous.required: is no setting; there are app_key, app_token, \
             user, password",
        ),
    ] {
        let found = mistakes(&[(INBOUND, &credentials)]);
        assert_eq!(found, [expected]);
    }
    let key = "key = \"k10\"\nprevious_key = \"k/9\" #";
    assert_eq!(
        mistakes(&[("key = \"k9\"", key)]),
        ["marketplaces[0].previous_key: has 1 to 64 characters of A-Z, a-z, 0-9, - and _"]
    );
}

#[test]
fn half_of_a_pair_may_stay_the_same() {
    for previous in [
        "app_key = \"K\"\napp_token = \"old\"",
        "app_key = \"old\"\napp_token = \"T\"",
        "user = \"K\"\npassword = \"T\"",
    ] {
        let file = inbound(&format!(
            "{INBOUND}\n[marketplaces.inbound.previous]\n{previous}"
        ));
        assert!(Settings::parse(&file).is_ok(), "{previous}");
    }
}

/// The fixture's marketplace and others, with these keys and old keys.
fn with_keys(keys: &[(String, Option<String>)]) -> String {
    let lines = |(key, previous): &(String, Option<String>)| match previous {
        Some(previous) => format!("previous_key = \"{previous}\"\nkey = \"{key}\"\n"),
        None => format!("key = \"{key}\"\n"),
    };
    let others = keys.iter().skip(1).enumerate().map(|(index, keys)| {
        let keys = lines(keys);
        format!(
            "[[marketplaces]]\naccount = \"other{index}\"\nseller_id = \"s\"\n\
             sales_channels = [\"1\"]\n{keys}\n"
        )
    });
    let others = others.collect::<String>();
    edited(&[
        ("key = \"k9\"", &format!("{} #", lines(&keys[0]).trim_end())),
        ("[[warehouses]]", &format!("{others}\n[[warehouses]]")),
    ])
}

proptest! {
    /// A call's key says whose it is: no two may be the same, old or new.
    #[test]
    fn keys_are_taken_if_all_of_them_differ(
        keys in prop::collection::vec(("[ab][cd]", prop::option::of("[ab][cd]")), 1..4),
    ) {
        let parsed = Settings::parse(&with_keys(&keys));
        let all: Vec<_> = keys
            .iter()
            .flat_map(|(key, previous)| [Some(key), previous.as_ref()])
            .flatten()
            .collect();
        let different: std::collections::HashSet<_> = all.iter().collect();
        let repeats = all.len() - different.len();
        match parsed {
            Ok(_) => prop_assert_eq!(repeats, 0),
            Err(mistakes) => {
                prop_assert_eq!(mistakes.len(), repeats, "{:?}", mistakes);
                let about = |path: &str| path.ends_with(".key") || path.ends_with(".previous_key");
                prop_assert!(mistakes.iter().all(|mistake| about(&mistake.path)));
            }
        }
    }
}
