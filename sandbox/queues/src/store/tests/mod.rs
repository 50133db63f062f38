//! The store under a clock that is moved by hand.

mod durability;
mod fifo;
mod properties;
mod queues;
mod redrive;
mod standard;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{Sent, Store};
use crate::clock::ManualClock;
use crate::errors::Rejection;
use crate::message::{Draft, Message};
use crate::{QueueSpec, RedriveSpec, Storage};

const START: i64 = 1_700_000_000_000;

struct Bench {
    store: Store,
    clock: ManualClock,
}

/// A queue with a visibility of 30 seconds and a retention of 4 days.
fn spec(name: &str) -> QueueSpec {
    QueueSpec {
        name: name.to_owned(),
        visibility: Duration::from_secs(30),
        retention: Duration::from_hours(96),
        delay: Duration::ZERO,
        content_based_deduplication: false,
        redrive: None,
    }
}

fn redriven(name: &str, target: &str, maximum_receives: u32) -> QueueSpec {
    QueueSpec {
        redrive: Some(RedriveSpec {
            target: target.to_owned(),
            maximum_receives,
        }),
        ..spec(name)
    }
}

fn draft(body: &str) -> Draft {
    Draft {
        body: body.to_owned(),
        ..Draft::default()
    }
}

/// A message for a FIFO queue, deduplicated by its body.
fn grouped(group: &str, body: &str) -> Draft {
    Draft {
        group: Some(group.to_owned()),
        deduplication: Some(body.to_owned()),
        ..draft(body)
    }
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.body.as_str())
        .collect()
}

impl Bench {
    fn with(specs: &[QueueSpec]) -> Self {
        Self::open(&Storage::Memory, specs)
    }

    fn open(storage: &Storage, specs: &[QueueSpec]) -> Self {
        let start = Timestamp::from_millisecond(START).unwrap();
        let clock = ManualClock::starting_at(start);
        let mut store = Store::open(storage, Arc::new(clock.clone())).unwrap();
        store.ensure(specs).unwrap();
        Self { store, clock }
    }

    fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn send(&mut self, queue: &str, draft: Draft) -> Sent {
        self.try_send(queue, draft).unwrap()
    }

    fn try_send(&mut self, queue: &str, draft: Draft) -> Result<Sent, Rejection> {
        self.store.send(queue, vec![draft]).unwrap().remove(0)
    }

    fn receive(&mut self, queue: &str) -> Vec<Message> {
        self.store.receive(queue, 10, None).unwrap().messages
    }

    fn receive_one(&mut self, queue: &str) -> Message {
        let mut messages = self.store.receive(queue, 1, None).unwrap().messages;
        assert_eq!(messages.len(), 1, "one message in {queue}");
        messages.remove(0)
    }

    fn delete(&mut self, queue: &str, message: &Message) -> Result<(), Rejection> {
        self.store
            .delete(queue, vec![message.receipt.clone()])
            .unwrap()
            .remove(0)
    }

    fn hide(&mut self, queue: &str, message: &Message, seconds: i64) -> Result<(), Rejection> {
        self.store
            .change_visibility(queue, vec![(message.receipt.clone(), seconds)])
            .unwrap()
            .remove(0)
    }

    /// Visible, in flight, delayed.
    fn counts(&self, queue: &str) -> (u32, u32, u32) {
        let queue = self.store.queue(queue).unwrap();
        let counts = self.store.counts(&queue).unwrap();
        (counts.visible, counts.in_flight, counts.delayed)
    }
}
