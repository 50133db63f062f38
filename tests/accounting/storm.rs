//! Everything at once: the ERP speaks in bursts, the marketplace fails, processes are killed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use feirante_sandbox_marketplace::{CallName, Statistics};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::books;
use crate::erp::{Copy, Erp};
use crate::machine::Machine;
use crate::plan::{ACCOUNTS, Plan, Queue, When};
use crate::shop;
use crate::site::Site;

/// Copies a second, as long as no more than so many wait for the functions: a machine of two cores is
/// busy with these, and with more it does nothing but put them off.
const PACE: f64 = 200.0;
const MOST_AT_ONCE: usize = 600;
/// When the whole system is killed, as shares of all messages that the functions are done with.
const CRASHES: [f64; 2] = [0.15, 0.4];
/// Between two looks at the queues.
const LOOK: Duration = Duration::from_millis(200);
/// When the killing is over, likewise: what is killed later only takes longer.
const KILLED: f64 = 0.75;
/// When the marketplace has recovered, likewise.
const CALM: f64 = 0.92;

/// What a kill of the whole system is called.
pub(crate) const EVERYTHING: &str = "everything";

/// What was destroyed, and when.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    /// When which function was killed, or everything, by the wall's clock.
    pub(crate) kills: Vec<(jiff::Timestamp, String)>,
    /// Kills of everything.
    pub(crate) crashes: usize,
    /// The marketplace's calls before each crash, which it forgets.
    pub(crate) calls: BTreeMap<CallName, Statistics>,
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    Say(Copy),
    Act(usize),
}

/// Says everything that is said in no order, while everything fails.
pub(crate) async fn rage(
    site: &Site,
    erp: &Arc<Erp>,
    plan: &Arc<Plan>,
    machine: &mut Machine,
    (seed, failures): (u64, f64),
) -> Damage {
    let mut chance = StdRng::seed_from_u64(seed ^ 0x5707_0000);
    let steps = steps(plan, &mut chance);
    let total = steps.len();
    let done = Arc::new(AtomicUsize::new(0));
    let longest = Duration::from_secs(30 + total as u64 / 5);
    break_marketplace(site, failures).await;
    let saying = {
        let (site, erp, plan, done) = (site.clone(), erp.clone(), plan.clone(), done.clone());
        let chance = StdRng::seed_from_u64(seed ^ 0x5a7);
        tokio::task::spawn_local(async move {
            say(&site, &erp, &plan, steps, &done, chance).await;
        })
    };
    let mut damage = Damage::default();
    let started = Instant::now();
    let worked = async || {
        let said = done.load(Ordering::Relaxed);
        said.saturating_sub(backlog(site).await) as f64 / total as f64
    };
    loop {
        let worked = worked().await;
        let crash = CRASHES
            .get(damage.crashes)
            .filter(|share| worked >= **share);
        if crash.is_some() {
            remember_calls(site, &mut damage.calls).await;
            machine.crash();
            damage.crashes += 1;
            damage
                .kills
                .push((jiff::Timestamp::now(), EVERYTHING.to_owned()));
            // The functions go on before the system says that it is ready: the marketplace, which is
            // where it was, is to fail by then.
            let (place, ()) = tokio::join!(machine.ready(), break_marketplace(site, failures));
            site.moved(place);
        } else if let Some(function) = machine.kill_function(&mut chance) {
            damage.kills.push((jiff::Timestamp::now(), function));
        }
        let all_crashes = damage.crashes == CRASHES.len();
        let late = started.elapsed() > longest;
        if saying.is_finished() && (late || all_crashes && worked >= KILLED) {
            break;
        }
        let pause = Duration::from_millis(chance.random_range(150..500));
        tokio::time::sleep(pause).await;
    }
    saying.await.unwrap();
    // What fails without being killed has no excuse for a repeat.
    while worked().await < CALM && started.elapsed() < 2 * longest {
        tokio::time::sleep(LOOK).await;
    }
    calm(site).await;
    damage
}

/// Messages of the ERP that no function is done with.
async fn backlog(site: &Site) -> usize {
    let mut backlog = 0;
    for queue in Queue::ALL {
        backlog += books::left(site, queue.name()).await;
    }
    backlog as usize
}

