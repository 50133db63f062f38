//! What an answer says, as one line. Errors come in every shape (protocol §2.4).
//!
//! Such a line is kept with an order and in logs, so nothing personal may be in it. The documented
//! shapes are told in their own words, without what those quote ([`redact`](crate::redact)); of anything
//! else, which may be a copy of what was sent, only what it is and how long.

use serde_json::{Map, Value};

use crate::redact::redacted;

/// The longest detail, in characters.
pub(crate) const LONGEST: usize = 300;

/// What a body says: the code and message of an error however they are wrapped, a page's title, a text.
/// Secrets are taken out by `hide`, before anything is cut off: a part of one is not to be left.
pub(crate) fn of(body: &[u8], hide: impl Fn(&str) -> String) -> String {
    let text = text(body);
    if text.is_empty() {
        return "an empty answer".to_owned();
    }
    let (kind, said) = match serde_json::from_str(&text) {
        Ok(json) => ("JSON", of_json(&json)),
        Err(_) if is_page(&text) => return of_page(&text, hide),
        Err(_) if text.contains(char::REPLACEMENT_CHARACTER) => ("no text", None),
        Err(_) => ("text", Some(text.to_string())),
    };
    let Some(said) = said else {
        return unknown(kind, body);
    };
    let line = line(&hide(&said));
    if line.is_empty() {
        return "an answer without a word".to_owned();
    }
    let told = redacted(&line);
    if told.is_empty() {
        return unknown(kind, body);
    }
    told
}

/// An answer of no documented shape.
fn unknown(kind: &str, body: &[u8]) -> String {
    format!(
        "an answer of an unknown shape ({kind}, {} bytes)",
        body.len()
    )
}

/// A body as text, without its byte order mark and the space around it.
pub(crate) fn text(body: &[u8]) -> std::borrow::Cow<'_, str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    String::from_utf8_lossy(body.trim_ascii())
}

/// `text` in one line: nothing that moves a terminal's cursor or turns its direction of writing.
pub(crate) fn line(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let words = text.split(|c: char| c.is_whitespace() || steers(c));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// `text`, or as much of it as `characters` hold with a mark that there was more.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let start: String = text.chars().take(characters.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// `None` where it says nothing in a known way.
fn of_json(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Array(errors) => of_json(errors.first()?),
        Value::Object(fields) => match field(fields, "error") {
            Some(error @ (Value::Object(_) | Value::Array(_))) => of_json(error),
            Some(Value::String(error)) => Some(match message(fields) {
                Some(message) => format!("{error}: {message}"),
                None => error.clone(),
            }),
            _ => coded(fields),
        },
        _ => None,
    }
}

fn coded(fields: &Map<String, Value>) -> Option<String> {
    let code = match field(fields, "code") {
        Some(Value::String(code)) if !code.is_empty() => Some(code.clone()),
        Some(Value::Number(code)) => Some(code.to_string()),
        _ => None,
    };
    match (code, message(fields)) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (Some(code), None) => Some(code),
        (None, message) => message.map(str::to_owned),
    }
}

/// The message, or the text of an exception that stands without one.
fn message(fields: &Map<String, Value>) -> Option<&str> {
    let text = |name| {
        field(fields, name)?
            .as_str()
            .filter(|text| !text.is_empty())
    };
    text("message").or_else(|| text("exception"))
}

/// A field by its name in any case.
fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = fields
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

fn is_page(text: &str) -> bool {
    let start: String = text.chars().take(1_000).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with('<')
        && ["<!doctype html", "<html", "<head", "<title", "<body", "<h1"]
            .iter()
            .any(|tag| start.contains(tag))
}

