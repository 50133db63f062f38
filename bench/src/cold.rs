//! The start of a process, from nothing to its first answer.

use std::time::Duration;

use axum::body::Bytes;
use feirante_sandbox::RuntimeApi;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;
use crate::process::{Process, Role};
use crate::programs::Programs;
use crate::samples::Samples;
use crate::shelf::{self, Freight};
use crate::stand::Stand;
use crate::warm::{FUNCTION, check, variables};

/// SKUs of the first simulation.
const SKUS: usize = 10;

/// A cold start of the simulation, beside one of an empty function that connects to the database too.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cold {
    pub(crate) freight_rows: usize,
    /// From the start of the process to its answer; medians, in microseconds.
    pub(crate) simulation: f64,
    pub(crate) floor: f64,
    pub(crate) ratio: f64,
    pub(crate) parts: Parts,
}

/// What the start of the simulation is made of, in microseconds.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parts {
    /// The program is loaded and begins; logs and variables are read.
    pub(crate) start: f64,
    /// The clients are made.
    pub(crate) clients: f64,
    /// The connection is made and the seller file read by it.
    pub(crate) configuration: f64,
    /// From the request for an event to the answer.
    pub(crate) first_request: f64,
}

/// Starts each in turn, so many times.
pub(crate) async fn measure(
    api: &RuntimeApi,
    programs: &Programs,
    stand: &Stand,
    times: usize,
) -> Result<Vec<Cold>, Failure> {
    let variables = variables(stand)?;
    let function = Role::new(&programs.of(FUNCTION)?, variables);
    let floor = Role::new(programs.floor(), variables).with("FLOOR", "connected");
    let event = shelf::simulation(&shelf::skus()[..SKUS])?;
    let mut measured = Vec::new();
    for freight in Freight::BOTH {
        shelf::apply(&stand.place, freight).await?;
        let mut all = [(); 6].map(|()| Samples::default());
        // The first start of each reads its program from the disk.
        for time in 0..=times {
            let (on_floor, _, process, _) = start(api, &floor, &event).await?;
            process.end().await?;
            let (took, asked, process, answer) = start(api, &function, &event).await?;
            check(&answer, SKUS)?;
            let ready = written(process).await?;
            if time == 0 {
                continue;
            }
            let part = |name: &str| ready[name].as_u64().map(Duration::from_micros);
            let clients = part("clientsMicros").ok_or("no time of the clients")?;
            let made = part("madeMicros").ok_or("no time of the configuration")?;
            let first = took.saturating_sub(asked);
            let parts = [asked.saturating_sub(clients + made), clients, made, first];
            for (samples, sample) in all
                .iter_mut()
                .zip([on_floor, took].into_iter().chain(parts))
            {
                samples.push(sample);
            }
        }
        let [floor, simulation, start, clients, configuration, first] =
            all.map(|samples| samples.median());
        measured.push(Cold {
            freight_rows: freight.rows(),
            simulation,
            floor,
            ratio: simulation / floor,
            parts: Parts {
                start,
                clients,
                configuration,
                first_request: first,
            },
        });
    }
    shelf::apply(&stand.place, Freight::OneRow).await?;
    Ok(measured)
}

/// Starts a process that an event waits for: when it had answered, when it had asked, itself, and what
/// it answered.
async fn start(
    api: &RuntimeApi,
    role: &Role,
    event: &Bytes,
) -> Result<(Duration, Duration, Process, Bytes), Failure> {
    let mut process = Process::spawn(api, role)?;
    let (mut progress, started) = (process.progress(), process.started());
    let asked = tokio::spawn(async move {
        let changed = progress.changed().await;
        changed.map(|()| started.elapsed())
    });
    let (_, answer) = process.answers(event).await?;
    let took = started.elapsed();
    Ok((took, asked.await??, process, answer))
}

/// The line it wrote when it was ready.
async fn written(process: Process) -> Result<Value, Failure> {
    for _ in 0..200 {
        if let Some(line) = process.ready() {
            process.end().await?;
            return Ok(line);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("the function does not say how it started".into())
}

/// From the start of a function's process to its request for an event: the median of some, in
/// microseconds.
async fn init(api: &RuntimeApi, role: &Role, times: usize) -> Result<f64, Failure> {
    let mut samples = Samples::default();
    for time in 0..=times {
        let mut process = Process::spawn(api, role)?;
        let asked = process.asked().await?;
        process.end().await?;
        if time > 0 {
            samples.push(asked);
        }
    }
    Ok(samples.median())
}

/// That of a function that does nothing at all.
pub(crate) async fn bare_init(
    api: &RuntimeApi,
    programs: &Programs,
    stand: &Stand,
    times: usize,
) -> Result<f64, Failure> {
    let floor = Role::new(programs.floor(), variables(stand)?).with("FLOOR", "empty");
    init(api, &floor, times).await
}

/// The same of one of the functions.
pub(crate) async fn init_of(
    api: &RuntimeApi,
    programs: &Programs,
    stand: &Stand,
    name: &str,
    times: usize,
) -> Result<f64, Failure> {
    let variables = stand.place.variables.get(name);
    let variables = variables.ok_or_else(|| format!("the template has no {name}"))?;
    init(api, &Role::new(&programs.of(name)?, variables), times).await
}
