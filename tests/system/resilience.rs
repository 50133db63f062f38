//! What breaks, and what nobody outside may notice of it: a database that fails, answers that get
//! lost, messages that can't be read, a process that is killed.

mod crash;
mod offers;
mod orders;
mod signals;
mod simulation;

use std::time::{Duration, Instant};

use crate::harness::proxy::{Door, Fault};
use crate::harness::{Reply, Setup, System};

/// Every way a database can be of no use. Late is 700 ms: a function gives up an attempt by then.
const OUTAGES: [Fault; 5] = [
    Fault::Refuse,
    Fault::Hang,
    // Later than a function waits for one answer, and not at the very moment it gives up.
    Fault::Slow(Duration::from_millis(900)),
    Fault::Throttle,
    Fault::Fail,
];

/// Under the 2.5 s a marketplace waits, with what the way to it takes off.
const SOON: Duration = Duration::from_millis(2400);

/// A system behind a door, with one process of each function: what an instance knows, it knows.
async fn behind_a_door() -> (Door, System) {
    let door = Door::open().await;
    let setup = Setup::new().options(|options| {
        door.lead(options);
        options.processes = 1;
    });
    (door, setup.start().await)
}

/// An answer that must come soon.
async fn soon(what: &str, call: impl Future<Output = Reply>) -> Reply {
    let started = Instant::now();
    let reply = call.await;
    let took = started.elapsed();
    eprintln!("{what}: {} after {took:?}", reply.status);
    assert!(took < SOON, "{what} took {took:?}");
    reply
}
