//! The processes that functions run in.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{FEIRANTE, System};

/// `kill -9` for every process of a function of this system; how many there were.
pub fn kill(system: &System, function: &str) -> usize {
    let database = format!("AWS_ENDPOINT_URL_DYNAMODB={}", system.ready().dynamodb);
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let of_it: Vec<Pid> = processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| runs(*pid, function) && has(*pid, &database))
        .filter_map(Pid::from_raw)
        .collect();
    // One may have ended by itself meanwhile.
    let killed = of_it.iter().map(|pid| kill_process(*pid, Signal::KILL));
    killed.filter(Result::is_ok).count()
}

fn runs(pid: i32, function: &str) -> bool {
    let expected = format!("{FEIRANTE}\0function\0{function}\0");
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line == expected.as_bytes())
}

fn has(pid: i32, variable: &str) -> bool {
    fs::read(format!("/proc/{pid}/environ")).is_ok_and(|all| {
        all.split(|byte| *byte == 0)
            .any(|one| one == variable.as_bytes())
    })
}
