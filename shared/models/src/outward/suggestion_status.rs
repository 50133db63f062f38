//! How a suggestion stands at the marketplace (C6, protocol §3.10).

use serde_json::{Map, Value};

/// A suggestion as the marketplace has it. The answer has no published schema: its names are read in
/// any case, and what can't be read is none.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestionStatus {
    /// What became of it; `None` for a word that is not documented.
    pub state: Option<SuggestionState>,
    /// The marketplace's own word for it.
    pub word: String,
    /// The seller's SKU.
    pub item_id: Option<String>,
    /// Raised by each change of a pending suggestion.
    pub version: Option<String>,
    /// What the marketplace compared it with.
    pub matches: Vec<SuggestionMatch>,
}

/// What became of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionState {
    /// The marketplace took it: the SKU can be sold there.
    Accepted,
    /// Nobody has decided.
    Pending,
    /// The marketplace does not want it.
    Denied,
}

/// The judgement of one of the marketplace's matchers.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestionMatch {
    /// Its id.
    pub match_id: Option<String>,
    /// Whose it is.
    pub matcher_id: Option<String>,
    /// 80 and more is approval, 30 and less refusal.
    pub score: Option<f64>,
}

impl SuggestionStatus {
    /// Reads the answer to C6; `None` if it does not say how the suggestion stands.
    #[must_use]
    pub fn of(answer: &Value) -> Option<Self> {
        let answer = answer.as_object()?;
        let word = text(answer, "status")?;
        let matches = field(answer, "matches").and_then(Value::as_array);
        Some(Self {
            state: SuggestionState::of(&word),
            word,
            item_id: text(answer, "itemId"),
            version: text(answer, "version"),
            matches: matches
                .into_iter()
                .flatten()
                .filter_map(Value::as_object)
                .map(SuggestionMatch::of)
                .collect(),
        })
    }
}

impl SuggestionState {
    /// The state of a word: suggestions have one, lists are filtered by another.
    fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "accepted" | "approved" => Some(Self::Accepted),
            "pending" => Some(Self::Pending),
            "denied" => Some(Self::Denied),
            _ => None,
        }
    }
}

impl SuggestionMatch {
    fn of(found: &Map<String, Value>) -> Self {
        Self {
            match_id: text(found, "matchId"),
            matcher_id: text(found, "matcherId"),
            score: text(found, "score").and_then(|score| score.parse().ok()),
        }
    }
}

/// A field by its name in any case.
fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = object
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// A text or a number as text, unless it is blank.
fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    match field(object, name)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_suggestion_with_its_matches_is_read() {
        let answer = json!({"itemId":"2000037","status":"Pending","version":"v1",
            "matches":[{"matchId":"m","matcherId":"vtex-matcher","score":55.5},{"score":"80"},1],
            "content":{"ProductName":"x"}});
        let read = SuggestionStatus::of(&answer).unwrap();
        assert_eq!(read.state, Some(SuggestionState::Pending));
        assert_eq!(read.item_id.as_deref(), Some("2000037"));
        assert_eq!(read.version.as_deref(), Some("v1"));
        let scores: Vec<_> = read.matches.iter().map(|found| found.score).collect();
        assert_eq!(scores, [Some(55.5), Some(80.0)]);
        assert_eq!(read.matches[0].matcher_id.as_deref(), Some("vtex-matcher"));
    }

    #[test]
    fn both_sets_of_words_are_known_in_any_case() {
        use SuggestionState::{Accepted, Denied, Pending};
        for (word, state) in [
            ("accepted", Some(Accepted)),
            ("Approved", Some(Accepted)),
            ("pending", Some(Pending)),
            ("PENDING", Some(Pending)),
            ("denied", Some(Denied)),
            ("Denied", Some(Denied)),
            ("insufficientScore", None),
        ] {
            let read = SuggestionStatus::of(&json!({"Status":word})).unwrap();
            assert_eq!(read.state, state, "{word}");
            assert_eq!(read.word, word);
        }
    }

    #[test]
    fn an_answer_that_does_not_say_is_none() {
        for answer in [json!({}), json!({"status":null}), json!([]), json!("x")] {
            assert_eq!(SuggestionStatus::of(&answer), None, "{answer}");
        }
    }
}
