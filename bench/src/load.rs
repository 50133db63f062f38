//! Simulations and orders together on the whole system, each at its time, whether the ones before have
//! been answered or not: what waits counts.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Failure;
use crate::process::memory_of;
use crate::programs::Programs;
use crate::samples::{Percentiles, Samples};
use crate::shelf;
use crate::site::{Caller, Site};
use crate::stand::Stand;

/// How long a marketplace waits for a simulation.
const WAITS: Duration = Duration::from_millis(2500);

/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(10);

/// SKUs of a cart.
const SKUS: usize = 5;

#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Load {
    /// Simulations of five SKUs in a second.
    #[arg(long, default_value_t = 200)]
    simulations: u32,
    /// Orders in a second, each placed and then authorized.
    #[arg(long, default_value_t = 5)]
    orders: u32,
    /// For so many seconds.
    #[arg(long, default_value_t = 120)]
    seconds: u32,
    /// Processes each function may have at most.
    #[arg(long, default_value_t = 4)]
    processes: usize,
}

/// What became of one kind of call.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outcome {
    /// From when the call was due to its answer.
    pub(crate) micros: Percentiles,
    /// By status; 0: no answer.
    pub(crate) statuses: BTreeMap<u16, usize>,
    /// Answers that were not what was asked for, such as a cart of which nothing can be had.
    pub(crate) wrong: usize,
    /// Answers after the marketplace had given up.
    pub(crate) late: usize,
}

/// What the processes took at one moment.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Look {
    pub(crate) second: u64,
    /// Processes of each function, and their largest resident memory in bytes.
    pub(crate) functions: BTreeMap<String, (usize, u64)>,
    /// This process: the front, the queues, the marketplace and the load.
    pub(crate) own: u64,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Loaded {
    pub(crate) calls: BTreeMap<&'static str, Outcome>,
    pub(crate) memory: Vec<Look>,
}

/// One answer.
struct Answered {
    kind: &'static str,
    took: Duration,
    status: u16,
    right: bool,
}

pub(crate) async fn measure(programs: &Programs, load: Load) -> Result<Loaded, Failure> {
    let stand = Stand::start()?;
    shelf::fill(&stand.place, shelf::SKUS).await?;
    let place = stand.place.clone();
    let site = Site::start(programs, load.processes, |options| {
        options.dynamodb = Some(place.dynamodb.clone());
    })
    .await?;
    let loaded = run(&site, load).await;
    site.stop().await;
    loaded
}

async fn run(site: &Site, load: Load) -> Result<Loaded, Failure> {
    let caller = site.caller()?;
    let start = Instant::now() + Duration::from_secs(1);
    let mut calls = JoinSet::new();
    let simulations = simulate(caller.clone(), load, start);
    calls.spawn(simulations);
    calls.spawn(order(caller, load, start));
    let mut memory = Vec::new();
    let end = start + Duration::from_secs(u64::from(load.seconds));
    let mut at = start;
    while at <= end {
        sleep_until(at).await;
        memory.push(look(site, at - start)?);
        at += LOOK;
    }
    let mut answers = Vec::new();
    while let Some(some) = calls.join_next().await {
        answers.extend(some??);
    }
    Ok(Loaded {
        calls: outcomes(&answers),
        memory,
    })
}

async fn simulate(caller: Caller, load: Load, start: Instant) -> Result<Vec<Answered>, Failure> {
    let (all, mut random) = (shelf::skus(), SmallRng::seed_from_u64(7));
    let mut calls = JoinSet::new();
    for number in 0..load.simulations * load.seconds {
        let skus: Vec<String> = all.choose_multiple(&mut random, SKUS).cloned().collect();
        let due = start + Duration::from_secs(1) * number / load.simulations;
        sleep_until(due).await;
        let caller = caller.clone();
        calls.spawn(async move {
            let cart = shelf::cart(&skus);
            let right = |body: &Value| {
                let rows = body["logisticsInfo"].as_array().into_iter().flatten();
                let had =
                    rows.filter(|row| row["slas"].as_array().is_some_and(|slas| !slas.is_empty()));
                had.count() == SKUS
            };
            call(
                &caller,
                "simulation",
                "pvt/orderForms/simulation",
                &cart,
                due,
                right,
            )
            .await
        });
    }
    Ok(calls.join_all().await)
}

async fn order(caller: Caller, load: Load, start: Instant) -> Result<Vec<Answered>, Failure> {
    let (all, mut random) = (shelf::skus(), SmallRng::seed_from_u64(8));
    let mut calls = JoinSet::new();
    for number in 0..load.orders * load.seconds {
        let sku = all.choose(&mut random).cloned().unwrap_or_default();
        let due = start + Duration::from_secs(1) * number / load.orders;
        let id = format!("load-{number:06}-01");
        let placed = shelf::order(&id, &sku)?;
        sleep_until(due).await;
        let caller = caller.clone();
        calls.spawn(async move {
            let right = |body: &Value| body[0]["orderId"].is_string();
            let placed = call(&caller, "placement", "pvt/orders", &placed, due, right).await;
            let path = format!("pvt/orders/mkt1-{id}/fulfill");
            let due = Instant::now();
            let right = |body: &Value| body["orderId"].is_string();
            let naming = shelf::naming(&id);
            [
                placed,
                call(&caller, "authorization", &path, &naming, due, right).await,
            ]
        });
    }
    Ok(calls.join_all().await.into_iter().flatten().collect())
}

async fn call(
    caller: &Caller,
    kind: &'static str,
    route: &str,
    body: &Value,
    due: Instant,
    right: impl Fn(&Value) -> bool,
) -> Answered {
    let reply = caller.post(route, body).await;
    let (status, right) = match &reply {
        Ok(reply) => (reply.status, right(&reply.body)),
        Err(_) => (0, false),
    };
    Answered {
        kind,
        took: due.elapsed(),
        status,
        right,
    }
}

fn look(site: &Site, since: Duration) -> Result<Look, Failure> {
    let functions = [
        "simulate-fulfillment",
        "place-order",
        "authorize-fulfillment",
        "relay-changes",
    ];
    let functions = functions.into_iter().map(|function| {
        let processes = site.running.sandbox.processes(function);
        // One may end while it is looked at.
        let sizes = processes.iter().filter_map(|pid| memory_of(*pid).ok());
        let largest = sizes
            .map(|memory| memory.resident)
            .max()
            .unwrap_or_default();
        (function.to_owned(), (processes.len(), largest))
    });
    Ok(Look {
        second: since.as_secs(),
        functions: functions.collect(),
        own: memory_of(std::process::id())?.resident,
    })
}

fn outcomes(answers: &[Answered]) -> BTreeMap<&'static str, Outcome> {
    let kinds: std::collections::BTreeSet<&'static str> =
        answers.iter().map(|answer| answer.kind).collect();
    let of = |kind: &'static str| {
        let all = || answers.iter().filter(move |answer| answer.kind == kind);
        let mut samples = Samples::default();
        samples.extend(all().map(|answer| answer.took));
        let mut statuses = BTreeMap::new();
        for answer in all() {
            *statuses.entry(answer.status).or_default() += 1;
        }
        let outcome = Outcome {
            micros: samples.percentiles(),
            statuses,
            wrong: all().filter(|answer| !answer.right).count(),
            late: all().filter(|answer| answer.took > WAITS).count(),
        };
        (kind, outcome)
    };
    kinds.into_iter().map(of).collect()
}
