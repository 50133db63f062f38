//! The one way from bytes to checked values.
//!
//! A refused body is told apart as the protocol does (§2.4): not JSON at all (ES001), a field
//! missing or of the wrong type (ES002, with its JSON pointer), a quantity that is none (ES004).

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_path_to_error::{Path, Segment};

use crate::problem::{Code, Problem};

/// Nesting beyond this is refused (protocol §2.4). Readers behind this one may recurse.
pub const DEPTH_LIMIT: usize = 128;

/// What a body may be at its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Top {
    /// `{…}` only.
    Object,
    /// `{…}` or `[…]`.
    ObjectOrArray,
}

/// Reads `body`, which may start with a byte order mark.
///
/// # Errors
/// ES001, ES002 or ES004, naming the place.
pub fn from_json<'de, T: Deserialize<'de>>(body: &'de [u8], top: Top) -> Result<T, Problem> {
    typed(json_text(body, top)?, "")
}

/// The text of a body that is well-formed JSON of the right top-level type and not too deep.
///
/// # Errors
/// ES001.
pub fn json_text(body: &[u8], top: Top) -> Result<&str, Problem> {
    let refuse = |why: &str| Problem::at(Code::NotJson, "", why);
    let text = std::str::from_utf8(without_mark(body)).map_err(|_| refuse("is not UTF-8"))?;
    match (text.trim_start().as_bytes().first(), top) {
        (None, _) => return Err(refuse("is empty")),
        (Some(b'{'), _) | (Some(b'['), Top::ObjectOrArray) => {}
        (Some(_), Top::Object) => return Err(refuse("is not a JSON object")),
        (Some(_), Top::ObjectOrArray) => return Err(refuse("is not a JSON object or array")),
    }
    if depth(text) > DEPTH_LIMIT {
        return Err(refuse("is nested deeper than 128 levels"));
    }
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(text),
        Err(error) => Err(refuse(&format!(
            "is not valid JSON (line {}, column {})",
            error.line(),
            error.column()
        ))),
    }
}

/// A body without the byte order mark it may start with.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// Reads a value that stands at the JSON pointer `within` and is known to be well-formed.
pub(crate) fn typed<'de, T: Deserialize<'de>>(text: &'de str, within: &str) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path();
        let code = match path.iter().next_back() {
            Some(Segment::Map { key }) if key == "quantity" => Code::Quantity,
            _ => Code::Schema,
        };
        let pointer = format!("{within}{}", pointer(path));
        Problem::at(code, &pointer, without_position(&error.inner().to_string()))
    })
}

/// The greatest number of brackets open at once, brackets in strings aside.
fn depth(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                open += 1;
                most = most.max(open);
            }
            b'}' | b']' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// A path as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The parser counts from the value it was given; the pointer says where better.
fn without_position(message: &str) -> &str {
    message
        .rfind(" at line ")
        .map_or(message, |end| &message[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(expecting = "an object")]
    struct Body {
        #[serde(rename = "items")]
        _items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(expecting = "an object")]
    struct Item {
        #[serde(rename = "quantity")]
        _quantity: u8,
        #[serde(rename = "a/b")]
        _other: u8,
    }

    fn refusal(body: &[u8]) -> String {
        from_json::<Body>(body, Top::Object)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_is_not_json_is_es001() {
        for body in [
            &b""[..],
            b"  ",
            b"null",
            b"\"x\"",
            b"[]",
            b"{\"items\":[",
            b"{} x",
            b"\xff{}",
            b"{\"items\": 1, // no comments\n}",
        ] {
            assert!(refusal(body).starts_with("ES001"), "{:?}", refusal(body));
        }
        let deep = format!("{{\"items\":{}{}}}", "[".repeat(128), "]".repeat(128));
        assert!(refusal(deep.as_bytes()).contains("deeper than 128"));
    }

    #[test]
    fn brackets_in_strings_do_not_nest() {
        assert_eq!(depth(r#"{"a":"[[[\"[[["}"#), 1);
        assert_eq!(depth(r#"[[]]"#), 2);
    }

    #[test]
    fn a_wrong_field_is_named_by_its_pointer() {
        assert_eq!(refusal(b"{}"), "ES002: the body: missing field `items`");
        let text = refusal(br#"{"items":[{"quantity":1,"a/b":"x"}]}"#);
        assert!(text.starts_with("ES002: /items/0/a~1b: "), "{text}");
        let text = refusal(br#"{"items":[{"quantity":-1}]}"#);
        assert!(text.starts_with("ES004: /items/0/quantity: "), "{text}");
        let text = refusal(br#"{"items":[5]}"#);
        assert_eq!(
            text,
            "ES002: /items/0: invalid type: integer `5`, expected an object"
        );
    }

    #[test]
    fn a_byte_order_mark_is_stripped() {
        assert!(from_json::<Body>(b"\xEF\xBB\xBF{\"items\":[]}", Top::Object).is_ok());
    }
}
