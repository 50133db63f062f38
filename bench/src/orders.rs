//! The routes of an order by processes that have answered before: placed, then authorized or canceled.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use feirante_sandbox::RuntimeApi;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;
use crate::process::{Process, Role};
use crate::programs::Programs;
use crate::samples::{Samples, micros};
use crate::shelf;
use crate::stand::Stand;
use crate::warm::Taken;

/// The functions of an order's routes.
pub(crate) const FUNCTIONS: [&str; 3] = ["place-order", "authorize-fulfillment", "cancel-order"];

/// Orders that are not counted.
const FIRST: usize = 20;

/// A function, and what its calls took.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Routed {
    pub(crate) function: &'static str,
    pub(crate) taken: Taken,
}

struct Route {
    function: &'static str,
    process: Process,
    samples: Samples,
    /// Its processor time before the first call that counts.
    before: Duration,
}

impl Route {
    async fn start(
        api: &RuntimeApi,
        programs: &Programs,
        variables: &BTreeMap<String, BTreeMap<String, String>>,
        function: &'static str,
    ) -> Result<Self, Failure> {
        let variables = variables.get(function);
        let variables = variables.ok_or("the template has no such function")?;
        let role = Role::new(&programs.of(function)?, variables);
        Ok(Self {
            function,
            process: Process::start(api, &role).await?,
            samples: Samples::default(),
            before: Duration::ZERO,
        })
    }

    async fn call(&mut self, event: &Bytes, counts: bool) -> Result<(), Failure> {
        if counts && self.samples.is_empty() {
            self.before = self.process.cpu_at_rest().await?;
        }
        let (took, answer) = self.process.answers(event).await?;
        self.process.asked().await?;
        let told: Value = serde_json::from_slice(&answer)?;
        if told["statusCode"] != 200 {
            return Err(format!("{}: {told}", self.function).into());
        }
        if counts {
            self.samples.push(took);
        }
        Ok(())
    }

    async fn routed(&self) -> Result<Routed, Failure> {
        let cpu = self
            .process
            .cpu_at_rest()
            .await?
            .saturating_sub(self.before);
        let micros_of = self.samples.percentiles();
        let count = f64::from(u32::try_from(micros_of.count)?.max(1));
        Ok(Routed {
            function: self.function,
            taken: Taken {
                micros: micros_of,
                cpu_micros: micros(cpu) / count,
            },
        })
    }
}

/// Places so many orders; of two one is authorized and one canceled.
pub(crate) async fn measure(
    api: &RuntimeApi,
    programs: &Programs,
    stand: &Stand,
    orders: usize,
) -> Result<Vec<Routed>, Failure> {
    let variables = &stand.place.variables;
    let [place, authorize, cancel] = FUNCTIONS;
    let mut place = Route::start(api, programs, variables, place).await?;
    let mut authorize = Route::start(api, programs, variables, authorize).await?;
    let mut cancel = Route::start(api, programs, variables, cancel).await?;
    for (number, sku) in (0..FIRST + orders).zip(shelf::skus().iter().cycle()) {
        let (id, counts) = (format!("warm-{number:05}-01"), number >= FIRST);
        place.call(&shelf::placement(&id, sku)?, counts).await?;
        if number % 2 == 0 {
            authorize.call(&shelf::authorization(&id)?, counts).await?;
        } else {
            cancel.call(&shelf::cancellation(&id)?, counts).await?;
        }
    }
    let mut routed = Vec::new();
    for route in [place, authorize, cancel] {
        routed.push(route.routed().await?);
    }
    Ok(routed)
}
