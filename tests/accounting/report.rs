//! The accounting, for people.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use comfy_table::{Table, presets};
use feirante_sandbox_marketplace::{CallName, Statistics};

use crate::books::Books;
use crate::compare::Verdict;
use crate::erp::Memory;
use crate::plan::Plan;
use crate::storm::Damage;

/// How long each part took.
#[derive(Debug, Default)]
pub(crate) struct Times {
    pub(crate) buying: Duration,
    pub(crate) storm: Duration,
    pub(crate) settling: Duration,
}

/// All that is to be told.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) plan: std::sync::Arc<Plan>,
    pub(crate) times: Times,
    pub(crate) damage: Damage,
    pub(crate) books: Books,
    pub(crate) verdict: Verdict,
}

/// Copies of a kind of message.
#[derive(Debug, Default)]
struct Row {
    messages: usize,
    copies: usize,
    delivered: usize,
    dead: BTreeMap<u16, usize>,
    unsaid: usize,
}

impl Report {
    /// The whole accounting.
    pub(crate) fn text(&self, memory: &Memory) -> String {
        let mut text = String::new();
        let (orders, seed) = (self.plan.orders.len(), self.seed);
        let messages = self.plan.messages.len();
        let _ = writeln!(
            text,
            "{messages} messages about {orders} orders, seed {seed}\n"
        );
        let _ = writeln!(text, "{}\n", self.messages(memory));
        let _ = writeln!(text, "{}\n", self.calls());
        let _ = writeln!(text, "{}\n", self.lives());
        let mut kills = BTreeMap::<_, usize>::new();
        for (_, what) in &self.damage.kills {
            *kills.entry(what).or_default() += 1;
        }
        let _ = writeln!(text, "killed {} times: {kills:?}", self.damage.kills.len());
        let _ = writeln!(text, "repeats after a success: {:?}", self.verdict.repeats);
        let _ = writeln!(
            text,
            "events: {}, and {} again; copies that may have been sent twice: {}",
            memory.events.values().map(Vec::len).sum::<usize>(),
            memory.events_again,
            memory.doubtful
        );
        let mut rules = BTreeMap::<_, usize>::new();
        for violation in &self.books.violations {
            *rules.entry(&violation.rule).or_default() += 1;
        }
        let _ = writeln!(text, "violations: {rules:?}");
        let Times {
            buying,
            storm,
            settling,
        } = &self.times;
        let _ = writeln!(
            text,
            "took: buying {buying:.1?}, storm {storm:.1?}, settling {settling:.1?}"
        );
        text.push_str(&self.conclusion());
        text
    }

    /// Whether all books are equal.
    pub(crate) fn conclusion(&self) -> String {
        let differences = &self.verdict.differences;
        if differences.is_empty() {
            return "all books are equal\n".to_owned();
        }
        let mut text = format!("{} DIFFERENCES, seed {}\n", differences.len(), self.seed);
        for difference in differences.iter().take(100) {
            let _ = writeln!(text, "  {difference}");
        }
        text
    }

    fn messages(&self, memory: &Memory) -> Table {
        let texts = self.plan.by_text();
        let mut dead = BTreeMap::<usize, Vec<u16>>::new();
        for letter in &memory.dead {
            if let Some(id) = texts.get(letter.body.as_str()) {
                let status = letter.status.parse().unwrap_or_default();
                dead.entry(*id).or_default().push(status);
            }
        }
        let mut rows = BTreeMap::<&str, Row>::new();
        for (id, message) in self.plan.messages.iter().enumerate() {
            let row = rows.entry(message.kind).or_default();
            let Some(sent) = memory.sent.get(&id) else {
                row.unsaid += 1;
                continue;
            };
            row.messages += 1;
            row.copies += sent;
            match dead.get(&id) {
                Some(statuses) => *row.dead.entry(statuses[0]).or_default() += 1,
                None => row.delivered += 1,
            }
        }
        let mut table = new_table([
            "MESSAGES",
            "SENT",
            "COPIES",
            "DELIVERED",
            "DEAD",
            "NO OCCASION",
        ]);
        for (kind, row) in &rows {
            let dead = row
                .dead
                .iter()
                .map(|(status, count)| format!("{count} × {status}"));
            table.add_row([
                kind.to_string(),
                row.messages.to_string(),
                row.copies.to_string(),
                row.delivered.to_string(),
                dead.collect::<Vec<_>>().join(", "),
                row.unsaid.to_string(),
            ]);
        }
        table
    }

    fn calls(&self) -> Table {
        let mut table = new_table(["CALLS", "COUNT", "BY STATUS", "FAULTS", "REPEATS"]);
        let calls: &BTreeMap<CallName, Statistics> = &self.damage.calls;
        for (name, calls) in calls {
            let statuses = calls.by_status.iter();
            let statuses = statuses.map(|(status, count)| format!("{status}: {count}"));
            table.add_row([
                name.to_string(),
                calls.count.to_string(),
                statuses.collect::<Vec<_>>().join(", "),
                calls.struck.to_string(),
                calls.repeats.to_string(),
            ]);
        }
        table
    }

    fn lives(&self) -> Table {
        let mut table = new_table(["LIVES", "ENDED", "ORDERS"]);
        for ((life, ended), count) in &self.verdict.lives {
            table.add_row([life.to_string(), ended.to_string(), count.to_string()]);
        }
        table
    }
}

fn new_table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header);
    table
}
