//! A query string as API Gateway hands it over: still percent-encoded, to be decoded exactly once.

/// Why a parameter's value can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Undecodable {
    /// A `%` without two hexadecimal digits behind it.
    #[error("has a broken percent escape")]
    Escape,
    /// The bytes are no text.
    #[error("is not UTF-8")]
    Utf8,
}

/// The value of a parameter, the first if it is repeated.
pub(super) fn parameter(raw_query: &str, name: &str) -> Option<Result<String, Undecodable>> {
    raw_query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(key, _)| decode(key).is_ok_and(|key| key == name))
        .map(|(_, value)| decode(value))
}

/// The sales channel a call's query names (`sc`), if it can be read and is not blank.
#[must_use]
pub fn sales_channel(raw_query: &str) -> Option<String> {
    let named = parameter(raw_query, "sc")?.ok()?;
    (!named.trim().is_empty()).then_some(named)
}

fn decode(encoded: &str) -> Result<String, Undecodable> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => match (bytes.next().and_then(nibble), bytes.next().and_then(nibble)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(Undecodable::Escape),
            },
            plain => plain,
        });
    }
    String::from_utf8(decoded).map_err(|_| Undecodable::Utf8)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_decoded_once() {
        assert_eq!(
            parameter("a=%2541+%C3%A7", "a"),
            Some(Ok("%41 ç".to_owned()))
        );
    }

    #[test]
    fn the_first_of_several_holds_and_its_name_may_be_encoded() {
        assert_eq!(parameter("x=1&s%63=2&sc=3", "sc"), Some(Ok("2".to_owned())));
        assert_eq!(parameter("sc", "sc"), Some(Ok(String::new())));
        assert_eq!(parameter("", "sc"), None);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for query in ["a=%", "a=%2", "a=%zz", "a=%+1", "a=1%"] {
            assert_eq!(
                parameter(query, "a"),
                Some(Err(Undecodable::Escape)),
                "{query}"
            );
        }
        assert_eq!(parameter("a=%FF", "a"), Some(Err(Undecodable::Utf8)));
    }
}
