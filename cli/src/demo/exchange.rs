//! A call and its answer, as the demo shows them.

use serde_json::Value;

/// Longer bodies are cut in what is shown.
const SHOWN: usize = 600;

/// What went over the wire.
#[derive(Debug)]
pub(super) struct Exchange {
    /// Verb and path.
    pub(super) call: String,
    /// What was sent.
    pub(super) sent: String,
    /// The answer's status.
    pub(super) status: u16,
    /// The answer's body.
    pub(super) body: String,
}

impl Exchange {
    /// The answer as JSON; null if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The lines to show: of the answer, what `interesting` picks, or all of it.
    pub(super) fn lines(&self, interesting: &[&str]) -> Vec<String> {
        let answer = self.json();
        let picked: Vec<String> = interesting
            .iter()
            .filter_map(|pointer| Some(format!("{pointer} = {}", answer.pointer(pointer)?)))
            .collect();
        let mut lines = vec![format!("→ {} {}", self.call, shortened(&self.sent))];
        if self.body.is_empty() {
            lines.push(format!("← {} (empty body)", self.status));
        } else if picked.is_empty() {
            lines.push(format!("← {} {}", self.status, shortened(&self.body)));
        } else {
            lines.push(format!("← {}", self.status));
            lines.extend(picked.iter().map(|line| format!("    {}", shortened(line))));
        }
        lines
    }
}

pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
