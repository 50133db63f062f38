//! The store as many requests share it, and receivers that wait for messages.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::errors::Rejection;
use crate::message::{Draft, Message};
use crate::store::{Received, Sent, Store};

/// What every request works with.
pub(crate) struct Broker {
    // One connection, so operations take turns. They wait for their turn without holding a
    // thread, and work on the blocking pool: most take a fraction of a millisecond, but now and
    // then one copies the log into the database and waits for the disk.
    store: Arc<tokio::sync::Mutex<Store>>,
    /// Rung when something in the queue of that name may have become receivable.
    bells: Mutex<HashMap<String, Arc<Notify>>>,
    stopping: watch::Sender<bool>,
}

/// What a receiver asks for.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) queue: String,
    /// How many messages at most.
    pub(crate) maximum: u32,
    /// Seconds; `None` takes the queue's.
    pub(crate) visibility: Option<u32>,
    /// How long to wait for a first message, in seconds; `None` takes the queue's.
    pub(crate) wait: Option<u32>,
}

impl Broker {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store: Arc::new(tokio::sync::Mutex::new(store)),
            bells: Mutex::default(),
            stopping: watch::Sender::new(false),
        }
    }

    /// Does something with the store, when it is this request's turn.
    pub(crate) async fn run<R: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Store) -> Result<R, Rejection> + Send + 'static,
    ) -> Result<R, Rejection> {
        let mut store = Arc::clone(&self.store).lock_owned().await;
        tokio::task::spawn_blocking(move || act(&mut store))
            .await
            .map_err(|error| Rejection::Internal(error.into()))?
    }

    /// Stores messages and wakes those who wait for them.
    pub(crate) async fn send(
        &self,
        queue: &str,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Result<Sent, Rejection>>, Rejection> {
        let name = queue.to_owned();
        let sent = self.run(move |store| store.send(&name, drafts)).await?;
        self.ring(queue);
        Ok(sent)
    }

    /// Takes messages, and waits for a first one if there is none. Returns none when the wait is
    /// over or the server stops.
    pub(crate) async fn receive(&self, demand: Demand) -> Result<Vec<Message>, Rejection> {
        let first = self.take(&demand).await?;
        let wait = Duration::from_secs(demand.wait.unwrap_or(first.default_wait).into());
        if !first.messages.is_empty() || wait.is_zero() {
            return Ok(first.messages);
        }
        let deadline = Instant::now() + wait;
        let bell = self.bell(&demand.queue);
        let mut stopping = self.stopping.subscribe();
        while Instant::now() < deadline {
            // Listening starts before looking, so that nothing can arrive unnoticed in between.
            let mut rung = pin!(bell.notified());
            rung.as_mut().enable();
            let received = self.take(&demand).await?;
            if !received.messages.is_empty() {
                return Ok(received.messages);
            }
            let due = received.next_due.map(|due| Instant::now() + due);
            let wake = due.map_or(deadline, |due| due.min(deadline));
            tokio::select! {
                () = rung => {}
                () = tokio::time::sleep_until(wake) => {}
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
        }
        Ok(Vec::new())
    }

    /// Deletes messages. In a FIFO queue, that sets their groups free.
    pub(crate) async fn delete(
        &self,
        queue: &str,
        receipts: Vec<String>,
    ) -> Result<Vec<Result<(), Rejection>>, Rejection> {
        let name = queue.to_owned();
        let deleted = self.run(move |store| store.delete(&name, receipts)).await?;
        self.ring(queue);
        Ok(deleted)
    }

    /// Changes when messages are seen again, which may be at once.
    pub(crate) async fn change_visibility(
        &self,
        queue: &str,
        changes: Vec<(String, i64)>,
    ) -> Result<Vec<Result<(), Rejection>>, Rejection> {
        let name = queue.to_owned();
        let changed = self
            .run(move |store| store.change_visibility(&name, changes))
            .await?;
        self.ring(queue);
        Ok(changed)
    }

    /// Sends waiting receivers home, now and from now on.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    async fn take(&self, demand: &Demand) -> Result<Received, Rejection> {
        let Demand {
            queue,
            maximum,
            visibility,
            ..
        } = demand.clone();
        let received = self
            .run(move |store| store.receive(&queue, maximum, visibility))
            .await?;
        if let Some(target) = &received.moved_to {
            self.ring(target);
        }
        Ok(received)
    }

    fn bell(&self, queue: &str) -> Arc<Notify> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(queue.to_owned()).or_default())
    }

    fn ring(&self, queue: &str) {
        let bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(queue) {
            bell.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
