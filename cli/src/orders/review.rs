//! A person's decision about an order that is held for its prices.

use feirante_models::{Instant, OrderId};
use feirante_seller::lifecycle::{self, NotReviewable, Outcome, Reviewed};
use feirante_seller::order::{Change, Order};
use feirante_store::orders::Beside;
use feirante_store::{Budget, StoreError};
use serde_json::json;

use super::{Named, TIME, unknown};
use crate::failure::Failure;
use crate::output;
use crate::system::System;

/// Characters a reason has at most: so many a marketplace is told.
const LONGEST_REASON: usize = 500;

/// Characters the name of who decides has at most.
const LONGEST_NAME: usize = 100;

/// What a marketplace is told where no reason is given.
const NO_REASON: &str = "The seller does not accept the price";

/// What is said of an order that is being canceled, when it is rejected.
const AGAIN: &str =
    "it was being canceled; the marketplace is told once more if it has not answered";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    order: Named,
    /// Why. It stays with the order, and the marketplace is told why an order is rejected.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// Who decides [default: this machine's user].
    #[arg(long, value_name = "NAME", value_parser = name)]
    by: Option<String>,
    /// One JSON document instead of a sentence.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    system: System,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
enum Undecided {
    #[error(transparent)]
    Order(#[from] NotReviewable),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(super) async fn release(arguments: &Arguments) -> Result<(), Failure> {
    let (now, by) = (Instant::now(), arguments.by()?);
    let reason = arguments.reason.as_deref();
    let decide = |order: &Order| lifecycle::release(order, &by, reason, now);
    let (order, reviewed) = decided(arguments, decide).await?;
    arguments.report(&order, "released", reviewed, || {
        let paid = order.state.authorization().is_some();
        let next = if paid {
            "It is paid: the ERP is told to ship it."
        } else {
            "It is not paid yet."
        };
        format!("{}. {next}", last(&order))
    });
    Ok(())
}

pub(super) async fn reject(arguments: &Arguments) -> Result<(), Failure> {
    let (now, by) = (Instant::now(), arguments.by()?);
    let reason = arguments.reason.as_deref().unwrap_or(NO_REASON);
    let decide = |order: &Order| lifecycle::reject(order, &by, reason, now);
    let (order, reviewed) = decided(arguments, decide).await?;
    arguments.report(&order, "rejected", reviewed, || {
        format!("{}. The marketplace is being told.", last(&order))
    });
    Ok(())
}

/// Writes what `decide` makes of the order, whatever happens to it meanwhile; the order after it.
async fn decided(
    arguments: &Arguments,
    decide: impl Fn(&Order) -> Result<Outcome<Reviewed>, NotReviewable>,
) -> Result<(Order, Reviewed), Failure> {
    let id = arguments.order.id()?;
    let orders = arguments.system.orders().await;
    let budget = || Budget::of(TIME);
    let found = orders.get(&id, budget()).await;
    let order = found
        .map_err(|error| Failure::system("the order can't be read", &error))?
        .ok_or_else(|| unknown(&id))?;
    let mut after = order.clone();
    let decide = |order: &Order| {
        let outcome = decide(order)?;
        outcome.order_after(order).clone_into(&mut after);
        Ok::<_, Undecided>(outcome)
    };
    let nothing = Beside::nothing();
    let reviewed = orders.begin(order, &nothing, budget(), decide).await;
    let reviewed = reviewed.map_err(|why| undecided(&id, &why))?;
    Ok((after, reviewed))
}

fn undecided(id: &OrderId, why: &Undecided) -> Failure {
    match why {
        Undecided::Order(why) => Failure::input(format!("order {id}: {why}")),
        Undecided::Store(error) => Failure::system("the decision can't be written", error),
    }
}

impl Arguments {
    /// Who decides.
    fn by(&self) -> Result<String, Failure> {
        if let Some(by) = &self.by {
            return Ok(by.clone());
        }
        let user = whoami::username().ok();
        user.and_then(|user| name(&user).ok())
            .ok_or_else(|| Failure::input("--by NAME: who decides is not known"))
    }

    fn report(
        &self,
        order: &Order,
        decision: &str,
        reviewed: Reviewed,
        told: impl FnOnce() -> String,
    ) {
        let id = &order.order_id;
        let changed = reviewed == Reviewed::Now;
        if self.json {
            let (theirs, ours) = order.prices().unzip();
            output::json(&json!({
                "orderId": id,
                "decision": decision,
                "changed": changed,
                "status": order.status(),
                "held": order.is_held(),
                "canceling": order.is_canceling(),
                "theirs": theirs,
                "ours": ours,
            }));
        } else {
            let told = match reviewed {
                Reviewed::Now => told(),
                Reviewed::Again => AGAIN.to_owned(),
                Reviewed::Before => before(order),
            };
            output::line(format_args!("Order {id}: {told}"));
        }
    }
}

/// The last thing that happened to the order.
fn last(order: &Order) -> String {
    let entry = order.timeline.last();
    entry.map_or_else(String::new, |entry| super::timeline::told(&entry.change))
}

/// How it came that there is nothing to decide any more.
fn before(order: &Order) -> String {
    let decided = order.timeline.iter().rev().find(|entry| {
        matches!(
            entry.change,
            Change::Released { .. } | Change::Rejected { .. } | Change::CancellationStarted { .. }
        )
    });
    match decided {
        Some(entry) => {
            let told = super::timeline::told(&entry.change);
            format!("nothing to do: {told} ({})", entry.at)
        }
        None => format!("nothing to do: it is {}", order.status()),
    }
}

/// Takes a reason as a flag has it.
fn reason(text: &str) -> Result<String, String> {
    one_line(text, LONGEST_REASON)
}

/// Takes a name as a flag has it.
fn name(text: &str) -> Result<String, String> {
    one_line(text, LONGEST_NAME)
}

fn one_line(text: &str, longest: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().count() > longest {
        return Err(format!("is longer than {longest} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("has a control character".to_owned());
    }
    Ok(text.to_owned())
}
