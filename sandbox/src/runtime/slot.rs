//! The meeting point of one process, which asks over HTTP, and the pool that gives it work.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use tokio::sync::{Notify, oneshot, watch};

/// One invocation's event, on its way to a process.
#[derive(Debug, Clone)]
pub struct Job {
    /// The request id, as logs show it.
    pub id: String,
    /// Milliseconds since 1970 at which the function's time is up.
    pub deadline: i64,
    /// The event, as JSON.
    pub event: Bytes,
}

/// What the process says about its invocation.
#[derive(Debug)]
pub enum Answer {
    /// The function's answer, as JSON.
    Response(Bytes),
    /// It has more bytes than Lambda passes on.
    TooLarge,
    /// The function failed.
    Error {
        /// The error's type.
        kind: String,
        /// What it says.
        message: String,
    },
}

/// How far a process has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Before its first request for an event.
    Starting,
    /// It has asked for an event.
    Ready,
    /// It reported that it can't start.
    GaveUp(String),
}

/// What one process and its pool share.
#[derive(Debug)]
pub struct Slot {
    /// The function's ARN, told with each event.
    pub(super) arn: String,
    /// A process has one invocation at a time: waiting for it, then in its hands.
    work: Mutex<Work>,
    arrived: Notify,
    progress: watch::Sender<Progress>,
}

#[derive(Debug, Default)]
struct Work {
    waiting: Option<(Job, oneshot::Sender<Answer>)>,
    current: Option<(String, oneshot::Sender<Answer>)>,
}

impl Slot {
    /// A slot of a process that is about to start, of the function `arn`.
    #[must_use]
    pub fn new(arn: String) -> Self {
        Self {
            arn,
            work: Mutex::default(),
            arrived: Notify::new(),
            progress: watch::Sender::new(Progress::Starting),
        }
    }

    /// Leaves a job for the process. The receiver gets its answer, or closes if the process asks
    /// for the next event without giving one.
    pub fn offer(&self, job: Job) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        self.work().waiting = Some((job, answer));
        self.arrived.notify_one();
        receiver
    }

    /// Takes back a job the process never asked for.
    pub(super) fn take_back(&self) -> bool {
        self.work().waiting.take().is_some()
    }

    /// How far the process has come; told anew each time it asks for an event.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    pub(super) fn give_up(&self, reason: String) {
        self.progress.send_replace(Progress::GaveUp(reason));
    }

    /// The process asks for its next event; resolves when there is one.
    pub(super) async fn next(&self) -> Job {
        self.work().current = None;
        self.progress.send_replace(Progress::Ready);
        loop {
            if let Some(job) = self.take() {
                return job;
            }
            self.arrived.notified().await;
        }
    }

    fn take(&self) -> Option<Job> {
        let mut work = self.work();
        let (job, answer) = work.waiting.take()?;
        work.current = Some((job.id.clone(), answer));
        Some(job)
    }

    /// The process answers an invocation. False: that invocation is not in its hands, so the answer
    /// came late or is made up.
    pub(super) fn answer(&self, id: &str, answer: Answer) -> bool {
        let Some((_, sender)) = self.work().current.take_if(|(current, _)| current == id) else {
            return false;
        };
        // The pool has stopped listening once the invocation's time was up.
        sender.send(answer).is_ok()
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: &str) -> Job {
        Job {
            id: id.to_owned(),
            deadline: 0,
            event: Bytes::new(),
        }
    }

    fn ok() -> Answer {
        Answer::Response(Bytes::from_static(b"{}"))
    }

    #[tokio::test]
    async fn a_job_is_answered_once_and_only_by_its_id() {
        let slot = Slot::new(String::new());
        let answer = slot.offer(job("a"));
        assert_eq!(slot.next().await.id, "a");
        assert!(!slot.answer("b", ok()));
        assert!(slot.answer("a", ok()));
        assert!(!slot.answer("a", ok()));
        assert!(matches!(answer.await, Ok(Answer::Response(_))));
    }

    #[tokio::test]
    async fn an_answer_after_the_end_of_its_invocation_is_refused() {
        let slot = Slot::new(String::new());
        drop(slot.offer(job("a")));
        slot.next().await;
        assert!(!slot.answer("a", ok()));
    }

    #[tokio::test]
    async fn asking_for_the_next_event_ends_an_unanswered_one() {
        let slot = Slot::new(String::new());
        let unanswered = slot.offer(job("a"));
        slot.next().await;
        let _next = slot.offer(job("b"));
        assert_eq!(slot.next().await.id, "b");
        assert!(unanswered.await.is_err());
    }

    #[test]
    fn a_job_nobody_asked_for_can_be_taken_back() {
        let slot = Slot::new(String::new());
        let _answer = slot.offer(job("a"));
        assert!(slot.take_back());
        assert!(!slot.take_back());
    }
}
