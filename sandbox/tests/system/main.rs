//! The sandbox as a whole, with functions that are this very program.
//!
//! Called with `function NAME` it is one of the functions in [`functions`], called with
//! `host DIRECTORY` a sandbox to be killed; otherwise it runs the tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod functions;
mod http;
mod lifecycle;
mod processes;
mod queues;
mod streams;
mod world;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["function", name] => return functions::run(name),
        ["host", directory] => return lifecycle::host(directory),
        _ => {}
    }
    let trials = [
        http::trials(),
        lifecycle::trials(),
        processes::trials(),
        queues::trials(),
        streams::trials(),
    ];
    libtest_mimic::run(
        &Arguments::from_args(),
        trials.into_iter().flatten().collect(),
    )
    .exit();
}

/// A test with a runtime of its own.
fn trial<F: Future<Output = ()>>(name: &str, test: impl FnOnce() -> F + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        runtime.block_on(test());
        Ok(())
    })
}
