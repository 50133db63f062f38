//! The `feirante sandbox` command itself, as somebody starts, stops and kills it.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use feirante::Ready;
use feirante_sandbox::REGION;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;

use super::{Erp, FEIRANTE, Marketplace, eventually};

/// A sandbox in a process group of its own, as a terminal would start it.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    /// Its ready file.
    pub(crate) ready: Value,
}

impl Program {
    /// Starts a sandbox that keeps its data in `directory`, and waits until it is ready.
    pub(crate) async fn start(directory: &Path) -> Self {
        Self::with(directory, &[("--data", &directory.join("data"))]).await
    }

    /// Starts a sandbox with `arguments`, and waits until it is ready. It writes its ready file into
    /// `directory`.
    pub(crate) async fn with(directory: &Path, arguments: &[(&str, &Path)]) -> Self {
        let arguments = arguments
            .iter()
            .flat_map(|(flag, value)| [OsStr::new(flag), value.as_os_str()]);
        Self::run(directory, arguments).await
    }

    /// Starts a sandbox without a marketplace, and waits until it is ready.
    pub(crate) async fn alone(directory: &Path, arguments: &[(&str, &Path)]) -> Self {
        let arguments = arguments
            .iter()
            .flat_map(|(flag, value)| [OsStr::new(flag), value.as_os_str()]);
        Self::run(directory, arguments.chain([OsStr::new("--no-marketplace")])).await
    }

    async fn run<'a>(directory: &Path, arguments: impl Iterator<Item = &'a OsStr>) -> Self {
        let file = directory.join("ready.json");
        let _ = fs::remove_file(&file);
        let errors = fs::File::create(directory.join("errors.txt")).unwrap();
        let mut child = Command::new(FEIRANTE)
            .args(["sandbox", "--port", "0", "--ready"])
            .arg(&file)
            .args(arguments)
            .env_remove("RUST_LOG")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors)
            .spawn()
            .unwrap();
        let ready = eventually("the ready file", async || {
            if let Some(status) = child.try_wait().unwrap() {
                let errors = fs::read_to_string(directory.join("errors.txt")).unwrap();
                panic!("the sandbox ended with {status}: {errors}");
            }
            fs::read(&file).ok()
        })
        .await;
        let ready = serde_json::from_slice(&ready).unwrap();
        Self { child, ready }
    }

    /// Calls as marketplace `mkt1`.
    pub(crate) fn marketplace(&self) -> Marketplace {
        Marketplace::new(self.text("api"), "k9")
    }

    /// The ERP at its queues.
    pub(crate) fn erp(&self) -> Erp {
        let config = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .endpoint_url(self.text("sqs"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        let ready: Ready = serde_json::from_value(self.ready.clone()).unwrap();
        Erp::new(aws_sdk_sqs::Client::from_conf(config), ready)
    }

    /// Every item of a table.
    pub(crate) async fn items(&self, table: &str) -> Vec<HashMap<String, AttributeValue>> {
        let client = feirante_sandbox::dynamodb_client(self.text("dynamodb"));
        super::items(&client, self.ready["tables"][table].as_str().unwrap()).await
    }

    /// The processes it has started that still run.
    pub(crate) fn children(&self) -> Vec<Pid> {
        let parent = Pid::from_child(&self.child).as_raw_nonzero().get();
        let processes = fs::read_dir("/proc").unwrap().flatten();
        processes
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|pid: &i32| parent_of(*pid) == Some(parent))
            .filter_map(Pid::from_raw)
            .collect()
    }

    /// Sends a signal to the sandbox alone.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Sends a signal to the sandbox and its children, as a terminal does at Ctrl-C.
    pub(crate) fn signal_group(&self, signal: Signal) {
        kill_process_group(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        eventually("its end", async || self.child.try_wait().unwrap()).await
    }

    /// Ends it the way a service manager does.
    pub(crate) async fn terminate(mut self) {
        self.signal(Signal::TERM);
        assert!(self.ended().await.success());
    }

    /// `kill -9`; returns once none of its processes is left.
    pub(crate) async fn kill(mut self) {
        let children = self.children();
        assert!(!children.is_empty(), "it runs no function");
        self.signal(Signal::KILL);
        assert_eq!(self.ended().await.signal(), Some(Signal::KILL.as_raw()));
        gone(&children).await;
    }

    fn text(&self, field: &str) -> &str {
        self.ready[field].as_str().unwrap()
    }
}

impl Drop for Program {
    /// A test that failed leaves nothing behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until none of these processes runs.
pub(crate) async fn gone(processes: &[Pid]) {
    eventually("the end of the functions", async || {
        processes.iter().all(|pid| !is_function(*pid)).then_some(())
    })
    .await;
}

/// Whether a process is one of this executable's functions: its number may be another's by now.
fn is_function(pid: Pid) -> bool {
    let arguments = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero()));
    arguments.is_ok_and(|arguments| arguments.starts_with(FEIRANTE.as_bytes()))
}

fn parent_of(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind the name, which may hold anything: the state, then the parent.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}
