//! How many instructions a simulation takes from the marketplace's bytes to ours, without the database:
//! the request read, decided on and the answer written.
//!
//! `cargo bench -p feirante-seller --bench instructions`, with Valgrind and `gungraun-runner` of the
//! version of the crate. However busy a machine is, the same program takes nearly the same number on one
//! kind of processor, so this fails when a change makes it take more than 5 % more than is written here.
//! What is written here is of one compiler: another may take more or less, and then it is counted anew,
//! without a change of ours.

#![allow(missing_docs, reason = "of what the macros make")]

#[path = "common/cart.rs"]
mod cart;
mod common;

use std::collections::HashMap;
use std::hint::black_box;

use feirante_models::simulation::SimulationRequest;
use feirante_models::{Instant, SkuId};
use feirante_seller::offer::Offer;
use feirante_seller::settings::Settings;
use feirante_seller::shipping::Occupancy;
use feirante_seller::simulate::simulate;
use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind};

/// The sandbox's seller file, with its freight from a table of 20,000 rows.
const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");

/// What a simulation took when this was written, with Rust 1.95 on x86-64.
const TEN_SKUS: u64 = 291_621;
const HUNDRED_SKUS: u64 = 2_995_176;

/// Everything a simulation needs, ready.
struct Call {
    settings: Settings,
    body: Vec<u8>,
    offers: HashMap<SkuId, Offer>,
    free: Occupancy,
    now: Instant,
}

fn call(lines: usize) -> Call {
    let seller = SELLER.replacen("price = 200 ", "rate_table = \"frete.csv\" # ", 1);
    assert!(
        seller.contains("rate_table"),
        "the price gave way to a table"
    );
    let Some(now) = Instant::from_millis(1_795_219_200_000) else {
        unreachable!("a time");
    };
    let call = Call {
        settings: common::parsed(&seller, &common::Files::with(&[])),
        body: cart::body(lines),
        offers: cart::offers(lines),
        free: Occupancy::default(),
        now,
    };
    let answer = answer(&call)
        .windows(6)
        .filter(|part| *part == b"\"slas\"")
        .count();
    assert_eq!(answer, lines, "every line is answered");
    call
}

fn answer(call: &Call) -> Vec<u8> {
    let Ok(request) = SimulationRequest::read(&call.body, "sc=1&an=mkt1", None) else {
        unreachable!("the cart is well-formed");
    };
    let marketplace = &call.settings.marketplaces[0];
    let simulated = simulate(
        &call.settings,
        marketplace,
        &request,
        &call.offers,
        &call.free,
        call.now,
    );
    serde_json::to_vec(&simulated.response).unwrap_or_default()
}

/// Five in a hundred more than before is a regression.
fn at_most(before: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    let mut callgrind = Callgrind::with_args(["--cache-sim=no"]);
    callgrind.hard_limits([(EventKind::Ir, before + before / 20)]);
    config.tool(callgrind);
    config
}

#[library_benchmark]
#[bench::ten(args = (10), setup = call, config = at_most(TEN_SKUS))]
#[bench::hundred(args = (100), setup = call, config = at_most(HUNDRED_SKUS))]
fn simulation(call: Call) -> (Vec<u8>, Call) {
    let answer = answer(black_box(&call));
    // What the call was made of is not thrown away within what is counted.
    (answer, call)
}

library_benchmark_group!(name = simulations; benchmarks = simulation);
main!(library_benchmark_groups = simulations);