/// The title of a page.
fn of_page(text: &str, hide: impl Fn(&str) -> String) -> String {
    // Of the same length as the text, so that positions hold in both.
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|tag| {
        let start = tag + lower[tag..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        let title = line(&hide(&text[start..end]));
        Some(title).filter(|title| !title.is_empty())
    });
    match title {
        Some(title) => format!("an HTML page: {}", redacted(&title)),
        None => "an HTML page".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use feirante_seller::settings::Secret;

    use super::*;
    use crate::credentials::Credentials;

    fn told(body: &[u8], app_key: &str, app_token: &str) -> String {
        let credentials = Credentials::new(app_key, Secret::new(app_token)).unwrap();
        super::of(body, |text| credentials.hidden_in(text))
    }

    fn of(body: &[u8]) -> String {
        told(body, "vtexappkey-mkt1", "LETTERSalone")
    }

    #[test]
    fn every_shape_of_an_error_is_read() {
        for (body, said) in [
            (
                "Seller StockKeepingUnit 1 not found for this seller id s",
                "Seller StockKeepingUnit 1 not found for this seller id s",
            ),
            ("\"a JSON string\"", "a JSON string"),
            (r#"{"error":"a text"}"#, "a text"),
            (
                r#"{"error":{"code":"1","message":"no GET","exception":null}}"#,
                "1: no GET",
            ),
            (r#"{"error":{"code":7,"message":"x"}}"#, "7: x"),
            (
                r#"{"error":{"code":"OMS010","message":"","exception":"boom"}}"#,
                "OMS010: boom",
            ),
            (r#"{"error":{"message":"only this"}}"#, "only this"),
            (r#"{"error":{"code":"only"}}"#, "only"),
            (
                r#"{"code":"SalesOrderSystem035","message":"invalid type"}"#,
                "SalesOrderSystem035: invalid type",
            ),
            (
                r#"{"Message":"An error has occurred."}"#,
                "An error has occurred.",
            ),
            (
                r#"{"error":"unauthorized","message":"no key"}"#,
                "unauthorized: no key",
            ),
            (r#"[{"code":"a","message":"b"},{"code":"c"}]"#, "a: b"),
            (
                r#"{"errors":{"buyer":["Maria Silva"]}}"#,
                "an answer of an unknown shape (JSON, 36 bytes)",
            ),
            (
                r#"{"error":null}"#,
                "an answer of an unknown shape (JSON, 14 bytes)",
            ),
            (
                "<nfe><nome>Maria Silva</nome></nfe>",
                "an answer of an unknown shape (text, 35 bytes)",
            ),
            (
                r#"{"clientName":"Maria Silva"#,
                "an answer of an unknown shape (text, 26 bytes)",
            ),
            (
                r#"{"error":{"code":"7","message":"no buyer maria@example.com"}}"#,
                "7: no buyer ***",
            ),
            ("\u{feff} {\"error\":\"marked\"}\r\n", "marked"),
            (
                "<!DOCTYPE html><html><head><TITLE>\n502 Bad  Gateway</TITLE></head><body>secret</body></html>",
                "an HTML page: 502 Bad Gateway",
            ),
            ("<html><body>no title</body></html>", "an HTML page"),
            ("<html><title></title></html>", "an HTML page"),
            ("<title>İ", "an HTML page"),
            ("", "an empty answer"),
            (" \r\n", "an empty answer"),
            ("\"\"", "an answer without a word"),
            ("true", "an answer of an unknown shape (JSON, 4 bytes)"),
        ] {
            assert_eq!(of(body.as_bytes()), said, "{body}");
        }
        assert_eq!(
            of(b"\xff\xfe text"),
            "an answer of an unknown shape (no text, 7 bytes)"
        );
    }

    #[test]
    fn no_credentials_are_told_however_they_are_echoed() {
        for (body, said) in [
            ("invalid token LETTERSalone!", "invalid token ***!"),
            ("'LETTERSalone'", "'***'"),
            ("a=LETTERSaloneLETTERSalone;b", "a=******;b"),
            (
                r#"{"error":{"code":"1","message":"no lettersalone"}}"#,
                "1: no ***",
            ),
            (
                r#"{"message":"no \u004cETTERSalone of vtexappkey-mkt1"}"#,
                "no *** of ***",
            ),
            (
                "<html><title>No LETTERSalone</title></html>",
                "an HTML page: No ***",
            ),
        ] {
            assert_eq!(of(body.as_bytes()), said, "{body}");
        }
        // Where the rest is cut off, no part of one is left.
        let token = "before{after 12345678";
        let said = told(format!("no {token} here").as_bytes(), "key-1", token);
        assert_eq!(said, "no *** here");
    }

    #[test]
    fn nothing_steers_a_terminal() {
        assert_eq!(
            of("a\u{1b}[31m\r\nb\u{202e}\tc\u{0}d\u{2028}e".as_bytes()),
            "a [31m b c d e"
        );
        assert_eq!(of(br#""a\u001b\nb""#), "a b");
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("ação", 4), "ação");
        assert_eq!(cut("ações", 4), "açõ…");
        assert_eq!(cut("a bcd", 3), "a…");
    }
}
