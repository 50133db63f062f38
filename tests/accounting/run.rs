//! One run: buying, the storm, and the calm until all books are equal or nothing moves any more.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::books::Books;
use crate::compare::{self, Verdict};
use crate::erp::Erp;
use crate::machine::Machine;
use crate::plan::Plan;
use crate::report::{Report, Times};
use crate::site::Site;
use crate::storm::{self, Damage};
use crate::{shop, storm::remember_calls};

/// What has not moved for so long does not move. Longer than anything waits that a kill has
/// interrupted.
const STANDSTILL: Duration = Duration::from_secs(75);
/// What a run may take for each message, where everything is slow.
const PER_MESSAGE: Duration = Duration::from_secs(1);
/// Between two looks at the books.
const LOOK: Duration = Duration::from_millis(300);

const SELLER: &str = include_str!("seller.toml");

/// Runs, and tells what came of it.
///
/// # Panics
/// When it takes far longer than it should: then the system does not come back.
pub(crate) async fn account(arguments: &Arguments) -> (Report, String) {
    let longest = Duration::from_secs(300) + arguments.messages as u32 * PER_MESSAGE;
    tokio::time::timeout(longest, account_for(arguments))
        .await
        .unwrap_or_else(|_| panic!("not done after {longest:?}"))
}

async fn account_for(arguments: &Arguments) -> (Report, String) {
    let seed = arguments
        .seed
        .unwrap_or_else(|| rand::random_range(0..1_000_000));
    let plan = Arc::new(Plan::new(arguments.messages, seed));
    let directory = tempfile::tempdir().unwrap();
    let kept = arguments.data.as_deref();
    if let Some(kept) = kept {
        std::fs::create_dir_all(kept).unwrap();
    }
    let directory = kept.unwrap_or(directory.path());
    write_fixture(directory, &plan);
    let (mut machine, place) = Machine::start(directory, seed).await;
    let site = Site::new(place);
    let erp = Arc::new(Erp::new(site.clone(), plan.clone()));
    let mut times = Times::default();
    let tell = |what: &str| {
        if arguments.tells {
            eprintln!("{what}");
        }
    };

    tell(&format!(
        "seed {seed}: {} orders are bought",
        plan.orders.len()
    ));
    let started = Instant::now();
    shop::open(&site, &plan).await;
    let listening = tokio::task::spawn_local({
        let erp = erp.clone();
        async move { erp.listen().await }
    });
    shop::buy(&site, &plan).await;
    times.buying = started.elapsed();

    tell("the ERP speaks, the marketplace fails, processes are killed");
    let started = Instant::now();
    let chance = (seed, arguments.failures);
    let mut damage = storm::rage(&site, &erp, &plan, &mut machine, chance).await;
    times.storm = started.elapsed();

    tell("calm: the rest arrives");
    let started = Instant::now();
    let (books, verdict) = settle(&site, &erp, &plan, &damage).await;
    times.settling = started.elapsed();
    listening.abort();
    remember_calls(&site, &mut damage.calls).await;
    let report = Report {
        seed,
        plan,
        times,
        damage,
        books,
        verdict,
    };
    let text = report.text(&erp.memory());
    (report, text)
}

fn write_fixture(directory: &Path, plan: &Plan) {
    std::fs::write(directory.join("seller.toml"), SELLER).unwrap();
    std::fs::write(directory.join("offers.jsonl"), &plan.fixture).unwrap();
}

/// Waits until all books are equal, twice in a row with nothing on its way, or nothing moves.
async fn settle(site: &Site, erp: &Erp, plan: &Plan, damage: &Damage) -> (Books, Verdict) {
    let mut last: Option<Vec<String>> = None;
    let mut moved = Instant::now();
    loop {
        let books = Books::read(site, erp, plan).await;
        let verdict = compare::all(&books, plan, &erp.memory(), damage);
        let differences = &verdict.differences;
        if last.as_ref() != Some(differences) {
            moved = Instant::now();
        } else if differences.is_empty() && books.is_quiet() || moved.elapsed() > STANDSTILL {
            return (books, verdict);
        }
        last = Some(differences.clone());
        tokio::time::sleep(LOOK).await;
    }
}
