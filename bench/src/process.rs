//! A function's process, run as Lambda runs it, and what the system says of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use feirante_sandbox::{Answer, Entry, Job, Progress, RuntimeApi, Slot};
use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::watch;

use crate::Failure;

/// Whatever takes longer is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longer than it takes a process to wait for its next event, once it has asked for it.
const REST: Duration = Duration::from_millis(2);

/// Which program plays a function, and what it is told.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
}

impl Role {
    pub(crate) fn new(program: &Path, variables: &BTreeMap<String, String>) -> Self {
        Self {
            program: program.to_owned(),
            arguments: Vec::new(),
            variables: variables.clone(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// A process with at most one event in its hands.
#[derive(Debug)]
pub(crate) struct Process {
    slot: Arc<Slot>,
    progress: watch::Receiver<Progress>,
    child: Child,
    stdin: Option<ChildStdin>,
    /// What it wrote when it was ready.
    ready: Arc<Mutex<Option<Value>>>,
    /// The last lines of its errors, and whoever waits for the next.
    errors: tokio::sync::mpsc::UnboundedReceiver<String>,
    started: Instant,
    events: u64,
    _entry: Entry,
}

/// What a process takes of the machine's memory, in bytes.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Memory {
    /// All that is in memory, its program included.
    pub(crate) resident: u64,
    /// What is its own: not its program, which Lambda reads from a file too.
    pub(crate) anonymous: u64,
}

impl Process {
    /// Starts a process. An event may be offered at once: it is asked for when the process is ready.
    pub(crate) fn spawn(api: &RuntimeApi, role: &Role) -> Result<Self, Failure> {
        let slot = Arc::new(Slot::new(
            "arn:aws:lambda:us-east-1:000000000000:function:bench".into(),
        ));
        let entry = api.enter(&slot);
        let progress = slot.progress();
        let mut command = Command::new(&role.program);
        command
            .args(&role.arguments)
            .env_clear()
            .envs(&role.variables)
            .env("AWS_LAMBDA_RUNTIME_API", entry.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let started = Instant::now();
        let mut child = command
            .spawn()
            .map_err(|error| format!("{}: {error}", role.program.display()))?;
        let ready = Arc::new(Mutex::new(None));
        if let Some(out) = child.stdout.take() {
            let ready = Arc::clone(&ready);
            tokio::spawn(async move {
                let mut lines = BufReader::new(out).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line.contains("\"message\":\"ready\"") {
                        let read = serde_json::from_str(&line).ok();
                        *ready.lock().unwrap_or_else(PoisonError::into_inner) = read;
                    }
                }
            });
        }
        let (sender, errors) = tokio::sync::mpsc::unbounded_channel();
        if let Some(out) = child.stderr.take() {
            tokio::spawn(async move {
                let mut lines = BufReader::new(out).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    let _ = sender.send(line);
                }
            });
        }
        Ok(Self {
            slot,
            progress,
            stdin: child.stdin.take(),
            child,
            ready,
            errors,
            started,
            events: 0,
            _entry: entry,
        })
    }

    /// Starts a process and waits until it has asked for its first event.
    pub(crate) async fn start(api: &RuntimeApi, role: &Role) -> Result<Self, Failure> {
        let mut process = Self::spawn(api, role)?;
        process.asked().await?;
        Ok(process)
    }

    /// Hands it an event and waits for the answer: how long that took, and what it was.
    pub(crate) async fn answers(&mut self, event: &Bytes) -> Result<(Duration, Bytes), Failure> {
        self.progress.mark_unchanged();
        self.events += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.events);
        let deadline = i64::try_from(
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)?
                .as_millis(),
        )? + 10_000;
        let job = Job {
            id,
            deadline,
            event: event.clone(),
        };
        let offered = Instant::now();
        let answer = self.slot.offer(job);
        let answer = tokio::select! {
            answer = tokio::time::timeout(PATIENCE, answer) => answer,
            status = self.child.wait() => return Err(self.ended(&status?.to_string())),
        };
        let took = offered.elapsed();
        match answer.map_err(|_| "no answer in time")?? {
            Answer::Response(answer) => Ok((took, answer)),
            Answer::TooLarge => Err("the answer is too large".into()),
            Answer::Error { kind, message } => Err(format!("{kind}: {message}").into()),
        }
    }

    /// Waits until it asks for an event: only then is all done that the one before cost. How long
    /// after its start that was.
    pub(crate) async fn asked(&mut self) -> Result<Duration, Failure> {
        let asks = self.progress.changed();
        let asked = tokio::select! {
            asked = tokio::time::timeout(PATIENCE, asks) => asked,
            status = self.child.wait() => return Err(self.ended(&status?.to_string())),
        };
        asked.map_err(|_| "the process asks for nothing")??;
        match &*self.progress.borrow() {
            Progress::GaveUp(why) => Err(why.clone().into()),
            _ => Ok(self.started.elapsed()),
        }
    }

    /// How far it has come, to be watched beside something else.
    pub(crate) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// When it was started.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// What it wrote when it was ready, once that has been read.
    pub(crate) fn ready(&self) -> Option<Value> {
        let ready = self.ready.lock();
        ready.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a line to its standard input; the line it writes to standard error.
    pub(crate) async fn says(&mut self) -> Result<String, Failure> {
        let stdin = self.stdin.as_mut().ok_or("no standard input")?;
        stdin.write_all(b"\n").await?;
        stdin.flush().await?;
        let line = tokio::time::timeout(PATIENCE, self.errors.recv()).await?;
        line.ok_or_else(|| "the process ended".into())
    }

    /// The processor time of all its threads.
    fn cpu(&self) -> Result<Duration, Failure> {
        let mut nanos = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.pid()?))? {
            // One may end meanwhile.
            let Ok(told) = std::fs::read_to_string(thread?.path().join("schedstat")) else {
                continue;
            };
            nanos += told.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// The same once it has nothing to do: the system counts a turn when it is over.
    pub(crate) async fn cpu_at_rest(&self) -> Result<Duration, Failure> {
        tokio::time::sleep(REST).await;
        self.cpu()
    }

    /// Ends it, and waits until it has.
    pub(crate) async fn end(mut self) -> Result<(), Failure> {
        Ok(self.child.kill().await?)
    }

    pub(crate) fn memory(&self) -> Result<Memory, Failure> {
        memory_of(self.pid()?)
    }

    fn pid(&self) -> Result<u32, Failure> {
        self.child
            .id()
            .ok_or_else(|| "the process has ended".into())
    }

    fn ended(&mut self, status: &str) -> Failure {
        let mut said = String::new();
        while let Ok(line) = self.errors.try_recv() {
            said.push_str(&line);
            said.push('\n');
        }
        format!("the process ended: {status}\n{said}").into()
    }
}

/// What a process of that id takes of the machine's memory.
pub(crate) fn memory_of(pid: u32) -> Result<Memory, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let bytes = |name: &str| -> Result<u64, Failure> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        let kilobytes = kilobytes.ok_or_else(|| format!("/proc/{pid}/status has no {name}"))?;
        Ok(kilobytes.parse::<u64>()? * 1024)
    };
    Ok(Memory {
        resident: bytes("VmRSS:")?,
        anonymous: bytes("RssAnon:")?,
    })
}
