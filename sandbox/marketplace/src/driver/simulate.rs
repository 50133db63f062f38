//! Asking the seller for prices, stock and delivery (R1 and R2, protocol §3.1).

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::Driver;
use super::caller::{Lost, Request, Sent};
use crate::books::{Settings, SimulateVia};
use crate::checks::{self, Rule, Violation};
use crate::name::CallName;
use crate::options::AccountOptions;

const ROUTE: [&str; 3] = ["pvt", "orderForms", "simulation"];

/// What is asked about.
pub(super) struct Simulation<'a> {
    pub(super) account: &'a AccountOptions,
    /// The body of R1, or the context of R2.
    pub(super) body: Value,
    pub(super) via: Via,
    /// The SKU, if it is about one only.
    pub(super) sku: Option<&'a str>,
}

/// Which of two ways to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Via {
    Post,
    Get,
}

impl Via {
    /// The way for a cart.
    pub(super) fn of_carts(settings: &Settings) -> Self {
        match settings.simulate_via {
            SimulateVia::Get => Self::Get,
            SimulateVia::Post | SimulateVia::Both => Self::Post,
        }
    }

    /// The way for a storefront.
    pub(super) fn of_storefronts(settings: &Settings) -> Self {
        match settings.simulate_via {
            SimulateVia::Post => Self::Post,
            SimulateVia::Get | SimulateVia::Both => Self::Get,
        }
    }
}

/// The lines of a simulation's body.
pub(super) fn items(lines: &[(&str, i64)], account: &AccountOptions, legacy: bool) -> Value {
    let seller = if legacy { "Seller" } else { "seller" };
    lines
        .iter()
        .map(|(sku, quantity)| json!({"id": sku, "quantity": quantity, seller: account.seller_id}))
        .collect()
}

impl Driver {
    /// Asks, and notes what is wrong with the answer. The error is why there is none to go by.
    pub(super) async fn simulate(&self, simulation: &Simulation<'_>) -> Result<Value, String> {
        let limit = self.world.options.timings.simulation;
        let context = simulation.body.to_string();
        let purchase_context = [("purchaseContext", context.as_str())];
        let sent = self
            .caller
            .call(&Request {
                account: simulation.account,
                name: CallName::Simulate,
                method: match simulation.via {
                    Via::Post => Method::POST,
                    Via::Get => Method::GET,
                },
                route: &ROUTE,
                parameters: match simulation.via {
                    Via::Post => &[],
                    Via::Get => &purchase_context,
                },
                body: match simulation.via {
                    Via::Post => Some(&simulation.body),
                    Via::Get => None,
                },
                repeat: false,
                limit,
                order: None,
                sku: simulation.sku,
            })
            .await;
        self.note_violations(simulation, &sent);
        let reply = sent.seen.map_err(|lost| match lost {
            Lost::TimedOut => format!("no answer within {} ms", limit.as_millis()),
            Lost::Broken(why) => why,
        })?;
        if reply.status != 200 {
            return Err(format!("answered {}", reply.status));
        }
        reply
            .json()
            .filter(Value::is_object)
            .ok_or_else(|| "no JSON".to_owned())
    }

    fn note_violations(&self, simulation: &Simulation<'_>, sent: &Sent) {
        let account = &simulation.account.account;
        let limit = self.world.options.timings.simulation;
        let mut found = sent
            .answers
            .iter()
            .flat_map(|answer| checks::simulation(&simulation.body, answer, sent.at, limit))
            .collect::<Vec<_>>();
        // Such an answer was not waited for, so that nothing is left to check.
        if sent.seen == Err(Lost::TimedOut) {
            found.push(Violation {
                rule: Rule::AnswerLate,
                pointer: String::new(),
                seen: format!("not within {} ms", limit.as_millis()),
            });
        }
        self.violated(account, CallName::Simulate, None, simulation.sku, found);
    }

    /// Writes violations down.
    pub(super) fn violated(
        &self,
        account: &str,
        call: CallName,
        order: Option<&str>,
        sku: Option<&str>,
        found: Vec<Violation>,
    ) {
        for violation in found {
            self.world.books.violated(crate::books::Violation {
                account: account.to_owned(),
                order: order.map(str::to_owned),
                sku: sku.map(str::to_owned),
                rule: violation.rule.id().to_owned(),
                detail: format!("{call}: {violation}"),
                at: Timestamp::now(),
            });
        }
    }
}
