//! What was measured, for people and for programs.

use std::fmt::Display;
use std::io::Write;

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use serde::Serialize;

use crate::cold::Cold;
use crate::crowd::Crowded;
use crate::load::Loaded;
use crate::operations::Step;
use crate::orders::Routed;
use crate::programs::Size;
use crate::samples::Percentiles;
use crate::stay::{Allocations, Stay};
use crate::warm::{Taken, Warm};

/// All figures; those that were not asked for are empty.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) warm: Vec<Warm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) cold: Vec<Cold>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) stay: Vec<Stay>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) orders: Vec<Routed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) allocations: Vec<Allocations>,
    /// Microseconds from the start of a function that does nothing to its request for an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bare_init: Option<f64>,
    /// The same of each function, with its size.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) functions: Vec<(String, Size, f64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) operations: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<Loaded>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) crowd: Vec<Crowded>,
}

impl Report {
    /// Prints what there is, as tables of Markdown.
    pub(crate) fn print(&self) {
        self.warm();
        self.cold();
        self.stay();
        self.orders();
        self.functions();
        self.operations();
        self.loaded();
        self.crowd();
    }

    fn warm(&self) {
        let headings = [
            "SKUs",
            "freight rows",
            "",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "CPU µs",
            "p50 ratio",
            "CPU ratio",
            "own CPU µs",
        ];
        let mut table = table(headings);
        for warm in &self.warm {
            let place = [warm.skus.to_string(), warm.freight_rows.to_string()];
            let of = |name: &str, taken: &Taken| {
                let Percentiles { p50, p95, p99, .. } = taken.micros;
                [
                    name.to_owned(),
                    millis(p50),
                    millis(p95),
                    millis(p99),
                    whole(taken.cpu_micros),
                ]
            };
            let nothing = || [String::new(), String::new(), String::new()];
            let ratios = [
                format!("{:.2}", warm.ratio),
                format!("{:.2}", warm.cpu_ratio),
                whole(warm.own_cpu_micros),
            ];
            for (name, taken, ratios) in [
                ("empty handler", &warm.empty, nothing()),
                ("bare read", &warm.read, nothing()),
                ("simulation", &warm.simulation, ratios),
            ] {
                let row = place.iter().cloned().chain(of(name, taken)).chain(ratios);
                table.add_row(row);
            }
        }
        show("Warm", &table, self.warm.is_empty());
    }

    fn cold(&self) {
        let headings = [
            "freight rows",
            "floor ms",
            "simulation ms",
            "ratio",
            "start ms",
            "clients ms",
            "configuration ms",
            "first request ms",
        ];
        let mut table = table(headings);
        for cold in &self.cold {
            let parts = &cold.parts;
            let row = [
                cold.freight_rows.to_string(),
                millis(cold.floor),
                millis(cold.simulation),
                format!("{:.2}", cold.ratio),
                millis(parts.start),
                millis(parts.clients),
                millis(parts.configuration),
                millis(parts.first_request),
            ];
            table.add_row(row);
        }
        show("Cold", &table, self.cold.is_empty());
    }

    fn stay(&self) {
        let headings = [
            "freight rows",
            "calls",
            "before MB (own)",
            "after MB (own)",
            "simulations a second",
        ];
        let mut memory = table(headings);
        for stay in &self.stay {
            let of = |memory: &crate::process::Memory| {
                format!(
                    "{} ({})",
                    megabytes(memory.resident),
                    megabytes(memory.anonymous)
                )
            };
            let row = [
                stay.freight_rows.to_string(),
                stay.calls.to_string(),
                of(&stay.before),
                of(&stay.after),
                whole(stay.per_second),
            ];
            memory.add_row(row);
        }
        show(
            "Memory and throughput of one instance",
            &memory,
            self.stay.is_empty(),
        );
        let mut table = table(["SKUs", "allocations", "KB"]);
        for one in &self.allocations {
            let row = [
                one.skus.to_string(),
                one.allocations.to_string(),
                (one.bytes / 1000).to_string(),
            ];
            table.add_row(row);
        }
        show(
            "Allocations of a simulation",
            &table,
            self.allocations.is_empty(),
        );
    }

