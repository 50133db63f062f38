use proptest::prelude::*;

use super::*;

fn contains(codes: &str, code: &str) -> bool {
    PostalCode::parse(code).is_some_and(|code| PostalCodes::parse(codes).unwrap().contains(code))
}

#[test]
fn punctuation_does_not_count() {
    for range in [
        "22000000-22999999",
        "22000-000-22999-999",
        "22.000.000 - 22.999.999",
    ] {
        for code in [
            "22251-030",
            "22251030",
            " 22.251-030 ",
            "22000000",
            "22999-999",
        ] {
            assert!(contains(range, code), "{range}: {code}");
        }
        for code in [
            "21999-999",
            "23000000",
            "2225103",
            "222510300",
            "2225103A",
            "",
            "-",
        ] {
            assert!(!contains(range, code), "{range}: {code}");
        }
    }
}

#[test]
fn a_code_may_have_letters() {
    assert!(contains("SW1A1AA-SW1A9ZZ", "sw1a 2aa"));
    assert!(!contains("SW1A1AA-SW1A9ZZ", "SW1B 2AA"));
    assert!(contains("22251030", "22251-030"));
}

#[test]
fn a_prefix_covers_codes_of_any_length() {
    assert!(contains("22*", "22251-030"));
    assert!(contains("22.251-*", "22251-030"));
    assert!(contains("SW1*", "sw1a 2aa"));
    assert!(contains("SW1*", "SW1 2AA"));
    assert!(contains("0*", "01310-100"));
    for code in ["2", "21999-999", "122", "SW2 2AA", ""] {
        assert!(!contains("22*", code), "{code}");
    }
}

#[test]
fn a_range_has_two_ends_in_order() {
    for (text, why) in [
        ("", InvalidPostalCodes::Form),
        ("-", InvalidPostalCodes::Form),
        ("1-2-3", InvalidPostalCodes::Form),
        ("*", InvalidPostalCodes::Form),
        ("22*99", InvalidPostalCodes::Form),
        ("123456789012", InvalidPostalCodes::Form),
        ("22000000-2299999", InvalidPostalCodes::Ends),
        ("22000-000", InvalidPostalCodes::Ends),
        ("1234-ABCD", InvalidPostalCodes::Ends),
        ("22999999-22000000", InvalidPostalCodes::Order),
    ] {
        assert_eq!(PostalCodes::parse(text), Err(why), "{text}");
    }
}

#[test]
fn what_is_stored_is_read_back() {
    for (text, stored) in [
        ("22000-000-22999-999", "\"22000000-22999999\""),
        ("01310.100", "\"01310100-01310100\""),
        ("0131-*", "\"0131*\""),
    ] {
        let codes = PostalCodes::parse(text).unwrap();
        assert_eq!(serde_json::to_string(&codes).unwrap(), stored);
        assert_eq!(serde_json::from_str::<PostalCodes>(stored).unwrap(), codes);
    }
}

proptest! {
    /// Length, then letters or none, then text: what the number must be in the order of.
    #[test]
    fn a_code_is_in_the_order_of_its_text(a in "[0-9A-Z]{1,11}", b in "[0-9A-Z]{1,11}") {
        let key = |text: &str| {
            (text.len(), text.bytes().any(|byte| byte.is_ascii_alphabetic()), text.to_owned())
        };
        let code = |text: &str| PostalCode::parse(text).unwrap();
        prop_assert_eq!(code(&a).cmp(&code(&b)), key(&a).cmp(&key(&b)));
        prop_assert_eq!(code(&a).to_string(), a.clone());
        prop_assert_eq!(
            PostalCodes::Prefix(code(&a)).contains(code(&b)),
            b.starts_with(&a)
        );
    }
}
