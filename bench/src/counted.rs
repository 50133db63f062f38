//! A function that counts what it asks of the allocator. At every line on its standard input it writes
//! what it has come to, as a line of JSON on standard error.

use std::alloc::System;
use std::io::BufRead;

use feirante_lambda::{Error, start};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Error> {
    std::thread::spawn(tell);
    match std::env::args().nth(1).as_deref() {
        Some("simulate-fulfillment") => start::process(simulate_fulfillment::run()),
        Some("place-order") => start::process(place_order::run()),
        Some("authorize-fulfillment") => start::process(authorize_fulfillment::run()),
        Some("cancel-order") => start::process(cancel_order::run()),
        other => Err(format!("{other:?} is not counted").into()),
    }
}

fn tell() {
    for _line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let stats = ALLOCATOR.stats();
        let allocations = stats.allocations + stats.reallocations;
        let bytes = stats.bytes_allocated;
        eprintln!("{{\"allocations\":{allocations},\"bytes\":{bytes}}}");
    }
}