fn steps(plan: &Plan, chance: &mut StdRng) -> Vec<Step> {
    let mut steps = Vec::new();
    for (id, message) in plan.messages.iter().enumerate() {
        if message.when == When::Whenever {
            steps.extend((0..message.copies.len()).map(|copy| Step::Say((id, copy))));
        }
    }
    let acting = plan.orders.iter().enumerate();
    let acting = acting.filter(|(_, order)| order.act.is_some());
    steps.extend(acting.map(|(order, _)| Step::Act(order)));
    steps.shuffle(chance);
    steps
}

/// Does the steps in bursts of up to forty.
async fn say(
    site: &Site,
    erp: &Arc<Erp>,
    plan: &Arc<Plan>,
    mut steps: Vec<Step>,
    done: &Arc<AtomicUsize>,
    mut chance: StdRng,
) {
    let mut bursts = JoinSet::new();
    let started = tokio::time::Instant::now();
    let mut begun = 0;
    while !steps.is_empty() {
        while backlog(site).await > MOST_AT_ONCE {
            tokio::time::sleep(LOOK).await;
        }
        let size = chance.random_range(1..=40).min(steps.len());
        let burst = steps.split_off(steps.len() - size);
        begun += size;
        let (site, erp, plan, done) = (site.clone(), erp.clone(), plan.clone(), done.clone());
        bursts.spawn_local(async move {
            let mut copies = Vec::new();
            for step in &burst {
                match step {
                    Step::Say(copy) => copies.push(*copy),
                    Step::Act(order) => shop::act(&site, &plan.orders[*order]).await,
                }
            }
            erp.say(&copies).await;
            done.fetch_add(burst.len(), Ordering::Relaxed);
        });
        let due = started + Duration::from_secs_f64(begun as f64 / PACE);
        tokio::time::sleep_until(due).await;
    }
    while let Some(burst) = bursts.join_next().await {
        burst.unwrap();
    }
}

/// Has so many of the seller's calls fail, and all of them take a while. Of the marketplace's own
/// cancellations some come twice, and some answers are lost.
async fn break_marketplace(site: &Site, failures: f64) {
    // What is left for a rule is what those before it have not struck.
    let mut struck = 0.0;
    let mut rule = |share: f64, fault: Value| {
        let probability = share * failures / (1.0 - struck);
        struck += share * failures;
        json!({"fault": fault, "probability": probability})
    };
    let rules = [
        rule(0.35, json!({"kind": "status", "status": 500})),
        rule(
            0.1,
            json!({"kind": "status", "status": 503, "processed": true}),
        ),
        rule(0.4, json!({"kind": "dropAfter"})),
        rule(0.1, json!({"kind": "dropBefore"})),
        rule(
            0.05,
            json!({"kind": "tooManyRequests", "retryAfterSeconds": 2}),
        ),
    ];
    let own = [
        json!({"fault": {"kind": "duplicate"}, "probability": failures / 2.0}),
        json!({"fault": {"kind": "dropAfter"}, "probability": failures / 2.0}),
    ];
    let faults = json!({
        "reset": true,
        "all": {"jitterMs": 250, "rules": rules},
        "calls": {"cancel": {"jitterMs": 100, "rules": own}},
    });
    for account in ACCOUNTS {
        let path = format!("faults/{account}");
        site.done(Method::POST, &path, &faults).await;
    }
}

/// Has nothing fail any more.
async fn calm(site: &Site) {
    for account in ACCOUNTS {
        let path = format!("faults/{account}");
        let reset = json!({"reset": true});
        site.done(Method::POST, &path, &reset).await;
    }
}

/// Adds the marketplace's calls since it started to `calls`.
pub(crate) async fn remember_calls(site: &Site, calls: &mut BTreeMap<CallName, Statistics>) {
    let since: BTreeMap<CallName, Statistics> = site.get("stats").await;
    for (name, more) in since {
        let known = calls.entry(name).or_default();
        known.count += more.count;
        known.repeats += more.repeats;
        known.struck += more.struck;
        for (status, count) in more.by_status {
            *known.by_status.entry(status).or_default() += count;
        }
    }
}
