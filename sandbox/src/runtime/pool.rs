//! The processes of one function: started on demand, kept warm, one invocation each at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::process::{Exit, Process, Role};
use super::slot::{Answer, Job};
use super::{PAYLOAD_LIMIT, Shared};
use crate::errors::InvokeError;

/// One function's processes.
#[derive(Debug)]
pub(super) struct Pool {
    role: Role,
    timeout: Duration,
    shared: Arc<Shared>,
    /// One permit per process that may be at work.
    permits: Arc<Semaphore>,
    /// Processes without work, the last used last: it is the warmest.
    idle: Mutex<Vec<Process>>,
    running: TaskTracker,
}

impl Pool {
    pub(super) fn new(role: Role, timeout: Duration, size: usize, shared: Arc<Shared>) -> Self {
        Self {
            role,
            timeout,
            shared,
            permits: Arc::new(Semaphore::new(size)),
            idle: Mutex::default(),
            running: TaskTracker::new(),
        }
    }

    /// Starts the first process, so that the first call finds it warm.
    pub(super) async fn warm(&self) -> Result<(), InvokeError> {
        let process = Process::start(&self.role, &self.shared).await?;
        self.idle().push(process);
        Ok(())
    }

    /// Runs the function on an event and returns its answer.
    ///
    /// An invocation goes on to its end when the caller stops waiting, as in Lambda.
    pub(super) async fn invoke(self: &Arc<Self>, event: Bytes) -> Result<Bytes, InvokeError> {
        if event.len() > PAYLOAD_LIMIT {
            return Err(InvokeError::EventTooLarge {
                function: self.role.function.clone(),
                bytes: event.len(),
            });
        }
        let permits = Arc::clone(&self.permits);
        let permit = permits
            .acquire_owned()
            .await
            .map_err(|_closed| self.stopping())?;
        let pool = Arc::clone(self);
        let run = self.running.spawn(async move {
            let result = pool.run(event).await;
            drop(permit);
            result
        });
        run.await.unwrap_or_else(|_aborted| Err(self.stopping()))
    }

    async fn run(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        while let Some(process) = self.take_idle() {
            // An idle process may be ending just now; that is not this invocation's fault.
            if let Some(result) = self.run_on(process, event.clone()).await? {
                return Ok(result);
            }
        }
        let process = Process::start(&self.role, &self.shared).await?;
        let exit = process.exit();
        match self.run_on(process, event).await? {
            Some(result) => Ok(result),
            None => Err(self.died(exit.await)),
        }
    }

    /// `None`: the process ended without having asked for the event.
    async fn run_on(&self, process: Process, event: Bytes) -> Result<Option<Bytes>, InvokeError> {
        let function = self.role.function.clone();
        let answer = process.slot.offer(Job {
            id: uuid::Uuid::new_v4().to_string(),
            deadline: deadline(self.timeout),
            event,
        });
        let answer = tokio::select! {
            biased;
            answer = answer => answer,
            exit = process.exit() => {
                return if process.slot.take_back() { Ok(None) } else { Err(self.died(exit)) };
            }
            () = tokio::time::sleep(self.timeout) => {
                return Err(InvokeError::TimedOut { function, after: self.timeout });
            }
        };
        self.idle().push(process);
        match answer {
            Ok(Answer::Response(body)) => Ok(Some(body)),
            Ok(Answer::TooLarge) => Err(InvokeError::AnswerTooLarge { function }),
            Ok(Answer::Error { kind, message }) => Err(InvokeError::Failed {
                function,
                kind,
                message,
            }),
            Err(_) => Err(InvokeError::Failed {
                function,
                kind: "Runtime.NoAnswer".to_owned(),
                message: "it asked for the next event without answering this one".to_owned(),
            }),
        }
    }

    fn died(&self, exit: Exit) -> InvokeError {
        InvokeError::Died {
            function: self.role.function.clone(),
            status: exit.status,
            tail: exit.tail,
        }
    }

    /// Takes no more invocations; resolves when those in hand have ended.
    pub(super) async fn close(&self) {
        self.permits.close();
        self.running.close();
        self.running.wait().await;
    }

    /// Asks the idle processes to exit; resolves when they have.
    pub(super) async fn finish(&self) {
        let idle = std::mem::take(&mut *self.idle());
        futures::future::join_all(idle.into_iter().map(Process::finish)).await;
    }

    fn take_idle(&self) -> Option<Process> {
        let mut idle = self.idle();
        while let Some(process) = idle.pop() {
            if process.is_alive() {
                return Some(process);
            }
        }
        None
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self) -> InvokeError {
        InvokeError::Stopping {
            function: self.role.function.clone(),
        }
    }
}

fn deadline(timeout: Duration) -> i64 {
    let end = (SystemTime::now() + timeout).duration_since(UNIX_EPOCH);
    end.map_or(0, |end| i64::try_from(end.as_millis()).unwrap_or(i64::MAX))
}
