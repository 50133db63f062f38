//! A file of messages of `erp-offers`, one a line.

use std::io::{self, BufRead, Read};

use feirante_models::erp::OfferMessage;

use super::entry::{Entry, Mistake};
use super::rows::LONGEST;

/// Reads lines from `R`.
pub(super) struct Lines<R> {
    input: R,
    line: u64,
    text: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R) -> Self {
        Self {
            input,
            line: 0,
            text: Vec::new(),
        }
    }

    /// The next line that is not blank.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        loop {
            self.text.clear();
            self.line += 1;
            let mut line = self.input.by_ref().take(LONGEST as u64);
            if line.read_until(b'\n', &mut self.text)? == 0 {
                return Ok(None);
            }
            if self.text.len() == LONGEST && !self.text.ends_with(b"\n") {
                self.input.skip_until(b'\n')?;
                let mistake = Mistake::of_line(self.line, "is longer than 1 MB");
                return Ok(Some(Entry::wrong(mistake)));
            }
            let text = self.text.trim_ascii();
            if !text.is_empty() {
                return Ok(Some(read(self.line, text)));
            }
        }
    }
}

fn read(line: u64, text: &[u8]) -> Entry {
    match OfferMessage::read(text) {
        Ok(message) => Entry {
            messages: vec![message],
            ..Entry::at(line)
        },
        Err(problem) => {
            let message = problem.message.as_str();
            let why = message.strip_prefix("the body: ").unwrap_or(message);
            Entry::wrong(Mistake::of_line(line, why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_message_or_a_mistake() {
        let long = "x".repeat(LONGEST + 10);
        let price = r#"{"type":"price","sku":"1","price":5}"#;
        let file = format!("{price}\r\n\n{{\n{long}\n{price}");
        let mut lines = Lines::new(file.as_bytes());
        let mut found = Vec::new();
        while let Some(entry) = lines.next().unwrap() {
            let mistakes: Vec<String> = entry.mistakes.iter().map(ToString::to_string).collect();
            found.push((entry.line, entry.messages.len(), mistakes.join("")));
        }
        let found: Vec<_> = found
            .iter()
            .map(|(line, messages, mistake)| (*line, *messages, mistake.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (1, 1, ""),
                (3, 0, "3: is not valid JSON (line 1, column 1)"),
                (4, 0, "4: is longer than 1 MB"),
                (5, 1, ""),
            ]
        );
    }
}
