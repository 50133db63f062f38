//! Where the demo is played: the parties, and what is told of each step.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use feirante_sandbox_marketplace::{Call, CallName};
use indicatif::ProgressBar;
use serde_json::Value;

use super::Played;
use super::erp::{Erp, Event};
use super::market::{About, Market};
use super::unmet::{Held, Unmet, holds, same};
use super::wire;
use crate::failure::Failure;
use crate::output;
use crate::ready::Ready;

/// What has not happened after so long does not happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Of what was seen instead, a failure shows so many characters.
const SEEN: usize = 2_000;

/// The parties, and the step that is played.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) market: Market,
    pub(super) erp: Erp,
    /// Where the marketplace finds the seller.
    base: String,
    step: Step,
    /// The last call of the steps before.
    mark: u64,
    /// The calls that were shown.
    shown: BTreeSet<u64>,
    held: usize,
    left_out: Vec<&'static str>,
    spinner: bool,
}

/// The step that is played.
#[derive(Debug)]
struct Step {
    name: &'static str,
    title: String,
    started: Instant,
    lines: Vec<String>,
    waiting: ProgressBar,
}

impl Stage {
    /// In the system that `ready` describes. With `spinner`, a terminal shows what is going on.
    pub(super) fn new(ready: &Ready, erp: Erp, spinner: bool) -> Result<Self, Failure> {
        let missing = || Failure::input("the system has no marketplace to play with");
        let (account, base) = ready.bases.iter().next().ok_or_else(missing)?;
        let url = ready.marketplace.as_deref().ok_or_else(missing)?;
        Ok(Self {
            market: Market::new(url, account),
            erp,
            base: base.clone(),
            step: Step::new("start", "", false),
            mark: 0,
            shown: BTreeSet::new(),
            held: 0,
            left_out: Vec::new(),
            spinner,
        })
    }

    /// What was played.
    pub(super) fn played(self) -> Played {
        Played {
            held: self.held,
            left_out: self.left_out,
        }
    }

    /// A step can't be played on this system.
    pub(super) fn leave_out(&mut self, name: &'static str, why: &str) {
        output::line(format_args!("\n{name:<10} left out  {why}"));
        self.left_out.push(name);
    }

    /// A step begins.
    pub(super) fn begin(&mut self, name: &'static str, title: impl Into<String>) {
        self.step = Step::new(name, title, self.spinner);
    }

    /// Something to be told of the step.
    pub(super) fn say(&mut self, line: impl AsRef<str>) {
        self.step.lines.push(wire::cut(line.as_ref()));
    }

    /// The step held: it is printed, with its time.
    pub(super) async fn held(&mut self) -> Held {
        self.step.print(&format!(
            "{:>6} ms",
            self.step.started.elapsed().as_millis()
        ));
        self.held += 1;
        self.mark = self.market.last_call().await?;
        Ok(())
    }

    /// The step did not hold: it is printed as far as it came, and why is the failure.
    pub(super) async fn failed(&self, unmet: &Unmet) -> Failure {
        self.step.print("   FAILED");
        let (name, time) = (self.step.name, self.step.started.elapsed().as_millis());
        let seen: String = unmet.seen.chars().take(SEEN).collect();
        let mut text = format!(
            "step {name}, after {time} ms:\n  expected {}\n  seen     {seen}",
            unmet.expected
        );
        for violation in self.market.violations().await.unwrap_or_default() {
            let (rule, detail) = (violation.rule, violation.detail);
            let _ = write!(text, "\n  violation {rule}: {detail}");
        }
        Failure::System(text)
    }

    /// The ERP puts a message on a queue.
    pub(super) async fn erp_sends(&mut self, queue: &str, body: &Value) -> Held {
        self.erp.send(queue, body).await?;
        self.say(wire::message(queue, body));
        Ok(())
    }

    /// The ERP reads its queue until it has heard of this.
    pub(super) async fn erp_hears(&mut self, kind: &str, order: &str) -> Held<Event> {
        let event = self.erp.hears(kind, order).await?;
        self.say(wire::event(&event));
        Ok(event)
    }

    /// From the start on, the marketplace has had exactly these calls about an order or a SKU, with
    /// these answers.
    pub(super) async fn sees(
        &mut self,
        name: CallName,
        about: About<'_>,
        statuses: &[u16],
    ) -> Held<Vec<Call>> {
        let calls = self.market.calls(name, about, 0, statuses.len()).await?;
        let seen: Vec<u16> = calls.iter().filter_map(|call| call.status).collect();
        let what = format!("the answers to each {name} call about {about:?}");
        same(what, seen.as_slice(), statuses)?;
        self.show(&calls);
        Ok(calls)
    }

    /// In this step the marketplace has had `times` such calls or more, and failed them all.
    pub(super) async fn fails(&mut self, name: CallName, about: About<'_>, times: usize) -> Held {
        let calls = self.market.calls(name, about, self.mark, times).await?;
        let expected = format_args!("{times} or more {name} calls about {about:?}").to_string();
        holds(expected, calls.len() >= times, &calls)?;
        for call in &calls {
            same(format_args!("the answer to {name}"), call.status, Some(503))?;
        }
        self.show(&calls);
        Ok(())
    }

    /// In this step the marketplace has a call that is as `wanted`.
    pub(super) async fn meets(
        &mut self,
        name: CallName,
        about: About<'_>,
        wanted: impl Fn(&Call) -> bool,
    ) -> Held<Call> {
        let mut count = 1;
        loop {
            let calls = self.market.calls(name, about, self.mark, count).await?;
            if let Some(found) = calls.iter().find(|call| wanted(call)) {
                self.show(std::slice::from_ref(found));
                return Ok(found.clone());
            }
            let expected = format_args!("another {name} call about {about:?}").to_string();
            holds(expected, calls.len() >= count, &calls)?;
            count = calls.len() + 1;
        }
    }

    /// A shopper who looks at the SKU is told that there are so many.
    pub(super) async fn has_stock(&mut self, sku: &str, stock: i64) -> Held {
        let quote = self.market.browse(sku).await?;
        let seen = quote.lines.first().and_then(|line| line.stock);
        same(format_args!("the stock of {sku}"), seen, Some(stock))?;
        self.say(format!("stock of {sku} is {stock}"));
        Ok(())
    }

    /// Shows calls that were not shown before.
    fn show(&mut self, calls: &[Call]) {
        for call in calls {
            if self.shown.insert(call.id) {
                self.step.lines.extend(wire::call(call, &self.base));
            }
        }
    }
}

impl Step {
    fn new(name: &'static str, title: impl Into<String>, spinner: bool) -> Self {
        let title = title.into();
        let waiting = if spinner {
            let waiting = ProgressBar::new_spinner().with_message(format!("{name}: {title}"));
            waiting.enable_steady_tick(Duration::from_millis(100));
            waiting
        } else {
            ProgressBar::hidden()
        };
        Self {
            name,
            title,
            started: Instant::now(),
            lines: Vec::new(),
            waiting,
        }
    }

    fn print(&self, end: &str) {
        self.waiting.finish_and_clear();
        output::line(format_args!("\n{:<10}{end}  {}", self.name, self.title));
        for line in &self.lines {
            output::line(format_args!("  {line}"));
        }
    }
}
