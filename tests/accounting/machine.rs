//! The system's process: started, killed with all its functions, started again where it was.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::serve::{READY, SERVE};
use crate::site::Place;

/// A start that takes longer has failed.
const START: Duration = Duration::from_secs(90);

/// Functions that have nothing to do once everything is bought.
const IDLE: [&str; 3] = [
    "authorize-fulfillment",
    "expire-reservations",
    "place-order",
];

/// A process that runs the system.
#[derive(Debug)]
pub(crate) struct Machine {
    directory: PathBuf,
    port: u16,
    seed: u64,
    child: Child,
}

impl Machine {
    /// Starts the system that is kept in `directory`.
    pub(crate) async fn start(directory: &Path, seed: u64) -> (Self, Place) {
        let port = free_ports();
        let mut machine = Self {
            directory: directory.to_owned(),
            port,
            seed,
            child: spawn(directory, port, seed),
        };
        let place = machine.ready().await;
        (machine, place)
    }

    /// `kill -9` of everything, then a start where it was; [`Machine::ready`] waits for its end.
    pub(crate) fn crash(&mut self) {
        self.kill();
        let _ = fs::remove_file(self.directory.join(READY));
        self.child = spawn(&self.directory, self.port, self.seed);
    }

    /// Kills the process of some function; its name.
    pub(crate) fn kill_function(&self, chance: &mut StdRng) -> Option<String> {
        let functions = self.functions();
        let at_work = |name: &&String| !IDLE.contains(&name.as_str());
        let names: Vec<&String> = functions.keys().filter(at_work).collect();
        let name = names.choose(chance)?.to_string();
        let pid = functions[&name].choose(chance)?;
        kill_process(*pid, Signal::KILL).ok()?;
        Some(name)
    }

    /// The functions' processes by their names.
    fn functions(&self) -> BTreeMap<String, Vec<Pid>> {
        let parent = Pid::from_child(&self.child).as_raw_nonzero().get();
        let mut found = BTreeMap::<_, Vec<_>>::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|pid| pid.parse().ok()) else {
                continue;
            };
            if parent_of(pid) != Some(parent) {
                continue;
            }
            let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let function = line
                .split('\0')
                .skip_while(|word| *word != "function")
                .nth(1);
            if let (Some(function), Some(pid)) = (function, Pid::from_raw(pid)) {
                found.entry(function.to_owned()).or_default().push(pid);
            }
        }
        found
    }

    /// Waits until everything answers.
    pub(crate) async fn ready(&mut self) -> Place {
        let started = Instant::now();
        loop {
            if let Ok(text) = fs::read(self.directory.join(READY)) {
                return Place::new(serde_json::from_slice(&text).unwrap());
            }
            let ended = self.child.try_wait().unwrap();
            let errors = || fs::read_to_string(self.directory.join("errors.txt"));
            assert!(ended.is_none(), "the system ended: {}", errors().unwrap());
            assert!(started.elapsed() < START, "no start: {}", errors().unwrap());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn kill(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts this executable as the system, in a process group of its own.
fn spawn(directory: &Path, port: u16, seed: u64) -> Child {
    let errors = fs::File::options()
        .create(true)
        .append(true)
        .open(directory.join("errors.txt"))
        .unwrap();
    // The file may have been built anew since this process started.
    Command::new("/proc/self/exe")
        .arg(SERVE)
        .arg(directory)
        .args([port.to_string(), seed.to_string()])
        .env_remove("RUST_LOG")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .unwrap()
}

/// A port with four free ones after it, below those the system gives to anybody: they must be free
/// again after a kill.
fn free_ports() -> u16 {
    loop {
        let port = rand::rng().random_range(1_000..3_000) * 10;
        let free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if (port..port + 5).all(free) {
            return port;
        }
    }
}

fn parent_of(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind the name, which may hold anything: the state, then the parent.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}
