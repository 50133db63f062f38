use super::*;

fn refusal(message: &str) -> String {
    OfferMessage::read(message.as_bytes())
        .unwrap_err()
        .to_string()
}

#[test]
fn a_price_may_be_anything_but_negative() {
    let read = |price: &str| {
        OfferMessage::read(format!(r#"{{"type":"price","sku":1,"price":{price}}}"#).as_bytes())
    };
    for (price, cents) in [("7390", Some(7390)), ("7390.0", Some(7390)), ("null", None)] {
        let Ok(OfferMessage::Price(message)) = read(price) else {
            panic!("{price}: {:?}", read(price));
        };
        assert_eq!(message.price, cents.map(Cents::new));
        assert_eq!(message.sku.as_str(), "1");
    }
    assert!(read("-1").is_err());
    assert!(read("73.9").is_err());
    assert!(read("\"7390\"").is_err());
}

#[test]
fn units_are_bounded_on_both_sides() {
    let read = |units: i64| {
        let message = format!(r#"{{"type":"stock","sku":1,"warehouse":"a","onHand":{units}}}"#);
        OfferMessage::read(message.as_bytes())
    };
    assert!(read(1_000_000_000).is_ok() && read(-1_000_000_000).is_ok());
    for units in [1_000_000_001, -1_000_000_001, i64::MAX, i64::MIN] {
        let why = read(units).unwrap_err().message;
        assert!(why.contains("/onHand: is beyond"), "{why}");
    }
}

#[test]
fn mistakes_are_named_by_their_place() {
    assert!(refusal("{").starts_with("ES001"));
    assert!(refusal(r#"{"sku":"1"}"#).contains("/type"));
    assert!(refusal(r#"{"type":"size"}"#).contains("/type: is none of sku, price"));
    assert!(
        refusal(r#"{"type":"stock","sku":"1","warehouse":"a b","onHand":1}"#)
            .contains("/warehouse")
    );
    assert!(
        refusal(r#"{"type":"stock","sku":"1","warehouse":"a","onHand":1e12}"#).contains("/onHand")
    );
    assert!(refusal(r#"{"type":"sku","sku":"1","active":true}"#).contains("missing field `name`"));
    assert!(
        refusal(r#"{"type":"stockAdjustment","id":" ","sku":"1","warehouse":"a","delta":1}"#)
            .contains("/id: is empty")
    );
    assert!(
        refusal(
            r#"{"type":"sku","sku":"1","active":true,"name":"a","dimensionsCm":{"height":1,"width":-1,"length":1}}"#
        )
        .contains("/dimensionsCm/width: is negative")
    );
    assert!(refusal(r#"{"type":"price","sku":" ","price":1}"#).contains("/sku: is empty"));
    assert!(
        refusal(r#"{"type":"sku","sku":"1","active":true,"name":"a","offerings":[{"type":"x","id":"1","name":"y","price":1.5}]}"#)
            .contains("/offerings/0/price")
    );
    assert!(refusal(r#"{"type":"price","sku":"1","price":1,"asOf":"tuesday"}"#).contains("/asOf"));
    for (field, pointer) in [
        (r#""validFrom":"soon""#, "/validFrom: is not a date"),
        (r#""floor":-1"#, "/floor: is negative"),
        (
            r#""marketplace":"a","salesChannel":"2@5""#,
            "/salesChannel: has an @",
        ),
    ] {
        let message = format!(r#"{{"type":"price","sku":"1","price":1,{field}}}"#);
        assert!(refusal(&message).contains(pointer), "{}", refusal(&message));
    }
}

#[test]
fn fields_of_another_kind_of_message_are_let_be() {
    let message = r#"{"type":"price","sku":"1","price":1,"catalog":[],"dimensionsCm":"none"}"#;
    assert!(OfferMessage::read(message.as_bytes()).is_ok());
    let message = r#"{"type":"sku","sku":"1","active":true,"name":"a","catalog":[]}"#;
    assert!(refusal(message).contains("/catalog: is not an object"));
}

#[test]
fn grams_are_an_integer_however_it_is_spelled() {
    let read = |grams: &str| {
        let message =
            format!(r#"{{"type":"sku","sku":"1","active":true,"name":"a","weightGrams":{grams}}}"#);
        OfferMessage::read(message.as_bytes())
    };
    for (grams, read_as) in [("500", Some(500)), ("500.0", Some(500)), ("null", None)] {
        let Ok(OfferMessage::Sku(sku)) = read(grams) else {
            panic!("{grams}");
        };
        assert_eq!(sku.weight_grams, read_as);
    }
    for grams in ["-1", "0.5", "\"500\"", "4294967296"] {
        let why = read(grams).unwrap_err().message;
        assert!(why.starts_with("/weightGrams: is not an integer"), "{why}");
    }
}
