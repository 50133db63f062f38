//! Tables from spreadsheets: whichever delimiter and encoding they were saved with.

mod amounts;
mod table;

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

pub use amounts::{InvalidAmount, cents_from_decimal, decimal};
pub use table::{CsvMistake, CsvTable, Row, csv_table};

/// The delimiters that spreadsheets write.
pub const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// The text of a file in UTF-8, or else in Windows-1252, which holds Latin-1; without its byte order
/// mark. Every sequence of bytes is some text.
#[must_use]
pub fn decoded(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        let text = WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0;
        text.into_owned()
    });
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// The delimiter of a table whose first line is `header`: the one found most often outside quotes;
/// of a table with one column, a comma.
#[must_use]
pub fn delimiter_of(header: &str) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in header.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(index) = DELIMITERS.iter().position(|one| *one == byte) {
                    counts[index] += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    if most == 0 {
        return b',';
    }
    // Of two equally frequent the first: a comma within a name is likelier than a semicolon.
    let index = counts.iter().position(|count| *count == most);
    index.map_or(b',', |index| DELIMITERS[index])
}

/// Whether two names of a column are the same: `Postal start` is `postal_start` and `POSTAL-START`.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    normalized(one) == normalized(other)
}

fn normalized(name: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if name.chars().all(plain) {
        return Cow::Borrowed(name);
    }
    let kept = name.chars().filter(|c| c.is_alphanumeric());
    Cow::Owned(kept.flat_map(char::to_lowercase).collect())
}

#[cfg(test)]
mod tests;
