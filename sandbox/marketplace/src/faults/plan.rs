//! What shall happen to one call.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::Rng as _;
use rand::rngs::StdRng;

use super::knobs::{AccountFaults, Fault, FaultRule};
use crate::name::CallName;

/// What shall happen to a call. By default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How much later the answer comes, or the marketplace's own call leaves.
    pub(crate) latency: Duration,
    /// How it ends, if not as it should.
    pub(crate) end: Option<End>,
    /// What is done to the answer, or to the marketplace's own call.
    pub(crate) shapes: BTreeSet<Shape>,
    /// The names of the faults that struck, for the journal.
    pub(crate) struck: Vec<&'static str>,
}

/// How a call ends that does not end as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Closed without being processed.
    DropBefore,
    /// Processed, then closed.
    DropAfter,
    /// Answered with an error.
    Status {
        /// Which.
        status: u16,
        /// Whether it was processed.
        processed: bool,
    },
    /// Answered 429, not processed.
    TooManyRequests {
        /// `Retry-After`, in seconds.
        retry_after_seconds: u64,
    },
    /// Processed, and answered 200 with a page.
    Html,
}

/// What is done to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// Called `text/html`.
    WrongContentType,
    /// Compressed.
    Gzip,
    /// Without a length.
    Chunked,
    /// With a byte order mark.
    Bom,
    /// With short dates.
    PlainDates,
    /// Not an answer: the marketplace's own call is made twice.
    Duplicate,
    /// The marketplace's own call has fields more.
    ExtraFields,
    /// Its headers' names are in title case.
    TitleCaseHeaders,
    /// Its path is percent-encoded where it need not be.
    EncodedPath,
}

impl Plan {
    /// Asks the rules of the call.
    pub(super) fn make(faults: &mut AccountFaults, name: CallName, chance: &mut StdRng) -> Self {
        let mut plan = Self::default();
        let own = faults.calls.get_mut(&name);
        let all = faults.all.as_mut().filter(|_| name.lane().is_some());
        let Some(route) = own.or(all) else {
            return plan;
        };
        let jitter = match route.jitter_ms {
            0 => 0,
            most => chance.random_range(0..=most),
        };
        plan.latency = Duration::from_millis(route.latency_ms.saturating_add(jitter));
        for rule in &mut route.rules {
            if plan.end.is_some() && end(&rule.fault).is_some() {
                continue;
            }
            if rule.strikes(chance) {
                plan.end = plan.end.or_else(|| end(&rule.fault));
                plan.shapes.extend(shape(&rule.fault));
                plan.struck.push(rule.fault.name());
            }
        }
        plan
    }

    /// Whether the request is processed.
    pub(crate) fn processes(&self) -> bool {
        match self.end {
            None | Some(End::DropAfter | End::Html) => true,
            Some(End::Status { processed, .. }) => processed,
            Some(End::DropBefore | End::TooManyRequests { .. }) => false,
        }
    }
}

impl FaultRule {
    /// Whether it strikes this time.
    fn strikes(&mut self, chance: &mut StdRng) -> bool {
        if self.count == Some(0) {
            return false;
        }
        let strikes = chance.random::<f64>() < self.probability;
        if strikes && let Some(count) = &mut self.count {
            *count -= 1;
        }
        strikes
    }
}

fn end(fault: &Fault) -> Option<End> {
    match *fault {
        Fault::DropBefore => Some(End::DropBefore),
        Fault::DropAfter => Some(End::DropAfter),
        Fault::Status { status, processed } => Some(End::Status { status, processed }),
        Fault::TooManyRequests {
            retry_after_seconds,
        } => Some(End::TooManyRequests {
            retry_after_seconds,
        }),
        Fault::Html => Some(End::Html),
        Fault::WrongContentType
        | Fault::Gzip
        | Fault::Chunked
        | Fault::Bom
        | Fault::PlainDates
        | Fault::Duplicate
        | Fault::ExtraFields
        | Fault::TitleCaseHeaders
        | Fault::EncodedPath => None,
    }
}

fn shape(fault: &Fault) -> Option<Shape> {
    match fault {
        Fault::WrongContentType => Some(Shape::WrongContentType),
        Fault::Gzip => Some(Shape::Gzip),
        Fault::Chunked => Some(Shape::Chunked),
        Fault::Bom => Some(Shape::Bom),
        Fault::PlainDates => Some(Shape::PlainDates),
        Fault::Duplicate => Some(Shape::Duplicate),
        Fault::ExtraFields => Some(Shape::ExtraFields),
        Fault::TitleCaseHeaders => Some(Shape::TitleCaseHeaders),
        Fault::EncodedPath => Some(Shape::EncodedPath),
        Fault::DropBefore
        | Fault::DropAfter
        | Fault::Status { .. }
        | Fault::TooManyRequests { .. }
        | Fault::Html => None,
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use serde_json::json;

    use super::*;

    fn plans(faults: serde_json::Value, name: CallName, count: usize) -> Vec<Plan> {
        let mut faults: AccountFaults = serde_json::from_value(faults).unwrap();
        let mut chance = StdRng::seed_from_u64(1);
        (0..count)
            .map(|_| Plan::make(&mut faults, name, &mut chance))
            .collect()
    }

    #[test]
    fn a_call_with_faults_of_its_own_has_no_others() {
        let faults = json!({
            "all": { "rules": [{ "fault": { "kind": "dropAfter" } }] },
            "calls": { "price": { "latencyMs": 5 } },
        });
        let price = plans(faults.clone(), CallName::Price, 1);
        assert_eq!(price[0].end, None);
        assert_eq!(price[0].latency, Duration::from_millis(5));
        let invoice = plans(faults.clone(), CallName::Invoice, 1);
        assert_eq!(invoice[0].end, Some(End::DropAfter));
        let place = plans(faults, CallName::Place, 1);
        assert_eq!(
            place[0].end, None,
            "the marketplace's own calls are named one by one"
        );
    }

    #[test]
    fn the_first_end_that_strikes_counts_and_the_others_are_not_used_up() {
        let faults = json!({ "all": { "rules": [
            { "fault": { "kind": "bom" } },
            { "fault": { "kind": "html" }, "count": 1 },
            { "fault": { "kind": "dropBefore" }, "count": 1 },
            { "fault": { "kind": "chunked" }, "count": 2 },
        ] } });
        let plans = plans(faults, CallName::Invoice, 3);
        let ends: Vec<_> = plans.iter().map(|plan| plan.end).collect();
        assert_eq!(ends, [Some(End::Html), Some(End::DropBefore), None]);
        assert!(plans[0].processes() && !plans[1].processes() && plans[2].processes());
        assert_eq!(plans[1].struck, ["bom", "dropBefore", "chunked"]);
        assert_eq!(plans[2].struck, ["bom"]);
    }

    #[test]
    fn a_probability_is_a_share_of_the_calls() {
        let fault = json!({ "kind": "status", "status": 503, "processed": true });
        let faults = json!({ "all": { "rules": [{ "fault": fault, "probability": 0.3 }] } });
        let plans = plans(faults, CallName::Invoice, 1_000);
        let struck = plans.iter().filter(|plan| plan.end.is_some()).count();
        assert!((250..350).contains(&struck), "{struck}");
    }
}
