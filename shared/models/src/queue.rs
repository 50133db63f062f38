//! JSON as the text of a message.

/// `json` with the two characters escaped that JSON takes and queues do not. Outside of texts JSON has
/// neither, so it means the same.
#[must_use]
pub fn message_text(json: &str) -> String {
    json.replace('\u{fffe}', "\\ufffe")
        .replace('\u{ffff}', "\\uffff")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_queues_refuse_is_escaped_and_means_the_same() {
        let text = "a\u{ffff}b\u{fffe}\\ufffe ç";
        let json = serde_json::to_string(text).unwrap();
        let message = message_text(&json);
        assert!(!message.contains(['\u{fffe}', '\u{ffff}']), "{message}");
        assert_eq!(serde_json::from_str::<String>(&message).unwrap(), text);
    }
}
