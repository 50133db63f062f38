use serde_json::{Value as Json, json};

use super::*;

fn draft(body: &str) -> Draft {
    Draft {
        body: body.to_owned(),
        ..Draft::default()
    }
}

fn with_attribute(name: &str, attribute: Json) -> Draft {
    Draft {
        attributes: BTreeMap::from([(name.to_owned(), serde_json::from_value(attribute).unwrap())]),
        ..draft("body")
    }
}

fn refusal(draft: Draft, fifo: bool) -> &'static str {
    let rejection = draft.accept(fifo, &Settings::default()).unwrap_err();
    rejection.code().query
}

#[test]
fn a_body_may_have_the_characters_of_xml_only() {
    assert!(
        draft("tab\t ação \u{1F4E6}\r\n")
            .accept(false, &Settings::default())
            .is_ok()
    );
    assert_eq!(refusal(draft("bell\u{7}"), false), "InvalidMessageContents");
    assert_eq!(refusal(draft("\u{FFFE}"), false), "InvalidMessageContents");
    assert_eq!(refusal(draft(""), false), "MissingParameter");
}

#[test]
fn body_and_attributes_together_have_a_limit() {
    let attribute = json!({"DataType": "Binary", "BinaryValue": "AAEC"});
    // Name 1, type 6, value 3 bytes.
    let mut fits = with_attribute("a", attribute.clone());
    fits.body = "x".repeat(MAXIMUM_BYTES - 10);
    assert_eq!(fits.size(), MAXIMUM_BYTES);
    assert!(fits.accept(false, &Settings::default()).is_ok());

    let mut exceeds = with_attribute("a", attribute);
    exceeds.body = "x".repeat(MAXIMUM_BYTES - 9);
    assert_eq!(refusal(exceeds, false), "InvalidParameterValue");
}

#[test]
fn attributes_are_of_three_types_with_optional_labels() {
    for (attribute, accepted) in [
        (json!({"DataType": "String", "StringValue": "x"}), true),
        (json!({"DataType": "String.uuid", "StringValue": "x"}), true),
        (json!({"DataType": "Number", "StringValue": "-1.5e3"}), true),
        (json!({"DataType": "Binary", "BinaryValue": "AAEC"}), true),
        (json!({"DataType": "Number", "StringValue": "inf"}), false),
        (json!({"DataType": "Number", "StringValue": "three"}), false),
        (json!({"DataType": "String", "StringValue": ""}), false),
        (json!({"DataType": "String"}), false),
        (json!({"DataType": "String", "BinaryValue": "AAEC"}), false),
        (json!({"DataType": "Binary", "BinaryValue": "?"}), false),
        (json!({"DataType": "Date", "StringValue": "x"}), false),
        (json!({"StringValue": "x"}), false),
    ] {
        let result = with_attribute("a", attribute.clone()).accept(false, &Settings::default());
        assert_eq!(result.is_ok(), accepted, "{attribute}");
    }
}

#[test]
fn attribute_names_are_checked() {
    let attribute = json!({"DataType": "String", "StringValue": "x"});
    for name in ["reason", "a.b-c_1"] {
        let accepted = with_attribute(name, attribute.clone()).accept(false, &Settings::default());
        assert!(accepted.is_ok(), "{name}");
    }
    for name in [
        "",
        ".a",
        "a.",
        "a..b",
        "AWS.trace",
        "amazon.x",
        "a b",
        "ação",
    ] {
        let refused = refusal(with_attribute(name, attribute.clone()), false);
        assert_eq!(refused, "InvalidParameterValue", "{name}");
    }
}

#[test]
fn an_attribute_looks_the_same_stored_and_sent() {
    let wire = json!({"DataType": "Binary.png", "BinaryValue": "AAEC"});
    let attribute: Attribute = serde_json::from_value(wire.clone()).unwrap();
    assert_eq!(attribute.value, Value::BinaryValue(vec![0, 1, 2]));
    assert_eq!(serde_json::to_value(&attribute).unwrap(), wire);
}

#[test]
fn a_fifo_queue_needs_a_group_and_a_deduplication_id() {
    let grouped = || Draft {
        group: Some("g".to_owned()),
        ..draft("body")
    };
    assert_eq!(refusal(draft("body"), true), "MissingParameter");
    assert_eq!(refusal(grouped(), true), "InvalidParameterValue");

    let by_content = Settings {
        content_based_deduplication: true,
        ..Settings::default()
    };
    let accepted = grouped().accept(true, &by_content).unwrap();
    assert_eq!(
        accepted.deduplication.as_deref(),
        Some("230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"),
        "the SHA-256 of the body"
    );
}

#[test]
fn ids_have_128_characters_of_ascii_at_most() {
    for id in ["", "with space", "ação", &"x".repeat(129)] {
        let grouped = Draft {
            group: Some(id.to_owned()),
            ..draft("body")
        };
        assert_eq!(refusal(grouped, false), "InvalidParameterValue", "{id}");
    }
}

#[test]
fn a_delay_is_for_standard_queues_and_ends_at_15_minutes() {
    let delayed = |delay| Draft {
        delay: Some(delay),
        group: Some("g".to_owned()),
        ..draft("body")
    };
    let accepted = delayed(900).accept(false, &Settings::default()).unwrap();
    assert_eq!(accepted.delay, 900);
    assert_eq!(refusal(delayed(901), false), "InvalidParameterValue");
    assert_eq!(refusal(delayed(-1), false), "InvalidParameterValue");
    assert_eq!(refusal(delayed(1), true), "InvalidParameterValue");
}

#[test]
fn a_deduplication_id_is_for_fifo_queues_only() {
    let deduplicated = Draft {
        deduplication: Some("d".to_owned()),
        ..draft("body")
    };
    assert_eq!(refusal(deduplicated, false), "InvalidParameterValue");
}