    fn orders(&self) {
        let mut table = table(["function", "p50 ms", "p95 ms", "p99 ms", "CPU µs"]);
        for one in &self.orders {
            let Percentiles { p50, p95, p99, .. } = one.taken.micros;
            let row = [
                one.function.to_owned(),
                millis(p50),
                millis(p95),
                millis(p99),
                whole(one.taken.cpu_micros),
            ];
            table.add_row(row);
        }
        show("An order's routes", &table, self.orders.is_empty());
    }

    fn functions(&self) {
        let mut table = table(["function", "MB", "zip MB", "start to first event ms"]);
        if let Some(bare) = self.bare_init {
            table.add_row([
                "(nothing)".to_owned(),
                String::new(),
                String::new(),
                millis(bare),
            ]);
        }
        for (name, size, init) in &self.functions {
            table.add_row([
                name.clone(),
                megabytes(size.bytes),
                megabytes(size.zipped),
                millis(*init),
            ]);
        }
        show("Functions", &table, self.functions.is_empty());
    }

    fn operations(&self) {
        let mut table = table(["step", "function", "calls", "read units", "write units"]);
        for step in &self.operations {
            for (function, used) in &step.functions {
                let calls = used.calls.iter().map(|(name, times)| match times {
                    1 => name.clone(),
                    _ => format!("{times} {name}"),
                });
                let calls: Vec<String> = calls.collect();
                let units = |units: f64| {
                    if units == 0.0 {
                        String::new()
                    } else {
                        units.to_string()
                    }
                };
                let row = [
                    step.name.clone(),
                    function.clone(),
                    calls.join(", "),
                    units(used.read_units),
                    units(used.write_units),
                ];
                table.add_row(row);
            }
        }
        show("Operations", &table, self.operations.is_empty());
    }

    fn loaded(&self) {
        let Some(load) = &self.load else { return };
        let headings = [
            "call", "count", "p50 ms", "p95 ms", "p99 ms", "max ms", "statuses", "wrong", "late",
        ];
        let mut calls = table(headings);
        for (kind, outcome) in &load.calls {
            let Percentiles {
                count,
                p50,
                p95,
                p99,
                max,
            } = outcome.micros;
            let statuses = outcome
                .statuses
                .iter()
                .map(|(status, count)| format!("{count} × {status}"));
            let statuses: Vec<String> = statuses.collect();
            let row = [
                (*kind).to_owned(),
                count.to_string(),
                millis(p50),
                millis(p95),
                millis(p99),
                millis(max),
                statuses.join(", "),
                outcome.wrong.to_string(),
                outcome.late.to_string(),
            ];
            calls.add_row(row);
        }
        show("Load", &calls, false);
        let mut memory = table(["second", "function", "processes", "largest MB"]);
        for look in &load.memory {
            for (function, (processes, largest)) in &look.functions {
                let row = [
                    look.second.to_string(),
                    function.clone(),
                    processes.to_string(),
                    megabytes(*largest),
                ];
                memory.add_row(row);
            }
            let own = "(sandbox and load)".to_owned();
            memory.add_row([
                look.second.to_string(),
                own,
                String::new(),
                megabytes(look.own),
            ]);
        }
        show("Memory", &memory, false);
    }

    fn crowd(&self) {
        let headings = [
            "orders a second",
            "placed",
            "503",
            "other",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "max",
            "conflicts",
        ];
        let mut table = table(headings);
        for one in &self.crowd {
            let Percentiles {
                p50, p95, p99, max, ..
            } = one.micros;
            let row = [
                one.rate.to_string(),
                one.placed.to_string(),
                one.sent_away.to_string(),
                one.failed.to_string(),
                millis(p50),
                millis(p95),
                millis(p99),
                millis(max),
                one.conflicts.to_string(),
            ];
            table.add_row(row);
        }
        show("Many buyers of one SKU", &table, self.crowd.is_empty());
    }
}

fn table<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN).set_header(headings);
    table
}

fn show(title: &str, table: &Table, is_empty: bool) {
    if !is_empty {
        let _ = writeln!(std::io::stdout().lock(), "{title}\n\n{table}\n");
    }
}

/// Microseconds as milliseconds.
fn millis(micros: f64) -> String {
    format!("{:.2}", micros / 1e3)
}

fn whole(number: impl Display) -> String {
    format!("{number:.0}")
}

#[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
fn megabytes(bytes: u64) -> String {
    format!("{:.2}", bytes as f64 / 1e6)
}
