//! The rows of a CSV file, one at a time, each with its line.

use std::borrow::Cow;
use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::WINDOWS_1252;

/// Bytes of the longest row. No offer is as large; a quote that is never closed is.
pub(super) const LONGEST: usize = 1 << 20;

/// How the letters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// It holds Latin-1.
    Windows1252,
}

/// A row that has content.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line it begins in, the first of the file being 1.
    pub(super) line: u64,
    /// Without the spaces around them.
    pub(super) cells: Vec<String>,
}

/// A row that can't be told from what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("has a quote that is never closed")]
    Unclosed,
    #[error("is longer than 1 MB: is there a quote that is never closed?")]
    TooLong,
}

/// Reads rows from `R`.
pub(super) struct Rows<R> {
    input: R,
    parser: Reader,
    encoding: Encoding,
    /// The line of what is read next.
    line: u64,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(input: R, delimiter: u8, encoding: Encoding) -> Self {
        Self {
            input,
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            encoding,
            line: 1,
            text: vec![0; 1 << 10],
            ends: vec![0; 1 << 6],
        }
    }

    /// The next row; after one that is unreadable nothing can be read.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Row, (u64, Unreadable)>>> {
        loop {
            self.skip_blank_lines()?;
            let line = self.line;
            match self.read_cells()? {
                None => return Ok(None),
                Some(Err(why)) => return Ok(Some(Err((line, why)))),
                Some(Ok(cells)) if cells.iter().all(String::is_empty) => {}
                Some(Ok(cells)) => return Ok(Some(Ok(Row { line, cells }))),
            }
        }
    }

    /// The parser would count them as lines of the row behind them.
    fn skip_blank_lines(&mut self) -> io::Result<()> {
        loop {
            let input = self.input.fill_buf()?;
            let is_content = |byte: &u8| *byte != b'\r' && *byte != b'\n';
            let content = input.iter().position(is_content);
            let blank = content.unwrap_or(input.len());
            self.line += newlines(&input[..blank]);
            self.input.consume(blank);
            if content.is_some() || blank == 0 {
                return Ok(());
            }
        }
    }

    fn read_cells(&mut self) -> io::Result<Option<Result<Vec<String>, Unreadable>>> {
        let (mut text, mut ends) = (0, 0);
        let mut begun = false;
        loop {
            let input = self.input.fill_buf()?;
            // A line's end ends the last row, unless it is within quotes.
            let at_end = input.is_empty();
            if at_end && !begun {
                return Ok(None);
            }
            let given = if at_end { b"\n" } else { input };
            let (result, read, wrote, ended) =
                self.parser
                    .read_record(given, &mut self.text[text..], &mut self.ends[ends..]);
            begun = true;
            text += wrote;
            ends += ended;
            if !at_end {
                self.line += newlines(&input[..read]);
                self.input.consume(read);
            }
            match result {
                ReadRecordResult::Record => return Ok(Some(Ok(self.cells(ends)))),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty if at_end => {
                    return Ok(Some(Err(Unreadable::Unclosed)));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() >= LONGEST => {
                    return Ok(Some(Err(Unreadable::TooLong)));
                }
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            }
        }
    }

    fn cells(&self, count: usize) -> Vec<String> {
        let mut start = 0;
        let cell = |end: &usize| {
            let bytes = &self.text[start..*end];
            start = *end;
            let text = match self.encoding {
                // It was found to be UTF-8 before.
                Encoding::Utf8 => String::from_utf8_lossy(bytes),
                Encoding::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0,
            };
            match text {
                Cow::Borrowed(text) => text.trim().to_owned(),
                Cow::Owned(text) => text.trim().to_owned(),
            }
        };
        self.ends[..count].iter().map(cell).collect()
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    /// Rows as their lines and cells, read through a buffer of `buffer` bytes.
    fn read(bytes: &[u8], buffer: usize, encoding: Encoding) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(BufReader::with_capacity(buffer, bytes), b';', encoding);
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let row = row.unwrap();
            found.push((row.line, row.cells));
        }
        found
    }

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn each_row_knows_its_line() {
        let file =
            "a;b\r\n\r\n1; x \r\n  \r\n;\r\n\"two\r\nlines\";\"with \"\"quotes\"\"\"\r\n3\" pipe;z";
        for buffer in [1, 2, 3, 7, 1000] {
            assert_eq!(
                read(file.as_bytes(), buffer, Encoding::Utf8),
                [
                    (1, texts(&["a", "b"])),
                    (3, texts(&["1", "x"])),
                    (6, texts(&["two\r\nlines", "with \"quotes\""])),
                    (8, texts(&["3\" pipe", "z"])),
                ]
            );
        }
    }

    #[test]
    fn latin_1_is_read() {
        let rows = read(b"pre\xe7o;\x80\n", 64, Encoding::Windows1252);
        assert_eq!(rows, [(1, texts(&["preço", "€"]))]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_where_it_begins() {
        let file: &[u8] = b"a;b\n1;\"x\n2;y\n";
        let mut rows = Rows::new(file, b';', Encoding::Utf8);
        assert!(rows.next().unwrap().unwrap().is_ok());
        let unclosed = rows.next().unwrap().unwrap();
        assert_eq!(unclosed, Err((2, Unreadable::Unclosed)));

        let file = [b"a;b\n1;\"".as_slice(), &vec![b'x'; 2 * LONGEST]].concat();
        let mut rows = Rows::new(file.as_slice(), b';', Encoding::Utf8);
        assert!(rows.next().unwrap().unwrap().is_ok());
        let long = rows.next().unwrap().unwrap();
        assert_eq!(long, Err((2, Unreadable::TooLong)));
    }

    proptest! {
        #[test]
        fn what_the_writer_writes_is_read(
            rows in prop::collection::vec(
                prop::collection::vec("[a-zé\";,\n\r|]{1,8}", 2..5), 1..6,
            ),
            buffer in 1_usize..40,
        ) {
            let mut file = csv::WriterBuilder::new()
                .delimiter(b';')
                .flexible(true)
                .from_writer(Vec::new());
            let (mut expected, mut line) = (Vec::new(), 1);
            for row in &rows {
                file.write_record(row).unwrap();
                let cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
                if cells.iter().any(|cell| !cell.is_empty()) {
                    expected.push((line, cells));
                }
                line += 1 + row.iter().map(|cell| newlines(cell.as_bytes())).sum::<u64>();
            }
            let file = file.into_inner().unwrap();
            prop_assert_eq!(read(&file, buffer, Encoding::Utf8), expected);
        }
    }
}
