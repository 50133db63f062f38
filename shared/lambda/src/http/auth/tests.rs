//! What credentials are read as, and which are taken.

use feirante_seller::settings::Settings;
use proptest::prelude::*;

use super::super::inbound::Pairs;
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

/// A name and its secret.
type Pair = (String, String);

/// Few enough that many are the same.
fn pair() -> impl Strategy<Value = Pair> {
    ("[ab]{1,2}", "[cd]{1,2}")
}

/// A pair for either form, or none: as the seller file has them, or as a call carries them.
#[derive(Debug, Clone)]
struct Forms {
    app: Option<Pair>,
    basic: Option<Pair>,
}

/// The pair of one form.
type Form = fn(&Forms) -> Option<&Pair>;

const FORMS: [Form; 2] = [|forms| forms.app.as_ref(), |forms| forms.basic.as_ref()];

fn forms() -> impl Strategy<Value = Forms> {
    let pairs = (prop::option::of(pair()), prop::option::of(pair()));
    pairs.prop_map(|(app, basic)| Forms { app, basic })
}

impl Forms {
    fn expected(&self) -> InboundCredentials {
        let split = |pair: &Option<Pair>| match pair {
            Some((name, secret)) => (Some(name.clone()), Some(Secret::new(secret))),
            None => (None, None),
        };
        let (app_key, app_token) = split(&self.app);
        let (user, password) = split(&self.basic);
        InboundCredentials {
            app_key,
            app_token,
            user,
            password,
        }
    }

    /// The headers of a call; `spelt`: the pair of the first form in one of them.
    fn headers(&self, spelt: bool) -> Pairs<'static> {
        let mut headers = Vec::new();
        let mut insert = |name: &'static str, value: String| headers.push((name, value));
        match &self.app {
            Some((key, token)) if spelt && self.basic.is_none() => {
                insert(
                    "authorization",
                    format!(r#"VTEX key="{key}" token="{token}""#),
                );
            }
            Some((key, token)) => {
                insert("x-vtex-api-appkey", key.clone());
                insert("x-vtex-api-apptoken", token.clone());
            }
            None => {}
        }
        if let Some((user, password)) = &self.basic {
            let pair = BASE64_STANDARD.encode(format!("{user}:{password}"));
            insert("authorization", format!("Basic {pair}"));
        }
        Pairs::of(headers)
    }
}

fn call<'a>(key: &'a str, headers: &'a Pairs<'a>) -> Inbound<'a> {
    Inbound {
        route: None,
        verb: "POST",
        key,
        order_id: "",
        change_request_id: "",
        raw_query: "",
        headers: Some(headers),
        body: "",
        base64: false,
    }
}

/// What a pair that a call carries is, by the pairs of its form that are taken.
fn of_pair(given: &Pair, current: Option<&Pair>, previous: Option<&Pair>) -> Option<Generation> {
    if current == Some(given) {
        return Some(Generation::Current);
    }
    (previous == Some(given)).then_some(Generation::Previous)
}

proptest! {
    #[test]
    fn a_call_is_let_in_with_whole_pairs_of_those_that_are_taken_and_no_others(
        current in forms(),
        previous in prop::option::of(forms()),
        required in any::<bool>(),
        given in forms(),
        spelt in any::<bool>(),
    ) {
        let expected = Expected {
            current: current.expected(),
            previous: previous.as_ref().map(Forms::expected),
            required,
        };
        let headers = given.headers(spelt);
        let checked = credentials(Some(&expected), &call("k9", &headers));

        let each = FORMS.map(|form| {
            let old = previous.as_ref().and_then(form);
            form(&given).map(|given| of_pair(given, form(&current), old))
        });
        let carried: Vec<_> = each.into_iter().flatten().collect();
        let expected = match () {
            () if carried.contains(&None) => None,
            () if carried.is_empty() && required => None,
            () if carried.contains(&Some(Generation::Previous)) => Some(Generation::Previous),
            () => Some(Generation::Current),
        };
        prop_assert_eq!(checked.as_ref().ok(), expected.as_ref());
        if let Err(problem) = checked {
            prop_assert_eq!(problem.code, Code::Unauthorized);
        }
    }

    #[test]
    fn a_path_key_names_the_marketplace_whose_key_or_old_key_it_is(
        asked in "[abc]{0,2}",
        current in "[abc]{1,2}",
        previous in prop::option::of("[abc]{1,2}"),
    ) {
        prop_assume!(previous.as_ref() != Some(&current));
        let file = include_str!("../../../../../sandbox/fixture/seller.toml");
        let mut settings = Settings::parse(file).unwrap();
        let mut second = settings.marketplaces[0].clone();
        second.account = "mkt2".to_owned().try_into().unwrap();
        second.key = Secret::new(&current);
        second.previous_key = previous.as_ref().map(Secret::new);
        settings.marketplaces.push(second);

        let found = marketplace(&settings, &asked);
        let found = found.map(|(found, generation)| (found.account.as_str(), generation));
        let expected = if asked == current {
            Some(("mkt2", Generation::Current))
        } else if Some(&asked) == previous.as_ref() {
            Some(("mkt2", Generation::Previous))
        } else {
            None
        };
        prop_assert_eq!(found, expected);
        let first = marketplace(&settings, "k9").map(|(found, _)| found.account.as_str());
        prop_assert_eq!(first, Some("mkt1"));
    }
}

/// Whoever may call without credentials carries none that are old.
#[test]
fn without_expectations_every_call_is_let_in() {
    let headers = Pairs::of([("authorization", "Bearer x".to_owned())]);
    let checked = credentials(None, &call("k9", &headers));
    assert_eq!(checked.ok(), Some(Generation::Current));
}
