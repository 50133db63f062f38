//! Simulations by a process that has answered before, beside the floors: in turns of a few calls each,
//! so that a machine that is slower for a while is so for all.

use std::time::Duration;

use axum::body::Bytes;
use feirante_sandbox::RuntimeApi;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;
use crate::process::{Process, Role};
use crate::programs::Programs;
use crate::samples::{Percentiles, Samples, micros};
use crate::shelf::{self, Freight};
use crate::stand::Stand;

pub(crate) const FUNCTION: &str = "simulate-fulfillment";

/// SKUs of the carts.
const SIZES: [usize; 3] = [1, 10, 100];

/// Calls of one subject in a row.
const TURN: usize = 20;

/// What one subject took.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Taken {
    pub(crate) micros: Percentiles,
    /// Processor time of one call.
    pub(crate) cpu_micros: f64,
}

/// A cart of so many SKUs with so many rows of freight.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Warm {
    pub(crate) skus: usize,
    pub(crate) freight_rows: usize,
    pub(crate) simulation: Taken,
    /// A function that answers whatever comes.
    pub(crate) empty: Taken,
    /// The read alone, within a function that does nothing else but take the same event; its processor
    /// time is that function's, and so has an empty one's in it.
    pub(crate) read: Taken,
    /// p50 over the sum of the floors'.
    pub(crate) ratio: f64,
    pub(crate) cpu_ratio: f64,
    /// Processor time of a call beyond the floors'.
    pub(crate) own_cpu_micros: f64,
    pub(crate) answer_bytes: usize,
}

/// Who is measured: its process, and what its event is.
struct Subject {
    process: Process,
    event: Bytes,
    samples: Samples,
    cpu: Duration,
    calls: u32,
    /// How long the call took by what it answers, where that says it.
    told: fn(&Bytes) -> Result<Option<Duration>, Failure>,
    answer: Bytes,
}

impl Subject {
    async fn start(
        api: &RuntimeApi,
        role: &Role,
        event: Bytes,
        told: fn(&Bytes) -> Result<Option<Duration>, Failure>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            process: Process::start(api, role).await?,
            event,
            samples: Samples::default(),
            cpu: Duration::ZERO,
            calls: 0,
            told,
            answer: Bytes::new(),
        })
    }

    async fn turn(&mut self, calls: usize, counts: bool) -> Result<(), Failure> {
        let before = self.process.cpu_at_rest().await?;
        let mut samples = Vec::with_capacity(calls);
        for _ in 0..calls {
            let (took, answer) = self.process.answers(&self.event).await?;
            self.process.asked().await?;
            samples.push((self.told)(&answer)?.unwrap_or(took));
            self.answer = answer;
        }
        if counts {
            self.samples.extend(samples);
            self.cpu += self.process.cpu_at_rest().await?.saturating_sub(before);
            self.calls += u32::try_from(calls)?;
        }
        Ok(())
    }

    fn taken(&self) -> Taken {
        Taken {
            micros: self.samples.percentiles(),
            cpu_micros: micros(self.cpu) / f64::from(self.calls.max(1)),
        }
    }
}

/// Measures all of it; `turns` of each subject.
pub(crate) async fn measure(
    api: &RuntimeApi,
    programs: &Programs,
    stand: &Stand,
    turns: usize,
) -> Result<Vec<Warm>, Failure> {
    let variables = variables(stand)?;
    let function = Role::new(&programs.of(FUNCTION)?, variables);
    let floor = Role::new(programs.floor(), variables);
    let mut measured = Vec::new();
    for freight in Freight::BOTH {
        shelf::apply(&stand.place, freight).await?;
        for size in SIZES {
            let skus = &shelf::skus()[..size];
            let event = shelf::simulation(skus)?;
            let empty = floor.clone().with("FLOOR", "empty");
            let read = floor.clone().with("FLOOR", "read");
            let read = read.with("FLOOR_SKUS", &skus.join(" "));
            let mut subjects = [
                Subject::start(api, &empty, event.clone(), |_| Ok(None)).await?,
                Subject::start(api, &read, event.clone(), read_time).await?,
                Subject::start(api, &function, event, |_| Ok(None)).await?,
            ];
            for turn in 0..=turns {
                for subject in &mut subjects {
                    subject.turn(TURN, turn > 0).await?;
                }
            }
            let [empty, read, simulation] = subjects;
            check(&simulation.answer, size)?;
            let read_all: Value = serde_json::from_slice(&read.answer)?;
            if read_all["items"] != size {
                return Err(format!("the floor did not read {size} SKUs: {read_all}").into());
            }
            measured.push(warm(freight, size, &simulation, &empty, &read));
        }
    }
    shelf::apply(&stand.place, Freight::OneRow).await?;
    Ok(measured)
}

fn warm(
    freight: Freight,
    skus: usize,
    simulation: &Subject,
    empty: &Subject,
    read: &Subject,
) -> Warm {
    let answer_bytes = simulation.answer.len();
    let (simulation, empty, read) = (simulation.taken(), empty.taken(), read.taken());
    Warm {
        skus,
        freight_rows: freight.rows(),
        simulation,
        empty,
        read,
        ratio: simulation.micros.p50 / (empty.micros.p50 + read.micros.p50),
        cpu_ratio: simulation.cpu_micros / read.cpu_micros,
        own_cpu_micros: simulation.cpu_micros - read.cpu_micros,
        answer_bytes,
    }
}

/// The variables of the function; all subjects get them.
pub(crate) fn variables(
    stand: &Stand,
) -> Result<&std::collections::BTreeMap<String, String>, Failure> {
    let variables = stand.place.variables.get(FUNCTION);
    variables.ok_or_else(|| "the template has no simulation".into())
}

/// The read itself, without the events around it.
fn read_time(answer: &Bytes) -> Result<Option<Duration>, Failure> {
    let answer: Value = serde_json::from_slice(answer)?;
    let nanos = answer["readNanos"]
        .as_u64()
        .ok_or("the floor tells no time")?;
    Ok(Some(Duration::from_nanos(nanos)))
}

/// What was measured was the right answer: every SKU can be delivered.
pub(crate) fn check(answer: &Bytes, skus: usize) -> Result<(), Failure> {
    let answer: Value = serde_json::from_slice(answer)?;
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default())?;
    let delivered = body["logisticsInfo"].as_array().into_iter().flatten();
    let delivered =
        delivered.filter(|row| row["slas"].as_array().is_some_and(|slas| slas.len() == 2));
    if delivered.count() != skus {
        return Err(format!("not all of {skus} SKUs can be delivered: {body}").into());
    }
    Ok(())
}
