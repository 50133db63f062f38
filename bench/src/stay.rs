//! An instance that stays: what it takes of the memory after many calls, how many it can answer in a
//! second, and what it asks of the allocator.

use std::path::PathBuf;
use std::time::Instant;

use axum::body::Bytes;
use feirante_sandbox::RuntimeApi;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::process::{Memory, Process, Role};
use crate::programs::Programs;
use crate::shelf::{self, Freight};
use crate::stand::Stand;
use crate::warm::{FUNCTION, check, variables};

/// SKUs of a cart, chosen anew from all that are sold.
const SKUS: usize = 10;

/// Carts that are called by turns.
const CARTS: usize = 500;

/// How often a call's allocations are counted.
const COUNTED: u64 = 200;

/// Memory after so many simulations.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stay {
    pub(crate) freight_rows: usize,
    pub(crate) calls: u64,
    pub(crate) before: Memory,
    pub(crate) after: Memory,
    /// Simulations in a second by one instance that always has the next at hand.
    pub(crate) per_second: f64,
}

/// What one simulation asks of the allocator.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Allocations {
    pub(crate) skus: usize,
    pub(crate) allocations: u64,
    pub(crate) bytes: u64,
}

/// What `counted` writes, at every line it reads.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Count {
    allocations: u64,
    bytes: u64,
}

pub(crate) async fn measure(
    api: &RuntimeApi,
    programs: &Programs,
    stand: &Stand,
    calls: u64,
) -> Result<Vec<Stay>, Failure> {
    let function = Role::new(&programs.of(FUNCTION)?, variables(stand)?);
    let carts = carts()?;
    let mut measured = Vec::new();
    for freight in Freight::BOTH {
        shelf::apply(&stand.place, freight).await?;
        let mut process = Process::start(api, &function).await?;
        let before = process.memory()?;
        let started = Instant::now();
        let mut last = Bytes::new();
        for (cart, _) in carts.iter().cycle().zip(0..calls) {
            (_, last) = process.answers(cart).await?;
        }
        let took = started.elapsed().as_secs_f64();
        check(&last, SKUS)?;
        // One more, at leisure: whatever the last one needed is given back by then.
        process.asked().await?;
        process.answers(&carts[0]).await?;
        process.asked().await?;
        measured.push(Stay {
            freight_rows: freight.rows(),
            calls,
            before,
            after: process.memory()?,
            per_second: f64::from(u32::try_from(calls)?) / took,
        });
    }
    shelf::apply(&stand.place, Freight::OneRow).await?;
    Ok(measured)
}

fn carts() -> Result<Vec<Bytes>, Failure> {
    let all = shelf::skus();
    let mut random = SmallRng::seed_from_u64(6);
    let carts = (0..CARTS).map(|_| {
        let skus: Vec<String> = all.choose_multiple(&mut random, SKUS).cloned().collect();
        shelf::simulation(&skus)
    });
    carts.collect()
}

/// Counts allocations in a process that has answered before.
pub(crate) async fn allocations(
    api: &RuntimeApi,
    stand: &Stand,
) -> Result<Vec<Allocations>, Failure> {
    let mut function = Role::new(&counted()?, variables(stand)?);
    function.arguments.push(FUNCTION.to_owned());
    let mut measured = Vec::new();
    for skus in [1, 10, 100] {
        let event = shelf::simulation(&shelf::skus()[..skus])?;
        let mut process = Process::start(api, &function).await?;
        let mut counts = Vec::new();
        for _ in 0..2 {
            for _ in 0..COUNTED {
                let (_, answer) = process.answers(&event).await?;
                process.asked().await?;
                check(&answer, skus)?;
            }
            counts.push(serde_json::from_str::<Count>(&process.says().await?)?);
        }
        let [first, second] = counts[..] else {
            return Err("two counts".into());
        };
        measured.push(Allocations {
            skus,
            allocations: (second.allocations - first.allocations) / COUNTED,
            bytes: (second.bytes - first.bytes) / COUNTED,
        });
    }
    Ok(measured)
}

/// The program beside this one that counts.
///
/// # Errors
/// When it is not built.
pub(crate) fn counted() -> Result<PathBuf, Failure> {
    let path = std::env::current_exe()?.with_file_name("counted");
    if path.is_file() {
        return Ok(path);
    }
    Err(format!("{} is not built: build the whole package", path.display()).into())
}
