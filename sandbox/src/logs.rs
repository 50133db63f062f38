//! What the functions' processes write, and who gets to see it.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::errors::Error;
use crate::options::LogSink;

/// Lines of a process that an error message quotes.
const QUOTED: usize = 20;

/// One function's log, shared by its processes.
#[derive(Debug, Clone)]
pub(crate) struct FunctionLog {
    function: String,
    sink: LogSink,
    file: Option<Arc<Mutex<File>>>,
}

impl FunctionLog {
    /// `directory`: where every line goes to a file, too.
    pub(crate) fn open(
        function: &str,
        sink: LogSink,
        directory: Option<&Path>,
    ) -> Result<Self, Error> {
        let file = directory
            .map(|directory| {
                let path = directory.join(format!("{function}.log"));
                OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(&path)
                    .map(|file| Arc::new(Mutex::new(file)))
                    .map_err(|source| Error::Data { path, source })
            })
            .transpose()?;
        Ok(Self {
            function: function.to_owned(),
            sink,
            file,
        })
    }

    pub(crate) fn write(&self, line: &str) {
        if let Some(file) = &self.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            // A full disk must not stop the functions; the console still has what matters.
            let _ = file.write_all(format!("{line}\n").as_bytes());
        }
        match &self.sink {
            LogSink::Discard => {}
            LogSink::Stderr if is_for_the_console(line) => {
                let _ = io::stderr().write_all(format!("{}: {line}\n", self.function).as_bytes());
            }
            LogSink::Stderr => {}
            LogSink::Each(show) => show(&self.function, line),
        }
    }
}

/// Whether someone watching wants to see the line: warnings, errors, and what isn't a structured
/// log line at all. Metrics in CloudWatch's embedded format (`_aws`) are for machines, and so are the
/// calls that are told with them.
fn is_for_the_console(line: &str) -> bool {
    let line = line.trim();
    match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(entry)) => {
            let level = entry.get("level").and_then(Value::as_str).unwrap_or("");
            !entry.contains_key("_aws")
                && (level.eq_ignore_ascii_case("warn") || level.eq_ignore_ascii_case("error"))
        }
        _ => !line.is_empty(),
    }
}

/// The last lines of one process.
#[derive(Debug, Default)]
pub(crate) struct Tail(Mutex<VecDeque<String>>);

impl Tail {
    pub(crate) fn push(&self, line: &str) {
        if is_frame(line) {
            return;
        }
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == QUOTED {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    /// The lines as an error message quotes them: each behind a line break.
    pub(crate) fn quote(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|line| format!("\n  {line}")).collect()
    }
}

/// Whether the line is of a panic's backtrace, which would push out what the panic is about. The
/// log has it whole.
fn is_frame(line: &str) -> bool {
    let text = line.trim_start();
    let numbered = text
        .split_once(": ")
        .is_some_and(|(number, _)| number.parse::<u16>().is_ok());
    text.len() < line.len() && (numbered || text.starts_with("at "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_shows_warnings_errors_and_panics_only() {
        assert!(is_for_the_console(r#"{"level":"WARN","message":"slow"}"#));
        assert!(is_for_the_console(r#"{"level":"error"}"#));
        assert!(is_for_the_console(
            "thread 'main' panicked at src/main.rs:1"
        ));
        assert!(!is_for_the_console(
            r#"{"level":"INFO","message":"placed"}"#
        ));
        assert!(!is_for_the_console(r#"{"_aws":{},"level":"ERROR"}"#));
        assert!(!is_for_the_console("  "));
    }

    #[test]
    fn the_tail_keeps_the_last_lines() {
        let tail = Tail::default();
        for line in 0..=QUOTED {
            tail.push(&line.to_string());
        }
        assert!(tail.quote().starts_with("\n  1\n  2\n"));
        assert!(tail.quote().ends_with("\n  20"));
    }

    #[test]
    fn a_backtrace_does_not_push_out_its_panic() {
        let tail = Tail::default();
        tail.push("thread 'main' panicked at src/main.rs:1:1:");
        tail.push("TOKEN is not set");
        for _ in 0..QUOTED {
            tail.push("   1: core::panicking::panic_fmt");
            tail.push("             at /rustc/library/core/src/panicking.rs:80:14");
        }
        let expected = "\n  thread 'main' panicked at src/main.rs:1:1:\n  TOKEN is not set";
        assert_eq!(tail.quote(), expected);
    }
}
