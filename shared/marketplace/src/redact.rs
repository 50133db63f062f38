//! Words of a marketplace without what they may hold of a person, or of a secret.
//!
//! They are kept with orders and in logs, where nothing personal may be. What a message complains
//! about is told by its codes, its field names and its plain words; values are not needed for that.

/// In place of what is left out.
const HIDDEN: &str = "***";

/// So many digits may be a document, a telephone, a postal code or a card, however they are parted.
const TELLING_DIGITS: usize = 8;

/// A word as long as this, of letters and digits, may be a key.
const TELLING_WORD: usize = 24;

/// `line`, which is one line, without its telling parts: what it quotes of data, addresses of mail, long
/// numbers, what may be a key.
pub(crate) fn redacted(line: &str) -> String {
    let line = without_quotes(before_data(line));
    let words: Vec<_> = line.split(' ').map(word).collect();
    without_numbers(words.join(" ").trim_end())
}

/// What stands before a document that is quoted whole.
fn before_data(line: &str) -> &str {
    let end = line.find(['{', '<']).unwrap_or(line.len());
    line[..end].trim_end()
}

/// What is quoted is a value, unless it is one word: that is mostly the name of a field.
fn without_quotes(line: &str) -> String {
    let mut told = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(['"', '\'']) {
        let (before, quoted) = rest.split_at(start);
        let quote = if quoted.starts_with('"') { '"' } else { '\'' };
        told.push_str(before);
        let opens = quote == '"' || !before.ends_with(char::is_alphanumeric);
        let inside = &quoted[1..];
        rest = match closing(inside, quote).filter(|_| opens) {
            Some(end) if inside[..end].contains(' ') => {
                told.extend([HIDDEN]);
                &inside[end + 1..]
            }
            Some(end) => {
                told.push_str(&quoted[..end + 2]);
                &inside[end + 1..]
            }
            None => {
                told.push(quote);
                inside
            }
        };
    }
    told.push_str(rest);
    told
}

/// Where a quotation ends. An apostrophe within a word does not end it.
fn closing(inside: &str, quote: char) -> Option<usize> {
    let ends = |at: &usize| quote == '"' || !inside[at + 1..].starts_with(char::is_alphanumeric);
    inside
        .match_indices(quote)
        .map(|(at, _)| at)
        .find(|at| ends(at))
}

fn word(word: &str) -> &str {
    let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    if word.contains('@') || (mixed && word.len() >= TELLING_WORD) {
        return HIDDEN;
    }
    word
}

fn without_numbers(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        told.push_str(before);
        let end = number
            .find(|c: char| !(c.is_ascii_digit() || ".-/ ()".contains(c)))
            .unwrap_or(number.len());
        // What parts digits does not end with them.
        let number = number[..end].trim_end_matches(|c: char| !c.is_ascii_digit());
        let digits = number.chars().filter(char::is_ascii_digit).count();
        told.push_str(if digits < TELLING_DIGITS {
            number
        } else {
            HIDDEN
        });
        rest = &rest[start + number.len()..];
    }
    told.push_str(rest);
    told
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reasons_are_told_and_data_are_not() {
        for (said, told) in [
            (
                "Seller StockKeepingUnit 2000037 not found for this seller id seller1",
                "Seller StockKeepingUnit 2000037 not found for this seller id seller1",
            ),
            ("OMS010: Σ Output > total", "OMS010: Σ Output > total"),
            (
                "The field 'items[0].price' can't be null",
                "The field 'items[0].price' can't be null",
            ),
            (
                r#"Error converting value "Maria da Silva" to type "Int32""#,
                r#"Error converting value *** to type "Int32""#,
            ),
            ("buyer 'José d'Ávila e Souza' unknown", "buyer *** unknown"),
            (
                "no client maria.silva@example.com.br here",
                "no client *** here",
            ),
            (
                "document 123.456.789-09 is invalid",
                "document *** is invalid",
            ),
            ("document 12345678909.", "document ***."),
            ("company 12.345.678/0001-95", "company ***"),
            ("call (21) 98765-4321 now", "call (*** now"),
            ("+55 21 98765 4321", "+***"),
            ("postal code 22270-030", "postal code ***"),
            ("card 4111 1111 1111 1111 declined", "card *** declined"),
            (
                "total 7590, 2 items, status 400",
                "total 7590, 2 items, status 400",
            ),
            ("Bearer eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxIn0", "Bearer ***"),
            (
                r#"Could not read {"clientProfileData":{"firstName":"Maria"}}"#,
                "Could not read",
            ),
            ("Bad document <nome>Maria</nome>", "Bad document"),
            ("an \"open quote", "an \"open quote"),
            ("", ""),
        ] {
            assert_eq!(redacted(said), told);
        }
    }

    proptest! {
        #[test]
        fn no_long_number_and_no_address_gets_through(
            before in "[ a-z']{0,9}",
            digits in prop::collection::vec("[0-9]{1,4}", 3..6),
            between in "[-./ ]",
            after in "[ a-z.\"']{0,9}",
        ) {
            let number = digits.join(&between);
            let count = number.chars().filter(char::is_ascii_digit).count();
            prop_assume!(count >= TELLING_DIGITS);
            let told = redacted(&format!("{before}{number}{after}"));
            prop_assert!(!told.chars().any(|c| c.is_ascii_digit()), "{}", told);
        }

        #[test]
        fn any_text_is_told_somehow(text in ".{0,200}") {
            let told = redacted(&text);
            prop_assert!(!told.contains(['@', '{', '<']), "{}", told);
        }
    }
}
