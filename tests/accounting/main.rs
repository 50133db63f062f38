//! The accounting: an ERP's messages of all kinds, duplicated and shuffled, against a marketplace that
//! fails and processes that are killed. In the end all books must be equal.
//!
//! Without arguments it is one test of 500 messages. As a command it prints what it counted:
//!
//! ```text
//! cargo test -p feirante --test accounting -- --messages 10000 [--seed N] [--failures 0.3]
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arguments;
mod books;
mod compare;
mod erp;
mod machine;
mod plan;
mod report;
mod run;
mod serve;
mod shop;
mod site;
mod storm;

use std::io::Write;
use std::process::ExitCode;

use arguments::{Arguments, FEW};
use libtest_mimic::{Failed, Trial};
use report::Report;

fn main() -> ExitCode {
    if serve::asked() {
        return ExitCode::SUCCESS;
    }
    if let Some(arguments) = Arguments::given() {
        let (report, text) = account(&arguments);
        let _ = std::io::stdout().write_all(text.as_bytes());
        let equal = report.verdict.differences.is_empty();
        return if equal {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let name = format!("the_books_are_equal_after_a_storm_of_{FEW}_messages");
    let trial = Trial::test(name, || {
        let (report, text) = account(&Arguments::of_the_test());
        match report.verdict.differences.is_empty() {
            true => Ok(()),
            false => Err(Failed::from(text)),
        }
    });
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), vec![trial]).exit_code()
}

fn account(arguments: &Arguments) -> (Report, String) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, run::account(arguments))
}
