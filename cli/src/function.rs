//! `feirante function NAME`: every function in one executable, so that the sandbox needs no other
//! build step. Each runs in a process of its own, as deployed.

use std::io::Read;

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The function's name.
    name: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    end_with_parent();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::system("the runtime can't start", &error))?;
    let outcome = match arguments.name.as_str() {
        "authorize-fulfillment" => runtime.block_on(authorize_fulfillment::run()),
        "cancel-order" => runtime.block_on(cancel_order::run()),
        "expire-reservations" => runtime.block_on(expire_reservations::run()),
        "place-order" => runtime.block_on(place_order::run()),
        "relay-changes" => runtime.block_on(relay_changes::run()),
        "resolve-cancellation" => runtime.block_on(resolve_cancellation::run()),
        "simulate-fulfillment" => runtime.block_on(simulate_fulfillment::run()),
        "update-offers" => runtime.block_on(update_offers::run()),
        name => return Err(Failure::input(format!("there is no function {name}"))),
    };
    outcome.map_err(|error| Failure::system(&arguments.name, &*error))
}

/// Ends the process when standard input does: the parent holds the other end of that pipe, and a
/// parent that was killed can't tell anyone.
fn end_with_parent() {
    std::thread::spawn(|| {
        let mut stdin = std::io::stdin().lock();
        let mut ignored = [0; 64];
        while stdin.read(&mut ignored).is_ok_and(|read| read > 0) {}
        std::process::exit(0);
    });
}
