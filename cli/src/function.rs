//! `feirante function NAME`: every function in one executable, so that the sandbox needs no other
//! build step. Each runs in a process of its own, as deployed.

use std::io::Read;
use std::pin::Pin;

use feirante_lambda::{Error, start};

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The function's name.
    name: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let function = named(&arguments.name)?;
    end_with_parent();
    start::process(function).map_err(|error| Failure::system(&arguments.name, &*error))
}

type Function = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

fn named(name: &str) -> Result<Function, Failure> {
    Ok(match name {
        "authorize-fulfillment" => Box::pin(authorize_fulfillment::run()),
        "cancel-order" => Box::pin(cancel_order::run()),
        "expire-reservations" => Box::pin(expire_reservations::run()),
        "modify-order" => Box::pin(modify_order::run()),
        "notify-marketplace" => Box::pin(notify_marketplace::run()),
        "place-order" => Box::pin(place_order::run()),
        "relay-changes" => Box::pin(relay_changes::run()),
        "resolve-cancellation" => Box::pin(resolve_cancellation::run()),
        "send-agreement" => Box::pin(send_agreement::run()),
        "send-invoice" => Box::pin(send_invoice::run()),
        "send-tracking" => Box::pin(send_tracking::run()),
        "simulate-fulfillment" => Box::pin(simulate_fulfillment::run()),
        "update-offers" => Box::pin(update_offers::run()),
        _ => return Err(Failure::input(format!("there is no function {name}"))),
    })
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
