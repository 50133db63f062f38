//! Many who buy one SKU at once. A placement is a transaction on the SKU's one item, and DynamoDB
//! refuses a transaction while another has one of its items: how many get through, and how long they
//! wait, when a transaction takes as long as it does there.

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Failure;
use crate::meter::Meter;
use crate::programs::Programs;
use crate::samples::{Percentiles, Samples};
use crate::shelf;
use crate::site::{Caller, Site};
use crate::stand::Stand;

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Crowd {
    /// Orders of one SKU that come in a second, each at a time of its own.
    #[arg(long, value_delimiter = ',', default_value = "1,5,10,20,40,80")]
    rates: Vec<u32>,
    /// How long a transaction has its items, in milliseconds.
    #[arg(long, default_value_t = 15)]
    transaction: u64,
    /// For so many seconds each.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Processes place-order may have at most.
    #[arg(long, default_value_t = 100)]
    processes: usize,
}

/// What became of orders that came at one rate.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Crowded {
    /// Orders in a second.
    pub(crate) rate: u32,
    /// From when an order was due to its answer.
    pub(crate) micros: Percentiles,
    pub(crate) placed: usize,
    /// Answered 503: the marketplace comes again.
    pub(crate) sent_away: usize,
    pub(crate) failed: usize,
    /// Transactions that met another.
    pub(crate) conflicts: u64,
}

pub(crate) async fn measure(programs: &Programs, crowd: &Crowd) -> Result<Vec<Crowded>, Failure> {
    let stand = Stand::start()?;
    shelf::fill(&stand.place, shelf::SKUS).await?;
    let held = Duration::from_millis(crowd.transaction);
    let meter = Meter::open(&stand.place.dynamodb, None, Some(held)).await?;
    let site = Site::start(programs, crowd.processes, |options| {
        meter.lead(options);
        // What becomes of the orders is not asked here, and would take the processor from them.
        options
            .stack
            .functions
            .retain(|name, _| name == "place-order" || name == "update-offers");
        options
            .stack
            .routes
            .retain(|route| route.function == "place-order");
    })
    .await?;
    let mut crowded = Vec::new();
    for (index, rate) in crowd.rates.iter().enumerate() {
        let sku = &shelf::skus()[index];
        let answers = buy(&site, sku, *rate, crowd.seconds).await?;
        crowded.push(summary(*rate, &answers, meter.take_conflicts()));
    }
    site.stop().await;
    Ok(crowded)
}

async fn buy(
    site: &Site,
    sku: &str,
    rate: u32,
    seconds: u32,
) -> Result<Vec<(Duration, u16)>, Failure> {
    let caller = site.caller()?;
    let start = Instant::now() + Duration::from_secs(1);
    let mut calls = JoinSet::new();
    // As buyers come: independent of each other.
    let (mut due, mut random) = (start, SmallRng::seed_from_u64(9));
    for number in 0..rate * seconds {
        let between = -random.random_range(f64::EPSILON..1.0).ln() / f64::from(rate);
        due += Duration::from_secs_f64(between);
        sleep_until(due).await;
        let order = shelf::order(&format!("{sku}-{number:05}-01"), sku)?;
        calls.spawn(place(caller.clone(), order, due));
    }
    Ok(calls.join_all().await)
}

async fn place(caller: Caller, order: Value, due: Instant) -> (Duration, u16) {
    let reply = caller.post("pvt/orders", &order).await;
    (due.elapsed(), reply.map_or(0, |reply| reply.status))
}

fn summary(rate: u32, answers: &[(Duration, u16)], conflicts: u64) -> Crowded {
    let mut samples = Samples::default();
    samples.extend(answers.iter().map(|(took, _)| *took));
    let of = |status: u16| answers.iter().filter(|(_, one)| *one == status).count();
    let (placed, sent_away) = (of(200), of(503));
    Crowded {
        rate,
        micros: samples.percentiles(),
        placed,
        sent_away,
        failed: answers.len() - placed - sent_away,
        conflicts,
    }
}
