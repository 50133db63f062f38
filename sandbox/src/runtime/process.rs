//! One process that plays a function: started with what Lambda would set, watched, and ended.

use std::collections::BTreeMap;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Shared;
use super::slot::{Progress, Slot};
use crate::errors::InvokeError;
use crate::logs::{FunctionLog, Tail};

/// Time to the first request for an event. Lambda gives 10 s; a machine that compiles at the same
/// time is slower.
const INIT_LIMIT: Duration = Duration::from_secs(30);

/// A process may leave a grandchild behind that keeps its output open; its last lines are not
/// waited for longer than this.
const OUTPUT_LIMIT: Duration = Duration::from_millis(500);

/// What every process of a function is started with.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) function: String,
    pub(super) arn: String,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) log: FunctionLog,
}

/// How a process ended, in words.
#[derive(Debug, Clone)]
pub(super) struct Exit {
    pub(super) status: String,
    pub(super) tail: String,
}

/// A running process. Dropping it kills the process.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) slot: Arc<Slot>,
    exit: watch::Receiver<Option<Exit>>,
    /// Held open for the process's life: its end is the sign to exit.
    stdin: Option<ChildStdin>,
    _kill: DropGuard,
}

impl Process {
    /// Starts a process and waits until it asks for its first event.
    pub(super) async fn start(role: &Role, shared: &Arc<Shared>) -> Result<Self, InvokeError> {
        let process = Self::spawn(role, shared)?;
        let mut progress = process.slot.progress();
        let reached = tokio::select! {
            biased;
            reached = progress.wait_for(|progress| *progress != Progress::Starting) => {
                reached.map_or(Progress::Starting, |reached| reached.clone())
            }
            exit = process.exit() => {
                return Err(InvokeError::Init {
                    function: role.function.clone(),
                    status: exit.status,
                    tail: exit.tail,
                });
            }
            () = tokio::time::sleep(INIT_LIMIT) => Progress::Starting,
        };
        let status = match reached {
            Progress::Ready => return Ok(process),
            Progress::GaveUp(reason) => reason,
            Progress::Starting => format!("no request for an event in {INIT_LIMIT:?}"),
        };
        Err(InvokeError::Init {
            function: role.function.clone(),
            status,
            tail: String::new(),
        })
    }

    fn spawn(role: &Role, shared: &Arc<Shared>) -> Result<Self, InvokeError> {
        let slot = Arc::new(Slot::new(role.arn.clone()));
        // Before the process is there: it may ask sooner than this goes on.
        let entry = shared.api.enter(&slot);
        let mut child = Command::new(&shared.launcher.program)
            .args(&shared.launcher.arguments)
            .arg(&role.function)
            .env_clear()
            .envs(inherited())
            .envs(&role.environment)
            .env("AWS_LAMBDA_RUNTIME_API", entry.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| InvokeError::Spawn {
                function: role.function.clone(),
                program: shared.launcher.program.clone(),
                source,
            })?;
        let stdin = child.stdin.take();
        let tail = Arc::new(Tail::default());
        let output = [
            child.stdout.take().map(|out| follow(out, role, &tail)),
            child.stderr.take().map(|out| follow(out, role, &tail)),
        ];

        let (sender, exit) = watch::channel(None);
        let kill = shared.kill.child_token();
        let watched = kill.clone();
        let resident = child.id().map(|pid| {
            let census = &shared.census;
            census.enter(
                entry.process().to_owned(),
                &role.function,
                pid,
                kill.clone(),
            )
        });
        shared.processes.spawn(async move {
            let status = wait(&mut child, &watched).await;
            drop((entry, resident));
            let lines = futures::future::join_all(output.into_iter().flatten());
            let _ = tokio::time::timeout(OUTPUT_LIMIT, lines).await;
            sender.send_replace(Some(Exit {
                status,
                tail: tail.quote(),
            }));
        });
        Ok(Self {
            slot,
            exit,
            stdin,
            _kill: kill.drop_guard(),
        })
    }

    /// Resolves when the process has ended.
    pub(super) fn exit(&self) -> impl Future<Output = Exit> + use<> {
        let mut exit = self.exit.clone();
        async move {
            let ended = exit.wait_for(Option::is_some).await;
            // Closed without a word: the whole runtime is going down.
            ended
                .ok()
                .and_then(|exit| exit.clone())
                .unwrap_or_else(|| Exit {
                    status: "lost".to_owned(),
                    tail: String::new(),
                })
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.exit.borrow().is_none()
    }

    /// Asks the process to exit and waits for that; dropping the future kills it.
    pub(super) async fn finish(mut self) {
        drop(self.stdin.take());
        self.exit().await;
    }
}

async fn wait(child: &mut Child, kill: &CancellationToken) -> String {
    let status = tokio::select! {
        status = child.wait() => status,
        () = kill.cancelled() => {
            // It may have ended by itself just now; either way `wait` tells.
            let _ = child.start_kill();
            child.wait().await
        }
    };
    match status {
        Ok(status) => in_words(status),
        Err(error) => error.to_string(),
    }
}

fn in_words(status: ExitStatus) -> String {
    // `ExitStatus` writes "exit status: 1", "signal: 9 (SIGKILL)".
    status.to_string()
}

/// What a function may see of the sandbox's own environment: what it takes to find programs, to
/// show a panic's origin, and to measure coverage.
fn inherited() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    ["PATH", "HOME", "RUST_BACKTRACE", "LLVM_PROFILE_FILE"]
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
}

fn follow(
    output: impl AsyncRead + Send + Unpin + 'static,
    role: &Role,
    tail: &Arc<Tail>,
) -> JoinHandle<()> {
    let log = role.log.clone();
    let tail = Arc::clone(tail);
    tokio::spawn(async move {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while let Ok(1..) = output.read_until(b'\n', &mut line).await {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            tail.push(text);
            log.write(text);
            line.clear();
        }
    })
}
