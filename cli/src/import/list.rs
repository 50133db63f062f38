//! Several values in one cell: `Normal|Agendada`.

/// Between two values of a cell.
const SEPARATOR: char = '|';

/// Before a separator, or another of its kind, that belongs to the value.
const ESCAPE: char = '\\';

/// What stands for a list without values, where an empty cell says something else.
pub(crate) const NONE: &str = "-";

/// The values of a cell, without the spaces around them; empty ones are left out.
pub(crate) fn split(cell: &str) -> Vec<String> {
    if cell.trim() == NONE {
        return Vec::new();
    }
    let mut values = vec![String::new()];
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        let last = values.last_mut();
        match (c, last) {
            (SEPARATOR, _) => values.push(String::new()),
            (ESCAPE, Some(value)) => value.extend(chars.next()),
            (_, Some(value)) => value.push(c),
            (_, None) => {}
        }
    }
    for value in &mut values {
        *value = value.trim().to_owned();
    }
    values.retain(|value| !value.is_empty());
    values
}

/// A cell of these values, as [`split`] reads it.
pub(crate) fn join<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> String {
    let escaped = |value: T| {
        let mut escaped = String::new();
        for c in value.as_ref().trim().chars() {
            if c == SEPARATOR || c == ESCAPE {
                escaped.push(ESCAPE);
            }
            escaped.push(c);
        }
        escaped
    };
    let cells: Vec<String> = values.into_iter().map(escaped).collect();
    match cells.join("|") {
        one if one == NONE => format!("{ESCAPE}{NONE}"),
        cell => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_is_split_again() {
        for values in [
            &["Normal"][..],
            &["Normal", "Agendada"],
            &["a|b", r"c\", r"\|", "-"],
            &["-"],
            &[],
        ] {
            let cell = join(values);
            assert_eq!(split(&cell), values, "{cell}");
        }
    }

    #[test]
    fn spaces_and_empty_values_are_dropped() {
        assert_eq!(split(" Azul | | Verde água|"), ["Azul", "Verde água"]);
        assert!(split(" - ").is_empty());
    }
}
